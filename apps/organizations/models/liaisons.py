"""联络员: who speaks for a unit about this work (B-33)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from apps.organizations.models.people import User
from apps.organizations.models.places import Unit

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class LiaisonQuerySet(models.QuerySet["Liaison"]):
    """Filters on liaison officers."""

    def visible_to(self, user: User | AnonymousUser) -> LiaisonQuerySet:
        """Those of units that the person finds in the directory."""
        return self.filter(unit__in=Unit.objects.visible_to(user))

    def in_force(self, on: date) -> LiaisonQuerySet:
        """Those who serve on the day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)

    def not_over(self, on: date) -> LiaisonQuerySet:
        """Those who serve on the day or later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))


class Liaison(models.Model):
    """A person speaks for a unit from one day to another; an account is not needed for it.

    A classified unit has none here: the system keeps no names for it (services refuse).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="liaisons")
    name = models.CharField("姓名", max_length=40)
    phone = models.CharField("电话", max_length=30)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="liaisons", verbose_name="账号"
    )
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True, blank=True)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    objects: ClassVar[LiaisonQuerySet] = LiaisonQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["unit__code", "starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="organizations_liaison_dates",
            ),
            models.UniqueConstraint(
                fields=["unit", "name"],
                condition=Q(ends_on__isnull=True),
                name="organizations_liaison_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}·{self.unit}"
