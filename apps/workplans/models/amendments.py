"""What was changed in a published plan, and when people are reminded."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.workplans.models.plans import Plan, PlanTask


class Amendment(models.Model):
    """A numbered change of a published plan: what it was, what it became, why, by whom."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField("序号")
    reason = models.CharField("理由", max_length=200)
    document_number = models.CharField("文号", max_length=60, blank=True)
    changes = models.JSONField()  # [{task, where, old, new}] in the words of the pages
    n_moved = models.PositiveIntegerField(default=0)  # assignments whose deadline moved
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="workplans_amendment_number"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} 第{self.number}次修订"


class ReminderRule(models.Model):
    """When whom is reminded of what; a task's own rules replace the plan's (TASK NULL).

    `days` counts from the deadline (DUE; negative before it), from the day a filing came on a desk
    (DESK), or from the day it was returned (RETURNED).
    """

    class About(models.TextChoices):
        DUE = "due", "截止"
        DESK = "desk", "待审核"
        RETURNED = "returned", "退回未改"

    class Audience(models.TextChoices):
        PERSON = "person", "填报人和代办人"
        HEAD = "head", "单位负责人"
        SECTION = "section", "牵头科室"
        DESK = "desk", "办理处"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="reminders")
    task = models.ForeignKey(
        PlanTask, models.CASCADE, null=True, blank=True, related_name="reminders"
    )
    about = models.CharField("事项", max_length=8, choices=About, default=About.DUE)
    days = models.SmallIntegerField("日数")
    in_working_days = models.BooleanField("按工作日", default=True)
    audience = models.CharField("对象", max_length=8, choices=Audience, default=Audience.PERSON)

    class Meta:
        ordering = ["plan", "task", "about", "days", "audience"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "about", "days", "in_working_days", "audience"],
                condition=Q(task__isnull=True),
                name="workplans_reminder_of_plan",
            ),
            models.UniqueConstraint(
                fields=["task", "about", "days", "in_working_days", "audience"],
                condition=Q(task__isnull=False),
                name="workplans_reminder_of_task",
            ),
            models.CheckConstraint(
                condition=Q(about="due") | Q(days__gt=0), name="workplans_reminder_after"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_about_display()} {self.days:+d} {self.get_audience_display()}"
