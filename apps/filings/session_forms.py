"""Shape of what is typed around joint reviews; rules are the services'."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.core.days import DayField
from apps.filings.models import Review, SessionMember
from apps.organizations.models import User
from apps.workplans.models import PlanTask

DATE = forms.DateInput(attrs={"type": "date"})


class SessionForm(forms.Form):
    """What is reviewed together, when and where."""

    task = forms.ModelChoiceField(
        PlanTask.objects.none(), label="任务", to_field_name="public_id", empty_label="选任务"
    )
    title = forms.CharField(label="会审名称", max_length=80)
    held_on = DayField(label="会审日期", widget=DATE)
    place = forms.CharField(label="地点", max_length=80, required=False)

    def __init__(self, data: Any = None, *, tasks: QuerySet[PlanTask], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["task"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared above)
        field.queryset = tasks


class MemberForm(forms.Form):
    """Who takes part, and how."""

    user = forms.ChoiceField(label="谁")
    part = forms.ChoiceField(
        label="参加方式",
        choices=SessionMember.Part.choices,
        help_text="第三方和专家只能指导，不会签。",
    )

    def __init__(self, data: Any = None, *, people: Iterable[User]) -> None:
        super().__init__(data)
        self.people = {str(person.public_id): person for person in people}
        field = self.fields["user"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [(key, person.name) for key, person in self.people.items()]

    def meant(self) -> dict[str, Any]:
        """The person and the part as the service takes them."""
        told = self.cleaned_data
        return {"user": self.people[told["user"]], "part": told["part"]}


class LeaveForm(forms.Form):
    """Who leaves, and why."""

    user = forms.ChoiceField(label="谁")
    reason = forms.CharField(
        label="理由",
        max_length=300,
        required=False,
        help_text="已发表意见或会签的，或有结论在等会签的，必须写。",
    )

    def __init__(self, data: Any = None, *, people: Iterable[User]) -> None:
        super().__init__(data)
        self.people = {str(person.public_id): person for person in people}
        field = self.fields["user"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [(key, person.name) for key, person in self.people.items()]

    def meant(self) -> dict[str, Any]:
        """The person and the reason as the service takes them."""
        told = self.cleaned_data
        return {"user": self.people[told["user"]], "reason": told["reason"]}


class DropForm(forms.Form):
    """Why a filing is taken off the agenda."""

    reason = forms.CharField(
        label="理由", max_length=300, required=False, help_text="已有意见或结论的，必须写。"
    )


class SpeechForm(forms.Form):
    """What a member says."""

    text = forms.CharField(
        label="我的意见", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AgreementForm(forms.Form):
    """What the meeting agreed; items of a return are rows of their own."""

    decision = forms.ChoiceField(
        label="会审结论",
        choices=[choice for choice in Review.Decision.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="共同意见", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = DayField(label="重报截止", help_text="退回的填。", required=False, widget=DATE)
