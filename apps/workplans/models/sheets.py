"""How a filing of a task is judged: score sheets, bands, review steps, weight templates."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.organizations.models import Role
from apps.workplans.models.plans import Plan, PlanTask


class ScoreSheet(models.Model):
    """A review's score sheet: criteria with points, grade bands with their consequence."""

    class Mode(models.TextChoices):
        POINTS = "points", "打分"
        GRADES = "grades", "只评级"
        CHECKS = "checks", "逐项合格"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="sheets")
    code = models.CharField("标识", max_length=40)
    title = models.CharField("名称", max_length=80)
    clause = models.CharField("依据", max_length=200)
    requirements = models.CharField("需求编号", max_length=120, blank=True)
    mode = models.CharField("方式", max_length=8, choices=Mode, default=Mode.POINTS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="workplans_sheet_code"),
        ]

    def __str__(self) -> str:
        return self.title


class ScoreItem(models.Model):
    """One criterion of a score sheet; points are its maximum."""

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    group = models.CharField("审核内容", max_length=20)
    name = models.CharField("审核要点", max_length=40)
    prompt = models.CharField("说明", max_length=200)
    points = models.DecimalField("满分", max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "position"], name="workplans_item_position"),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=100), name="workplans_item_points"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GradeBand(models.Model):
    """A closed band of a sheet's grades: from `floor` (included) up to the next band's floor."""

    class Consequence(models.TextChoices):
        PASS = "pass", "通过"
        AGREE = "agree", "协商完善后通过"
        REDO = "redo", "修改完善后重报"
        REFUSE = "refuse", "不予安排"

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="bands")
    grade = models.CharField("等级", max_length=4)
    floor = models.DecimalField("下限（含）", max_digits=5, decimal_places=2)
    consequence = models.CharField("后果", max_length=8, choices=Consequence)
    text = models.CharField("说明", max_length=120)
    clause = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        ordering = ["-floor"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "grade"], name="workplans_band_grade"),
            models.UniqueConstraint(fields=["sheet", "floor"], name="workplans_band_floor"),
        ]

    def __str__(self) -> str:
        return f"{self.grade} ≥{self.floor}"


class ReviewStep(models.Model):
    """One step through which a filing of the task passes."""

    class Place(models.TextChoices):
        UNIT = "unit", "本单位"
        SUPERVISOR = "supervisor", "主管部门"
        ROUTED = "routed", "归口业务科室"  # by fund type, then by unit
        PERFORMANCE = "performance", "绩效科室"
        SECTION = "section", "牵头科室"

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    title = models.CharField("名称", max_length=40)
    place = models.CharField("办理处", max_length=12, choices=Place)
    role = models.CharField("角色", max_length=20, choices=Role)
    sheet = models.ForeignKey(
        ScoreSheet, models.PROTECT, null=True, blank=True, related_name="steps"
    )
    working_days = models.PositiveSmallIntegerField("办理时限（工作日）", null=True, blank=True)
    clause = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["task", "position"], name="workplans_step_position"),
        ]

    def __str__(self) -> str:
        return self.title


class WeightTemplate(models.Model):
    """Points of the execution rate and of each first level (DOMAIN 2.2).

    A template of a task replaces the plan's (task NULL); has_cost and has_satisfaction choose among
    several, NULL fits both. A level with NULL points may not be used, 0 means no demand.
    """

    class OnDeparture(models.TextChoices):
        BLOCK = "block", "阻断"
        HINT = "hint", "提示"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="weight_templates")
    task = models.ForeignKey(PlanTask, models.CASCADE, null=True, related_name="weight_templates")
    title = models.CharField("名称", max_length=60)
    has_cost = models.BooleanField("设成本指标", null=True)
    has_satisfaction = models.BooleanField("设满意度指标", null=True)
    execution = models.DecimalField("执行率", max_digits=5, decimal_places=2)
    cost = models.DecimalField("成本", max_digits=5, decimal_places=2, null=True)
    output = models.DecimalField("产出", max_digits=5, decimal_places=2, null=True)
    benefit = models.DecimalField("效益", max_digits=5, decimal_places=2, null=True)
    satisfaction = models.DecimalField("满意度", max_digits=5, decimal_places=2, null=True)
    required_levels = models.CharField("必设一级指标", max_length=40, default="产出,效益")
    on_departure = models.CharField(
        "偏离时", max_length=8, choices=OnDeparture, default=OnDeparture.HINT
    )
    clause = models.CharField("依据", max_length=200)

    def __str__(self) -> str:
        return self.title
