"""What is promised for the year: the typed rows of the target form, whatever its shape."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from apps.core.money import MoneyField
from apps.filings.models import Filing, Revision
from apps.indicators.models import Indicator
from apps.indicators.pieces import PiecesField
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Unit, User
from apps.projects.models import Project
from apps.targets.subjects import Subject, of_rows


class TargetSheet(models.Model):
    """The form's head, goal texts and what could not be read as typed; one per revision."""

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="target_sheet")
    shape = models.CharField("表样", max_length=20, default="project")  # apps.rules.target_shapes
    attribute = models.CharField("项目属性", max_length=12, blank=True)  # ProjectYear.Attribute
    first_year = models.PositiveSmallIntegerField("项目期起", null=True)
    last_year = models.PositiveSmallIntegerField("项目期止", null=True)
    leader = models.CharField("项目负责人", max_length=40, blank=True)
    leader_phone = models.CharField("联系电话", max_length=30, blank=True)
    mid_goal = models.TextField("中期目标", blank=True)
    year_goal = models.TextField("年度目标", blank=True)
    duties = models.TextField("职能职责", blank=True)
    grounds = models.TextField("规划或政策依据", blank=True)
    activities = models.TextField("业务活动", blank=True)
    beneficiaries = models.TextField("受益范围", blank=True)
    standards = models.TextField("支出标准", blank=True)
    unread = models.JSONField(default=dict)  # path → text that is not a number, kept as typed

    def __str__(self) -> str:
        return self.year_goal[:40]


class TargetFund(models.Model):
    """Money that the form asks for or names, in yuan: mid-term or year, by source."""

    class Span(models.TextChoices):
        MID = "mid", "中期"
        YEAR = "year", "年度"

    sheet = models.ForeignKey(TargetSheet, models.CASCADE, related_name="funds")
    span = models.CharField(max_length=4, choices=Span)
    source = models.CharField(max_length=12)  # FundLine.Source
    amount = MoneyField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "span", "source"], name="targets_fund_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="targets_fund_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.span} {self.source} {self.amount}"


class TargetTask(models.Model):
    """One of the year's main tasks of a whole unit with its money in yuan (DOMAIN 1.2).

    `key` stays the same through all revisions, as a target's does.
    """

    sheet = models.ForeignKey(TargetSheet, models.CASCADE, related_name="tasks")
    key = models.UUIDField(default=uuid.uuid4)
    position = models.PositiveSmallIntegerField()
    name = models.CharField("任务名称", max_length=100, blank=True)
    content = models.TextField("主要内容", blank=True)
    fiscal = MoneyField("财政拨款", null=True)
    other = MoneyField("其他资金", null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "key"], name="targets_task_key_once"),
            models.CheckConstraint(
                condition=(Q(fiscal__isnull=True) | Q(fiscal__gte=0))
                & (Q(other__isnull=True) | Q(other__gte=0)),
                name="targets_task_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TargetAsset(models.Model):
    """What a unit owns of one kind: how many in the kind's unit, book value in yuan (W-12)."""

    sheet = models.ForeignKey(TargetSheet, models.CASCADE, related_name="assets")
    kind = models.CharField("资产", max_length=10)  # apps.rules.target_form.ASSETS
    quantity = models.DecimalField("数量", max_digits=18, decimal_places=4, null=True)
    amount = MoneyField("账面价值", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "kind"], name="targets_asset_once"),
            models.CheckConstraint(
                condition=(Q(quantity__isnull=True) | Q(quantity__gte=0))
                & (Q(amount__isnull=True) | Q(amount__gte=0)),
                name="targets_asset_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Target(models.Model):
    """One indicator with the value promised for the year.

    `key` stays the same through all revisions, so that comments and differences follow the row.
    """

    sheet = models.ForeignKey(TargetSheet, models.CASCADE, related_name="targets")
    key = models.UUIDField(default=uuid.uuid4)
    position = models.PositiveSmallIntegerField()
    level1 = models.CharField("一级指标", max_length=10, blank=True)
    level2 = models.CharField("二级指标", max_length=20, blank=True)
    name = models.CharField("三级指标", max_length=200, blank=True)
    operator = models.CharField("性质", max_length=4, blank=True)  # ≥ ≤ = > < 区间 定性
    value = models.DecimalField("指标值", max_digits=18, decimal_places=4, null=True)
    value_high = models.DecimalField("指标值上限", max_digits=18, decimal_places=4, null=True)
    value_text = models.CharField("定性指标值", max_length=200, blank=True)
    unit = models.CharField("度量单位", max_length=20, blank=True)
    direction = models.CharField("方向", max_length=4, blank=True)  # 正向 反向
    weight = models.DecimalField("权重", max_digits=5, decimal_places=2, null=True)
    basis = models.CharField("值的依据", max_length=20, blank=True)
    evidence = models.CharField("佐证材料", max_length=200, blank=True)
    mid_value = models.CharField("中期指标值", max_length=60, blank=True)
    library = models.ForeignKey(Indicator, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "key"], name="targets_key_once"),
            models.CheckConstraint(
                condition=Q(weight__isnull=True) | Q(weight__gte=0, weight__lte=100),
                name="targets_weight_0_100",
            ),
        ]

    def __str__(self) -> str:
        return self.name


