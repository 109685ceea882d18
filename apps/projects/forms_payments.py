"""How a person says what an export's columns are; it starts from what the file seems to say."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from apps.core.days import DayField
from apps.core.money import LIMIT, WAN
from apps.projects import paid
from apps.projects.models import PaymentFile
from apps.projects.payments.services import Layout
from apps.rules.numbers import CENT

COLUMNS = {
    "code": "项目编码",
    "name": "项目名称",
    "amount": "金额",
    "as_of": "截至日期或付款日期",
    "fund": "资金来源",
    "voucher": "凭证号",
}
NONE = ("", "没有这一列")


class LayoutForm(forms.Form):
    """The columns, the kind of numbers, their unit, the day and the cover's total."""

    kind = forms.ChoiceField(label="数的口径", choices=PaymentFile.Kind.choices)
    unit = forms.ChoiceField(
        label="金额单位",
        choices=[("", "请选择"), *PaymentFile.Unit.choices],
    )
    is_unit_checked = forms.BooleanField(
        label="金额单位已核对", required=False, help_text="单位与文件里写的、与上次的不同时勾选"
    )
    on = DayField(
        label="截至日期",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="没有日期列的累计数填，全部行算到这一天",
    )
    total = forms.DecimalField(
        label="封面合计",
        required=False,
        max_digits=19,
        decimal_places=6,
        help_text="与金额列同一单位；文件有合计行的可以不填",
    )

    def __init__(self, *args: Any, file: PaymentFile, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [NONE, *((label, label) for label in file.found.get("labels", []))]
        columns = {
            f"column-{key}": forms.ChoiceField(
                label=label, choices=choices, required=key == "amount"
            )
            for key, label in COLUMNS.items()
        }
        self.fields = {**columns, **self.fields}

    @classmethod
    def starting(cls, file: PaymentFile) -> LayoutForm:
        """As it was last confirmed, of this file or the jurisdiction's last, else as found."""
        before = file if file.kind else paid.last_confirmed(file.jurisdiction, file)
        found = file.found
        columns = dict(found.get("columns", {}))
        kind = PaymentFile.Kind.SINGLE if found.get("is_single") else PaymentFile.Kind.CUMULATIVE
        if before and set(before.columns.values()) <= set(found.get("labels", [])):
            columns, kind = before.columns, PaymentFile.Kind(before.kind)
        initial = {f"column-{key}": label for key, label in columns.items()}
        is_again = bool(file.kind)
        initial |= {
            "kind": kind,
            "unit": file.unit or found.get("unit", ""),
            "is_unit_checked": file.is_unit_checked,
            "on": file.as_of if is_again else _day(found.get("as_of", "")),
            "total": _in_unit(file),
        }
        return cls(file=file, initial=initial)

    def layout(self) -> Layout:
        """What the service takes."""
        said = self.cleaned_data
        columns = {key: said[f"column-{key}"] for key in COLUMNS if said[f"column-{key}"]}
        return Layout(
            columns=columns,
            kind=said["kind"],
            unit=said["unit"],
            is_unit_checked=said["is_unit_checked"],
            as_of=None if "as_of" in columns else said["on"],
            total=said["total"],
        )

    def clean(self) -> dict[str, Any]:
        """The cover's total in yuan, as far as the table can hold it."""
        said = super().clean() or self.cleaned_data
        total = said.get("total")
        if total is not None and "unit" in said:
            amount = total * WAN if said["unit"] == PaymentFile.Unit.WAN else total
            if abs(amount) > LIMIT:
                self.add_error("total", f"不能超过{LIMIT}元。")
            said["total"] = amount.quantize(CENT)
        return said


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _in_unit(file: PaymentFile) -> str:
    """The cover's total as it was typed."""
    if file.total is None:
        return ""
    amount = file.total / WAN if file.unit == PaymentFile.Unit.WAN else file.total
    return format(amount.normalize(), "f")


class ReasonForm(forms.Form):
    """Why what is marked or does not add up is imported all the same."""

    reason = forms.CharField(
        label="理由",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="例如退款、调减预算、封面含未列入的项目",
    )

    def __init__(self, *args: Any, file: PaymentFile, **more: Any) -> None:
        super().__init__(*args, **more)
        told = file.job.result if file.job else {}
        self.fields["reason"].required = bool(told.get("n_marks") or told.get("differences"))
