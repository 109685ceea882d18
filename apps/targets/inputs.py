"""A form as the inputs that would post it: the inverse of forms.target_form."""

from decimal import Decimal

from apps.core.money import WAN
from apps.rules.numbers import plain
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
from apps.targets.forms import HEAD_TEXTS, TEXTS

YEARS = ("first_year", "last_year")


def inputs_of(form: TargetForm) -> dict[str, str]:
    """Every input by name with its text, what could not be read as it was typed."""
    found = {name: str(getattr(form, name)) for name in HEAD_TEXTS}
    for name in YEARS:
        found[name] = form.unread.get(name) or str(getattr(form, name) or "")
    for span in SPANS:
        for source in SOURCES:
            found[f"funds-{span}-{source}"] = fund_text(form, span, source)
    for kind in ASSETS:
        for cell in ASSET_CELLS:
            found[f"assets-{kind}-{cell}"] = asset_text(form, kind, cell)
    for index, task in enumerate(form.tasks):
        cells = task_inputs(form, task)
        found |= {f"task-{index}-{name}": text for name, text in cells.items()}
    for index, line in enumerate(form.lines):
        cells = line_inputs(form, line)
        found |= {f"line-{index}-{name}": text for name, text in cells.items()}
    return found


def asset_text(form: TargetForm, kind: str, cell: str) -> str:
    """A quantity, or an amount in 万元, without separators, or what was typed there."""
    number = form.assets.get(kind, {}).get(cell)
    scale = WAN if cell == "amount" else 1
    typed = form.unread.get(f"assets.{kind}.{cell}")
    return typed or _number(None if number is None else number / scale)


def task_inputs(form: TargetForm, task: TaskLine) -> dict[str, str]:
    """One task's inputs by field, amounts in 万元 or as typed."""
    amounts = {source: getattr(task, source) for source in TASK_SOURCES}
    return {
        "key": task.key,
        "name": task.name,
        "content": task.content,
        **{
            source: form.unread.get(f"task:{task.key}.{source}")
            or _number(None if amount is None else amount / WAN)
            for source, amount in amounts.items()
        },
    }


def fund_text(form: TargetForm, span: str, source: str) -> str:
    """An amount in 万元 without separators, or what was typed there."""
    amount = form.funds.get(span, {}).get(source)
    typed = form.unread.get(f"funds.{span}.{source}")
    return typed or _number(None if amount is None else amount / WAN)


def line_inputs(form: TargetForm, line: TargetLine) -> dict[str, str]:
    """One row's inputs by field, with its key and its link to the library."""
    cells = {name: str(getattr(line, name)) for name in TEXTS if name != "value_text"}
    weight = form.unread.get(f"indicator:{line.key}.weight") or _number(line.weight)
    return {
        "key": line.key,
        "library_id": str(line.library_id or ""),
        **cells,
        "value": value_text(form, line),
        "weight": weight,
    }


def value_text(form: TargetForm, line: TargetLine) -> str:
    """The value cell as one text: words, a range as 60–80, a number, or what was typed."""
    if line.operator == "定性":
        return line.value_text
    base = f"indicator:{line.key}"
    low = form.unread.get(f"{base}.value") or _number(line.value)
    if line.operator != "区间":
        return low
    high = form.unread.get(f"{base}.value_high") or _number(line.value_high)
    return f"{low}–{high}" if high else low


def _number(value: Decimal | None) -> str:
    return "" if value is None else plain(value)
