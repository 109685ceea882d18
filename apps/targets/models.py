"""What is promised for the year: the typed rows of the target form, whatever its shape."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from apps.core.money import MoneyField
from apps.filings.models import Revision
from apps.indicators.models import Indicator


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
