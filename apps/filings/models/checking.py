"""What was made of the findings of the check-up: answers, and what the check said of revisions."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.filings.models.filing import Revision
from apps.rules.findings import Severity

USER = settings.AUTH_USER_MODEL


class FindingAnswer(models.Model):
    """The unit's word on a finding that does not block; it goes on while the finding stands."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="answers")
    code = models.CharField("检查", max_length=60)
    path = models.CharField("位置", max_length=120)
    text = models.CharField("答复", max_length=500)
    answered_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "code", "path"], name="filings_finding_answered_once"
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]


class FindingRecord(models.Model):
    """One check that spoke of one place at a submission, as it is counted.

    `led_to_change` stays NULL until the next submission or the approval of this one settles it.
    """

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="records")
    code = models.CharField("检查", max_length=60)
    path = models.CharField("位置", max_length=120)
    severity = models.CharField(
        "轻重", max_length=4, choices=[(each.value, each.value) for each in Severity]
    )
    led_to_change = models.BooleanField("引起修改", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "code", "path"], name="filings_finding_recorded_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.path}"


class Recheck(models.Model):
    """What the check says of a revision by a later version of the plan, beside its own record."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="rechecks")
    plan_version = models.PositiveSmallIntegerField("计划版本")
    findings = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["revision", "-plan_version"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "plan_version"], name="filings_rechecked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision} v{self.plan_version}"
