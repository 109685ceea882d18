"""The indicator library: editions, categories, indicators of three levels."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q

from apps.core.money import MoneyField
from apps.indicators.pieces import PiecesField
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role, Unit, User

KEEPERS = (Role.PERFORMANCE_REVIEWER, Role.PLAN_ADMIN)  # who makes and publishes a region's library


class LibraryQuerySet(models.QuerySet["Library"]):
    """Filters on libraries."""

    def visible_to(self, user: people.Person) -> LibraryQuerySet:
        """Published ones that are shared, of the user's regions and of those above, and of the
        user's departments (W-24); besides, every state of those the user keeps.
        """
        return self.filter((Q(state=Library.State.PUBLISHED) & _read_by(user)) | _kept_by(user))

    def listed_to(self, user: people.Person) -> LibraryQuerySet:
        """Those in whose making the user takes part, in every state."""
        return self.filter(_kept_by(user))

    def in_order(self) -> LibraryQuerySet:
        """The nearest level first, the newest edition first."""
        order = models.Case(
            *(models.When(level=level, then=place) for place, level in enumerate(NEAREST)),
            output_field=models.IntegerField(),
        )
        return self.annotate(distance=order).order_by(
            "distance", "title", "-fiscal_year", "-number", "pk"
        )


def _read_by(user: people.Person) -> Q:
    """Whose published libraries serve the user's work."""
    own = people.jurisdictions_of(user)
    line = Jurisdiction.objects.filter(
        Q(pk__in=own) | Q(children__in=own) | Q(children__children__in=own)
    )
    region = Q(unit__isnull=True) & (
        Q(jurisdiction__isnull=True) | Q(jurisdiction__in=line.values("pk"))
    )
    seats = people.units_of(user)
    above = Unit.objects.filter(
        Q(pk__in=seats) | Q(children__in=seats) | Q(children__children__in=seats)
    )
    known = Unit.objects.visible_to(user)
    return region | Q(unit__in=above.values("pk")) | Q(unit__in=known.values("pk"))


def _kept_by(user: people.Person) -> Q:
    """Editions that the user writes or publishes: the region's keepers, the department's head."""
    regions = people.jurisdictions_of(user, *KEEPERS)
    return Q(jurisdiction__in=regions) | Q(unit__in=people.units_of(user, Role.SUPERVISOR))


