"""What an import leaves in the audit trail: one line per unit and batch."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from apps.audit import services as audit
from apps.organizations.models import Jurisdiction, Unit, User


@dataclass(frozen=True)
class Batch:
    """One import: by whom, of which place and year, under which name."""

    actor: User
    jurisdiction: Jurisdiction
    year: int
    key: str


def record(batch: Batch, action: str, told: Iterable[tuple[Unit, Any]]) -> None:
    """Count and digest of what each unit's rows changed, chains in the order of their names."""
    by_unit: defaultdict[Unit, list[Any]] = defaultdict(list)
    for unit, row in told:
        by_unit[unit].append(row)
    for unit in sorted(by_unit, key=lambda unit: unit.code):
        rows = by_unit[unit]
        audit.record(
            actor=batch.actor,
            action=action,
            subject=unit,
            chain=f"unit:{batch.jurisdiction.code}/{unit.code}",
            data={
                "batch": batch.key,
                "year": batch.year,
                "n_rows": len(rows),
                "digest": sha256(_canonical(rows).encode()).hexdigest(),
            },
        )


def _canonical(rows: list[Any]) -> str:
    """The rows as one deterministic text."""
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, default=str)
