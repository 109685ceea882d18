"""What the plan administrator did beside the rules, with the reason."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.filings.models.filing import Filing

USER = settings.AUTH_USER_MODEL


class Waiver(models.Model):
    """One check waived for one filing, with reason and approver."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="waivers")
    code = models.CharField("检查", max_length=60)
    path = models.CharField(max_length=120, blank=True)  # empty: wherever the check speaks
    reason = models.CharField("理由", max_length=300)
    granted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["filing", "code", "path"], name="filings_waiver_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.reason[:20]}"


class Reopening(models.Model):
    """A closed filing opened again: why, by whom, until when (PRODUCT pain 6)."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="reopenings")
    reason = models.CharField("理由", max_length=300)
    opened_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField("到期")

    def __str__(self) -> str:
        return self.reason[:40]
