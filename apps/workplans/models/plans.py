"""Plan, task, window and scope: who owes what, when, by which clause."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from apps.core import clock
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role, Section, User


class Stage(models.TextChoices):
    """The six stages, and the materials that belong to none."""

    PRE_ASSESSMENT = "pre_assessment", "事前评估"
    TARGETS = "targets", "绩效目标"
    MONITORING = "monitoring", "绩效监控"
    SELF_EVALUATION = "self_evaluation", "绩效自评"
    EVALUATION = "evaluation", "绩效评价"
    RESULT = "result", "结果应用"
    MATERIALS = "materials", "基础工作"


class PlanQuerySet(models.QuerySet["Plan"]):
    """Filters on plans."""

    def visible_to(self, user: User | AnonymousUser) -> PlanQuerySet:
        """Published plans of the person's jurisdictions; a draft exists for its administrators."""
        drafts = Q(jurisdiction__in=people.jurisdictions_of(user, Role.PLAN_ADMIN))
        published = Q(jurisdiction__in=people.jurisdictions_of(user))
        return self.filter(drafts | published & ~Q(state=Plan.State.DRAFT))


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

    objects: ClassVar[models.Manager[Plan]] = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "fiscal_year"], name="workplans_one_plan_a_year"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanTaskQuerySet(models.QuerySet["PlanTask"]):
    """Filters on tasks."""

    def visible_to(self, user: User | AnonymousUser) -> PlanTaskQuerySet:
        """Tasks of plans that exist for the person."""
        return self.filter(plan__in=Plan.objects.visible_to(user))


class PlanTask(models.Model):
    """A duty that the plan gives: what, by whom, on which subject, by which clause."""

    class Level(models.TextChoices):
        PREFECTURE = "prefecture", "上级"
        FINANCE = "finance", "财政部门"
        UNIT = "unit", "部门单位"

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
    level = models.CharField("责任层级", max_length=10, choices=Level)  # Y-113
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
    doubt = models.CharField("存疑", max_length=200, blank=True)  # what a person must confirm
    requirements = models.CharField("需求编号", max_length=120, blank=True)
    trigger = models.CharField(
        "触发", max_length=40, blank=True
    )  # e.g. budget_approved; empty = by date

    objects: ClassVar[models.Manager[PlanTask]] = PlanTaskQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="workplans_task_code"),
        ]

    def __str__(self) -> str:
        return self.title


class TaskWindow(models.Model):
    """When a task can be filed: half-open [opens_at, closes_at); a node has its data date.

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

    def has_date(self) -> bool:
        """Whether anything can be owed in it; without any date the window waits to be set."""
        return self.opens_at is not None or self.closes_at is not None

    def has_begun(self, on: date) -> bool:
        """Whether its subjects are known on the day: dated, and its data date (if any) reached."""
        return self.has_date() and (self.data_until is None or self.data_until <= on)

    def has_closed(self, on: date) -> bool:
        """Whether the day lies behind its last day."""
        return self.closes_at is not None and clock.last_day(self.closes_at) < on


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
