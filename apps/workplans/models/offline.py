"""What classified units handed in on paper: only that it came, never what it says (U-35)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from apps.organizations import selectors as people
from apps.organizations.models import Role, Unit, User
from apps.workplans.models.plans import PlanTask, TaskWindow


class OfflineReceiptQuerySet(models.QuerySet["OfflineReceipt"]):
    """Filters on registrations."""

    def visible_to(self, user: User | AnonymousUser) -> OfflineReceiptQuerySet:
        """Registrations exist for the plan administrators of their jurisdiction alone."""
        places = people.jurisdictions_of(user, Role.PLAN_ADMIN)
        return self.filter(task__plan__jurisdiction__in=places)


class OfflineReceipt(models.Model):
    """A unit's paper for a task was received offline: when, under which number, by whom.

    There is no field for content, and the database takes each number of a unit once a window.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="offline_receipts")
    window = models.ForeignKey(TaskWindow, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    received_on = models.DateField("收到日期")
    number = models.CharField("收件编号", max_length=40)
    n_items = models.PositiveSmallIntegerField("件数")
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    objects: ClassVar[models.Manager[OfflineReceipt]] = OfflineReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["window", "unit", "number"], name="workplans_offline_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(n_items__gte=1), name="workplans_offline_some_items"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
