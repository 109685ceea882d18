"""Input of the page of days off."""

from __future__ import annotations

from django import forms

from apps.core.days import FIRST_DAY, LAST_DAY, DayField


class AnnounceForm(forms.Form):
    """The days off of a year, in the words of the notice."""

    year = forms.IntegerField(label="年度", min_value=FIRST_DAY.year, max_value=LAST_DAY.year)
    source = forms.CharField(
        label="依据",
        help_text="文件名或文号，例如国办发明电〔2026〕1号。",
        max_length=100,
    )
    text = forms.CharField(
        label="放假安排",
        help_text="照通知原文粘贴“一、元旦：……”各行；也可以一行一天，例如2027-01-01 休 元旦。",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 9}),
    )


class DayOffForm(forms.Form):
    """One day that differs from what was announced."""

    on = DayField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    works = forms.ChoiceField(
        label="改为",
        choices=[("off", "放假"), ("work", "上班"), ("reset", "恢复原安排")],
    )
    name = forms.CharField(label="名称", help_text="例如古尔邦节。", max_length=40, required=False)
    source = forms.CharField(
        label="依据和理由",
        help_text="文件名、文号或理由，记入日志。",
        max_length=100,
    )
