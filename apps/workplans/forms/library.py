"""Documents, events, parameters and score sheets, as people type them."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from apps.core.days import DayField
from apps.workplans.forms.faults import DAY, PlainForm
from apps.workplans.models import BasisDocument, RuleSetting, ScoreSheet

CODE = r"[a-z0-9][a-z0-9_.-]*"
Type = RuleSetting.Type


class DocumentForm(PlainForm):
    """A document of the library."""

    title = forms.CharField(label="名称", max_length=160)
    number = forms.CharField(label="文号", max_length=60, required=False)
    issuer = forms.CharField(label="印发机关", max_length=60, required=False)
    issued_on = DayField(label="印发日期", required=False, widget=DAY)
    url = forms.URLField(label="地址", max_length=200, required=False, assume_scheme="https")
    note = forms.CharField(label="说明", max_length=200, required=False)


class EventForm(PlainForm):
    """Something that windows wait for."""

    title = forms.CharField(label="事件", max_length=60, help_text="例如：预算批复。")
    happened_on = DayField(
        label="发生日期", required=False, widget=DAY, help_text="还没发生就空着，发生后再填。"
    )
    clause = forms.CharField(label="依据", max_length=300, required=False)


class BasisForm(PlainForm):
    """The documents that a task stands on."""

    codes = forms.MultipleChoiceField(
        label="依据", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, jurisdiction: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = self.fields["codes"]
        if isinstance(codes, forms.MultipleChoiceField):
            found = BasisDocument.objects.filter(jurisdiction=jurisdiction)
            codes.choices = [(one.code, str(one)) for one in found]


class SettingForm(PlainForm):
    """A parameter: what it is, and its value where it is decided."""

    code = forms.RegexField(
        rf"^{CODE}$",
        label="标识",
        max_length=60,
        help_text="小写字母、数字、点、横线。规则按标识找参数，定了不再改。",
        error_messages={"invalid": "应为小写字母、数字、点、横线，以字母或数字开头。"},
    )
    title = forms.CharField(label="名称", max_length=80)
    value_type = forms.ChoiceField(label="类型", choices=Type.choices)
    choices = forms.CharField(
        label="可选值",
        max_length=300,
        required=False,
        help_text="类型是选项时填，用分号隔开。",
    )
    value = forms.CharField(
        label="值", max_length=200, required=False, help_text="原文没有给就空着，列为待本地确认。"
    )
    unit = forms.CharField(label="单位", max_length=20, required=False)
    clause = forms.CharField(label="依据", max_length=300)
    note = forms.CharField(
        label="说明", max_length=200, required=False, help_text="没有值时写明要定什么。"
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["code"]

    def clean_value(self) -> str | None:
        """None while it is undecided."""
        return self.cleaned_data["value"] or None

    def clean_choices(self) -> list[str]:
        """One by one."""
        parts = re.split(r"[；;\n]", self.cleaned_data["choices"])
        return [part.strip() for part in parts if part.strip()]


class ValueForm(PlainForm):
    """The value of one parameter, by its type; empty takes the decision back."""

    value = forms.CharField(label="值", max_length=200, required=False)

    def __init__(self, *args: Any, setting: RuleSetting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if setting.value_type == Type.CHOICE:
            parts = setting.choices.split("；")
            options = [("", "未设定"), *((part, part) for part in parts)]
            self.fields["value"] = forms.ChoiceField(label="值", choices=options, required=False)
        elif setting.value_type == Type.DAY:
            self.fields["value"].widget = DAY
        self.fields["value"].help_text = HELP.get(setting.value_type, "")
        self.fields["value"].initial = setting.value


HELP: dict[str, str] = {
    Type.NUMBER: "填数，例如5。",
    Type.PERCENT: "填0–100之间的数，例如20表示20%。",
    Type.MONEY: "填元，例如500000。",
    Type.DAY: "填日期。",
}


class SheetForm(PlainForm):
    """The head of a score sheet; its criteria and grades are lists below."""

    title = forms.CharField(label="名称", max_length=80)
    mode = forms.ChoiceField(label="方式", choices=ScoreSheet.Mode.choices)
    clause = forms.CharField(label="依据", max_length=200)
    pass_mark = forms.DecimalField(
        label="合格分数线",
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
        help_text="只分合格、不合格时填，例如60；填了就不用下面的等级。",
    )
