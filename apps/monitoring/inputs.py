"""A node's filing as the inputs that would post it: the inverse of forms.node_form."""

from __future__ import annotations

from decimal import Decimal

from apps.monitoring.forms import AMOUNTS, TEXTS
from apps.rules.monitoring import CAUSES, NodeForm, ProgressLine
from apps.rules.numbers import WAN, plain


def inputs_of(form: NodeForm) -> dict[str, str]:
    """Every input by name with its text, what could not be read as it was typed."""
    found = {"as_of": form.as_of.isoformat() if form.as_of else ""}
    for row in form.money:
        for cell in AMOUNTS:
            path, amount = f"money.{row.key}.{cell}", getattr(row, cell)
            typed = form.unread.get(path)
            found[f"money-{row.key}-{cell}"] = typed or number_text(
                None if amount is None else amount / WAN
            )
    for number, line in enumerate(form.lines):
        found |= line_inputs(form, f"line-{number}", line)
    return found


def line_inputs(form: NodeForm, base: str, row: ProgressLine) -> dict[str, str]:
    """The inputs of one indicator row."""
    path = f"indicator:{row.key}"
    found = {
        "key": row.key,
        "unit": row.target.unit,
        "operator": row.target.operator,
        "actual": form.unread.get(f"{path}.actual") or row.band or number_text(row.actual),
        "forecast": form.unread.get(f"{path}.forecast")
        or row.forecast_band
        or number_text(row.forecast),
        **{name: getattr(row, name) for name in TEXTS},
    }
    found |= {f"cause_{n}": "on" for n, word in enumerate(CAUSES) if word in row.causes}
    if row.is_not_due:
        found["not_due"] = "on"
    return {f"{base}-{name}": text for name, text in found.items()}


def number_text(value: Decimal | None) -> str:
    """A number as it is typed; nothing for none."""
    return "" if value is None else plain(value)
