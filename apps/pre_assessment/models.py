"""Whether something new should enter the budget: the typed rows of 事前绩效评估 (DOMAIN 1.8)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.money import MoneyField
from apps.filings.models import Filing, Revision
from apps.organizations.models import Jurisdiction
from apps.projects.models import Project

USER = settings.AUTH_USER_MODEL


class Verdict(models.TextChoices):
    """A conclusion in the words of apps.rules.gates.Verdict."""

    SUPPORT = "支持", "支持"
    PARTLY = "部分支持", "部分支持"
    REFUSE = "不支持", "不支持"


class AssessmentSheet(models.Model):
    """The report's head and texts, and what could not be read as typed; one per revision."""

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="assessment_sheet")
    budget_year = models.PositiveSmallIntegerField("申请预算年度", null=True)
    is_professional = models.BooleanField("专业性较强", default=False)
    professional_why = models.CharField("理由", max_length=200, blank=True)
    organised = models.CharField("评估组织方式", max_length=20, blank=True)
    helper = models.CharField("协助编制的机构", max_length=80, blank=True)
    methods = models.CharField("评估方法", max_length=120, blank=True)  # joined by 、
    asked = MoneyField("申请财政资金（元）", null=True)
    total = MoneyField("总投资（元）", null=True)
    county = MoneyField("其中：县本级投资（元）", null=True)
    background = models.TextField("立项背景", blank=True)
    content = models.TextField("主要内容", blank=True)
    goal = models.TextField("绩效目标", blank=True)
    funding = models.TextField("资金构成", blank=True)
    purpose = models.TextField("目的及对象", blank=True)
    approach = models.TextField("思路及方法", blank=True)
    procedure = models.TextField("程序", blank=True)
    overall = models.TextField("总体结论", blank=True)
    advice = models.TextField("相关建议", blank=True)
    other = models.TextField("其他需要说明的问题", blank=True)
    uptake = models.TextField("以前结果的采纳说明", blank=True)
    unread = models.JSONField(default=dict)  # path → text that is not a number, kept as typed

    def __str__(self) -> str:
        return self.overall[:40]


class AssessmentBasis(models.Model):
    """A decision that the project carries out (Q-08)."""

    sheet = models.ForeignKey(AssessmentSheet, models.CASCADE, related_name="bases")
    key = models.UUIDField(default=uuid.uuid4)
    position = models.PositiveSmallIntegerField()
    level = models.CharField("级次", max_length=10, blank=True)
    document = models.CharField("文号", max_length=60, blank=True)
    title = models.CharField("文件或会议", max_length=120, blank=True)
    clause = models.CharField("条款", max_length=120, blank=True)
    accord = models.CharField("怎样相符", max_length=300, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "key"], name="pre_assessment_basis_key")
        ]

    def __str__(self) -> str:
        return self.title or self.document


class AssessmentDimension(models.Model):
    """What was found in one dimension of the sheet in force, and by which evidence."""

    sheet = models.ForeignKey(AssessmentSheet, models.CASCADE, related_name="dimensions")
    position = models.PositiveSmallIntegerField()
    name = models.CharField("维度", max_length=20)
    statement = models.TextField("评估意见", blank=True)
    evidence = models.CharField("佐证", max_length=300, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "name"], name="pre_assessment_dimension")
        ]

    def __str__(self) -> str:
        return self.name


class AssessmentPoint(models.Model):
    """The points that the unit gave itself for one criterion of a dimension."""

    dimension = models.ForeignKey(AssessmentDimension, models.CASCADE, related_name="points")
    position = models.PositiveSmallIntegerField()
    name = models.CharField("要点", max_length=40)
    full = models.DecimalField("满分", max_digits=5, decimal_places=2)
    points = models.DecimalField("自评分", max_digits=5, decimal_places=2, null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["dimension", "name"], name="pre_assessment_point")
        ]

    def __str__(self) -> str:
        return self.name


