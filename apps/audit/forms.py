"""What the reader of the trail may ask for."""

from typing import Any

from django import forms

from apps.audit.selectors import Filter
from apps.core.days import DayField

DAY = forms.DateInput(attrs={"placeholder": "2024-04-10", "size": 9})
SHORT = forms.TextInput(attrs={"size": 9})


class FilterForm(forms.Form):
    """Dates, person, action, chain; all optional."""

    since = DayField(label="起", required=False, widget=DAY)
    until = DayField(label="止", required=False, widget=DAY)
    person = forms.CharField(label="人员", max_length=40, required=False, widget=SHORT)
    action = forms.CharField(label="动作", max_length=60, required=False, widget=SHORT)
    chain = forms.CharField(label="单位编码", max_length=80, required=False, widget=SHORT)
    refusals = forms.BooleanField(label="只看被拒绝的", required=False)

    def clean(self) -> dict[str, Any]:
        """The period's ends stand in order."""
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", f"止日{until}早于起日{since}。请填同一天或以后，例如{since}。")
        return data

    def wanted(self) -> Filter:
        """The filter; what was filled wrongly asks nothing."""
        return Filter(**self.cleaned_data) if self.is_valid() else Filter()
