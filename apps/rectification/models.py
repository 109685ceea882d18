"""Problems, the steps that each went through, and the files that show it."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core import clock
from apps.core.money import MoneyField
from apps.jobs.models import StoredFile
from apps.organizations import selectors as people
from apps.organizations.models import SECTION_ROLES, Jurisdiction, Role, Unit
from apps.projects.models import Project, in_share
from apps.rules import payment_decisions as rules

USER = settings.AUTH_USER_MODEL


class Source(models.TextChoices):
    """Where a problem was found (Y-76, Y-104)."""

    MONITORING = "monitoring", "绩效监控"
    REVIEW = "review", "审核"
    SAMPLE = "sample", "抽审"
    EVALUATION = "evaluation", "绩效评价"
    AUDIT = "audit", "审计"
    SUPERVISION = "supervision", "财会监督"
    UPPER = "upper", "上级反馈"
    OTHER = "other", "其他检查"


class Severity(models.TextChoices):
    """How much a problem weighs; a serious one stops what would be finalised."""

    MINOR = "minor", "一般"
    MAJOR = "major", "较重"
    SERIOUS = "serious", "严重"


class Area(models.TextChoices):
    """What has to become better (Y-69)."""

    MECHANISM = "mechanism", "工作机制"
    POLICY = "policy", "政策制度"
    MANAGEMENT = "management", "管理"


class State(models.TextChoices):
    """How far a problem is; 逾期 is derived."""

    OPEN = "open", "待整改"
    ANSWERED = "answered", "待复核"
    RETURNED = "returned", "退回补改"
    REFUSED = "refused", "拒不整改"
    CLOSED = "closed", "已销号"
    WITHDRAWN = "withdrawn", "已撤销"


LISTED = "rectification.finding"  # the kind of reference of what came in by a list
WITH_UNIT = (State.OPEN, State.RETURNED, State.REFUSED)  # the unit has to do something
UNSETTLED = (*WITH_UNIT, State.ANSWERED)


class ProblemQuerySet(models.QuerySet["Problem"]):
    """Which problems exist for a person, and the usual selections."""

    def visible_to(self, user: people.Person) -> ProblemQuerySet:
        """Those of the own units (a supervisor's also below), of a section's share, of the region.

        What belongs to a classified unit or project exists for nobody: nothing of it is kept here
        (decision 16).
        """
        seen = Q(unit__in=people.units_of(user)) | in_share(user, "project__")
        seen |= Q(jurisdiction__in=people.whole_region_jurisdictions(user))
        return self.unclassified().filter(seen)

    def unclassified(self) -> ProblemQuerySet:
        """But what belongs to a unit or project that was made classified since."""
        return self.filter(unit__is_classified=False).exclude(project__is_classified=True)

    def unsettled(self) -> ProblemQuerySet:
        """Neither closed nor withdrawn."""
        return self.filter(state__in=UNSETTLED)

    def overdue(self, on: date) -> ProblemQuerySet:
        """Still with the unit after the last day."""
        return self.filter(state__in=WITH_UNIT, due_on__lt=on)


class Problem(models.Model):
    """Something found wrong at a unit or one of its projects, until it is closed with proof.

    `ref_*` name what it was found at in the words of the room that found it; this room does not
    look there. A reference has one problem at a time.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="problems", verbose_name="责任单位")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, related_name="problems", verbose_name="项目"
    )
    source = models.CharField("来源", max_length=12, choices=Source)
    ref_kind = models.CharField(max_length=40, blank=True)
    ref_id = models.CharField(max_length=160, blank=True)
    ref_label = models.CharField("出处", max_length=200, blank=True)
    title = models.CharField("问题", max_length=120)
    text = models.TextField("问题内容")
    area = models.CharField("整改方向", max_length=12, choices=Area, blank=True)
    demands = models.TextField("整改要求", blank=True)
    severity = models.CharField("严重程度", max_length=8, choices=Severity, default=Severity.MINOR)
    owner = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name="责任人"
    )
    due_on = models.DateField("整改截止")  # the last day in time
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    n_proofs = models.PositiveSmallIntegerField(default=0)  # files that show the remedy
    opened_at = models.DateTimeField("下达时间")
    opened_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("答复时间", null=True)
    refused_at = models.DateTimeField("认定拒不整改", null=True)  # stays when it is remedied later
    closed_at = models.DateTimeField("销号时间", null=True)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["jurisdiction", "fiscal_year", "-id"], name="rectification_ledger"
            ),
            models.Index(fields=["unit", "fiscal_year", "-id"], name="rectification_of_unit"),
            models.Index(fields=["project"], name="rectification_of_project"),
            models.Index(
                fields=["due_on"],
                condition=Q(state__in=["open", "returned", "refused"]),
                name="rectification_due",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "ref_kind", "ref_id"],
                condition=~Q(ref_kind="") & ~Q(state="withdrawn"),
                name="rectification_once_a_reference",
            ),
            models.CheckConstraint(
                condition=Q(ref_kind="", ref_id="") | ~Q(ref_kind="") & ~Q(ref_id=""),
                name="rectification_reference_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, n_proofs__gt=0)
                | ~Q(state="closed") & Q(closed_at__isnull=True),
                name="rectification_closed_with_proof",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False),
                name="rectification_answered_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | Q(refused_at__isnull=False),
                name="rectification_refused_at",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_with_unit(self) -> bool:
        """Whether the unit has to do something."""
        return self.state in WITH_UNIT

    @property
    def is_overdue(self) -> bool:
        """Whether the last day went by with the unit."""
        return self.is_with_unit and self.due_on < clock.today()

    @property
    def subject(self) -> Project | Unit:
        """What it was found at."""
        return self.project or self.unit


