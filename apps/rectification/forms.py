"""Shape of what is typed around problems; rules are the services'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.core.days import DayField
from apps.organizations.models import Unit, User
from apps.projects.models import Project
from apps.rectification import selectors
from apps.rectification.letter import papers_of
from apps.rectification.models import (
    Area,
    Cause,
    PaymentDecision,
    Problem,
    Severity,
    Source,
    State,
)
from apps.rectification.selectors import OVERDUE, STANDING, DecisionsAsked, ProblemsAsked
from apps.rectification.services import Found, Proposed
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


class OfUnits(forms.Form):
    """A filter with a unit among those at hand; all of it optional."""

    def __init__(self, data: Any, *, units: QuerySet[Unit], auto_id: str) -> None:
        super().__init__(data, auto_id=auto_id)
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared below)
        field.queryset = units

    def demand_valid(self) -> None:
        """A file holds what was asked for, no more. Raises RuleError for a stale filter."""
        for name, errors in self.errors.items():
            said = str(errors.as_data()[0].messages[0])
            label = self.fields[name].label
            raise RuleError(f"{label}：{said}没有导出，请重新筛选。", code="filter")


def units_field() -> forms.ModelChoiceField[Unit]:
    """A unit by its public id; which ones the filter says."""
    return forms.ModelChoiceField(
        Unit.objects.none(),
        label="单位",
        to_field_name="public_id",
        required=False,
        empty_label="全部",
    )


class LedgerFilter(OfUnits):
    """Filters of the ledger, its workbook and the API; all of them optional."""

    source = forms.ChoiceField(label="来源", choices=[ALL, *Source.choices], required=False)
    state = forms.ChoiceField(label="状态", choices=STATES, required=False)
    severity = forms.ChoiceField(label="严重程度", choices=[ALL, *Severity.choices], required=False)
    unit = units_field()
    q = forms.CharField(label="问题、项目、单位", max_length=40, required=False)

    def __init__(self, data: Any, *, units: QuerySet[Unit]) -> None:
        super().__init__(data, units=units, auto_id="problems_%s")

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
    """Which letter, and the number that it goes out under."""

    paper = forms.ChoiceField(label="文书", required=False)
    number = forms.CharField(label="文号", max_length=60, required=False)

    def __init__(self, data: Any = None, *, problem: Problem, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["paper"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [(code, paper.title) for code, paper in papers_of(problem).items()]


class DecisionFilter(OfUnits):
    """Filters of the decisions about money, their workbook and the API; all of them optional."""

    kind = forms.ChoiceField(label="处置", required=False)
    state = forms.ChoiceField(
        label="状态",
        choices=[ALL, (STANDING, "执行中"), *PaymentDecision.State.choices],
        required=False,
    )
    unit = units_field()
    q = forms.CharField(label="项目、单位", max_length=40, required=False)

    def __init__(self, data: Any, *, kinds: list[str], units: QuerySet[Unit]) -> None:
        super().__init__(data, units=units, auto_id="decisions_%s")
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [ALL, *((kind, kind) for kind in kinds)]

    def asked(self) -> DecisionsAsked:
        """What the valid fields ask for; a field with an error counts as empty."""
        self.is_valid()
        told = self.cleaned_data
        unit = told.get("unit")
        return DecisionsAsked(
            kind=told.get("kind", ""),
            state=told.get("state", ""),
            unit=str(unit.public_id) if unit else "",
            text=told.get("q", "").strip(),
        )


class ProposalForm(forms.Form):
    """What should be done about a project's money."""

    kind = forms.ChoiceField(label="处置")
    cause = forms.ChoiceField(
        label="原因",
        choices=Cause.choices,
        help_text="客观因素的调整用途、调减预算，同步调整绩效目标；执行偏离大的暂缓、停止拨付。",
    )
    amount = forms.DecimalField(label="金额（元）", max_digits=15, decimal_places=2)
    effective_on = day_field("执行日期")
    reason = lines("理由", 2000)
    lift_when = lines(
        "解除条件",
        1000,
        rows=2,
        required=False,
        help_text="减缓、暂缓、停止拨付的必填：做到什么就恢复。",
    )

    def __init__(self, data: Any = None, *, kinds: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [(kind, kind) for kind in kinds]

    def proposed(self) -> Proposed:
        """What the service takes."""
        return Proposed(**self.cleaned_data)


class ApprovalForm(forms.Form):
    """What the approver adds."""

    opinion = lines("批准意见", 2000, rows=2, required=False)


class RefusalForm(forms.Form):
    """Why not."""

    opinion = lines("不批准的理由", 2000, rows=2)


class ReversalForm(ReasonForm):
    """Why the decision is taken back, and from when on."""

    effective_on = day_field("执行日期")
