"""Shape of a hand-over: what goes, to whom, from when."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.core import clock
from apps.core.days import DayField
from apps.organizations.models import User
from apps.organizations.services.leaving import Change
from apps.reports.leaving.in_hand import InHand

DATE = forms.DateInput(attrs={"type": "date"})
FIELDS = {"on": "on", "to": "to", "last_filer": "reason", "phone": "phone", "nothing": "seats"}


class HandOverPersonForm(forms.Form):
    """Everything that may go is chosen at first."""

    seats = forms.MultipleChoiceField(
        label="角色", required=False, widget=forms.CheckboxSelectMultiple
    )
    posts = forms.MultipleChoiceField(
        label="联络员", required=False, widget=forms.CheckboxSelectMultiple
    )
    to = forms.ModelChoiceField(
        User.objects.none(),
        label="接手人",
        required=False,
        to_field_name="public_id",
        help_text="不选就只结束",
    )
    on = DayField(label="从哪天起", required=False, widget=DATE, help_text="不填为今天")
    phone = forms.CharField(
        label="联络电话", max_length=30, required=False, help_text="接手人账号里有电话的不用填"
    )
    reason = forms.CharField(
        label="原因", max_length=200, required=False, help_text="没有人接单位最后一个填报员时必填"
    )

    def __init__(self, data: Any, *, person: User, held: InHand) -> None:
        super().__init__(data)
        self.person = person
        seats = [(str(seat.membership.pk), seat.label) for seat in held.seats if seat.may_go]
        posts = [(str(post.pk), f"{post.unit}　{post.phone}") for post in held.posts]
        for name, choices in (("seats", seats), ("posts", posts)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            self.initial[name] = [value for value, _ in choices]
            if not choices:
                del self.fields[name]
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared above)
        colleagues = User.objects.filter(jurisdiction=person.jurisdiction_id, is_active=True)
        field.queryset = colleagues.exclude(pk=person.pk)
        field.empty_label = "—"

    def change(self) -> Change:
        """What the valid form asks for."""
        data = self.cleaned_data
        on = data["on"] or clock.today()
        return Change(self.person, data["to"], on, data["reason"], data["phone"])

    def chosen(self, name: str) -> list[int]:
        """Ids of the chosen seats or posts."""
        return [int(value) for value in self.cleaned_data.get(name, [])]

    def field_of(self, code: str) -> str | None:
        """The field that a refusal is about, where the form has it."""
        name = FIELDS.get(code)
        return name if name in self.fields else None
