"""A node's filing in words: one text to hash, and what changed between two versions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

from apps.rules.form_diff import ADDED, CHANGED, REMOVED, SAME, Cell, FormDiff, Row, Section
from apps.rules.form_words import show_target
from apps.rules.monitoring.node_form import LINE_CELLS, MONEY_CELLS, NodeForm, ProgressLine, place
from apps.rules.monitoring.nodes import Node
from apps.rules.numbers import show_value, show_wan

PARTS = {"head": "基本信息", "money": "项目资金", "indicators": "绩效指标"}
Cells = Iterator[tuple[str, str]]  # path, what is shown


def canonical(form: NodeForm) -> str:
    """The content as one deterministic text, for the receipt's hash: the promise stands in it."""
    cells = {path: text for part in _READ.values() for path, text in part(form)}
    promised = {row.key: show_target(row.target) for row in form.lines}
    body = {"cells": cells, "promised": promised}
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def diff(old: NodeForm | None, new: NodeForm, node: Node) -> FormDiff:
    """What changed from one version to the next, unchanged cells included."""
    sections = []
    for name, cells in _READ.items():
        before = dict(cells(old)) if old else {}
        after = dict(cells(new))
        rows = []
        for path in {**before, **after}:
            where = place(path, new if path in after or old is None else old, node)
            rows.append(_row(path, where, before.get(path, ""), after.get(path, "")))
        sections.append(Section(name, PARTS[name], tuple(rows)))
    return FormDiff(tuple(sections))


def _head(form: NodeForm) -> Cells:
    yield "as_of", form.unread.get("as_of", str(form.as_of or ""))


def _money(form: NodeForm) -> Cells:
    for row in form.money:
        for cell in MONEY_CELLS:
            path, amount = f"money.{row.key}.{cell}", getattr(row, cell)
            shown = "" if amount is None else f"{show_wan(amount, exact=True)}万元"
            yield path, form.unread.get(path, shown)


def _indicators(form: NodeForm) -> Cells:
    for row in form.lines:
        told = _told(row)
        for cell in LINE_CELLS:
            path = f"indicator:{row.key}.{cell}"
            yield path, form.unread.get(path, told[cell])


def _told(row: ProgressLine) -> dict[str, str]:
    actual = row.band if row.is_qualitative else _value(row, row.actual)
    return {
        "actual": "未到考核时点" if row.is_not_due else actual,
        "forecast": row.forecast_band if row.is_qualitative else _value(row, row.forecast),
        "causes": "、".join(row.causes),
        "reason": row.reason,
        "likelihood": row.likelihood,
        "measure": row.measure,
        "remark": row.remark,
    }


def _value(row: ProgressLine, value: Decimal | None) -> str:
    return "" if value is None else f"{show_value(value)}{row.target.unit}"


def _row(path: str, where: str, old: str, new: str) -> Row:
    kind = SAME if old == new else CHANGED if old and new else ADDED if new else REMOVED
    return Row(path, where, kind, (Cell(path, where, old, new),))


_READ = {"head": _head, "money": _money, "indicators": _indicators}