class Conclusion(models.Model):
    """What finance concluded on one revision; it counts once the filing is closed on it.

    Amounts in yuan. `trace` keeps the score, the band and the clause that it rests on.
    """

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="conclusions")
    revision = models.OneToOneField(Revision, models.CASCADE, related_name="conclusion")
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, related_name="conclusions"
    )  # null: a policy that the unit answers for as a whole
    budget_year = models.PositiveSmallIntegerField("预算年度")
    verdict = models.CharField("结论", max_length=4, choices=Verdict)
    asked = MoneyField("申请金额（元）")
    supported = MoneyField("支持金额（元）")
    reason = models.CharField("理由", max_length=500)
    trace = models.JSONField(default=dict)
    decided_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["project", "budget_year"], name="pre_assessment_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(supported__gte=0, supported__lte=models.F("asked")),
                name="pre_assessment_supported",
            )
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.supported}"


class Reassessment(models.Model):
    """Finance decided for or against an assessment by a third party, and its outcome (Y-37)."""

    filing = models.OneToOneField(Filing, models.CASCADE, related_name="reassessment")
    is_wanted = models.BooleanField("引入第三方再评估")
    reason = models.CharField("理由", max_length=300)
    prompt = models.CharField("提示", max_length=200)
    asked = MoneyField("定时的申请金额（元）", null=True)
    county = MoneyField("定时的县本级投资（元）", null=True)
    agency = models.CharField("第三方机构", max_length=80, blank=True)
    verdict = models.CharField("再评估结论", max_length=4, choices=Verdict, blank=True)
    supported = MoneyField("建议金额（元）", null=True)
    opinion = models.CharField("再评估意见", max_length=1000, blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_wanted=True) | Q(agency="", verdict="", supported__isnull=True),
                name="pre_assessment_agency_only_if_wanted",
            )
        ]

    def __str__(self) -> str:
        return self.agency or self.reason[:20]


class PanelOpinion(models.Model):
    """What one expert of the panel said of a report."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="panel")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    expert = models.CharField("专家", max_length=40)
    workplace = models.CharField("工作单位", max_length=80)
    field = models.CharField("专业", max_length=40)
    verdict = models.CharField("意见", max_length=4, choices=Verdict)
    text = models.CharField("说明", max_length=500)
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "expert"], name="pre_assessment_expert_once")
        ]

    def __str__(self) -> str:
        return self.expert


class Likeness(models.Model):
    """What finance found of an earlier result: of the same thing, a similar one or not (U-45)."""

    class Word(models.TextChoices):
        SAME = "same", "相同"
        SIMILAR = "similar", "相似"
        DIFFERENT = "different", "不同"

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="likenesses")
    earlier = models.ForeignKey(Conclusion, models.CASCADE, related_name="likenesses")
    word = models.CharField("判断", max_length=9, choices=Word)
    reason = models.CharField("理由", max_length=300)
    decided_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "earlier"], name="pre_assessment_likeness_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_word_display()} {self.reason[:20]}"


class GateException(models.Model):
    """A project let into a year's budget beside a gate: why, how much, who proposed, who agreed.

    One lets it in without an assessment, another one without targets in force (W-03).
    An opinion of the investment authority on infrastructure is recorded in the same way (Q-09).
    """

    class Kind(models.TextChoices):
        EXCEPTION = "exception", "例外审批"
        INVESTMENT = "investment", "投资主管部门评估"
        TARGETS = "targets", "没有定稿目标的例外"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, related_name="gate_exceptions")
    budget_year = models.PositiveSmallIntegerField("预算年度")
    kind = models.CharField("类别", max_length=12, choices=Kind)
    amount = MoneyField("准予列入金额（元）")
    reason = models.CharField("理由", max_length=300)
    document = models.CharField("批准文件或会议", max_length=120)
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refusal = models.CharField("不同意的理由", max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "budget_year"],
                condition=Q(refusal="") & ~Q(kind="targets"),
                name="pre_assessment_exception_once",
            ),
            models.UniqueConstraint(
                fields=["project", "budget_year"],
                condition=Q(refusal="", kind="targets"),
                name="pre_assessment_targets_exception_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="pre_assessment_exception_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reason[:20]}"