# --- 绩效目标批复 ---------------------------------------------------------------------------
class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Filters on documents of approval."""

    def visible_to(self, user: people.Person) -> ApprovalQuerySet:
        """Of the own units, of the units in one's charge, of the whole region for its bureau."""
        seen = Q(unit__in=people.units_of(user))
        seen |= Q(jurisdiction__in=people.whole_region_jurisdictions(user))
        for share in people.shares_of(user):
            seen |= Q(unit__in=share.units)
        return self.filter(seen)

    def in_force(self) -> ApprovalQuerySet:
        """Those that no later document has taken the place of."""
        return self.filter(replaced_by__isnull=True)


class Approval(models.Model):
    """A document that approves the targets of a unit's projects with its budget (Q-15, W-07).

    It is made once, with its files; a mistake is corrected by another that takes its place.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="target_approvals")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    number = models.CharField("文号", max_length=60)
    issued_on = models.DateField("批复日期")
    is_with_budget = models.BooleanField("与部门预算同一文件批复")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    reason = models.CharField("更正理由", max_length=200, blank=True)
    digest = models.CharField("清单校验值", max_length=64)
    pdf = models.ForeignKey("jobs.StoredFile", models.PROTECT, related_name="+")
    xlsx = models.ForeignKey("jobs.StoredFile", models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["jurisdiction", "fiscal_year", "-issued_at", "-id"],
                name="targets_approvals_of_year",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "fiscal_year", "number"], name="targets_approval_number_once"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(reason=""),
                name="targets_approval_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"


class ApprovalRow(models.Model):
    """A project in the document: which version of its targets, and its budget, in yuan."""

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="rows")
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    fiscal = MoneyField("财政拨款（元）", null=True)  # null: no money on record
    total = MoneyField("预算合计（元）", null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["approval", "project"], name="targets_approval_project_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approval_id} {self.project_id}"


class TargetText(models.Model):
    """The words of one filing's newest submitted form, kept so that copies and peers are found.

    `goal`, `rows` and `name` are normal texts (apps.rules.similarity): the year's goal, one line a
    row of name and value, the bare name of the project. Beside each stand its pieces.
    """

    filing = models.OneToOneField(Filing, models.CASCADE, related_name="target_text")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="+")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="+")
    evaluated_year = models.PositiveSmallIntegerField()
    goal = models.TextField(blank=True)
    goal_pieces = PiecesField(blank=True, editable=False)
    rows = models.TextField(blank=True)
    rows_pieces = PiecesField(blank=True, editable=False)
    name = models.CharField(max_length=120, blank=True)
    name_pieces = PiecesField(blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.evaluated_year} {self.name}"


# --- adjustment -----------------------------------------------------------------------------
ONE_SUBJECT = Q(project__isnull=True, unit__isnull=False) | Q(
    project__isnull=False, unit__isnull=True
)


class AdjustmentSheet(models.Model):
    """Why an approved target is adjusted, and by which document; one per revision (Y-45)."""

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="adjustment_sheet")
    reason = models.CharField("调整原因", max_length=120, blank=True)
    explanation = models.TextField("调整说明", blank=True)
    basis = models.CharField("依据文件", max_length=200, blank=True)
    unread = models.JSONField(default=dict)  # path → text that is not a number, kept as typed

    def __str__(self) -> str:
        return self.reason


class AdjustmentMoney(models.Model):
    """The year's money of one source and level before and after an adjustment, in yuan."""

    sheet = models.ForeignKey(AdjustmentSheet, models.CASCADE, related_name="money")
    position = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=12)  # FundLine.Source
    level = models.CharField(max_length=12)  # FundLine.Level
    before = MoneyField("调整前（元）")
    after = MoneyField("调整后（元）", null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "source", "level"], name="targets_adjusted_money_once"
            ),
            models.CheckConstraint(
                condition=Q(before__gte=0) & (Q(after__isnull=True) | Q(after__gte=0)),
                name="targets_adjusted_money_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.before} → {self.after}"


class Adjustment(models.Model):
    """A filing that adjusts what another filing brought into force: the chain of versions.

    `base` is what it began from, `made` the revision that took its place. Of one base there is one
    adjustment under way or made, and what is made is younger than its base: so the chain neither
    forks nor closes. One that was refused or struck out is dropped.
    """

    filing = models.OneToOneField(Filing, models.CASCADE, related_name="adjustment")
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="adjustments")
    unit = models.ForeignKey(  # as a whole, without a project
        Unit, models.PROTECT, null=True, related_name="adjustments"
    )
    year = models.PositiveSmallIntegerField("所属年度")  # of the target
    number = models.PositiveSmallIntegerField("第几次")
    base = models.ForeignKey(Revision, models.PROTECT, related_name="adjustments")
    made = models.OneToOneField(Revision, models.PROTECT, null=True, related_name="adjusts")
    made_at = models.DateTimeField(null=True)
    is_dropped = models.BooleanField("未成立", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "year", "number"], name="targets_adjustment_number"
            ),
            models.UniqueConstraint(
                fields=["unit", "year", "number"], name="targets_unit_adjustment_number"
            ),
            models.UniqueConstraint(
                fields=["project", "year"],
                condition=Q(made__isnull=True, is_dropped=False),
                name="targets_one_open_adjustment",
            ),
            models.UniqueConstraint(
                fields=["unit", "year"],
                condition=Q(made__isnull=True, is_dropped=False),
                name="targets_one_open_unit_adjustment",
            ),
            models.CheckConstraint(condition=ONE_SUBJECT, name="targets_adjustment_subject"),
            models.UniqueConstraint(
                fields=["base"], condition=Q(is_dropped=False), name="targets_adjusted_once"
            ),
            models.CheckConstraint(
                condition=Q(made__isnull=True, made_at__isnull=True)
                | Q(made_at__isnull=False, is_dropped=False, made__gt=models.F("base")),
                name="targets_adjustment_younger",
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.number}次调整"

    @property
    def subject(self) -> Subject:
        """Whose targets it adjusts."""
        return of_rows(self.project, self.unit)


