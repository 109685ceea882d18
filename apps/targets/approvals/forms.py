"""Shape of what is written on a document of approval."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.core.days import DayField
from apps.targets.approvals.congress import SCOPES
from apps.targets.approvals.services import Order

DATE = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class OrderForm(forms.Form):
    """Number and day of a document; a correction says why."""

    number = forms.CharField(label="文号", max_length=60, help_text="例如：尉财预〔2024〕12号")
    issued_on = DayField(label="批复日期", widget=DATE)
    is_with_budget = forms.BooleanField(
        label="与部门预算同一文件批复", required=False, help_text="同时登记预算批复的日期和文号"
    )
    reason = forms.CharField(label="更正理由", max_length=200)

    def __init__(self, data: Any = None, *, is_correction: bool = False) -> None:
        super().__init__(data)
        if not is_correction:
            del self.fields["reason"]

    def order(self) -> Order:
        """What the valid form says."""
        return Order(**self.cleaned_data)


class BookForm(forms.Form):
    """Which projects the book tells of."""

    scope = forms.ChoiceField(label="范围", choices=list(SCOPES.items()))
