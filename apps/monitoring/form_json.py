"""A node's filing as programs send and get it: every cell a text, amounts in 元."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from apps.monitoring.forms import AMOUNTS, TEXTS, node_form
from apps.monitoring.inputs import number_text
from apps.rules.form_words import show_target
from apps.rules.monitoring import CAUSES, FUNDS, NodeForm, ProgressLine
from apps.rules.numbers import parse_yuan

SHOWN = ("unit", "operator")  # of the promise, given back so that a changed measure is noticed


def form_as(form: NodeForm) -> dict[str, Any]:
    """The form as JSON; what could not be read stands in `unread` under its path."""
    return {
        "as_of": form.as_of.isoformat() if form.as_of else "",
        "money": {
            row.key: {cell: _yuan(getattr(row, cell)) for cell in AMOUNTS} for row in form.money
        },
        "lines": [_line_as(row) for row in form.lines],
        "unread": dict(form.unread),
    }


def _line_as(row: ProgressLine) -> dict[str, Any]:
    return {
        "key": row.key,
        "level1": row.target.level1,
        "level2": row.target.level2,
        "name": row.target.name,
        "target": show_target(row.target),
        **{name: getattr(row.target, name) for name in SHOWN},
        "actual": row.band or number_text(row.actual),
        "forecast": row.forecast_band or number_text(row.forecast),
        "causes": list(row.causes),
        "is_not_due": row.is_not_due,
        **{name: getattr(row, name) for name in TEXTS},
    }


def _yuan(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def form_from(told: dict[str, Any]) -> NodeForm:
    """The form that the JSON means, read by the page's own reader; an empty cell takes `unread`."""
    unread: dict[str, str] = told["unread"]
    data: dict[str, str] = {"as_of": told["as_of"]}
    for key in FUNDS:
        for cell, text in told["money"].get(key, {}).items():
            data[f"money-{key}-{cell}"] = text or unread.get(f"money.{key}.{cell}", "")
    for number, line in enumerate(told["lines"]):
        data |= {f"line-{number}-{name}": text for name, text in _inputs(line, unread).items()}
    return node_form(data, parse_yuan)


def _inputs(line: dict[str, Any], unread: dict[str, str]) -> dict[str, str]:
    base = f"indicator:{line['key']}"
    cells = {name: line[name] for name in ("key", *SHOWN, *TEXTS)}
    cells |= {
        name: line[name] or unread.get(f"{base}.{name}", "") for name in ("actual", "forecast")
    }
    cells |= {f"cause_{n}": "on" for n, word in enumerate(CAUSES) if word in line["causes"]}
    return cells | ({"not_due": "on"} if line["is_not_due"] else {})
