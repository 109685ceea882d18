"""Plan, task, window and scope: who owes what, when, by which clause."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

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

    def in_their_own_right(self) -> PlanQuerySet:
        """Without the working copies of amendments."""
        return self.filter(amends=None)


class Plan(models.Model):
    """The work plan of one jurisdiction for one year.

    A published plan changes only by a numbered amendment: `amends` names the plan whose working
    copy this draft is; it is compared with it, applied and thrown away (ADR 7).
    """

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
    version = models.PositiveSmallIntegerField("版本", default=1)
    amends = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="working_copies"
    )
    work = models.ForeignKey(
        "jobs.Job", models.SET_NULL, null=True, blank=True, related_name="+"
    )  # what publishes, amends or dates it, or failed to; none once that is done

    objects: ClassVar[PlanQuerySet] = PlanQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "fiscal_year"],
                condition=Q(amends__isnull=True),
                name="workplans_one_plan_a_year",
            ),
            models.UniqueConstraint(
                fields=["amends"],
                condition=Q(amends__isnull=False),
                name="workplans_one_working_copy",
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
        POLICY = "policy", "政策"
        TRANSFER = "transfer", "转移支付"
        JURISDICTION = "jurisdiction", "下级地区"
        SECTION = "section", "财政科室"

    class Roll(models.TextChoices):
        KEEP = "keep", "照原文日期"
        NEXT = "next", "顺延到下一工作日"
        PREVIOUS = "previous", "提前到上一工作日"

    class Check(models.TextChoices):
        NONE = "", "人工录入"
        WAITING = "waiting", "待核对"
        CONFIRMED = "confirmed", "已确认"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    code = models.CharField("标识", max_length=60)
    title = models.CharField("任务", max_length=100)
    stage = models.CharField("阶段", max_length=16, choices=Stage)
    kind = models.CharField(
        "填报类型", max_length=40
    )  # code of the registered content, e.g. targets.project
    subject_kind = models.CharField("对象", max_length=12, choices=SubjectKind)
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
    roll = models.CharField("截止遇非工作日", max_length=8, choices=Roll, default=Roll.KEEP)
    accepts_late = models.BooleanField("逾期可补报", default=False)
    basis = models.ManyToManyField(
        "workplans.BasisDocument", blank=True, related_name="tasks", verbose_name="依据"
    )
    notice = models.ForeignKey(
        "workplans.Notice", models.SET_NULL, null=True, blank=True, related_name="tasks"
    )
    check_state = models.CharField("核对", max_length=9, choices=Check, default="", blank=True)
    read_from = models.JSONField(default=dict, blank=True)  # field → span, certainty, note

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
    The ends are stored; beside them stands the rule they were reckoned by, so that next year's plan
    can reckon them again: “节点次月10日前” is months_after 1 and day 10, “预算批复后20日内” is
    days_after 20 of an event. A recurring duty is one row per occurrence, with the same series. A
    window 列入后 counts for each project from the day it joined the budget; its ends, where it has
    any, are the season in which that may happen (Y-46, Y-114).
    """

    class Kind(models.TextChoices):
        FIXED = "fixed", "固定日期"
        NODE = "node", "节点"
        EVENT = "event", "事件后"
        RECURRING = "recurring", "周期"
        JOINED = "joined", "列入后"

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="windows")
    key = models.CharField("节点", max_length=20)  # "2024", "2024-05"
    label = models.CharField("名称", max_length=60, blank=True)
    opens_at = models.DateTimeField("开放", null=True, blank=True)
    closes_at = models.DateTimeField("截止", null=True, blank=True)
    data_until = models.DateField("数据截至", null=True, blank=True)
    kind = models.CharField("类型", max_length=9, choices=Kind, default=Kind.FIXED)
    event = models.ForeignKey(
        "workplans.PlanEvent",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="windows",
        verbose_name="事件",
    )
    days_after = models.PositiveSmallIntegerField("事件或列入后日数", null=True, blank=True)
    in_working_days = models.BooleanField("按工作日", default=False)
    months_after = models.PositiveSmallIntegerField("节点后月数", null=True, blank=True)
    day = models.PositiveSmallIntegerField("该月几日", null=True, blank=True)  # 31 = month's end
    series = models.CharField("周期", max_length=20, blank=True)  # monthly, quarterly, …
    focus_opens = models.DateField("集中期起", null=True, blank=True)  # U-40
    focus_closes = models.DateField("集中期止", null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(kind="event")
                | Q(kind="joined", event__isnull=True, days_after__isnull=False)
                | Q(event__isnull=True, days_after__isnull=True) & ~Q(kind="joined"),
                name="workplans_window_event",
            ),
            models.CheckConstraint(
                condition=Q(focus_opens__isnull=True)
                | Q(focus_closes__isnull=True)
                | Q(focus_closes__gte=F("focus_opens")),
                name="workplans_focus_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.label or self.key}"

    def has_date(self) -> bool:
        """Whether anything can be owed in it; without any date the window waits to be set."""
        return bool(self.opens_at or self.closes_at or self.kind == self.Kind.JOINED)

    def has_begun(self, on: date) -> bool:
        """Whether its subjects are known on the day: dated, and its data date (if any) reached."""
        return self.has_date() and (self.data_until is None or self.data_until <= on)


class TaskScope(models.Model):
    """One condition of whom a task reaches; includes are joined by or, then excludes taken away."""

    class Field(models.TextChoices):
        UNIT_KIND = "unit_kind", "单位类型"
        UNIT = "unit", "单位"
        FUND_MANAGER = "fund_manager", "资金主管部门"  # U-36
        REGION = "region", "下级地区"
        PROJECT = "project", "单个项目"
        MARK = "mark", "项目标志"
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
