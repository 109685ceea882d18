"""The year as data: plan, task, window, scope, review steps, score sheets, settings, assignments."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.organizations.models import Jurisdiction, Role, Section, Unit
from apps.projects.models import Project


class Stage(models.TextChoices):
    """The six stages, and the materials that belong to none."""

    PRE_ASSESSMENT = "pre_assessment", "事前评估"
    TARGETS = "targets", "绩效目标"
    MONITORING = "monitoring", "绩效监控"
    SELF_EVALUATION = "self_evaluation", "绩效自评"
    EVALUATION = "evaluation", "绩效评价"
    RESULT = "result", "结果应用"
    MATERIALS = "materials", "基础工作"


class Holiday(models.Model):
    """A date whose working state differs from its weekday, or an announced one (decision 8)."""

    on = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班")
    name = models.CharField("名称", max_length=40, blank=True)
    source = models.CharField("依据", max_length=100)

    class Meta:
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on} {'上班' if self.is_workday else '放假'}"


class HolidayYear(models.Model):
    """A year whose holidays are announced; another year is 未公布 and is never guessed."""

    year = models.PositiveSmallIntegerField(unique=True)
    source = models.CharField("依据", max_length=100)

    def __str__(self) -> str:
        return str(self.year)


class Plan(models.Model):
    """The work plan of one jurisdiction for one year."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        CLOSED = "closed", "已办结"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="plans")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("名称", max_length=120)
    document_number = models.CharField("文号", max_length=60, blank=True)
    source_note = models.CharField("说明", max_length=200, blank=True)  # e.g. 演示推定
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "fiscal_year"], name="workplans_one_plan_a_year"
            ),
        ]

    def __str__(self) -> str:
        return self.title


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


class PlanTask(models.Model):
    """A duty that the plan gives: what, by whom, on which subject, by which clause."""

    class SubjectKind(models.TextChoices):
        UNIT = "unit", "单位"
        PROJECT = "project", "项目"
        SECTION = "section", "财政科室"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    code = models.CharField("标识", max_length=60)
    title = models.CharField("任务", max_length=100)
    stage = models.CharField("阶段", max_length=16, choices=Stage)
    kind = models.CharField(
        "填报类型", max_length=40
    )  # code of the registered content, e.g. targets.project
    subject_kind = models.CharField("对象", max_length=8, choices=SubjectKind)
    is_main = models.BooleanField("主要任务", default=True)  # U-05
    evaluated_year = models.PositiveSmallIntegerField("所属年度")  # the year the content speaks of
    responsible = models.CharField("责任", max_length=200)  # 任务分工 in the notice's words
    section = models.ForeignKey(
        Section,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name="牵头科室",
    )
    clause = models.TextField("原文")
    requirements = models.CharField("需求编号", max_length=120, blank=True)
    trigger = models.CharField(
        "触发", max_length=40, blank=True
    )  # e.g. budget_approved; empty = by date

    class Meta:
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="workplans_task_code"),
        ]

    def __str__(self) -> str:
        return self.title


class TaskWindow(models.Model):
    """When a task can be filed: half-open [opens_at, closes_at); a node has the date its data run to.

    Tasks with a trigger or without a date in the notice have windows whose ends are still unset.
    """

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="windows")
    key = models.CharField("节点", max_length=20)  # "2024", "2024-05"
    label = models.CharField("名称", max_length=60, blank=True)
    opens_at = models.DateTimeField("开放", null=True, blank=True)
    closes_at = models.DateTimeField("截止", null=True, blank=True)
    data_until = models.DateField("数据截至", null=True, blank=True)
    phrase = models.CharField("原文时间", max_length=100, blank=True)
    note = models.CharField("待确认", max_length=200, blank=True)

    class Meta:
        ordering = ["task", "key"]
        constraints = [
            models.UniqueConstraint(fields=["task", "key"], name="workplans_window_key"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="workplans_window_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.label or self.key}"


class TaskScope(models.Model):
    """One condition of whom a task reaches; includes are joined by or, then excludes taken away."""

    class Field(models.TextChoices):
        UNIT_KIND = "unit_kind", "单位类型"
        UNIT = "unit", "单位"
        BUDGET_TYPE = "budget_type", "预算类型"
        FUND_TAG = "fund_tag", "资金标签"
        ORIGIN = "origin", "项目来源"
        ATTRIBUTE = "attribute", "项目属性"
        CLASSIFIED = "classified", "涉密"

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="scopes")
    is_exclude = models.BooleanField("排除", default=False)
    field = models.CharField("条件", max_length=12, choices=Field)
    value = models.CharField("值", max_length=60)
    reason = models.CharField("理由", max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "is_exclude", "field", "value"], name="workplans_scope"
            ),
        ]

    def __str__(self) -> str:
        return f"{'除' if self.is_exclude else ''}{self.get_field_display()}={self.value}"


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


class RuleSetting(models.Model):
    """A parameter of the year, with its clause; an unfilled one must be filled before its rule is used."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="settings")
    task = models.ForeignKey(
        PlanTask, models.CASCADE, null=True, blank=True, related_name="settings"
    )
    code = models.CharField("标识", max_length=60)
    title = models.CharField("名称", max_length=80)
    value = models.CharField("值", max_length=200, blank=True)
    unit = models.CharField("单位", max_length=20, blank=True)
    is_filled = models.BooleanField("已设定", default=False)
    clause = models.CharField("依据", max_length=300)
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
    """A named number that a materials task asks for (场次, 人次, 篇数), which the annual summary adds up."""

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


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Filters on assignments."""

    def of_year(self, year: int) -> AssignmentQuerySet:
        """Assignments of one plan year."""
        return self.filter(fiscal_year=year)


class Assignment(models.Model):
    """One unit owes one task in one window, for itself or for one subject (decision 14).

    `due_at` is stored: an extension changes it and leaves an Extension row; it is never recomputed.
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
    opens_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    exempt_reason = models.CharField("豁免理由", max_length=200, blank=True)
    assigned_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Assignment]] = AssignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["unit", "fiscal_year", "due_at", "id"], name="workplans_owed"),
            models.Index(fields=["task", "window"], name="workplans_by_window"),
            models.Index(fields=["project", "fiscal_year"], name="workplans_by_project"),
        ]
        constraints = [
            # Three constraints instead of NULLS NOT DISTINCT, which the embedded database lacks.
            models.UniqueConstraint(
                fields=["task", "window", "unit"],
                condition=Q(project__isnull=True, subject_jurisdiction__isnull=True),
                name="workplans_assigned_once_unit",
            ),
            models.UniqueConstraint(
                fields=["task", "window", "unit", "project"],
                condition=Q(project__isnull=False),
                name="workplans_assigned_once_project",
            ),
            models.UniqueConstraint(
                fields=["task", "window", "unit", "subject_jurisdiction"],
                condition=Q(subject_jurisdiction__isnull=False),
                name="workplans_assigned_once_region",
            ),
            models.CheckConstraint(
                condition=Q(project__isnull=True) | Q(subject_jurisdiction__isnull=True),
                name="workplans_at_most_one_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.project or self.unit}"


class Extension(models.Model):
    """A deadline moved for one assignment: from when to when, why, by whom (TRUST G11)."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="extensions")
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
    reason = models.CharField("理由", max_length=200)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.assignment_id} → {self.new_due_at}"