class AdjustmentException(models.Model):
    """An adjustment let in outside its node: who asked, why, who agreed, until when (Y-45)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, related_name="adjustment_exceptions"
    )
    unit = models.ForeignKey(  # as a whole, without a project
        Unit, models.PROTECT, null=True, related_name="adjustment_exceptions"
    )
    year = models.PositiveSmallIntegerField("所属年度")
    reason = models.CharField("理由", max_length=300)
    evidence = models.CharField("依据和佐证", max_length=300)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField("到期", null=True)  # half-open; set where it was agreed to
    refusal = models.CharField("不同意的理由", max_length=300, blank=True)
    used_by = models.ForeignKey(Adjustment, models.PROTECT, null=True, related_name="exceptions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "year"],
                condition=Q(decided_at__isnull=True),
                name="targets_one_exception_asked",
            ),
            models.UniqueConstraint(
                fields=["unit", "year"],
                condition=Q(decided_at__isnull=True),
                name="targets_one_unit_exception_asked",
            ),
            models.CheckConstraint(condition=ONE_SUBJECT, name="targets_exception_subject"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | (Q(decided_at__isnull=False) & ~Q(decided_by=models.F("asked_by"))),
                name="targets_exception_by_two",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(decided_at__isnull=False, refusal=""),
                name="targets_exception_agreed",
            ),
        ]

    def __str__(self) -> str:
        return self.reason[:20]

    @property
    def subject(self) -> Subject:
        """Whose targets it lets be adjusted."""
        return of_rows(self.project, self.unit)


class HandedShare(models.Model):
    """What one recipient gets of a transfer, in yuan: a region below, a unit, or a project (Y-43).

    `key` stays the same through all revisions, so that comments and differences follow the row.
    """

    sheet = models.ForeignKey(TargetSheet, models.CASCADE, related_name="shares")
    key = models.UUIDField(default=uuid.uuid4)
    position = models.PositiveSmallIntegerField()
    region = models.ForeignKey(
        Jurisdiction, models.PROTECT, null=True, related_name="+", verbose_name="地区"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, related_name="handed_shares", verbose_name="项目"
    )
    amount = MoneyField("资金（元）")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "key"], name="targets_share_key"),
            models.UniqueConstraint(fields=["sheet", "region"], name="targets_share_region"),
            models.UniqueConstraint(fields=["sheet", "unit"], name="targets_share_unit"),
            models.UniqueConstraint(fields=["sheet", "project"], name="targets_share_project"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="targets_share_amount"),
            models.CheckConstraint(
                condition=Q(region__isnull=False, unit__isnull=True, project__isnull=True)
                | Q(region__isnull=True, unit__isnull=False, project__isnull=True)
                | Q(region__isnull=True, unit__isnull=True, project__isnull=False),
                name="targets_share_one_recipient",
            ),
        ]

    def __str__(self) -> str:
        return str(self.region or self.unit or self.project)


class HandedValue(models.Model):
    """The value that a share promises for an upper indicator, by the key of its Target row.

    Of a qualitative indicator the percent of completion; `high` is the upper end of 区间.
    """

    share = models.ForeignKey(HandedShare, models.CASCADE, related_name="values")
    indicator = models.UUIDField()
    value = models.DecimalField(max_digits=18, decimal_places=4)
    high = models.DecimalField(max_digits=18, decimal_places=4, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["share", "indicator"], name="targets_handed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.share_id} {self.value}"
