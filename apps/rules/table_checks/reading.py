"""A record of cells, from JSON or from a sheet, as a PrintedTable. Answers in it are not read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import takewhile
from typing import Any

from apps.rules.errors import RuleError
from apps.rules.numbers import quoted
from apps.rules.table_checks import values
from apps.rules.table_checks.kinds import is_less_better
from apps.rules.table_checks.printed import MONEY_WORDS, FundRow, PrintedLine, PrintedTable, Value
from apps.rules.target_checks.money import MONEY_UNITS

ZERO, HUNDRED = Decimal(0), Decimal(100)
MOST_LEFT = Decimal(30)  # points; no place gives the rate more
MOST_LINES, MOST_SOURCES = 2_000, 200
FUND_KEYS = {
    "initial": ("initial",),
    "adjusted": ("adjusted",),
    "executed": ("executed",),
    "weight": ("exec_weight", "exec_weight_published", "weight"),
    "rate": ("exec_rate_as_printed", "exec_rate_published", "rate"),
    "score": ("exec_score", "exec_score_published", "score"),
}
OF_MONEY = re.compile("执行|预算|资金")
OF_DAYS = re.compile("[月日初中下旬末底之以前内]*")
GRADES = ("优", "良", "中", "差")


class Reader:
    """Reads cells and notes those that hold words where a number belongs."""

    def __init__(self) -> None:
        self.unread: dict[str, str] = {}

    def number(self, path: str, cell: object) -> Decimal | None:
        """The number of the cell; what is neither number nor blank is noted."""
        found = values.number_of(cell)
        if found is None and not values.parse(cell).is_empty:
            self.unread[path] = quoted(str(cell))
        return found


def read(record: object) -> PrintedTable:
    """The table that a record describes. Raises RuleError when it is no record of a table."""
    if not isinstance(record, Mapping):
        raise RuleError("记录应是一个对象，含amounts和indicators。", code="table.record")
    amounts, rows = record.get("amounts"), record.get("indicators")
    if not isinstance(amounts, Mapping | None) or not isinstance(rows, list | None):
        raise RuleError("amounts应是对象，indicators应是数组。", code="table.record")
    if amounts is None and rows is None:
        raise RuleError("记录里没有amounts，也没有indicators，不是自评表。", code="table.record")
    if len(rows or ()) > MOST_LINES:
        raise RuleError(f"指标有{len(rows or ())}行，一张表最多{MOST_LINES}行。", code="table.long")
    reader = Reader()
    funds, sources = _funds(reader, amounts or {})
    lines = [_line(reader, at, row) for at, row in enumerate(rows or (), start=1)]
    funds = _with_weight(funds, lines)
    total = _mapping(record.get("total"))
    return PrintedTable(
        project=_text(record.get("project")),
        year=_year(record.get("year")),
        unit=_text(record.get("unit")),
        money_unit=_money_unit((amounts or {}).get("unit")),
        funds=funds,
        sources=sources,
        levels=_levels(_mapping(record.get("l1_weights_declared"))),
        lines=tuple(_grouped(_under_one_score(lines))),
        total_weight=reader.number("total.weight", total.get("weight")),
        total_score=reader.number("total.score", total.get("score")),
        grade=_grade(record.get("grade")),
        has_reasons=any("deviation" in _mapping(row) for row in rows or ()),
        is_partial=_flag(record.get("partial")),
        unread=reader.unread,
    )


def _funds(reader: Reader, amounts: Mapping[str, Any]) -> tuple[FundRow, tuple[FundRow, ...]]:
    """The total row and its sources; points printed beside the only source are the total's."""
    unit = _money_unit(amounts.get("unit"))
    funds = _fund_row(reader, "funds", "年度资金总额", amounts, unit)
    rows = amounts.get("lines")
    kept = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    sources = tuple(
        _fund_row(reader, f"source:{at}", _text(row.get("name")) or f"第{at}行", row, unit)
        for at, row in enumerate(kept[:MOST_SOURCES], start=1)
    )
    weighed = [row for row in sources if row.weight is not None]
    if funds.weight is None and funds.score is None and len(weighed) == 1:
        funds = replace(funds, weight=weighed[0].weight, score=weighed[0].score)
    return funds, sources


def _with_weight(funds: FundRow, lines: list[PrintedLine]) -> FundRow:
    """Points of the rate that are only scored: what the rows leave of 100."""
    rows = sum((line.weight or ZERO for line in lines), ZERO)
    left = HUNDRED - rows
    if funds.weight is None and funds.score is not None and funds.score <= left <= MOST_LEFT:
        return replace(funds, weight=left)
    return funds


def _fund_row(reader: Reader, lead: str, name: str, row: Mapping[str, Any], unit: str) -> FundRow:
    cells = {}
    for cell, keys in FUND_KEYS.items():
        given = next((row[key] for key in keys if row.get(key) is not None), None)
        cells[cell] = reader.number(f"{lead}.{cell}", given)
        own = values.parse(given).unit if cell in MONEY_WORDS else ""
        if (amount := cells[cell]) is not None and own in MONEY_UNITS and own != unit:
            cells[cell] = amount * MONEY_UNITS[own] / MONEY_UNITS[unit]
    return FundRow(name, **cells)


