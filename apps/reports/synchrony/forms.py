"""Shape of what is asked of the synchrony page and entered on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.core.days import DayField
from apps.organizations.models import Unit, User
from apps.projects import permissions
from apps.projects.models import Project, StepDate
from apps.projects.steps.services import SOURCE
from apps.reports.synchrony.rows import Asked
from apps.rules.synchrony import STATES, WORDS

ALL = ("", "全部")
DATE = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
SIDES = StepDate.Side
STEPS = StepDate.Step
Choices = list[tuple[str, str]]
ENTERED = [(SIDES.BUDGET, step) for step in STEPS] + [
    (SIDES.TARGET, STEPS.APPROVED),
    (SIDES.TARGET, STEPS.PUBLISHED),
]


class SynchronyFilter(forms.Form):
    """Filters of the page, its export and the API; all of them optional."""

    q = forms.CharField(label="项目", max_length=60, required=False)
    unit = forms.ChoiceField(label="单位", required=False)
    step = forms.ChoiceField(label="环节", choices=[ALL, *WORDS.items()], required=False)
    state = forms.ChoiceField(label="情况", choices=[ALL, *STATES.items()], required=False)

    def __init__(self, data: Any, *, units: QuerySet[Unit]) -> None:
        super().__init__(data, auto_id="synchrony_%s")
        named = [(str(unit.public_id), f"{unit.code} {unit.name}") for unit in units]
        self.fields["unit"].choices = [ALL, *named]  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """What the valid fields ask for; a field with an error counts as empty."""
        self.is_valid()
        data = self.cleaned_data
        text = data.get("q", "").strip()
        wanted = {name: data.get(name, "") for name in ("unit", "step", "state")}
        return Asked(text=text, **wanted)


class StepForm(forms.Form):
    """One day of one side; only what the person may enter is on offer."""

    what = forms.ChoiceField(label="登记什么")
    on = DayField(label="日期", widget=DATE)
    source = forms.CharField(
        label="文号、网址或来源",
        max_length=SOURCE,
        help_text="批复填文号，公开填网址，申报、审核填日期取自哪里",
    )

    def __init__(self, data: Any, *, choices: Choices) -> None:
        super().__init__(data)
        self.choices = choices
        self.fields["what"].choices = choices  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """The arguments of the service."""
        side, _, step = self.cleaned_data["what"].partition(".")
        return {
            "side": side,
            "step": step,
            "on": self.cleaned_data["on"],
            "source": self.cleaned_data["source"],
        }


def choices_for(user: User, project: Project) -> Choices:
    """What the person may enter of the project: 预算批复, 目标公开 …"""
    words = {SIDES.BUDGET: "预算", SIDES.TARGET: "目标"}
    return [
        (f"{side.value}.{step.value}", f"{words[side]}{step.label}")
        for side, step in ENTERED
        if permissions.may_date(user, project, side, step)
    ]
