"""How far a project has come at a node: the typed rows of 双监控 (DOMAIN 1.4), lights, verdicts."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.money import MoneyField
from apps.filings.models import Filing, Revision
from apps.projects.models import Project
from apps.rules.monitoring import FUNDS, WORDS, Kind

USER = settings.AUTH_USER_MODEL
LIGHTS = [(light.value, word) for light, word in WORDS.items()]


class Verdict(models.TextChoices):
    """What finance finds at a node, in the words of apps.rules.monitoring.Kind."""

    PASSED = Kind.PASSED.value, Kind.PASSED.value
    FAILED = Kind.FAILED.value, Kind.FAILED.value


class NodeSheet(models.Model):
    """The day to which a filing's figures run, and which promise it answers; one per revision."""

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="node_sheet")
    as_of = models.DateField("数据截至日", null=True)
    promise = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")
    unread = models.JSONField(default=dict)  # path → text that is not a number, kept as typed

    def __str__(self) -> str:
        return f"{self.revision_id} {self.as_of or ''}"


class NodeMoney(models.Model):
    """A row of the fund table, in yuan, cumulative from January; null: not filled."""

    sheet = models.ForeignKey(NodeSheet, models.CASCADE, related_name="money")
    position = models.PositiveSmallIntegerField()
    fund = models.CharField("资金", max_length=8, choices=list(FUNDS.items()))
    initial = MoneyField("年初预算数（元）", null=True)
    executed = MoneyField("执行数（元）", null=True)
    forecast = MoneyField("全年预计执行数（元）", null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "fund"], name="monitoring_fund_once")
        ]

    def __str__(self) -> str:
        return f"{self.fund} {self.executed}"


class NodeRow(models.Model):
    """What became of one promised indicator.

    The promise stands in it as a copy, so that what was answered can be read after an adjustment;
    `key` is the promised row's own. Of a 定性 row `band` and `forecast_band` stand for the numbers.
    """

    sheet = models.ForeignKey(NodeSheet, models.CASCADE, related_name="rows")
    key = models.UUIDField(default=uuid.uuid4)
    position = models.PositiveSmallIntegerField()
    level1 = models.CharField("一级指标", max_length=10, blank=True)
    level2 = models.CharField("二级指标", max_length=20, blank=True)
    name = models.CharField("三级指标", max_length=200, blank=True)
    operator = models.CharField("性质", max_length=4, blank=True)
    value = models.DecimalField("指标值", max_digits=18, decimal_places=4, null=True)
    value_high = models.DecimalField("指标值上限", max_digits=18, decimal_places=4, null=True)
    value_text = models.CharField("定性指标值", max_length=200, blank=True)
    unit = models.CharField("度量单位", max_length=20, blank=True)
    direction = models.CharField("方向", max_length=4, blank=True)
    weight = models.DecimalField("权重", max_digits=5, decimal_places=2, null=True)
    actual = models.DecimalField("执行情况", max_digits=18, decimal_places=4, null=True)
    band = models.CharField("执行情况（定性）", max_length=10, blank=True)
    forecast = models.DecimalField("全年预计完成情况", max_digits=18, decimal_places=4, null=True)
    forecast_band = models.CharField("全年预计（定性）", max_length=10, blank=True)
    causes = models.CharField("偏差原因", max_length=60, blank=True)  # joined by 、
    likelihood = models.CharField("完成目标可能性", max_length=10, blank=True)
    reason = models.TextField("原因说明", blank=True)
    measure = models.TextField("拟采取措施", blank=True)
    remark = models.TextField("备注", blank=True)
    is_not_due = models.BooleanField("未到考核时点", default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "key"], name="monitoring_row_key_once")
        ]

    def __str__(self) -> str:
        return self.name


class NodeLights(models.Model):
    """What was lit of a submitted revision, with the traces and the plan's values behind them.

    `rows` maps the key of an indicator to its light and trace. Computed at submission, and again
    when the filing is closed: then it is what counts.
    """

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="node_lights")
    money = models.CharField("资金灯", max_length=6, choices=LIGHTS)
    promise = models.CharField("目标灯", max_length=6, choices=LIGHTS)
    combined = models.CharField("综合灯", max_length=6, choices=LIGHTS)
    traces = models.JSONField()  # money, promise, combined → trace
    rows = models.JSONField(default=dict)
    values = models.JSONField()  # code of the plan's setting → its text
    lit_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.revision_id} {self.combined}"

    @property
    def shown(self) -> str:
        """The combined light that counts: as finance changed it last, or as it was computed.

        Costs a query unless the changes are at hand.
        """
        changes = list(self.changes.all())
        return changes[0].light if changes else self.combined


class LightChange(models.Model):
    """A combined light that finance changed, and why; the newest counts."""

    lights = models.ForeignKey(NodeLights, models.CASCADE, related_name="changes")
    light = models.CharField("综合灯", max_length=6, choices=LIGHTS)
    reason = models.CharField("理由", max_length=300)
    changed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="monitoring_light_says_why")
        ]

    def __str__(self) -> str:
        return f"{self.lights_id} {self.light}"


class NodeVerdict(models.Model):
    """What finance found of one revision; it counts once the filing is closed on it.

    Flags are no column: they are replayed from the verdicts that count (ADR 17).
    """

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="node_verdict")
    filing = models.ForeignKey(Filing, models.CASCADE, related_name="node_verdicts")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, related_name="node_verdicts"
    )  # null: the unit as a whole
    fiscal_year = models.PositiveSmallIntegerField("年度")
    node_on = models.DateField("节点")
    verdict = models.CharField("结论", max_length=3, choices=Verdict)
    reason = models.TextField("理由", blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    held_since: datetime | None = None  # where selectors say it: since when it is the filing's

    class Meta:
        indexes = [models.Index(fields=["project", "node_on"], name="monitoring_of_project")]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=[each.value for each in Verdict]),
                name="monitoring_verdict_known",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.FAILED.value) | ~Q(reason=""),
                name="monitoring_failed_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node_on} {self.verdict}"
