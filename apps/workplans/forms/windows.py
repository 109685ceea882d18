"""When a task can be filed, as people type it; the names are the keys of WindowRow."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.core.days import DayField
from apps.workplans.forms.faults import DAY, PlainForm
from apps.workplans.models import Plan, TaskWindow

SERIES = [
    ("monthly", "每月"),
    ("quarterly", "每季度"),
    ("half", "每半年"),
    ("yearly", "每年"),
]


def _day(label: str, help_text: str = "") -> DayField:
    """A day that may be left out."""
    return DayField(label=label, required=False, widget=DAY, help_text=help_text)


class WindowForm(PlainForm):
    """One window by its kind; days, both included."""

    label = forms.CharField(
        label="名称", max_length=60, required=False, help_text="例如：5月节点。"
    )
    kind = forms.ChoiceField(label="类型", choices=TaskWindow.Kind.choices)
    opens = _day("开放填报")
    closes = _day("报送截止", "当日24:00前都算按时。节点和事件写明规则的，由规则推算。")
    data_until = _day("数据截至", "节点的最后一天，例如5月31日。")
    months_after = forms.IntegerField(
        label="节点后几个月", min_value=0, max_value=24, required=False, help_text="次月填1。"
    )
    day = forms.IntegerField(
        label="该月几日", min_value=1, max_value=31, required=False, help_text="月底填31。"
    )
    event = forms.ChoiceField(label="事件", required=False)
    days_after = forms.IntegerField(
        label="事件或列入后几日内", min_value=0, max_value=730, required=False
    )
    in_working_days = forms.BooleanField(label="按工作日算", required=False)
    focus_opens = _day("集中期起", "全年窗口里集中办理的一段。")
    focus_closes = _day("集中期止")
    phrase = forms.CharField(label="原文时间", max_length=100, required=False)
    note = forms.CharField(
        label="待确认", max_length=200, required=False, help_text="还要由人确认什么；确认后清空。"
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        event = self.fields["event"]
        if isinstance(event, forms.ChoiceField):
            event.choices = [("", "—"), *plan.events.values_list("code", "title")]

    def clean_event(self) -> str | None:
        """None where it waits for none."""
        return self.cleaned_data["event"] or None


class QuickForm(PlainForm):
    """The dates of one window beside the sentence that they came from."""

    data_until = _day("节点截止")
    opens = _day("开放填报")
    closes = _day("报送截止")


class SeriesForm(PlainForm):
    """A recurring duty, laid out as one window for each occurrence of the year."""

    series = forms.ChoiceField(label="周期", choices=SERIES)
    months_after = forms.IntegerField(
        label="期满后几个月", min_value=0, max_value=24, initial=1, help_text="次月填1，当月填0。"
    )
    day = forms.IntegerField(
        label="该月几日前", min_value=1, max_value=31, initial=10, help_text="月底填31。"
    )
    lead_days = forms.IntegerField(
        label="截止前几天开放",
        min_value=0,
        max_value=366,
        required=False,
        help_text="不填就不定开放日。",
    )
    phrase = forms.CharField(label="原文时间", max_length=100, required=False)
    note = forms.CharField(label="待确认", max_length=200, required=False)
