"""Places: jurisdictions, units, finance sections and the routes between them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from apps.organizations.models.people import User

BUDGET_TYPES = {  # the four budgets; projects carry the same codes
    "general": "一般公共预算",
    "fund": "政府性基金预算",
    "capital": "国有资本经营预算",
    "social": "社会保险基金预算",
}
REGION_READERS = frozenset(  # roles that know every unit of their jurisdiction by code and name
    {
        "section_reviewer",
        "performance_reviewer",
        "budget_officer",
        "leader",
        "observer",
        "plan_admin",
        "sys_admin",
        "sec_admin",
    }
)


class Jurisdiction(models.Model):
    """One government with its own budget: 省, 地州市, 县 (区划代码 GB/T 2260)."""

    class Level(models.TextChoices):
        PROVINCE = "province", "省级"
        PREFECTURE = "prefecture", "地州市级"
        COUNTY = "county", "县级"

    code = models.CharField(
        "区划代码", max_length=6, unique=True, validators=[RegexValidator(r"^\d{6}$")]
    )
    name = models.CharField("名称", max_length=60)
    level = models.CharField("级次", max_length=12, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    bureau = models.ForeignKey(  # who answers to the level above for the region (B-42, W-02)
        "organizations.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="财政部门",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{6}$"),
                name="organizations_jurisdiction_code_6_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(models.QuerySet["Unit"]):
    """Filters on units."""

    def active(self) -> UnitQuerySet:
        """Units that still exist."""
        return self.filter(is_active=True)

    def visible_to(self, user: User | AnonymousUser) -> UnitQuerySet:
        """Own units, units under a supervised one, or all where the user serves the bureau.

        This is the directory; a unit's work is read through `projects.selectors.units_known`.
        """
        if user.is_anonymous:
            return self.none()
        held = user.in_force()
        own = [m.unit_id for m in held if m.unit_id]
        above = [m.unit_id for m in held if m.role == "supervisor"]
        whole = [m.jurisdiction_id for m in held if m.role in REGION_READERS]
        return self.filter(
            Q(id__in=own)
            | Q(parent__in=above)
            | Q(parent__parent__in=above)
            | Q(jurisdiction__in=whole)
        )


class Unit(models.Model):
    """A unit that spends public money: 部门, 所属单位, 乡镇, 国有企业 (U-01).

    A classified unit (涉密) keeps its row so that it can be counted apart; its name is withheld on
    public pages by the pages' own queries (U-35, TRUST I02).
    """

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "部门"
        SUBORDINATE = "subordinate", "所属单位"
        TOWN = "town", "乡镇"
        COMPANY = "company", "国有企业"
        OTHER = "other", "其他预算单位"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="units")
    code = models.CharField("预算单位编码", max_length=12)  # 3+3(+3) digits
    name = models.CharField("单位名称", max_length=100)
    kind = models.CharField("单位类型", max_length=12, choices=Kind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="主管部门",
    )
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    is_fund_manager = models.BooleanField("资金主管部门", default=False)  # U-36
    is_classified = models.BooleanField("涉密单位", default=False)
    is_active = models.BooleanField("在用", default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "code"], name="organizations_unit_code_unique"
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{3}([0-9]{3}){0,2}$"),
                name="organizations_unit_code_digits",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="organizations_unit_not_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Section(models.Model):
    """A section of the finance bureau (业务科室, 绩效科, 预算科), by its local name (Y-112)."""

    class Kind(models.TextChoices):
        BUSINESS = "business", "业务科室"
        PERFORMANCE = "performance", "绩效科室"
        BUDGET = "budget", "预算科室"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="sections")
    code = models.CharField("标识", max_length=20)
    name = models.CharField("科室名称", max_length=40)
    kind = models.CharField("类别", max_length=12, choices=Kind)

    class Meta:
        ordering = ["jurisdiction", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "code"], name="organizations_section_code_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SectionAlias(models.Model):
    """Another name under which papers speak of a section: 乡财科 = 农财科 (Y-75, Y-112)."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="aliases")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    name = models.CharField("别名", max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "name"], name="organizations_section_alias_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SectionRoute(models.Model):
    """Which section first reviews a filing: by fund tag or budget type, then by unit (Y-75)."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="routes")
    section = models.ForeignKey(Section, models.PROTECT, related_name="routes")
    fund_tag = models.CharField("资金标签", max_length=40, blank=True)
    budget_type = models.CharField("预算类型", max_length=12, blank=True)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="routes")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    (~Q(fund_tag="") & Q(budget_type="", unit__isnull=True))
                    | (Q(fund_tag="", unit__isnull=True) & ~Q(budget_type=""))
                    | Q(fund_tag="", budget_type="", unit__isnull=False)
                ),
                name="organizations_route_exactly_one_key",
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "fund_tag"],
                condition=~Q(fund_tag=""),
                name="organizations_route_tag",
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "budget_type"],
                condition=~Q(budget_type=""),
                name="organizations_route_budget_type",
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(unit__isnull=False), name="organizations_route_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund_tag or self.budget_type or self.unit} → {self.section}"

    @property
    def budget_name(self) -> str:
        """The budget in words."""
        return BUDGET_TYPES.get(self.budget_type, self.budget_type)
