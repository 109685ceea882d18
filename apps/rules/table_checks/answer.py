"""The answer of check_table: what the table comes to and what was found, numbers as Decimal."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from apps.rules.table_checks import Checked
from apps.rules.table_checks.agreeing import percent_text

FIELDS = ("code", "severity", "where", "found", "expected", "message", "clause")
CENT = Decimal("0.01")


def to_json(checked: Checked) -> dict[str, Any]:
    """The contract's shape: rate in percent with up to four places, scores with two."""
    counted = checked.recounted
    rate = counted.rate
    return {
        "recomputed": {
            "execution_rate": Decimal(percent_text(rate)) if rate is not None else None,
            "execution_score": counted.execution,
            "scores": [_cents(score) for score in counted.scores],
            "total": _cents(counted.total),
            "grade": counted.grade.grade if counted.grade else None,
        },
        "findings": [
            {name: str(getattr(finding, name)) for name in FIELDS} for finding in checked.findings
        ],
    }


def _cents(number: Decimal | None) -> Decimal | None:
    return None if number is None else number.quantize(CENT, ROUND_HALF_UP)
