"""The posted form as a TargetForm: every cell is read, what is not a number is kept as typed."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from apps.filings.cells import Reader, clean
from apps.rules.errors import RuleError
from apps.rules.numbers import parse_number, parse_wan, parse_year
from apps.rules.target_form import (
    ASSETS,
    SOURCES,
    SPANS,
    TASK_SOURCES,
    TargetForm,
    TargetLine,
    TaskLine,
)

ROW_INPUT = r"{}-(\d{{1,4}})-([a-z_0-9]+)"
LINE_INPUT, TASK_INPUT = (re.compile(ROW_INPUT.format(name)) for name in ("line", "task"))
TEXTS = {
    "level1": 10,
    "level2": 20,
    "name": 200,
    "operator": 4,
    "value_text": 200,
    "unit": 20,
    "direction": 4,
    "basis": 20,
    "evidence": 200,
    "mid_value": 60,
}
HEAD_TEXTS = {
    "attribute": 12,
    "leader": 40,
    "leader_phone": 30,
    "mid_goal": 4000,
    "year_goal": 4000,
    "duties": 2000,
    "grounds": 2000,
    "activities": 2000,
    "beneficiaries": 2000,
    "standards": 2000,
}
TASK_TEXTS = {"name": 100, "content": 1000}


def target_form(
    data: Mapping[str, str], read_amount: Callable[..., Decimal] = parse_wan
) -> TargetForm:
    """The whole posted form. Rows without any text are left out; order is the order of the rows.

    Inputs: head fields by name, `funds-<span>-<source>` in 万元 (or what `read_amount` reads),
    `assets-<kind>-quantity` and `-amount`, `task-<n>-<field>`, `line-<n>-<field>`. Every part is
    read whatever the shape; saving keeps what the filing's shape has.
    """
    reader = Reader()
    texts: dict[str, Any] = {
        name: clean(data.get(name, ""), limit) for name, limit in HEAD_TEXTS.items()
    }
    return TargetForm(
        **texts,
        first_year=reader.number("first_year", data.get("first_year", ""), parse_year),
        last_year=reader.number("last_year", data.get("last_year", ""), parse_year),
        funds=_funds(reader, data, read_amount),
        assets=_assets(reader, data, read_amount),
        tasks=tuple(_tasks(reader, data, read_amount)),
        lines=tuple(_lines(reader, data)),
        unread=reader.unread,
    )


def _funds(
    reader: Reader, data: Mapping[str, str], read_amount: Callable[..., Decimal]
) -> dict[str, dict[str, Decimal]]:
    funds: dict[str, dict[str, Decimal]] = {}
    for span in SPANS:
        for source in SOURCES:
            text = data.get(f"funds-{span}-{source}", "")
            amount = reader.number(f"funds.{span}.{source}", text, read_amount)
            if amount is not None:
                funds.setdefault(span, {})[source] = amount
    return funds


def _assets(
    reader: Reader, data: Mapping[str, str], read_amount: Callable[..., Decimal]
) -> dict[str, dict[str, Decimal]]:
    assets: dict[str, dict[str, Decimal]] = {}
    readers: dict[str, Callable[..., Decimal]] = {"quantity": _quantity, "amount": read_amount}
    for kind in ASSETS:
        for cell, parse in readers.items():
            text = data.get(f"assets-{kind}-{cell}", "")
            number = reader.number(f"assets.{kind}.{cell}", text, parse)
            if number is not None:
                assets.setdefault(kind, {})[cell] = number
    return assets


def _quantity(text: str) -> Decimal:
    number = parse_number(text)
    if number < 0:
        raise RuleError("数量不能为负。")
    return number


def _rows(data: Mapping[str, str], pattern: re.Pattern[str]) -> list[dict[str, str]]:
    """The inputs of a table by row, in the order of their numbers."""
    rows: dict[int, dict[str, str]] = {}
    for name in data:
        if match := pattern.fullmatch(name):
            rows.setdefault(int(match[1]), {})[match[2]] = data[name]
    return [row for _, row in sorted(rows.items())]


def _tasks(
    reader: Reader, data: Mapping[str, str], read_amount: Callable[..., Decimal]
) -> Iterator[TaskLine]:
    for row in _rows(data, TASK_INPUT):
        if not any(row.get(name, "").strip() for name in (*TASK_TEXTS, *TASK_SOURCES)):
            continue
        key = row.get("key", "").strip() or str(uuid4())
        amounts: dict[str, Any] = {
            source: reader.number(f"task:{key}.{source}", row.get(source, ""), read_amount)
            for source in TASK_SOURCES
        }
        texts: dict[str, Any] = {
            name: clean(row.get(name, ""), limit) for name, limit in TASK_TEXTS.items()
        }
        yield TaskLine(key, **texts, **amounts)


def _lines(reader: Reader, data: Mapping[str, str]) -> list[TargetLine]:
    return [_line(reader, row) for row in _rows(data, LINE_INPUT) if _has_text(row)]


def _has_text(row: dict[str, str]) -> bool:
    """Whether a row says anything beyond its levels, direction and hidden key."""
    words = ("name", "value", "value_high", "value_text", "unit", "weight", "evidence", "mid_value")
    return any(row.get(name, "").strip() for name in words)


def _line(reader: Reader, row: dict[str, str]) -> TargetLine:
    key = row.get("key", "").strip() or str(uuid4())
    path = f"indicator:{key}"
    value, high, text = _value(reader, path, row)
    library = row.get("library_id", "").strip()
    return TargetLine(
        **{
            **{name: clean(row.get(name, ""), limit) for name, limit in TEXTS.items()},
            "value_text": text,
        },
        key=key,
        value=value,
        value_high=high,
        weight=_weight(reader, path, row),
        library_id=int(library) if library.isascii() and library.isdigit() else None,
    )


def _value(
    reader: Reader, path: str, row: dict[str, str]
) -> tuple[Decimal | None, Decimal | None, str]:
    """The value cell: text for 定性, two ends for 区间 (60–80), otherwise one number."""
    typed = row.get("value", "").strip()
    if row.get("operator", "").strip() == "定性":
        return None, None, clean(typed or row.get("value_text", ""), 200)
    ends = re.split(r"[–—~～至]|(?<=\d)-(?=\d)", typed) if typed else []
    if row.get("operator", "").strip() == "区间" and len(ends) == 2:
        low = reader.number(f"{path}.value", ends[0], parse_number)
        return low, reader.number(f"{path}.value_high", ends[1], parse_number), ""
    return reader.number(f"{path}.value", typed, parse_number), None, ""


def _weight(reader: Reader, path: str, row: dict[str, str]) -> Decimal | None:
    weight = reader.number(
        f"{path}.weight", row.get("weight", ""), parse_number, places=2, digits=3
    )
    if weight is not None and not 0 <= weight <= 100:
        reader.unread[f"{path}.weight"] = row["weight"].strip()[:200]
        return None
    return weight if weight is None else Decimal(weight)
