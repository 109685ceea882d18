"""What was paid, when it is planned to be, and the files of the payment system that say so."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.core.money import MoneyField
from apps.jobs.models import Job, StoredFile
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role, User
from apps.projects.models.projects import FundLine, Project, ProjectYear


class PaymentFileQuerySet(models.QuerySet["PaymentFile"]):
    """Filters on files of payments."""

    def visible_to(self, user: people.Person) -> PaymentFileQuerySet:
        """Those of the jurisdictions whose money the person writes."""
        roles = (Role.PLAN_ADMIN, Role.BUDGET_OFFICER)
        return self.filter(jurisdiction__in=people.jurisdictions_of(user, *roles))


class PaymentFile(models.Model):
    """An export of the payment system: how it is read, and how far it has come.

    The step is the last one begun; its job says how that went. What was confirmed is read again
    for the jurisdiction's next file. A file with what may not be kept has no content any more.
    """

    class Step(models.TextChoices):
        READ = "read", "读表头"
        CHECK = "check", "核对"
        IMPORT = "import", "导入"

    class Kind(models.TextChoices):
        CUMULATIVE = "cumulative", "累计数，一个项目一行"
        ADDED = "added", "累计数，一个项目几行，相加"
        SINGLE = "single", "逐笔付款"

    class Unit(models.TextChoices):
        YUAN = "yuan", "元"
        WAN = "wan", "万元"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    step = models.CharField("步骤", max_length=6, choices=Step, default=Step.READ)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    found = models.JSONField(default=dict)  # what the file seems to say, for the form
    columns = models.JSONField(default=dict)  # confirmed: column to label
    kind = models.CharField("数的口径", max_length=10, choices=Kind, blank=True)
    unit = models.CharField("金额单位", max_length=4, choices=Unit, blank=True)
    is_unit_checked = models.BooleanField("金额单位已核对", default=False)
    as_of = models.DateField("截至日期", null=True)
    total = MoneyField("封面合计（元）", null=True)
    reason = models.CharField("说明", max_length=300, blank=True)
    imported_at = models.DateTimeField(null=True)
    imported_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="导入人"
    )

    objects: ClassVar[PaymentFileQuerySet] = PaymentFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["jurisdiction", "fiscal_year", "-uploaded_at", "-id"],
                name="projects_payment_files",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(imported_at__isnull=True, imported_by__isnull=True)
                | Q(imported_at__isnull=False, imported_by__isnull=False),
                name="projects_payment_file_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """Where it stands: its step and how that step's job went."""
        if self.job is None or not self.job.is_over:
            return f"{self.step}ing"
        if self.job.state == Job.State.FAILED:
            return f"{self.step}_failed"
        if self.step == self.Step.CHECK and self.job.result.get("n_errors"):
            return "check_errors"
        return f"{self.step}_done"

    def get_state_display(self) -> str:
        """The state in words."""
        return STATES[self.state]


STATES = {
    "reading": "正在读",
    "read_done": "待对照",
    "read_failed": "读不了",
    "checking": "正在核对",
    "check_done": "待确认",
    "check_errors": "有错要改",
    "check_failed": "没有核对",
    "importing": "正在导入",
    "import_done": "已导入",
    "import_failed": "没有导入",
}


class Execution(models.Model):
    """What a project had paid of one year's money up to a date, in yuan, cumulative.

    Of one source, or of all together where no source is said. A correction is a new row; the row
    recorded last for a date and source is in force.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="executions")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    as_of = models.DateField("截至日期")
    fund = models.CharField("资金来源", max_length=12, choices=FundLine.Source, blank=True)
    amount = MoneyField("累计执行数（元）")
    source = models.CharField("数据来源", max_length=60)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记人"
    )  # unknown for rows from before this column
    file = models.ForeignKey(
        PaymentFile, models.PROTECT, null=True, related_name="+", verbose_name="导入的文件"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["project", "fiscal_year", "-as_of", "-id"], name="projects_execution_last"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="projects_execution_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.as_of} {self.amount}"


class Payment(models.Model):
    """One line of a voucher, in yuan; negative for a refund.

    A voucher is what the file that named it last says: its earlier lines are superseded.
    """

    file = models.ForeignKey(PaymentFile, models.PROTECT, related_name="payments")
    project = models.ForeignKey(Project, models.CASCADE, related_name="payments")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    fund = models.CharField("资金来源", max_length=12, choices=FundLine.Source, blank=True)
    paid_on = models.DateField("付款日期")
    voucher = models.CharField("凭证号", max_length=60)
    amount = MoneyField("付款金额（元）")

    class Meta:
        indexes = [models.Index(fields=["jurisdiction", "fiscal_year"], name="projects_payments")]

    def __str__(self) -> str:
        return f"{self.voucher} {self.amount}"


class SpendingPlan(models.Model):
    """What a project plans to have paid by the end of a month, in yuan, since January (Y-30).

    A later import overwrites the month; the trail keeps by whom, when and of how many projects.
    """

    place = models.ForeignKey(ProjectYear, models.CASCADE, related_name="spending_plan")
    month = models.PositiveSmallIntegerField("月份")
    amount = MoneyField("累计计划数（元）")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "month"], name="projects_spending_plan_once"),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12), name="projects_spending_plan_month"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="projects_spending_plan_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id}/{self.month} {self.amount}"
