"""Sample checks: what was drawn from which population by which seed, and what the check found."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.filings.models.filing import Filing, Revision
from apps.filings.standing import readers_in
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, User
from apps.rules import sampling
from apps.workplans.models import PlanTask

USER = settings.AUTH_USER_MODEL


class SampleDrawQuerySet(models.QuerySet["SampleDraw"]):
    """Which draws exist for a person."""

    def visible_to(self, user: User) -> SampleDrawQuerySet:
        """Draws of the jurisdictions that the person reads in whole: they name all its filings."""
        return self.filter(jurisdiction__in=people.whole_region_jurisdictions(user))


class SampleDraw(models.Model):
    """A sample check of one task. Seed and population are fixed before a second person draws.

    `population` is a snapshot: one object a filing with key, revision, subject, unit, code,
    stratum, is_key and amount (yuan as text), in the order of the keys; it is never written again.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", "待抽取"
        DRAWN = "drawn", "检查中"
        CLOSED = "closed", "已结束"
        VOID = "void", "已作废"

    class By(models.TextChoices):
        UNIT = "unit", "单位"
        SECTION = "section", "对口业务科室"
        FUND = "fund", "资金类型"
        AMOUNT = "amount", "金额档"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="sample_draws")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("名称", max_length=80)
    window = models.CharField("节点", max_length=20, blank=True)  # TaskWindow.key; empty for all
    method = models.CharField(
        "方式", max_length=8, choices=[(m.value, word) for m, word in sampling.WORDS.items()]
    )
    share = models.DecimalField("抽取比例", max_digits=5, decimal_places=4, null=True)
    count = models.PositiveIntegerField("抽取条数", null=True)
    by = models.CharField("分层", max_length=8, choices=By, blank=True)
    limits = models.JSONField(default=list)  # 万元, ascending: where one amount band ends
    reason = models.CharField("再次抽取的理由", max_length=300, blank=True)
    seed = models.CharField("种子", max_length=64)
    population = models.JSONField(default=list)
    population_hash = models.CharField("总体摘要", max_length=64)
    population_at = models.DateTimeField("总体时刻")
    prepared_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=8, choices=State, default=State.PREPARED)
    drawn_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField("抽取时刻", null=True)
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    void_reason = models.CharField("作废理由", max_length=300, blank=True)

    objects = SampleDrawQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["jurisdiction", "fiscal_year", "-id"], name="filings_draws")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True, drawn_by__isnull=True)
                | Q(drawn_at__isnull=False, drawn_by__isnull=False),
                name="filings_drawn_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(drawn_by__isnull=True) | ~Q(drawn_by=F("prepared_by")),
                name="filings_drawn_by_a_second",
            ),
            models.CheckConstraint(
                condition=Q(state="void") & ~Q(void_reason="")
                | (~Q(state="void") & Q(void_reason="")),
                name="filings_void_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="prepared", drawn_at__isnull=True, ended_at__isnull=True)
                | Q(state="drawn", drawn_at__isnull=False, ended_at__isnull=True)
                | Q(state="closed", drawn_at__isnull=False, ended_at__isnull=False)
                | Q(state="void", ended_at__isnull=False),
                name="filings_draw_state_has_times",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def design(self) -> sampling.Design:
        """The method with its number, as the rule book takes it."""
        return sampling.Design(sampling.Method(self.method), self.share, self.count)

    @property
    def members(self) -> list[sampling.Member]:
        """The population as the rule book takes it."""
        return [
            sampling.Member(row["key"], row["stratum"], row["is_key"]) for row in self.population
        ]

    @property
    def method_text(self) -> str:
        """The method in words, with what it is stratified by."""
        layer = f"，按{self.get_by_display()}分层" if self.by else ""
        return f"{sampling.words(self.design)}{layer}"


class SampleItemQuerySet(models.QuerySet["SampleItem"]):
    """Which drawn filings exist for a person."""

    def visible_to(self, user: User) -> SampleItemQuerySet:
        """Those of the draws that exist for the person, and what the person has to check."""
        drawn = SampleDraw.objects.visible_to(user)
        mine = Q(checker=user, draw__jurisdiction__in=readers_in(user))
        return self.filter(Q(draw__in=drawn) | mine)


class SampleItem(models.Model):
    """One drawn filing, the revision that is checked, and what the check found.

    `trace` says by which number it was drawn; `problems` are objects with path, place,
    message and severity, which go back to the unit as return items. What nobody may check is
    excused, with the reason as its opinion.
    """

    class Result(models.TextChoices):
        OPEN = "", "未检查"
        GOOD = "good", "合格"
        FAULTY = "faulty", "不合格"
        EXCUSED = "excused", "无人可查"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draw = models.ForeignKey(SampleDraw, models.CASCADE, related_name="items")
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="sample_items")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    stratum = models.CharField(max_length=80, blank=True)
    trace = models.JSONField(default=dict)
    checker = models.ForeignKey(USER, models.PROTECT, null=True, related_name="sample_items")
    result = models.CharField("结果", max_length=8, choices=Result, default=Result.OPEN, blank=True)
    opinion = models.TextField("检查意见", blank=True)
    problems = models.JSONField(default=list)
    assigned_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    sent_back_at = models.DateTimeField("退回时间", null=True)
    sent_back_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    objects = SampleItemQuerySet.as_manager()

    class Meta:
        ordering = ["draw", "position"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "filing"], name="filings_drawn_once"),
            models.UniqueConstraint(fields=["draw", "position"], name="filings_drawn_place"),
            models.CheckConstraint(
                condition=Q(result="", checked_at__isnull=True)
                | Q(result__in=["good", "faulty"], checked_at__isnull=False, checker__isnull=False)
                | (Q(result="excused", checked_at__isnull=False) & ~Q(opinion="")),
                name="filings_sample_result_has_time",
            ),
            models.CheckConstraint(
                condition=Q(sent_back_at__isnull=True) | Q(result="faulty"),
                name="filings_sample_back_is_faulty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.get_result_display()}"
