"""The check-up of a printed self-evaluation table: scored again, every contradiction by its place.

A table is judged by itself: by what its own cells come to, whoever printed it. What two readings
of the rules both allow is no finding above 建议; what only a part of the table is at hand for is
judged on the part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import localcontext
from itertools import chain

from apps.rules.findings import Finding, ranked
from apps.rules.scoring import NATIONAL, ScoreRules
from apps.rules.table_checks import money, rows, scores, totals
from apps.rules.table_checks.codes import BLOCK, CODES, HINT, OF_POINTS, TIP
from apps.rules.table_checks.printed import PrintedTable
from apps.rules.table_checks.reading import read
from apps.rules.table_checks.recount import Recounted, recount

__all__ = ["CODES", "Checked", "PrintedTable", "Recounted", "check", "read", "recount"]

DIGITS = 80  # of the working; the longest amounts in their smallest unit can be compared
CHECKS = (*rows.CHECKS[:1], *money.CHECKS, *rows.CHECKS[1:], *scores.CHECKS, *totals.CHECKS)


@dataclass(frozen=True)
class Checked:
    """A table with what it comes to and what was found in it, 阻断 first."""

    table: PrintedTable
    recounted: Recounted
    findings: list[Finding]


def check(table: PrintedTable, rules: ScoreRules = NATIONAL) -> Checked:
    """Everything worked out again, and all findings. Never raises for a table that was read."""
    with localcontext(prec=DIGITS):
        counted = recount(table, rules)
        found = list(chain.from_iterable(each(table, counted) for each in CHECKS))
    return Checked(table, counted, ranked(_as_grave(found)))


def _as_grave(found: list[Finding]) -> Iterator[Finding]:
    """A grade that points changed is as grave as what is said of the points, not more."""
    causes = {each.severity for each in found if each.code in OF_POINTS}
    worst = next((each for each in (BLOCK, HINT) if each in causes), TIP)
    for each in found:
        is_grade = each.code == "table.grade_changed"
        yield replace(each, severity=worst) if is_grade else each
