"""The form as programs send and get it: every cell a text, amounts in 元."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from apps.rules.adjustment import TEXTS as HEAD_WORDS
from apps.rules.adjustment import AdjustmentHead
from apps.rules.numbers import parse_yuan, plain
from apps.rules.target_form import (
    ASSET_CELLS,
    ASSETS,
    SOURCES,
    SPANS,
    TASK_SOURCES,
    TargetForm,
    TargetLine,
    TaskLine,
)
from apps.targets.adjust_forms import adjustment_head
from apps.targets.forms import HEAD_TEXTS, TASK_TEXTS, TEXTS, target_form

YEARS = ("first_year", "last_year")
HIGH = "–"  # joins the two ends of 区间, as the page's cell does


def form_as(form: TargetForm) -> dict[str, Any]:
    """The form as JSON; what could not be read stands in `unread` under its path."""
    return {
        **{name: getattr(form, name) for name in HEAD_TEXTS},
        **{name: str(getattr(form, name) or "") for name in YEARS},
        "funds": {
            span: {source: _amount(form, span, source) for source in SOURCES} for span in SPANS
        },
        "assets": {
            kind: {cell: _asset(form, kind, cell) for cell in ASSET_CELLS} for kind in ASSETS
        },
        "tasks": [_task_as(task) for task in form.tasks],
        "lines": [_line_as(line) for line in form.lines],
        "unread": dict(form.unread),
    }


def _amount(form: TargetForm, span: str, source: str) -> str:
    return _yuan(form.funds.get(span, {}).get(source))


def _yuan(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def _asset(form: TargetForm, kind: str, cell: str) -> str:
    number = form.assets.get(kind, {}).get(cell)
    return _yuan(number) if cell == "amount" else _number(number)


def _task_as(task: TaskLine) -> dict[str, str]:
    return {
        "key": task.key,
        **{name: getattr(task, name) for name in TASK_TEXTS},
        **{source: _yuan(getattr(task, source)) for source in TASK_SOURCES},
    }


def _line_as(line: TargetLine) -> dict[str, Any]:
    return {
        "key": line.key,
        **{name: getattr(line, name) for name in TEXTS},
        **{name: _number(getattr(line, name)) for name in ("value", "value_high", "weight")},
        "library_id": line.library_id,
    }


def _number(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def form_from(told: dict[str, Any]) -> TargetForm:
    """The form that the JSON means, read by the page's own reader; an empty cell takes `unread`."""
    unread: dict[str, str] = told["unread"]
    data = {name: told.get(name, "") for name in HEAD_TEXTS}
    data |= {name: told[name] or unread.get(name, "") for name in YEARS}
    for span in SPANS:
        for source in SOURCES:
            text = told["funds"][span][source] or unread.get(f"funds.{span}.{source}", "")
            data[f"funds-{span}-{source}"] = text
    for kind in ASSETS:
        for cell in ASSET_CELLS:
            text = told.get("assets", {}).get(kind, {}).get(cell, "")
            data[f"assets-{kind}-{cell}"] = text or unread.get(f"assets.{kind}.{cell}", "")
    for index, task in enumerate(told.get("tasks", ())):
        texts = {name: task[name] for name in ("key", *TASK_TEXTS)}
        texts |= {s: task[s] or unread.get(f"task:{task['key']}.{s}", "") for s in TASK_SOURCES}
        data |= {f"task-{index}-{name}": text for name, text in texts.items()}
    for index, line in enumerate(told["lines"]):
        cells = _inputs(line, unread)
        data |= {f"line-{index}-{name}": text for name, text in cells.items()}
    return target_form(data, parse_yuan)


def _inputs(line: dict[str, Any], unread: dict[str, str]) -> dict[str, str]:
    base = f"indicator:{line['key']}"
    low = line["value"] or unread.get(f"{base}.value", "") or line["value_text"]
    high = line["value_high"] or unread.get(f"{base}.value_high", "")
    return {
        "key": line["key"],
        **{name: line[name] for name in TEXTS},
        "value": f"{low}{HIGH}{high}" if high else low,
        "weight": line["weight"] or unread.get(f"{base}.weight", ""),
        "library_id": str(line["library_id"] or ""),
    }


# --- an adjustment's head -------------------------------------------------------------------
def head_as(head: AdjustmentHead) -> dict[str, Any]:
    """The head as JSON; an amount that could not be read stands as it was typed."""
    return {
        **{name: getattr(head, name) for name in HEAD_WORDS},
        "money": [
            {
                "source": row.source,
                "level": row.level,
                "before": f"{row.before:.2f}",
                "after": head.unread.get(row.path, "" if row.after is None else f"{row.after:.2f}"),
            }
            for row in head.money
        ],
    }


def head_from(told: dict[str, Any]) -> AdjustmentHead | None:
    """The head that the JSON means, read by the page's own reader."""
    data = {f"adjust-{name}": told[name] for name in HEAD_WORDS}
    for row in told["money"]:
        data[f"adjust-money-{row['source']}-{row['level']}"] = row["after"]
    return adjustment_head(data, parse_yuan)
