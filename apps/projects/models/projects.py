"""Projects, what they are, and what each year gives them by source."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from apps.core.money import MoneyField
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role, Unit, User


class BudgetType(models.TextChoices):
    """The four budgets (Q-05)."""

    GENERAL = "general", "一般公共预算"
    FUND = "fund", "政府性基金预算"
    CAPITAL = "capital", "国有资本经营预算"
    SOCIAL = "social", "社会保险基金预算"


class FundTag(models.Model):
    """A kind of money or way of managing it that a bureau counts apart; extendable (Q-06)."""

    code = models.CharField("标识", max_length=40, unique=True)
    name = models.CharField("名称", max_length=40)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


def in_share(user: people.Person, project: str = "") -> Q:
    """Rows of what the person's sections have charge of, by unit or by kind of money (Y-47, Y-75).

    `project` leads from the row, which has a unit and a jurisdiction, to its project. The section
    in charge of a unit sees all of it, also what another section first reviews for its money.
    """
    found = Q(pk__in=[])
    for share in people.shares_of(user):  # the jurisdiction first: its indexes give the order
        mine = Q(unit__in=share.units)
        if share.budget_types:
            mine |= Q((f"{project}budget_type__in", share.budget_types))
        if share.fund_tags:
            tagged = Project.fund_tags.through.objects.filter(
                fundtag__code__in=share.fund_tags, project__jurisdiction=share.jurisdiction
            )
            mine |= Q((f"{project}pk__in", tagged.values("project_id")))
        found |= Q(jurisdiction=share.jurisdiction) & mine
    return found


def _once_on_desk(user: people.Person) -> Q:
    """What lies on a desk of the person's sections or was judged there, whoever has charge now.

    The relations belong to upper rooms; asking by their names keeps the rule in this place.
    """
    found = Q(pk__in=[])
    rows = Project.objects.order_by()
    for share in people.shares_of(user):
        lies = rows.filter(assignments__filings__desk_section__in=share.sections)
        judged = rows.filter(assignments__filings__revisions__reviews__section__in=share.sections)
        found |= Q(pk__in=lies.values("pk")) | Q(pk__in=judged.values("pk"))
    return found


class ProjectQuerySet(models.QuerySet["Project"]):
    """Filters on projects."""

    def visible_to(self, user: people.Person) -> ProjectQuerySet:
        """Own units' projects, and the whole jurisdiction's for its bureau, congress and auditors.

        A business section sees its share and what was once on its desk (Y-47). Classified rows
        exist only for their own unit, the plan administrator and the performance section; they
        contain nothing (decision 16).
        """
        return self._for(user, in_share(user) | _once_on_desk(user))

    def listed_to(self, user: people.Person) -> ProjectQuerySet:
        """As visible_to, but for a section its share alone: lists stay as fast as an index."""
        return self._for(user, in_share(user))

    def _for(self, user: people.Person, share: Q) -> ProjectQuerySet:
        known = Q(jurisdiction__in=people.whole_region_jurisdictions(user)) | share
        trusted = people.jurisdictions_of(user, Role.PLAN_ADMIN, Role.PERFORMANCE_REVIEWER)
        return self.filter(
            Q(unit__in=people.units_of(user))
            | known & Q(is_classified=False)
            | Q(jurisdiction__in=trusted)
        )


class Project(models.Model):
    """A project of a unit, over all its years (DOMAIN 9).

    A classified project keeps unit, first year, serial and the flag; everything that would
    describe it is NULL by constraint (decision 16, U-35).
    """

    class Category(models.TextChoices):
        PERSONNEL = "R", "人员类"
        OPERATION = "Y", "运转类"
        SPECIAL = "T", "特定目标类"

    class State(models.TextChoices):
        RESERVE = "reserve", "储备"
        ACTIVE = "active", "执行"
        FINISHED = "finished", "结束"
        CANCELLED = "cancelled", "取消"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="projects")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="projects", verbose_name="实施单位")
    code = models.CharField("项目编码", max_length=21, null=True, blank=True)  # noqa: DJ001 (classified)
    name = models.CharField("项目名称", max_length=120, null=True, blank=True)  # noqa: DJ001 (classified)
    category = models.CharField(
        "项目类别", max_length=1, choices=Category, default=Category.SPECIAL
    )
    budget_type = models.CharField(
        "预算类型", max_length=12, choices=BudgetType, default=BudgetType.GENERAL
    )
    fund_tags = models.ManyToManyField(
        FundTag, blank=True, related_name="projects", verbose_name="资金标签"
    )
    state = models.CharField("状态", max_length=12, choices=State, default=State.ACTIVE)
    is_key = models.BooleanField("重点项目", default=False)
    is_livelihood = models.BooleanField("民生项目", default=False)
    is_infrastructure = models.BooleanField("基建项目", default=False)
    is_policy = models.BooleanField("政策", default=False)
    is_classified = models.BooleanField("涉密项目", default=False)
    classified_serial = models.PositiveIntegerField("涉密序号", null=True, blank=True)
    leader = models.CharField("项目负责人", max_length=40, blank=True)
    leader_phone = models.CharField("联系电话", max_length=30, blank=True)
    first_year = models.PositiveSmallIntegerField("起始年度")
    last_year = models.PositiveSmallIntegerField("终止年度", null=True, blank=True)
    total_investment = MoneyField("总投资（元）", null=True, blank=True)
    summary = models.TextField("项目概况", blank=True)
    created_at = models.DateTimeField()

    objects = ProjectQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["unit", "name"], name="projects_by_unit"),
            models.Index(fields=["jurisdiction", "name", "id"], name="projects_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "code"], name="projects_code_unique"),
            models.UniqueConstraint(
                fields=["unit", "first_year", "classified_serial"],
                name="projects_classified_serial",
            ),
            models.CheckConstraint(
                condition=Q(code__isnull=True) | Q(code__regex=r"^[0-9]{8}[RYT][0-9]{12}$"),
                name="projects_code_21_digits",
            ),
            models.CheckConstraint(
                condition=(
                    Q(is_classified=False, name__isnull=False, code__isnull=False)
                    | Q(
                        is_classified=True,
                        name__isnull=True,
                        code__isnull=True,
                        total_investment__isnull=True,
                        leader="",
                        leader_phone="",
                        summary="",
                        classified_serial__isnull=False,
                    )
                ),
                name="projects_classified_says_nothing",
            ),
            models.CheckConstraint(
                condition=Q(last_year__isnull=True) | Q(last_year__gte=F("first_year")),
                name="projects_years_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"涉密项目{self.classified_serial}"


class ProjectYear(models.Model):
    """A project's place in a year's budget: from the start, or added in it (Y-12, Y-114)."""

    class Origin(models.TextChoices):
        INITIAL = "initial", "年初预算"
        ADDED = "added", "年中追加"

    class Attribute(models.TextChoices):
        NEW = "new", "新增项目"
        CONTINUING = "continuing", "延续项目"
        ONE_OFF = "one_off", "一次性项目"

    project = models.ForeignKey(Project, models.CASCADE, related_name="years")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    origin = models.CharField("来源", max_length=8, choices=Origin)
    attribute = models.CharField("项目属性", max_length=12, choices=Attribute)
    joined_on = models.DateField("列入日期")

    class Meta:
        indexes = [models.Index(fields=["jurisdiction", "fiscal_year"], name="projects_year")]
        constraints = [
            models.UniqueConstraint(fields=["project", "fiscal_year"], name="projects_year_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}/{self.fiscal_year}"


class FundLine(models.Model):
    """A project's money of one year and source, in yuan: initial, adjusted (in force), arrived."""

    class Source(models.TextChoices):
        FISCAL = "fiscal", "财政拨款"
        CARRYOVER = "carryover", "上年结转"
        OTHER = "other", "其他资金"

    class Level(models.TextChoices):
        CENTRAL = "central", "中央"
        PROVINCE = "province", "自治区（省）"
        PREFECTURE = "prefecture", "地州（市）"
        COUNTY = "county", "县本级"

    year = models.ForeignKey(ProjectYear, models.CASCADE, related_name="funds")
    source = models.CharField("资金来源", max_length=12, choices=Source)
    level = models.CharField("资金级次", max_length=12, choices=Level, default=Level.COUNTY)
    initial = MoneyField("年初预算数（元）", default=0)
    adjusted = MoneyField("调整后预算数（元）", default=0)
    arrived = MoneyField("到位数（元）", default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "source", "level"], name="projects_fund_line_unique"
            ),
            models.CheckConstraint(
                condition=Q(initial__gte=0, adjusted__gte=0, arrived__gte=0),
                name="projects_fund_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.adjusted}"


class UnitBudget(models.Model):
    """What a unit's budget of a year was approved at from one source, in yuan, its staff included.

    A unit without any row has no budget on record; what its projects hold may be less (Y-80).
    """

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="budgets", verbose_name="单位")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    source = models.CharField("资金来源", max_length=12, choices=FundLine.Source)
    amount = MoneyField("批复数（元）")
    basis = models.CharField("批复文号", max_length=100)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")

    class Meta:
        indexes = [
            models.Index(fields=["jurisdiction", "fiscal_year"], name="projects_unit_budgets")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "fiscal_year", "source"], name="projects_unit_budget_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="projects_unit_budget_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.fiscal_year} {self.get_source_display()} {self.amount}"


