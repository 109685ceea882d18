"""How a plan departs from the usual check-up (智能审核)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.rules.findings import Severity
from apps.workplans.models.plans import Plan

WORDS = [(each.value, each.value) for each in Severity]


class CheckSetting(models.Model):
    """One check that the plan switches, weighs or tunes otherwise; without a row it is as usual.

    `numbers` are the parameters that the plan sets, name → number as text.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="checks")
    code = models.CharField("标识", max_length=60)
    is_on = models.BooleanField("启用", null=True, blank=True)
    severity = models.CharField("轻重", max_length=4, choices=WORDS, blank=True)
    must_answer = models.BooleanField("须答复", default=False)
    numbers = models.JSONField("参数", default=dict, blank=True)
    reason = models.CharField("理由", max_length=200)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="workplans_check_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="workplans_check_has_reason"),
        ]

    def __str__(self) -> str:
        return self.code