class Library(models.Model):
    """One edition of a library: whose, of which level and year (Q-12, Y-41, W-24).

    No jurisdiction: shared by all. A later edition keeps the title; the newest published one not
    later than a year is in force in it. `number` counts the editions of one year.
    """

    class Level(models.TextChoices):
        PROVINCE = "province", "自治区"
        PREFECTURE = "prefecture", "州市"
        COUNTY = "county", "县"
        DEPARTMENT = "department", "部门"
        SHARED = "shared", "通用"

    class State(models.TextChoices):
        DRAFT = "draft", "编制中"
        REVIEW = "review", "待发布"
        PUBLISHED = "published", "已发布"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    level = models.CharField("级次", max_length=12, choices=Level, default=Level.SHARED)
    fiscal_year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveSmallIntegerField("版次", default=1)
    title = models.CharField("名称", max_length=100)
    source = models.CharField("来源", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    base = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="上一版"
    )
    editors = models.ManyToManyField(User, related_name="+")  # none of them publishes it
    remark = models.CharField("退回意见", max_length=300, blank=True)
    submitted_at = models.DateTimeField("送审时间", null=True)
    published_at = models.DateTimeField("发布时间", null=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发布人"
    )

    objects = LibraryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "title", "fiscal_year", "number"],
                condition=Q(unit__isnull=True),
                name="indicators_edition_of_region",
            ),
            models.UniqueConstraint(
                fields=["unit", "title", "fiscal_year", "number"],
                condition=Q(unit__isnull=False),
                name="indicators_edition_of_unit",
            ),
            models.UniqueConstraint(
                fields=["title", "fiscal_year", "number"],
                condition=Q(jurisdiction__isnull=True),
                name="indicators_edition_shared",
            ),
            models.CheckConstraint(
                condition=Q(level="department", unit__isnull=False, jurisdiction__isnull=False)
                | Q(level="shared", unit__isnull=True, jurisdiction__isnull=True)
                | (
                    Q(level__in=["province", "prefecture", "county"])
                    & Q(unit__isnull=True, jurisdiction__isnull=False)
                ),
                name="indicators_edition_owner_fits_level",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def edition(self) -> str:
        """Which edition, in words: 2024年版, 2024年版（第2次）."""
        again = f"（第{self.number}次）" if self.number > 1 else ""
        return f"{self.fiscal_year}年版{again}"

    @property
    def is_draft(self) -> bool:
        """Whether rows may change."""
        return self.state == self.State.DRAFT

    @property
    def owner(self) -> str:
        """Whose it is, in words; empty for a shared one."""
        return str(self.unit or self.jurisdiction or "")


NEAREST = (
    Library.Level.DEPARTMENT,
    Library.Level.COUNTY,
    Library.Level.PREFECTURE,
    Library.Level.PROVINCE,
    Library.Level.SHARED,
)


class Category(models.Model):
    """A class of indicators: 共性 by kind of spending, or 行业 (Y-06, Y-07, W-21)."""

    class Kind(models.TextChoices):
        COMMON = "common", "共性"
        INDUSTRY = "industry", "分行业"

    library = models.ForeignKey(Library, models.CASCADE, related_name="categories")
    kind = models.CharField("体系", max_length=10, choices=Kind, default=Kind.COMMON)
    code = models.CharField("标识", max_length=40)
    name = models.CharField("名称", max_length=60)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["library", "code"], name="indicators_category_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """A third-level indicator with what a filer needs to use it well (DOMAIN 2.1).

    `low` to `high` is the usual range of the value, in its unit; the cost range is yuan for one
    `cost_unit`. `origin` is the same row in the edition before.
    """

    category = models.ForeignKey(Category, models.CASCADE, related_name="indicators")
    code = models.CharField("标识", max_length=40)
    subclass = models.CharField("子类", max_length=40, blank=True)
    purpose = models.CharField("资金用途", max_length=60, blank=True)
    level1 = models.CharField("一级指标", max_length=10)
    level2 = models.CharField("二级指标", max_length=20)
    name = models.CharField("三级指标", max_length=100)
    unit = models.CharField("度量单位", max_length=20, blank=True)
    operator = models.CharField("性质", max_length=4)
    direction = models.CharField("方向", max_length=4)
    typical_value = models.CharField("常用值", max_length=60, blank=True)
    low = models.DecimalField("常用范围下限", max_digits=18, decimal_places=4, null=True)
    high = models.DecimalField("常用范围上限", max_digits=18, decimal_places=4, null=True)
    cost_low = MoneyField("单位成本下限（元）", null=True)
    cost_high = MoneyField("单位成本上限（元）", null=True)
    cost_unit = models.CharField("成本计量单位", max_length=20, blank=True)
    explanation = models.CharField("指标解释", max_length=300)
    formula = models.CharField("计算方法", max_length=300, blank=True)
    data_source = models.CharField("数据来源", max_length=200, blank=True)
    evidence = models.CharField("佐证材料", max_length=200, blank=True)
    is_core = models.BooleanField("核心指标", default=False)
    keywords = models.CharField("检索词", max_length=100, blank=True)
    origin = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    pieces = PiecesField(blank=True, editable=False)

    class Meta:
        ordering = ["category__position", "code"]
        indexes = [models.Index(fields=["level1", "level2"], name="indicators_by_level")]
        constraints = [
            models.UniqueConstraint(fields=["category", "code"], name="indicators_code_once"),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=F("high")),
                name="indicators_range_in_order",
            ),
            models.CheckConstraint(
                condition=Q(cost_low__isnull=True)
                | Q(cost_high__isnull=True)
                | Q(cost_low__lte=F("cost_high")),
                name="indicators_cost_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_qualitative(self) -> bool:
        """Whether its value is a stated standard and not a number."""
        return self.operator == "定性"

    @property
    def is_complete(self) -> bool:
        """Whether it says how it is counted, from which data and by which proof."""
        return all((self.explanation, self.formula, self.data_source, self.evidence))

    @property
    def usual(self) -> tuple[str, str, str]:
        """The usual value as a row of the target form takes it: number, upper end, standard."""
        if self.is_qualitative:
            return "", "", self.typical_value
        low, _, high = self.typical_value.partition("~")
        return low, high, ""

    @property
    def usual_range(self) -> str:
        """The usual range in words with its unit; empty where none is known."""
        return ranged(self.low, self.high, self.unit)

    @property
    def cost_range(self) -> str:
        """The usual cost of one unit in words; empty where none is known."""
        return ranged(self.cost_low, self.cost_high, f"元/{self.cost_unit}")


def ranged(low: Any, high: Any, unit: str) -> str:
    """85～95%, 不低于85%, 不高于95%; empty without an end."""
    if low is None and high is None:
        return ""
    if low is None:
        return f"不高于{_plain(high)}{unit}"
    if high is None:
        return f"不低于{_plain(low)}{unit}"
    return f"{_plain(low)}～{_plain(high)}{unit}"


def _plain(value: Any) -> str:
    """A number without idle zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