class Step(models.Model):
    """One thing that happened to a problem; never changed again."""

    class Act(models.TextChoices):
        OPEN = "open", "下达"
        AMEND = "amend", "更正"
        ANSWER = "answer", "答复"
        SEND_BACK = "send_back", "退回补改"
        CLOSE = "close", "复核销号"
        EXTEND = "extend", "延期"
        REFUSE = "refuse", "认定拒不整改"
        WITHDRAW = "withdraw", "撤销"
        NAME_OWNER = "name_owner", "指定责任人"

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="steps")
    act = models.CharField("经过", max_length=12, choices=Act)
    text = models.TextField("内容", blank=True)
    due_on = models.DateField(null=True)  # the last day that it set
    at = models.DateTimeField()
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.get_act_display())


class Proof(models.Model):
    """A file: what the problem was seen by, or what shows the remedy."""

    class Side(models.TextChoices):
        FINDING = "finding", "问题依据"
        REMEDY = "remedy", "整改佐证"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    problem = models.ForeignKey(Problem, models.CASCADE, related_name="proofs")
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="proofs")
    side = models.CharField("类别", max_length=8, choices=Side)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=200)
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["side", "id"]

    def __str__(self) -> str:
        return self.name


# --- what is decided about money --------------------------------------------------------------
INSIDE = (*SECTION_ROLES, Role.LEADER, Role.PLAN_ADMIN)  # who hears of what is only proposed


class Cause(models.TextChoices):
    """Why the project is off, in the words of apps.rules.payment_decisions."""

    OUTSIDE = rules.Cause.OUTSIDE.value, "客观因素（政策变化、突发事件）"
    DEVIATION = rules.Cause.DEVIATION.value, "执行与目标偏离较大"


class DecisionQuerySet(models.QuerySet["PaymentDecision"]):
    """Which decisions exist for a person, and which are in force."""

    def visible_to(self, user: people.Person) -> DecisionQuerySet:
        """Those on problems that the person sees; a proposal exists for the bureau alone."""
        inside = Q(problem__jurisdiction__in=people.jurisdictions_of(user, *INSIDE))
        inside |= Q(state=PaymentDecision.State.APPROVED)
        return self.filter(inside, problem__in=Problem.objects.visible_to(user))

    def standing(self, on: date) -> DecisionQuerySet:
        """Approved, in effect on the day, and not taken back by then."""
        approved = self.filter(
            state=PaymentDecision.State.APPROVED, effective_on__lte=on, reverses=None
        )
        undone = PaymentDecision.objects.filter(
            state=PaymentDecision.State.APPROVED, effective_on__lte=on, reverses__isnull=False
        )
        return approved.exclude(pk__in=undone.values("reverses"))


class PaymentDecision(models.Model):
    """What is done about a project's money because of a problem; once decided it stays as it is.

    It is taken back by a further decision, which names it in `reverses`.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "待批准"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "不批准"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    problem = models.ForeignKey(Problem, models.PROTECT, related_name="decisions")
    project = models.ForeignKey(Project, models.PROTECT, related_name="payment_decisions")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("处置", max_length=20)
    cause = models.CharField("原因", max_length=8, choices=Cause)
    amount = MoneyField("金额（元）")
    reason = models.TextField("理由")
    lift_when = models.TextField("解除条件", blank=True)
    clause = models.CharField("依据", max_length=300)
    effective_on = models.DateField("执行日期")
    state = models.CharField("状态", max_length=8, choices=State, default=State.PROPOSED)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="reversals")
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("批准时间", null=True)
    opinion = models.TextField("批准意见", blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["fiscal_year", "-id"], name="rectification_decisions"),
            models.Index(fields=["project", "fiscal_year"], name="rectification_payment"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="rectification_decided_amount"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="rectification_decided_by",
            ),
            models.UniqueConstraint(
                fields=["project", "fiscal_year", "kind"],
                condition=Q(state="proposed", reverses__isnull=True),
                name="rectification_proposed_once",
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(reverses__isnull=False) & ~Q(state="refused"),
                name="rectification_reversed_once",
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def asks_new_promise(self) -> bool:
        """Whether the unit has to apply for changed targets."""
        return rules.asks_new_promise(self.kind, self.cause)