def _line(reader: Reader, at: int, cells: object) -> PrintedLine:
    row = _mapping(cells)
    target, actual = values.parse(_joined(row.get("target"))), values.parse(row.get("actual"))
    if "时效" in _text(row.get("l2")):
        target, actual = _as_day(target), _as_day(actual)
    if actual.is_empty and target.number == 0 and _text(row.get("actual")) == "无":
        actual = Value("无", Decimal(0))
    as_printed = values.parse(row.get("actual_as_printed"))
    if as_printed.sign and (actual.number is None or as_printed.number == actual.number):
        actual = as_printed
    line = PrintedLine(
        number=at,
        level1=_level(row.get("l1")),
        level2=_level(row.get("l2")),
        name=_text(row.get("l3")) or _text(row.get("name")) or "未填名称",
        target=target,
        actual=actual,
        unit=_text(row.get("unit")) or target.unit or actual.unit,
        weight=reader.number(f"indicator:{at}.weight", row.get("weight")),
        score=reader.number(f"indicator:{at}.score", row.get("score")),
        reason=_reason(row.get("deviation")),
    )
    return _with_operator(line, values.operator_of(row.get("op")))


def _as_day(value: Value) -> Value:
    """A month written as 2023.12 is a day to keep, not a number."""
    is_month = values.MONTH.match(value.text) and OF_DAYS.fullmatch(value.unit)
    return Value(value.text) if is_month else value


def _with_operator(line: PrintedLine, operator: str) -> PrintedLine:
    """The row with its operator: the printed one, the sign of its target, or by its kind."""
    number = line.target.number
    if number is None or (operator == "区间" and line.target.high is None):
        return replace(line, operator="定性")
    if operator == "定性":
        return replace(line, operator="定性")
    if operator in ("≤", "<") and line.target.high is not None:
        target = replace(line.target, number=line.target.high, high=None)
        return replace(line, operator=operator, target=target)
    if found := operator or line.target.sign:
        return replace(line, operator=found)
    return replace(line, operator="≤" if is_less_better(line) else "≥", is_inferred=True)


def _under_one_score(lines: list[PrintedLine]) -> list[PrintedLine]:
    """Rows with points of their own and one score: the first has the points of all."""
    out = list(lines)
    for at, line in enumerate(lines):
        if line.score is None or line.weight is None or line.score <= line.weight:
            continue
        group = list(takewhile(partial(_awaits, line), lines[at + 1 :]))
        points = line.weight + sum((each.weight or ZERO for each in group), ZERO)
        if group and line.score <= points:
            out[at] = replace(line, weight=points)
            below = [replace(each, weight=None) for each in group]
            out[at + 1 : at + 1 + len(group)] = below
    return out


def _awaits(above: PrintedLine, line: PrintedLine) -> bool:
    """Whether the row below has points and may share the score above."""
    is_unscored = line.weight is not None and line.score is None
    return is_unscored and _side(line) == _side(above)


def _grouped(lines: list[PrintedLine]) -> list[PrintedLine]:
    """Rows without points of their own stand under the cell above, within one second level."""
    out = list(lines)
    leader = -1
    for at, line in enumerate(lines):
        if line.weight is not None or line.score is not None:
            leader = at if line.weight is not None else -1
        elif leader >= 0 and _side(lines[leader]) == _side(line):
            out[at] = replace(line, led=True)
            out[leader] = replace(out[leader], leads=out[leader].leads + 1)
        else:
            leader = -1
    return out


def _side(line: PrintedLine) -> tuple[str, str]:
    return line.level1, line.level2


def _levels(declared: Mapping[str, Any]) -> dict[str, Decimal]:
    """Points of first levels; those of the money stand with the money."""
    found: dict[str, Decimal] = {}
    for name, points in declared.items():
        number = values.number_of(points)
        if number is not None and not OF_MONEY.search(str(name)):
            found[_level(name)] = number
    return found


def _level(word: object) -> str:
    """产出指标（50分） is 产出."""
    text = _text(word).partition("（")[0].partition("(")[0]
    return "".join(text.split()).removesuffix("指标")


def _joined(cell: object) -> object:
    """Both ends of an interval given as a pair."""
    if isinstance(cell, list) and len(cell) == 2 and all(_is_number(x) for x in cell):
        return f"{cell[0]:f}-{cell[1]:f}"
    return cell


def _is_number(cell: object) -> bool:
    return isinstance(cell, Decimal) and values.is_sane(cell)


def _reason(cell: object) -> str:
    """The words; a dash, 无 or 0 in their place says nothing."""
    text = _text(cell)
    return "" if text == "0" or values.parse(text).is_empty else text


def _mapping(cell: object) -> Mapping[str, Any]:
    return cell if isinstance(cell, Mapping) else {}


def _text(cell: object) -> str:
    if not isinstance(cell, str | Decimal):
        return ""
    return values.printable(" ".join(str(cell).split())[:500])


def _year(cell: object) -> int | None:
    found = values.decimal(_text(cell).removesuffix("度").removesuffix("年") or "x")
    return int(found) if found is not None and 1990 <= found <= 2100 else None


def _money_unit(cell: object) -> str:
    text = _text(cell).removeprefix("单位").strip("：:（）() ").removeprefix("人民币")
    return text if text in MONEY_UNITS else "万元"


def _flag(cell: object) -> bool | None:
    return cell if isinstance(cell, bool) else None


def _grade(cell: object) -> str:
    text = _text(cell)
    return text if text in GRADES else ""
