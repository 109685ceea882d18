"""Input of the plan's pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from apps.core import clock
from apps.core.days import DayField
from apps.organizations.models import Unit
from apps.workplans import population
from apps.workplans.models import PlanTask, TaskWindow


class ReasonForm(forms.Form):
    """Why one assignment is no longer owed, or owed again."""

    reason = forms.CharField(
        label="理由",
        help_text="写明原因和依据，单位看得到，记入日志。",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ExemptionForm(ReasonForm):
    """Why one assignment is no longer owed, and until when where it is for a time."""

    until = DayField(
        label="豁免到",
        help_text="不填，是一直不用报；填了，过了这一天自动要报。",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class EventForm(forms.Form):
    """When an event happened, and why its date is corrected."""

    event = forms.CharField(max_length=40, widget=forms.HiddenInput)
    happened_on = DayField(label="发生日期", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label="更正理由",
        help_text="更正已填的日期时写明。",
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
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


class WindowField(forms.ModelChoiceField):  # type: ignore[type-arg]  # plain at run time
    """A window by the name that people know it by."""

    def label_from_instance(self, obj: TaskWindow) -> str:
        """2024年第二季度, else its key."""
        return obj.label or obj.key


class OfflineForm(forms.Form):
    """That a unit's classified paper was received; nothing of what it says."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="单位")
    window = WindowField(TaskWindow.objects.none(), label="节点")
    received_on = DayField(label="收到日期", widget=forms.DateInput(attrs={"type": "date"}))
    number = forms.CharField(label="收件编号", max_length=40, help_text="收文登记簿上的编号。")
    n_items = forms.IntegerField(label="件数", min_value=1, max_value=999, initial=1)

    def __init__(self, *args: Any, task: PlanTask, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit, window = self.fields["unit"], self.fields["window"]
        if isinstance(unit, forms.ModelChoiceField) and isinstance(window, forms.ModelChoiceField):
            unit.queryset = population.offline_units(task).order_by("code")
            window.queryset = task.windows.order_by("key")