class StepDate(models.Model):
    """The day on which a project's year took a step of the budget, for money or targets (B-05).

    When targets were handed in and approved the filings tell; only their 批复 and their publication
    stand here. A correction overwrites the day; the trail keeps what stood before.
    """

    class Side(models.TextChoices):
        BUDGET = "budget", "预算"
        TARGET = "target", "绩效目标"

    class Step(models.TextChoices):
        COMPILED = "compiled", "申报"
        REVIEWED = "reviewed", "审核"
        APPROVED = "approved", "批复"
        PUBLISHED = "published", "公开"

    place = models.ForeignKey(ProjectYear, models.CASCADE, related_name="step_dates")
    side = models.CharField("哪一边", max_length=6, choices=Side)
    step = models.CharField("环节", max_length=9, choices=Step)
    on = models.DateField("日期")
    source = models.CharField("文号、网址或来源", max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "side", "step"], name="projects_step_once"),
            models.CheckConstraint(
                condition=Q(side="budget") | Q(step__in=["approved", "published"]),
                name="projects_step_targets_are_filed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.side} {self.step} {self.on}"


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Filters on transfers."""

    def visible_to(self, user: people.Person) -> TransferQuerySet:
        """Own units' transfers, a section's share, and the jurisdiction's for its bureau."""
        known = Q(unit__in=people.units_of(user))
        known |= Q(jurisdiction__in=people.whole_region_jurisdictions(user))
        for share in people.shares_of(user):
            mine = Q(unit__in=share.units)
            if share.fund_tags:
                tags = Transfer.fund_tags.through.objects.filter(fundtag__code__in=share.fund_tags)
                mine |= Q(pk__in=tags.values("transfer_id"))
            known |= Q(jurisdiction=share.jurisdiction) & mine
        return self.filter(known)


class Transfer(models.Model):
    """Money from the levels above for one purpose and year, with the document it came by (Y-43).

    Its unit (业务主管部门) hands money and targets down. What is exempt came without targets, for a
    kind that the plan allows and a reason.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="transfers")
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="transfers", verbose_name="主管部门"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("转移支付名称", max_length=120)
    document_number = models.CharField("下达文号", max_length=60)
    issued_on = models.DateField("下达日期")
    fund_tags = models.ManyToManyField(
        FundTag, blank=True, related_name="transfers", verbose_name="转移支付类别"
    )
    has_targets = models.BooleanField("目标随文下达", default=True)  # Y-44
    exempt_kind = models.CharField("豁免类型", max_length=60, blank=True)
    exempt_reason = models.CharField("豁免理由", max_length=120, blank=True)
    created_at = models.DateTimeField()

    objects = TransferQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["jurisdiction", "fiscal_year", "-issued_on", "-id"],
                name="projects_transfers",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "fiscal_year", "document_number", "name"],
                name="projects_transfer_once",
            ),
            models.CheckConstraint(
                condition=Q(exempt_kind="", exempt_reason="")
                | (~Q(exempt_kind="") & ~Q(exempt_reason="")),
                name="projects_transfer_exempt_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TransferFund(models.Model):
    """A transfer's money of one level of government, in yuan."""

    class Level(models.TextChoices):
        CENTRAL = "central", "中央财政资金"
        PROVINCE = "province", "自治区（省）资金"
        PREFECTURE = "prefecture", "地州（市）资金"
        COUNTY = "county", "县本级资金"
        OTHER = "other", "其他资金"

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="funds")
    level = models.CharField("资金级次", max_length=12, choices=Level)
    amount = MoneyField("金额（元）")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "level"], name="projects_transfer_level"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="projects_transfer_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.amount}"
