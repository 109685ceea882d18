"""The indicator library: versions, categories, indicators of three levels."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction


class LibraryQuerySet(models.QuerySet["Library"]):
    """Filters on libraries."""

    def visible_to(self, user: people.Person) -> LibraryQuerySet:
        """Shared libraries, those of the user's jurisdictions and of the ones above them (W-24)."""
        own = people.jurisdictions_of(user)
        line = Jurisdiction.objects.filter(
            Q(pk__in=own) | Q(children__in=own) | Q(children__children__in=own)
        )
        return self.filter(Q(jurisdiction__isnull=True) | Q(jurisdiction__in=line.values("pk")))


class Library(models.Model):
    """One edition of a library: whose, of which year (Q-12, Y-41). No jurisdiction: shared by all.

    A later edition keeps the title; the newest one not later than a year is in force in it.
    """

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, null=True, blank=True, related_name="+"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("名称", max_length=100)
    source = models.CharField("来源", max_length=200)

    objects = LibraryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "title", "fiscal_year"], name="indicators_library_own_once"
            ),
            models.UniqueConstraint(
                fields=["title", "fiscal_year"],
                condition=Q(jurisdiction__isnull=True),
                name="indicators_library_shared_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Category(models.Model):
    """A class of indicators: 共性 by kind of spending, or 行业 (Y-06, Y-07)."""

    library = models.ForeignKey(Library, models.CASCADE, related_name="categories")
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
    """A third-level indicator with what a filer needs to use it well (DOMAIN 2.1)."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="indicators")
    code = models.CharField("标识", max_length=40)
    level1 = models.CharField("一级指标", max_length=10)
    level2 = models.CharField("二级指标", max_length=20)
    name = models.CharField("三级指标", max_length=100)
    unit = models.CharField("度量单位", max_length=20, blank=True)
    operator = models.CharField("性质", max_length=4)
    direction = models.CharField("方向", max_length=4)
    typical_value = models.CharField("常用值", max_length=60, blank=True)
    explanation = models.CharField("指标解释", max_length=300)
    formula = models.CharField("计算方法", max_length=300, blank=True)
    evidence = models.CharField("佐证材料", max_length=200, blank=True)
    is_core = models.BooleanField("核心指标", default=False)
    keywords = models.CharField("检索词", max_length=100, blank=True)

    class Meta:
        ordering = ["category__position", "code"]
        indexes = [models.Index(fields=["level1", "level2"], name="indicators_by_level")]
        constraints = [
            models.UniqueConstraint(fields=["category", "code"], name="indicators_code_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_qualitative(self) -> bool:
        """Whether its value is a stated standard and not a number."""
        return self.operator == "定性"

    @property
    def usual(self) -> tuple[str, str, str]:
        """The usual value as a row of the target form takes it: number, upper end, standard."""
        if self.is_qualitative:
            return "", "", self.typical_value
        low, _, high = self.typical_value.partition("~")
        return low, high, ""
