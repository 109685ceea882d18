"""Indicators of approved targets taken over into a draft edition (W-23)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from apps.indicators import candidates
from apps.indicators.candidates import Candidate
from apps.indicators.models import Category, Indicator, Library
from apps.indicators.services.rows import new_row
from apps.indicators.services.writing import locked, note
from apps.organizations.models import User
from apps.rules.errors import RuleError


@transaction.atomic
def take(
    *, actor: User, library: Library, category: Category, keys: Sequence[str]
) -> list[Indicator]:
    """The draft has a row for each of the chosen candidates, to be completed by hand.

    What is no candidate any more is left out. Raises PermissionDenied, and RuleError when none of
    the keys is one or a row is not fit for a library.
    """
    held = locked(library, actor)
    found = candidates.chosen(held, keys)
    if not found:
        raise RuleError("没有勾选候选指标，或它们已经在库里。", code="empty", field="keys")
    made = [new_row(held, category, _values(one)) for one in found]
    note(held, actor, "take_candidates", category=category.name, codes=[row.code for row in made])
    return made


def _values(one: Candidate) -> dict[str, object]:
    """A library row of the group: its words, where it comes from, no value of one project."""
    row = one.sample
    return {
        "level1": row.level1,
        "level2": row.level2,
        "name": row.name[:100],
        "operator": row.operator,
        "unit": row.unit,
        "direction": row.direction,
        "typical_value": row.value[:60] if row.operator == "定性" else "",
        "explanation": f"采自{one.n_filings}份已定稿绩效目标，例如{row.subject[:80]}；解释待补",
        "evidence": row.evidence[:200],
    }
