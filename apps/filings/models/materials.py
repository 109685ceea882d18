"""Content of the generic materials filing (U-06, Y-84, Y-94)."""

from __future__ import annotations

from django.db import models

from apps.filings.models.filing import Revision


class MaterialSheet(models.Model):
    """The generic materials filing: a summary beside the attachments and the named numbers."""

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="material_sheet")
    summary = models.TextField("情况说明", blank=True)
    unread = models.JSONField(default=dict)  # what was typed and cannot be a number, kept as typed

    def __str__(self) -> str:
        return self.summary[:40]


class MaterialFact(models.Model):
    """One named number of a materials filing (场次, 人次, 篇数)."""

    sheet = models.ForeignKey(MaterialSheet, models.CASCADE, related_name="facts")
    code = models.CharField(max_length=40)  # FactDefinition.code
    value = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "code"], name="filings_fact_once")]

    def __str__(self) -> str:
        return f"{self.code}={self.value}"
