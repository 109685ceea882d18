"""What was paid, when it is planned to be, and the files of the payment system that say so."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.core.money import MoneyField
from apps.organizations.models import Jurisdiction, User
from apps.projects.models.projects import Project


class Execution(models.Model):
    """What a project had paid of one year's money up to a date, in yuan, cumulative.

    A correction is a new row; the row recorded last for a date is in force.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="executions")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    as_of = models.DateField("截至日期")
    amount = MoneyField("累计执行数（元）")
    source = models.CharField("数据来源", max_length=60)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记人"
    )  # unknown for rows from before this column

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
