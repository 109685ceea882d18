"""The target forms of tests/data/targets, each with the findings that a good colleague would make.

A row is written as "level 2 | name | value | points": 数量 | 养护农村公路里程 | ≥ 320 公里.
Without points the national split is shared out evenly. A finding is "code @ place": the value of
row 2 is 2.value. `near` names checks for which the form is a near miss.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

import yaml

from apps.rules.target_checks import check
from apps.rules.target_evidence import Evidence, LibraryRow, OtherForm, PastValue, PeerValues
from apps.rules.target_form import LEVEL2, TargetFacts, TargetForm, TargetLine
from apps.rules.weights import NATIONAL, choose

FOLDER = Path(__file__).parent.parent / "data" / "targets"
LEVEL1 = {level2: level1 for level1, seconds in LEVEL2.items() for level2 in seconds}
VALUE = re.compile(r"(≥|≤|=|>|<|区间)\s*(-?[\d.]+)(?:[–-]([\d.]+))?\s*(.*)")
WAN = Decimal(10000)


@dataclass(frozen=True)
class Case:
    """One form with what is known of it and what the checks should say."""

    id: str
    form: TargetForm
    facts: TargetFacts
    expected: frozenset[tuple[str, str]]  # code without "targets.", path
    near: frozenset[str] = field(default_factory=frozenset)  # codes that just do not speak

    def found(self) -> set[tuple[str, str]]:
        """What the checks say: code and path."""
        findings = check(self.form, self.facts)
        return {(each.code.removeprefix("targets."), each.path) for each in findings}


def cases() -> Iterator[Case]:
    """Every form of the folder."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for record in yaml.safe_load(path.read_text(encoding="utf-8"))["forms"]:
            yield case(record)


def case(record: dict[str, Any]) -> Case:
    """One record as a form, its facts and what is expected."""
    year = record.get("year", 2024)
    lines = [_line(number, text) for number, text in enumerate(record["rows"], start=1)]
    whole = TargetForm(
        attribute=record.get("attribute", "new"),
        first_year=record.get("first", year),
        last_year=record.get("last", year),
        leader="王建国",
        leader_phone="0996-1234567",
        mid_goal=record.get("mid", ""),
        year_goal=record["goal"],
        funds={
            "year": {name: _yuan(amount) for name, amount in record["money"].items()},
        },
        lines=tuple(lines),
    )
    weights = choose(NATIONAL, whole)
    whole = replace(whole, lines=_weighted(whole, weights.levels))
    facts = TargetFacts(
        fiscal_year=year,
        project_first_year=whole.first_year,
        project_last_year=whole.last_year,
        budget=whole.funds["year"],
        weights=weights,
        total_investment=_yuan(record["investment"]) if "investment" in record else None,
        project_name=record["project"],
        evidence=_evidence(record.get("known", {})),
    )
    expected = frozenset(_expected(text) for text in record.get("expect", []))
    return Case(record["id"], whole, facts, expected, frozenset(record.get("near", [])))


def _yuan(wan: object) -> Decimal:
    return Decimal(str(wan)) * WAN


def _line(number: int, text: str) -> TargetLine:
    level2, name, value, *rest = (part.strip() for part in text.split("|"))
    weight = next((Decimal(part) for part in rest if part and part[0].isdigit()), None)
    direction = next((part for part in rest if part in ("正向", "反向")), "")
    line = TargetLine(
        key=f"r{number}",
        level1=LEVEL1[level2] if level2 != "成本" else "产出",
        level2=level2,
        name=name,
        weight=weight,
        direction=direction,
        basis="计划标准",
        evidence="验收资料",
    )
    match = VALUE.fullmatch(value)
    if match is None:
        return replace(line, operator="定性", value_text=value)
    operator, low, high, unit = match.groups()
    return replace(
        line,
        operator=operator,
        value=Decimal(low),
        value_high=Decimal(high) if high else None,
        unit=unit.strip(),
    )


def _weighted(whole: TargetForm, levels: dict[str, Decimal | None]) -> tuple[TargetLine, ...]:
    """The rows with the level's points shared out evenly where none are written."""
    lines = list(whole.lines)
    for level1, points in levels.items():
        bare = [at for at, each in enumerate(lines) if each.level1 == level1 and not each.weight]
        written = sum((each.weight or 0 for each in lines if each.level1 == level1), Decimal(0))
        left = (points or Decimal(0)) - written
        for position, at in enumerate(bare):
            rows_left = len(bare) - position
            share = (left / rows_left).quantize(Decimal("0.1"), ROUND_DOWN)
            share = left if rows_left == 1 else share
            lines[at] = replace(lines[at], weight=share)
            left -= share
    return tuple(lines)


def _expected(text: str) -> tuple[str, str]:
    code, _, place = (part.strip() for part in text.partition("@"))
    row = re.fullmatch(r"(\d+)(\.\w+)?", place)
    return code, f"indicator:r{row[1]}{row[2] or ''}" if row else place


def _evidence(known: dict[str, Any]) -> Evidence:
    return Evidence(
        library=tuple(_library_row(row) for row in known.get("library", [])),
        last_year=tuple(
            PastValue(name, unit, Decimal(str(value)))
            for name, value, unit in known.get("last_year", [])
        ),
        peers=tuple(
            PeerValues(name, unit, tuple(Decimal(str(value)) for value in values))
            for name, values, unit in known.get("peers", [])
        ),
        others=tuple(
            OtherForm(each["title"], each.get("last", False), each["goal"], tuple(each["rows"]))
            for each in known.get("others", [])
        ),
    )


def _library_row(row: dict[str, Any]) -> LibraryRow:
    bounds = {end: Decimal(str(row[end])) for end in ("low", "high") if end in row}
    texts = {name: row[name] for name in row if name not in bounds}
    return LibraryRow(**texts, **bounds)
