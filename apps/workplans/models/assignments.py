"""Who owes which task in which window, and the deadlines moved for one of them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Greatest

from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Unit, User
from apps.projects.models import Project, Transfer, in_share
from apps.workplans.models.plans import Plan, PlanTask, TaskWindow

OWED = Q(exempt_reason="", cancelled_at__isnull=True)
BEGAN_AT = Greatest("opens_at", "assigned_at")  # from when it could be filled in


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Filters on assignments."""

    def of_year(self, year: int) -> AssignmentQuerySet:
        """Assignments of one plan year."""
        return self.filter(fiscal_year=year)

    def owed(self) -> AssignmentQuerySet:
        """Neither excused nor cancelled."""
        return self.filter(OWED)

    def of_units(self, user: User | AnonymousUser) -> AssignmentQuerySet:
        """What the units in which the person stands owe."""
        return self.filter(unit__in=people.units_of(user))

    def visible_to(self, user: User | AnonymousUser) -> AssignmentQuerySet:
        """What the person's units owe; all of a jurisdiction for its bureau, congress and auditors.

        A business section without a wider role sees what is owed in its share (Y-47).
        """
        mine = Q(unit__in=people.units_of(user))
        region = Q(jurisdiction__in=people.whole_region_jurisdictions(user))
        return self.filter(mine | region | in_share(user, "project__"))


class Assignment(models.Model):
    """One unit owes one task in one window, for itself or for one subject (decision 14).

    `due_at` is stored: an extension changes it and leaves an Extension row; it is never recomputed.
    No classified unit owes one: services take units and projects from `population`, which leaves
    them out, since a check constraint cannot look into the unit's row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="assignments")
    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="assignments")
    window = models.ForeignKey(TaskWindow, models.PROTECT, related_name="assignments")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="assignments")
    fiscal_year = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    subject_jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, null=True, blank=True, related_name="assignments_about"
    )
    occasion = models.PositiveSmallIntegerField("第几次", default=1)  # of what is owed on request
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    opens_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    exempt_reason = models.CharField("豁免理由", max_length=200, blank=True)
    exempt_until = models.DateField("豁免到", null=True, blank=True)  # then it is owed again
    cancel_reason = models.CharField("撤销理由", max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    assigned_at = models.DateTimeField()

    objects: ClassVar[AssignmentQuerySet] = AssignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["unit", "fiscal_year", "due_at", "id"], name="workplans_owed"),
            models.Index(fields=["task", "window"], name="workplans_by_window"),
            models.Index(  # the region's year by deadline
                fields=["jurisdiction", "fiscal_year", "due_at", "id"], name="workplans_of_region"
            ),
            models.Index(  # what a sweep asks: whose day is it
                fields=["due_at", "task"], condition=OWED, name="workplans_due"
            ),
            models.Index(fields=["project", "fiscal_year"], name="workplans_by_project"),
            models.Index(BEGAN_AT, "plan", name="workplans_began"),  # what opened on a day
        ]
        constraints = [
            # Four constraints instead of NULLS NOT DISTINCT, which the embedded database lacks.
            models.UniqueConstraint(
                fields=["task", "window", "unit", "occasion"],
                condition=Q(
                    project__isnull=True, subject_jurisdiction__isnull=True, transfer__isnull=True
                ),
                name="workplans_assigned_once_unit",
            ),
            models.UniqueConstraint(
                fields=["task", "window", "unit", "project", "occasion"],
                condition=Q(project__isnull=False),
                name="workplans_assigned_once_project",
            ),
            models.UniqueConstraint(
                fields=["task", "window", "unit", "subject_jurisdiction"],
                condition=Q(subject_jurisdiction__isnull=False),
                name="workplans_assigned_once_region",
            ),
            models.UniqueConstraint(
                fields=["task", "window", "unit", "transfer"],
                condition=Q(transfer__isnull=False),
                name="workplans_assigned_once_transfer",
            ),
            models.CheckConstraint(
                condition=Q(project__isnull=True, subject_jurisdiction__isnull=True)
                | Q(project__isnull=True, transfer__isnull=True)
                | Q(subject_jurisdiction__isnull=True, transfer__isnull=True),
                name="workplans_at_most_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(cancel_reason="", cancelled_at__isnull=True)
                | (~Q(cancel_reason="") & Q(cancelled_at__isnull=False)),
                name="workplans_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(exempt_reason="") | Q(exempt_until__isnull=True),
                name="workplans_exempt_until_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.subject or self.unit}"

    @property
    def subject(self) -> Project | Transfer | None:
        """The project or transfer it is about; None: the unit, of a lower region its bureau."""
        return self.project or self.transfer


class Extension(models.Model):
    """A deadline moved for one assignment: from when to when, why, by whom (TRUST G11)."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="extensions")
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
    reason = models.CharField("理由", max_length=200)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    batch = models.UUIDField(null=True, blank=True)  # granted together

    def __str__(self) -> str:
        return f"{self.assignment_id} → {self.new_due_at}"
