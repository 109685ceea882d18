"""The report as programs send and get it: every cell a text, amounts in 元."""

from __future__ import annotations

from typing import Any

from apps.pre_assessment.forms import BASIS_TEXTS, HEAD_TEXTS, assessment_form
from apps.pre_assessment.inputs import number_text
from apps.rules.assessment_form import AMOUNTS, METHODS, QUESTIONS, AssessmentForm, Dimension
from apps.rules.numbers import parse_yuan


def form_as(form: AssessmentForm) -> dict[str, Any]:
    """The form as JSON; what could not be read stands in `unread` under its path."""
    amounts = {code: form.amounts.get(code) for code in AMOUNTS}
    return {
        **{name: getattr(form, name) for name in HEAD_TEXTS},
        "budget_year": str(form.budget_year or ""),
        "is_professional": form.is_professional,
        "methods": list(form.methods),
        "amounts": {code: "" if yuan is None else f"{yuan:.2f}" for code, yuan in amounts.items()},
        "texts": {code: form.texts.get(code, "") for code in QUESTIONS},
        "bases": [
            {"key": row.key, **{name: getattr(row, name) for name in BASIS_TEXTS}}
            for row in form.bases
        ],
        "dimensions": [_dimension_as(row) for row in form.dimensions],
        "unread": dict(form.unread),
    }


def _dimension_as(row: Dimension) -> dict[str, Any]:
    return {
        "name": row.name,
        "statement": row.statement,
        "evidence": row.evidence,
        "points": [{"name": p.name, "points": number_text(p.points)} for p in row.points],
    }


def form_from(told: dict[str, Any]) -> AssessmentForm:
    """The form that the JSON means, read by the page's own reader; an empty cell takes `unread`."""
    unread: dict[str, str] = told["unread"]
    data = {name: told[name] for name in HEAD_TEXTS}
    data["budget_year"] = told["budget_year"] or unread.get("budget_year", "")
    data["is_professional"] = "on" if told["is_professional"] else ""
    data |= {f"method-{n}": "on" for n, word in enumerate(METHODS) if word in told["methods"]}
    data |= {code: told["amounts"][code] or unread.get(code, "") for code in AMOUNTS}
    data |= {code: told["texts"][code] for code in QUESTIONS}
    for number, row in enumerate(told["bases"]):
        data |= {f"basis-{number}-{name}": text for name, text in row.items()}
    for number, row in enumerate(told["dimensions"]):
        data |= _inputs(number, row, unread)
    return assessment_form(data, parse_yuan)


def _inputs(number: int, row: dict[str, Any], unread: dict[str, str]) -> dict[str, str]:
    cells = {f"dimension-{number}-{name}": row[name] for name in ("name", "statement", "evidence")}
    for n, point in enumerate(row["points"]):
        typed = unread.get(f"point:{row['name']}/{point['name']}", "")
        cells[f"point-{number}-{n}-name"] = point["name"]
        cells[f"point-{number}-{n}-points"] = point["points"] or typed
    return cells
