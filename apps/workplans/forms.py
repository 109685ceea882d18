"""Input of the plan's pages."""

from __future__ import annotations

from datetime import date, datetime

from django import forms

from apps.core import clock
from apps.core.days import DayField


class ExemptionForm(forms.Form):
    """Why one assignment is no longer owed."""

    reason = forms.CharField(
        label="豁免理由",
        help_text="写明原因和依据，单位看得到，记入日志。",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ExtensionForm(forms.Form):
    """A new last day for one assignment, with the reason."""

    last_day = DayField(
        label="新截止日",
        help_text="当日24:00前都算按时。",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reason = forms.CharField(
        label="延期理由",
        help_text="写明原因和依据，单位看得到，记入日志。",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def new_due_at(self) -> datetime:
        """The half-open end of the day asked for."""
        day: date = self.cleaned_data["last_day"]
        return clock.end_of(day)
