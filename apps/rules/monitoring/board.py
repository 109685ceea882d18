"""The figures of a node over many projects: how many of each light and flag, and what moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.rules.monitoring.flags import Flag
from apps.rules.monitoring.lights import Light
from apps.rules.monitoring.money import overall_rate


@dataclass(frozen=True)
class Monitored:
    """One project at one node; amounts in yuan, None: not known. `is_filed`: it was handed in."""

    key: str
    light: Light = Light.NONE
    flag: Flag = Flag.NONE
    executed: Decimal | None = None
    budget: Decimal | None = None
    is_filed: bool = True


@dataclass(frozen=True)
class Figures:
    """The line of figures above a board. The rate is what all paid of what all were given."""

    n_due: int
    n_filed: int
    lights: Counter[Light]
    flags: Counter[Flag]
    executed: Decimal
    budget: Decimal
    flagged: Decimal  # yuan budgeted for projects with a flag
    rate: Fraction | None

    def share(self, what: Light | Flag) -> Fraction | None:
        """The share of a light or flag among what was handed in; None where nothing was."""
        n = self.lights[what] if isinstance(what, Light) else self.flags[what]
        return Fraction(n, self.n_filed) if self.n_filed else None


def figures(rows: Iterable[Monitored]) -> Figures:
    """The figures of everything due at a node (Y-16, Y-18).

    The rate counts those of which both amounts are known; the funds all of what is known.
    """
    due = list(rows)
    filed = [row for row in due if row.is_filed]
    known = [
        (row.executed, row.budget)
        for row in filed
        if row.executed is not None and row.budget is not None
    ]
    return Figures(
        n_due=len(due),
        n_filed=len(filed),
        lights=Counter(row.light for row in filed),
        flags=Counter(row.flag for row in filed),
        executed=sum((row.executed or Decimal(0) for row in filed), Decimal(0)),
        budget=sum((row.budget or Decimal(0) for row in filed), Decimal(0)),
        flagged=sum(
            (row.budget or Decimal(0) for row in filed if row.flag != Flag.NONE), Decimal(0)
        ),
        rate=overall_rate(known),
    )


def flows(
    before: Mapping[str, Flag], after: Mapping[str, Flag]
) -> Counter[tuple[Flag | None, Flag | None]]:
    """How many projects went from which flag to which; None: not monitored at that node."""
    keys = {**before, **after}
    return Counter((before.get(key), after.get(key)) for key in keys)
