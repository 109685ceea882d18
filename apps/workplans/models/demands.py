"""What a task asks for beside its form: settings, attachment slots, named numbers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.workplans.models.plans import Plan, PlanTask


class RuleSetting(models.Model):
    """A parameter of the year, with its clause; its rule waits until it is filled."""

    class Type(models.TextChoices):
        TEXT = "text", "文字"
        NUMBER = "number", "数"
        PERCENT = "percent", "百分比"
        MONEY = "money", "金额（元）"
        DAY = "day", "日期"
        CHOICE = "choice", "选项"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="settings")
    task = models.ForeignKey(
        PlanTask, models.CASCADE, null=True, blank=True, related_name="settings"
    )
    code = models.CharField("标识", max_length=60)
    title = models.CharField("名称", max_length=80)
    value = models.CharField("值", max_length=200, blank=True)
    unit = models.CharField("单位", max_length=20, blank=True)
    value_type = models.CharField("类型", max_length=8, choices=Type, default=Type.TEXT)
    choices = models.CharField("可选值", max_length=300, blank=True)  # joined by “；”
    is_filled = models.BooleanField("已设定", default=False)
    clause = models.CharField("依据", max_length=300)
    requirements = models.CharField("需求编号", max_length=120, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"],
                condition=Q(task__isnull=True),
                name="workplans_setting_of_plan",
            ),
            models.UniqueConstraint(
                fields=["task", "code"],
                condition=Q(task__isnull=False),
                name="workplans_setting_of_task",
            ),
            models.CheckConstraint(
                condition=Q(is_filled=False, value="") | (Q(is_filled=True) & ~Q(value="")),
                name="workplans_setting_filled_or_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AttachmentSlot(models.Model):
    """A named place for files that a task asks for (U-06)."""

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="slots")
    position = models.PositiveSmallIntegerField()
    code = models.CharField("标识", max_length=40)
    title = models.CharField("材料", max_length=80)
    is_required = models.BooleanField("必传", default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["task", "code"], name="workplans_slot_code"),
        ]

    def __str__(self) -> str:
        return self.title


class FactDefinition(models.Model):
    """A named number that a materials task asks for (场次, 人次); the annual summary adds it up."""

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="facts")
    position = models.PositiveSmallIntegerField()
    code = models.CharField("标识", max_length=40)
    title = models.CharField("名称", max_length=60)
    unit = models.CharField("单位", max_length=10)
    is_required = models.BooleanField("必填", default=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["task", "code"], name="workplans_fact_code"),
        ]

    def __str__(self) -> str:
        return self.title
