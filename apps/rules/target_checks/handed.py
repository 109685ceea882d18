"""What a transfer handed down to the project stands in the project's own targets (Y-43, Y-48)."""

from collections.abc import Iterator
from decimal import Decimal

from apps.rules.findings import Finding, Severity
from apps.rules.numbers import quoted, show_value
from apps.rules.similarity import normal
from apps.rules.target_checks.codes import CODES, Said, report
from apps.rules.target_evidence import HandedRow
from apps.rules.target_form import TargetFacts, TargetForm, TargetLine

CODE = "targets.handed_down"
AT_MOST = ("≤", "<")


def keeps_handed_down(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Each indicator handed down is there by name, with unit and operator, and no easier.

    Rows of its own beside them are the project's to set; a harder value is asked about.
    Source: 财预〔2015〕163号.
    """
    known = {normal(line.name): line for line in form.lines if line.name.strip()}
    for row in facts.evidence.handed:
        line = known.get(normal(row.name))
        if line is None:
            text = f"{row.source}下达了“{quoted(row.name)}”{shown(row)}，表里没有这个指标。"
            said = Said("没有", shown(row), f"{text}请加上，名称照下达的写。")
            yield report(CODE, CODES[CODE].severity, "indicators", form, said)
        elif departs := departure(row, line):
            severity = CODES[CODE].severity if departs.is_easier else Severity.HINT
            said = Said(departs.found, shown(row), f"{row.source}下达{shown(row)}，{departs.text}")
            yield report(CODE, severity, f"indicator:{line.key}.value", form, said)


class Departure:
    """How a line departs from what was handed down."""

    def __init__(self, found: str, text: str, *, is_easier: bool) -> None:
        self.found, self.text, self.is_easier = found, text, is_easier


def departure(row: HandedRow, line: TargetLine) -> Departure | None:
    """The departure of a project's line; None where it keeps what was handed down."""
    ours = shown_line(line)
    if line.operator != row.operator:
        return Departure(ours, f"这里填{ours}，性质不同。", is_easier=True)
    if row.operator == "定性" or row.value is None:
        return None
    if normal(line.unit) != normal(row.unit):
        return Departure(ours, f"这里填{ours}，单位不同。", is_easier=True)
    if line.value is None or (line.value, line.value_high) == (row.value, row.high):
        return None  # a missing value is said by its own check
    if _is_harder(row, line.value, line.value_high):
        return Departure(ours, f"这里填{ours}，比下达的要求高，请核对。", is_easier=False)
    return Departure(ours, f"这里填{ours}，与下达的不一致。", is_easier=True)


def _is_harder(row: HandedRow, value: Decimal, high: Decimal | None) -> bool:
    """Whether who keeps the line keeps what was handed down, and more."""
    if row.value is None or row.operator == "=":
        return False
    if row.operator == "区间":
        return high is not None and row.high is not None and row.value <= value <= high <= row.high
    return value < row.value if row.operator in AT_MOST else value > row.value


def shown(row: HandedRow) -> str:
    """What was handed down in one phrase: ≥200户 · 12–15℃ · 定性."""
    return _shown(row.operator, row.value, row.high, row.unit)


def shown_line(line: TargetLine) -> str:
    """The same of a line."""
    return _shown(line.operator, line.value, line.value_high, quoted(line.unit))


def _shown(operator: str, value: Decimal | None, high: Decimal | None, unit: str) -> str:
    if operator == "定性":
        return operator
    if operator == "区间":
        return f"{show_value(value)}–{show_value(high)}{unit}"
    return f"{operator}{show_value(value)}{unit}"


CHECKS = (keeps_handed_down,)
