"""What people type about an assessment: the report as an AssessmentForm, and the small forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import cast
from uuid import uuid4

from django import forms

from apps.filings.cells import Reader, clean
from apps.filings.models import State
from apps.pre_assessment.models import GateException, Likeness, Verdict
from apps.projects.forms import WanField
from apps.rules.assessment_form import (
    AMOUNTS,
    BASIS,
    METHODS,
    QUESTIONS,
    AssessmentForm,
    Basis,
    Dimension,
    Point,
)
from apps.rules.numbers import parse_number, parse_wan, parse_year

BASIS_INPUT = re.compile(r"basis-(\d{1,4})-([a-z]+)")
DIMENSION_INPUT = re.compile(r"dimension-(\d{1,2})-name")
POINT_INPUT = re.compile(r"point-(\d{1,2})-\d{1,2}-name")
HEAD_TEXTS = {"professional_why": 200, "organised": 20, "helper": 80}
BASIS_TEXTS = {"level": 10, "document": 60, "title": 120, "clause": 120, "accord": 300}
LONGEST = 8000  # of a chapter
STATEMENT, EVIDENCE, NAME = 2000, 300, 40
ALL = ("", "全部")


# --- the report -----------------------------------------------------------------------------
def assessment_form(
    data: Mapping[str, str], read_amount: Callable[..., Decimal] = parse_wan
) -> AssessmentForm:
    """The whole posted report; bases without any text are left out.

    Inputs: the head by name, `method-<n>` for each way chosen, amounts in 万元 (or what
    `read_amount` reads), texts by code, `basis-<n>-<field>`, `dimension-<n>-<field>`,
    `point-<dimension>-<n>-<field>`; the names of dimensions and criteria are hidden inputs.
    """
    reader = Reader()
    return AssessmentForm(
        **{name: clean(data.get(name, ""), limit) for name, limit in HEAD_TEXTS.items()},
        budget_year=reader.number("budget_year", data.get("budget_year", ""), parse_year),
        is_professional=bool(data.get("is_professional", "")),
        methods=tuple(word for n, word in enumerate(METHODS) if data.get(f"method-{n}")),
        texts={code: clean(data.get(code, ""), LONGEST) for code in QUESTIONS},
        amounts=_amounts(reader, data, read_amount),
        bases=tuple(_bases(data)),
        dimensions=tuple(_dimensions(reader, data)),
        unread=reader.unread,
    )


def _amounts(
    reader: Reader, data: Mapping[str, str], read_amount: Callable[..., Decimal]
) -> dict[str, Decimal]:
    found = {code: reader.number(code, data.get(code, ""), read_amount) for code in AMOUNTS}
    return {code: amount for code, amount in found.items() if amount is not None}


def _bases(data: Mapping[str, str]) -> list[Basis]:
    rows: dict[int, dict[str, str]] = {}
    for name in data:
        if match := BASIS_INPUT.fullmatch(name):
            rows.setdefault(int(match[1]), {})[match[2]] = data[name]
    return [
        Basis(
            row.get("key", "").strip() or str(uuid4()),
            **{name: clean(row.get(name, ""), limit) for name, limit in BASIS_TEXTS.items()},
        )
        for _, row in sorted(rows.items())
        if any(row.get(name, "").strip() for name in BASIS)
    ]


def _dimensions(reader: Reader, data: Mapping[str, str]) -> list[Dimension]:
    numbers = sorted(int(match[1]) for name in data if (match := DIMENSION_INPUT.fullmatch(name)))
    return [_dimension(reader, data, f"{number}") for number in numbers]


def _dimension(reader: Reader, data: Mapping[str, str], number: str) -> Dimension:
    base = f"dimension-{number}"
    name = clean(data[f"{base}-name"], NAME)
    points = [
        _point(reader, data, key.removesuffix("-name"), name)
        for key in data
        if (match := POINT_INPUT.fullmatch(key)) and match[1] == number
    ]
    return Dimension(
        name,
        clean(data.get(f"{base}-statement", ""), STATEMENT),
        clean(data.get(f"{base}-evidence", ""), EVIDENCE),
        tuple(points),
    )


def _point(reader: Reader, data: Mapping[str, str], base: str, dimension: str) -> Point:
    """The criterion with its own points; how many it is worth, the plan says."""
    name, text = clean(data[f"{base}-name"], NAME), data.get(f"{base}-points", "")
    path = f"point:{dimension}/{name}"
    points = reader.number(path, text, parse_number, places=2, digits=3)
    return Point(name, Decimal(0), points=points)


# --- what finance says ----------------------------------------------------------------------
class VerdictForm(forms.Form):
    """A conclusion, an amount in 万元 and why."""

    verdict = forms.ChoiceField(label="结论", choices=Verdict.choices, widget=forms.RadioSelect)
    supported = WanField("支持金额", required=True)
    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="会随结论通知单位。",
    )


class ReassessForm(forms.Form):
    """For or against a third party."""

    is_wanted = forms.TypedChoiceField(
        label="第三方再评估",
        choices=[("yes", "做"), ("no", "不做")],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="理由", max_length=300, widget=forms.Textarea({"rows": 2}), help_text="做不做都要写。"
    )
    agency = forms.CharField(
        label="第三方机构", max_length=80, required=False, help_text="做的填写全称。"
    )


class ReportForm(forms.Form):
    """What the third party concluded."""

    verdict = forms.ChoiceField(
        label="再评估结论", choices=Verdict.choices, widget=forms.RadioSelect
    )
    supported = WanField("建议金额", required=True)
    opinion = forms.CharField(
        label="再评估意见", max_length=1000, widget=forms.Textarea({"rows": 3})
    )


class OpinionForm(forms.Form):
    """What one expert of the panel said."""

    expert = forms.CharField(label="专家", max_length=40)
    workplace = forms.CharField(label="工作单位", max_length=80)
    field = forms.CharField(label="专业", max_length=40, required=False)
    verdict = forms.ChoiceField(label="意见", choices=Verdict.choices, widget=forms.RadioSelect)
    text = forms.CharField(label="说明", max_length=500, widget=forms.Textarea({"rows": 2}))


class LikenessForm(forms.Form):
    """Whether an earlier result is of the same thing."""

    earlier = forms.UUIDField(label="以前的评估", widget=forms.HiddenInput)
    word = forms.ChoiceField(label="判断", choices=Likeness.Word.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="理由", max_length=300, help_text="例如主管部门、资金用途、建设内容相同或不同。"
    )


# --- the gate -------------------------------------------------------------------------------
class ExceptionForm(forms.Form):
    """A proposal to let a project in beside the gate."""

    kind = forms.ChoiceField(label="类别", choices=GateException.Kind.choices)
    amount = WanField("准予列入金额", required=True)
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea({"rows": 2}))
    document = forms.CharField(
        label="批准文件或会议", max_length=120, help_text="例如县政府常务会议纪要〔2024〕5号。"
    )

    def only(self, kinds: Collection[str]) -> ExceptionForm:
        """The form with the kinds that a closed gate needs."""
        field = cast(forms.ChoiceField, self.fields["kind"])
        field.choices = [row for row in GateException.Kind.choices if row[0] in kinds]
        return self


class DecideForm(forms.Form):
    """A leader agrees, or not."""

    is_agreed = forms.TypedChoiceField(
        label="决定",
        choices=[("yes", "同意"), ("no", "不同意")],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )
    refusal = forms.CharField(
        label="不同意的理由", max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )


class RegisterFilter(forms.Form):
    """Which of the year's assessments are listed."""

    verdict = forms.ChoiceField(label="结论", choices=[ALL, *Verdict.choices], required=False)
    state = forms.ChoiceField(label="状态", choices=[ALL, *State.choices], required=False)

    def chosen(self) -> dict[str, str]:
        """What the valid fields ask for; a field with an error counts as empty."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
