"""What came of the findings of the check-up: which led to a change, and how often a check hits.

A finding led to a change when the cell at which it stood is another one in the next submitted
revision; it did not when the revision in which it stood was approved, or the cell stayed.
"""

from dataclasses import dataclass
from decimal import Decimal

from apps.rules.form_diff import CHANGED, INDICATORS, SAME, FormDiff, Row

LEVEL = "level:"
UPPER = "upper:"  # an indicator of a transfer against what its recipients bring
VALUES = ("operator", "value", "value_high", "value_text", "unit")  # all shown as 指标值
COLUMNS = {"weights": "weight", "shares.money": "amount"}  # a sum, and the cells that make it
PERIOD = ("first_year", "last_year")
CENT = Decimal("0.001")


@dataclass(frozen=True)
class RuleCount:
    """One check over many revisions; `n_settled` are the findings of which it is known."""

    code: str
    n_found: int
    n_answered: int
    n_waived: int
    n_changed: int
    n_settled: int

    @property
    def hit_rate(self) -> Decimal | None:
        """The share 0–1 of settled findings that led to a change; None while none is settled."""
        if not self.n_settled:
            return None
        return (Decimal(self.n_changed) / self.n_settled).quantize(CENT)


def total(rows: list[RuleCount]) -> RuleCount:
    """All checks together, under an empty code."""
    names = ("n_found", "n_answered", "n_waived", "n_changed", "n_settled")
    return RuleCount("", *(sum(getattr(row, name) for row in rows) for name in names))


def led_to_change(diff: FormDiff, path: str) -> bool:
    """Whether the place of a finding differs between the revision it was found in and the next."""
    rows = [row for section in diff.sections for row in section.rows]
    if path.startswith(UPPER):
        return _is_upper_changed(rows, path.removeprefix(UPPER))
    if any(row.lead and path.startswith(row.lead) for row in rows):
        return _is_line_changed(rows, path)
    if path.startswith(LEVEL):
        return any(_is_of_level(row, path.removeprefix(LEVEL)) for row in rows if _differs(row))
    if path == "period":
        return any(_differs(row) for row in rows if row.key in PERIOD)
    if path in COLUMNS:
        return any(_has_changed(row, COLUMNS[path]) for row in rows)
    section = next((each for each in diff.sections if each.name == path), None)
    if section is not None:
        return section.n_changes > 0
    own = [row for row in rows if row.key == path or row.key.startswith(f"{path}.")]
    return any(map(_differs, own)) if own else path == "form" and diff.n_changes > 0


def _is_upper_changed(rows: list[Row], key: str) -> bool:
    """Whether the indicator changed, or what a recipient has of it."""
    return _is_line_changed(rows, f"{INDICATORS}{key}") or any(
        _has_changed(row, key) for row in rows
    )


def _is_line_changed(rows: list[Row], place: str) -> bool:
    path, _, name = place.partition(".")
    row = next((row for row in rows if row.path == path), None)
    if row is None or not name:
        return row is not None and _differs(row)
    return _has_changed(row, "value" if name in VALUES else name)


def _has_changed(row: Row, name: str) -> bool:
    """Whether a column of the row differs; a row that came or went differs in all it holds."""
    if row.kind in (SAME, CHANGED) or row.is_moved:
        return any(cell.is_changed for cell in row.cells if cell.name == name)
    return any(cell.name == name for cell in row.cells)


def _differs(row: Row) -> bool:
    return row.kind != SAME and row.n_changes > 0


def _is_of_level(row: Row, level1: str) -> bool:
    return any(cell.name == "level1" and level1 in (cell.old, cell.new) for cell in row.cells)
