"""A 事前绩效评估报告 in words: places, one text to hash, what changed between two versions."""

from __future__ import annotations

import json
from collections.abc import Iterator

from apps.rules.assessment_form import (
    AMOUNTS,
    BASIS,
    DIMENSION,
    QUESTIONS,
    AssessmentForm,
)
from apps.rules.errors import RuleError
from apps.rules.form_diff import ADDED, CHANGED, REMOVED, SAME, Cell, FormDiff, Row, Section
from apps.rules.numbers import plain, show_points, show_wan

HEAD = {
    "budget_year": "申请预算年度",
    "organised": "评估组织方式",
    "helper": "协助编制的机构",
    "methods": "评估方法",
    "is_professional": "专业性较强",
    "professional_why": "专业性较强的理由",
    **AMOUNTS,
}
LATER = ("uptake",)  # asked since receipts exist that do not hold it
PARTS = {
    "head": "基本信息",
    "texts": "报告正文",
    "bases": "政策依据",
    "dimensions": "评分指标体系",
}


def place(path: str, form: AssessmentForm) -> str:
    """The cell in the form's words. Raises RuleError for a path that the report does not have."""
    if path in HEAD:
        return HEAD[path]
    if path in QUESTIONS:
        return QUESTIONS[path].label
    if path == "bases":
        return PARTS["bases"]
    for key, (where, _) in _cells(form).items():
        if key == path:
            return where
    raise RuleError("报告里没有这一处，请在页面上点选要写意见的位置。", code="filings.path")


def _cells(form: AssessmentForm) -> dict[str, tuple[str, str]]:
    """Every cell by path: its place and what stands in it, in the order of the report."""
    return dict([*_head(form), *_texts(form), *_bases(form), *_dimensions(form)])


Named = Iterator[tuple[str, tuple[str, str]]]


def _head(form: AssessmentForm) -> Named:
    shown = {
        "budget_year": str(form.budget_year or ""),
        "organised": form.organised,
        "helper": form.helper,
        "methods": "、".join(form.methods),
        "is_professional": "是" if form.is_professional else "否",
        "professional_why": form.professional_why,
        **{code: f"{show_wan(amount)}万元" for code, amount in form.amounts.items()},
    }
    for code, label in HEAD.items():
        yield code, (label, form.unread.get(code) or shown.get(code, ""))


def _texts(form: AssessmentForm) -> Named:
    for code, question in QUESTIONS.items():
        yield code, (question.label, form.texts.get(code, ""))


def _bases(form: AssessmentForm) -> Named:
    for number, row in enumerate(form.bases, 1):
        for name, label in BASIS.items():
            yield f"basis:{row.key}.{name}", (f"政策依据第{number}行 {label}", getattr(row, name))


def _dimensions(form: AssessmentForm) -> Named:
    for row in form.dimensions:
        for name, label in DIMENSION.items():
            yield f"dimension:{row.name}.{name}", (f"{row.name} {label}", getattr(row, name))
        for point in row.points:
            path = f"point:{row.name}/{point.name}"
            points = "" if point.points is None else f"{show_points(point.points)}分"
            yield path, (f"{row.name} {point.name}", form.unread.get(path) or points)


def canonical(form: AssessmentForm) -> str:
    """The content as one deterministic text, for the receipt's hash."""
    body = {
        "cells": {
            path: shown for path, (_, shown) in _cells(form).items() if shown or path not in LATER
        },
        "amounts": {code: plain(amount) for code, amount in sorted(form.amounts.items())},
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def diff(old: AssessmentForm | None, new: AssessmentForm) -> FormDiff:
    """What changed from one version to the next, unchanged cells included."""
    parts = {"head": _head, "texts": _texts, "bases": _bases, "dimensions": _dimensions}
    sections = []
    for name, cells in parts.items():
        before = dict(cells(old)) if old else {}
        after = dict(cells(new))
        rows = [_row(path, before.get(path), after.get(path)) for path in {**before, **after}]
        sections.append(Section(name, PARTS[name], tuple(rows)))
    return FormDiff(tuple(sections))


def _row(path: str, before: tuple[str, str] | None, after: tuple[str, str] | None) -> Row:
    where = (after or before or ("", ""))[0]
    old, new = (before or ("", ""))[1], (after or ("", ""))[1]
    kind = SAME if old == new else CHANGED if old and new else ADDED if new else REMOVED
    return Row(path, where, kind, (Cell(path, where, old, new),))
