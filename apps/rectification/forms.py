"""Shape of what is typed around problems; rules are the services'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.core.days import DayField
from apps.organizations.models import Unit, User
from apps.projects.models import Project
from apps.rectification import selectors
from apps.rectification.models import Area, Severity, Source, State
from apps.rectification.selectors import OVERDUE, ProblemsAsked
from apps.rectification.services import Found
from apps.rules.errors import RuleError

ALL = ("", "全部")
NOT_CHOSEN = ("", "未定")
STATES = [ALL, (OVERDUE, "逾期"), *State.choices]


def day_field(label: str, **more: Any) -> DayField:
    """A day with the browser's own calendar."""
    return DayField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **more)


def lines(label: str, most: int, rows: int = 4, **more: Any) -> forms.CharField:
    """Several lines of text."""
    box = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, widget=box, **more)


class LedgerFilter(forms.Form):
    """Filters of the ledger, its workbook and the API; all of them optional."""

    source = forms.ChoiceField(label="来源", choices=[ALL, *Source.choices], required=False)
    state = forms.ChoiceField(label="状态", choices=STATES, required=False)
    severity = forms.ChoiceField(label="严重程度", choices=[ALL, *Severity.choices], required=False)
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="单位",
        to_field_name="public_id",
        required=False,
        empty_label="全部",
    )
    q = forms.CharField(label="问题、项目、单位", max_length=40, required=False)

    def __init__(self, data: Any, *, units: QuerySet[Unit]) -> None:
        super().__init__(data, auto_id="problems_%s")
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared above)
        field.queryset = units

    def demand_valid(self) -> None:
        """A file holds what was asked for, no more. Raises RuleError for a stale filter."""
        for name, errors in self.errors.items():
            said = str(errors.as_data()[0].messages[0])
            label = self.fields[name].label
            raise RuleError(f"{label}：{said}没有导出，请重新筛选。", code="filter")

    def asked(self) -> ProblemsAsked:
        """What the valid fields ask for; a field with an error counts as empty."""
        self.is_valid()
        told = self.cleaned_data
        unit = told.get("unit")
        return ProblemsAsked(
            source=told.get("source", ""),
            state=told.get("state", ""),
            severity=told.get("severity", ""),
            unit=str(unit.public_id) if unit else "",
            text=told.get("q", "").strip(),
        )


class ProblemForm(forms.Form):
    """A problem that the bureau brings up by hand."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="责任单位", to_field_name="public_id", empty_label="选单位"
    )
    project = forms.CharField(
        label="项目",
        help_text="项目编码或全称；单位整体的问题不填。",
        max_length=120,
        required=False,
    )
    source = forms.ChoiceField(label="来源", choices=Source.choices)
    reference = forms.CharField(
        label="出处",
        help_text="文号、报告名称，例如尉审报〔2024〕3号。",
        max_length=200,
        required=False,
    )
    title = forms.CharField(label="问题", help_text="一句话。", max_length=120)
    text = lines("问题内容", 4000)
    severity = forms.ChoiceField(
        label="严重程度",
        choices=Severity.choices,
        help_text="严重的在台账里单独计数。",
    )
    area = forms.ChoiceField(label="整改方向", choices=[NOT_CHOSEN, *Area.choices], required=False)
    demands = lines("整改要求", 2000, required=False)
    due_on = day_field(
        "整改截止", required=False, help_text="不填为一个月；落在休息日的顺延到下一个工作日。"
    )

    def __init__(self, data: Any = None, *, user: User, year: int, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._user, self._year = user, year
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared above)
        field.queryset = selectors.units_to_open(user).select_related("jurisdiction")

    def clean(self) -> dict[str, Any]:
        """The project by its code or name."""
        told: dict[str, Any] = super().clean() or {}
        unit, text = told.get("unit"), told.get("project", "").strip()
        told["project"] = None
        if unit and text:
            told["project"] = self._project(unit, text)
        return told

    def _project(self, unit: Unit, text: str) -> Project | None:
        found = selectors.projects_named(self._user, unit, text, self._year)
        if len(found) == 1:
            return found[0]
        told = f"有{len(found)}个同名项目，用项目编码区分" if found else "没有这个编码或名称的项目"
        self.add_error("project", f"填的是“{text}”，{unit}{told}。")
        return None

    def found(self) -> Found:
        """What the services take."""
        told = dict(self.cleaned_data)
        return Found(year=self._year, label=told.pop("reference").strip(), **told)


class AnswerForm(forms.Form):
    """What the unit did."""

    text = lines("整改措施和结果", 4000, rows=5)


class OpinionForm(forms.Form):
    """What the re-check found."""

    opinion = lines("复核意见", 2000, rows=3)


class ReasonForm(forms.Form):
    """Why."""

    reason = lines("理由", 2000, rows=3)


class ReasonDayForm(ReasonForm):
    """Why, and until when."""

    due_on = day_field("整改截止")


class OwnerForm(forms.Form):
    """Who answers for the problem by name."""

    owner = forms.ModelChoiceField(
        User.objects.none(), label="责任人", to_field_name="public_id", empty_label="选本单位人员"
    )

    def __init__(self, data: Any = None, *, people: list[User], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared above)
        field.queryset = User.objects.filter(pk__in=[person.pk for person in people])


class LetterForm(forms.Form):
    """The number that the letter goes out under."""

    number = forms.CharField(label="文号", max_length=60, required=False)
