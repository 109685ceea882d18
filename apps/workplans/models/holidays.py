"""Working days as announced."""

from __future__ import annotations

from django.db import models


class Holiday(models.Model):
    """A date whose working state differs from its weekday, or an announced one (decision 8)."""

    on = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班")
    name = models.CharField("名称", max_length=40, blank=True)
    source = models.CharField("依据", max_length=100)

    class Meta:
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on} {'上班' if self.is_workday else '放假'}"


class HolidayYear(models.Model):
    """A year whose holidays are announced; another year is 未公布 and is never guessed."""

    year = models.PositiveSmallIntegerField(unique=True)
    source = models.CharField("依据", max_length=100)

    def __str__(self) -> str:
        return str(self.year)
