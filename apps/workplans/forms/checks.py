"""What a plan makes of one check of the target form."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from apps.rules.findings import Severity
from apps.rules.numbers import plain
from apps.workplans.checks_screen import CheckLine, Number
from apps.workplans.forms.faults import PlainForm

ON, OFF = "on", "off"


class CheckForm(PlainForm):
    """Switch, weight, numbers and reason; what may not be changed has no field."""

    on = forms.ChoiceField(label="启用", choices=[(ON, "启用"), (OFF, "停用")])
    severity = forms.ChoiceField(
        label="轻重", choices=[(each.value, each.value) for each in Severity]
    )
    must_answer = forms.BooleanField(
        label="须答复",
        required=False,
        help_text="不阻断的检查意见，单位写了答复才能提交。",
    )
    reason = forms.CharField(
        label="理由",
        max_length=200,
        required=False,
        help_text="与默认不同的要写理由，例如：本地文件规定相似度从严。",
    )

    def __init__(self, data: Any = None, *, line: CheckLine) -> None:
        self.line = line
        super().__init__(data, initial=_start(line))
        for number in line.numbers:
            self.fields[f"number_{number.parameter.name}"] = _field(number)
        if not line.check.may_be_waived:
            del self.fields["on"], self.fields["severity"]
        self.order_fields(["on", "severity", *self._number_names(), "must_answer", "reason"])

    def _number_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith("number_")]

    def values(self) -> dict[str, object]:
        """What departs from the usual, with the keys of CheckRow."""
        said, check = self.cleaned_data, self.line.check
        is_on = said.get("on", ON) == ON
        severity = Severity(said.get("severity", check.severity))
        numbers = {
            each.parameter.name: said[f"number_{each.parameter.name}"] for each in self.line.numbers
        }
        usual = {each.name: each.default for each in check.parameters}
        return {
            "on": is_on if is_on != check.on else None,
            "severity": severity if severity != check.severity else None,
            "must_answer": said["must_answer"],
            "numbers": {name: n for name, n in numbers.items() if n != usual[name]},
            "reason": said["reason"],
        }


def _start(line: CheckLine) -> dict[str, object]:
    numbers: dict[str, Decimal] = {
        f"number_{each.parameter.name}": Decimal(plain(each.value)) for each in line.numbers
    }
    return {
        "on": ON if line.is_on else OFF,
        "severity": line.severity.value,
        "must_answer": line.setting.must_answer,
        "reason": line.reason,
        **numbers,
    }


def _field(number: Number) -> forms.DecimalField:
    each = number.parameter
    span = f"{plain(each.low)}–{plain(each.high)}"
    return forms.DecimalField(
        label=f"{each.label}（{each.unit}）",
        min_value=each.low,
        max_value=each.high,
        decimal_places=2,
        help_text=f"默认{plain(each.default)}，可填{span}。",
    )
