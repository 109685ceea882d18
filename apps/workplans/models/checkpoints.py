"""The five check points of a task, as far as they cannot be read from what the system knows."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.organizations.models import Section
from apps.workplans.models.plans import PlanTask


class TaskCheckpoint(models.Model):
    """One of a task's five check points was passed: when, by which section (Y-98)."""

    class Step(models.TextChoices):
        ASSIGNED = "assigned", "事前部署"
        INSPECTED = "inspected", "事中监督检查"
        REPORTED = "reported", "定期报告"
        CONTROLLED = "controlled", "质量管控"
        APPLIED = "applied", "事后评价应用"

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="checkpoints")
    step = models.CharField("检查点", max_length=10, choices=Step)
    on = models.DateField("日期")
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任科室"
    )
    note = models.CharField("说明", max_length=200, blank=True)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ["task", "step"]
        constraints = [
            models.UniqueConstraint(fields=["task", "step"], name="workplans_checkpoint_once"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.get_step_display()}"
