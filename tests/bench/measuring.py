"""Times that can be compared: the candidates take turns, medians are quoted."""

from __future__ import annotations

import gc
import resource
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any

Work = Callable[[], object]


@dataclass(frozen=True)
class Measured:
    """One line of the table: what was measured, what it is compared with, and the bound."""

    name: str
    value: float
    unit: str
    than: str
    base: float | None  # in the same unit; None where the bound is absolute
    bound: float | None  # on value / base, or on value; None: shown, not judged
    note: str = ""

    @property
    def figure(self) -> float:
        """What the bound speaks of."""
        return self.value / self.base if self.base else self.value

    @property
    def verdict(self) -> str:
        """PASS, over, or nothing where no bound was set."""
        if self.bound is None:
            return ""
        return "PASS" if self.figure <= self.bound else "over"

    def as_dict(self) -> dict[str, Any]:
        """The line for build/bench.json."""
        return {**asdict(self), "figure": round(self.figure, 3), "verdict": self.verdict}


def seconds_of(work: Work) -> float:
    """How long one call takes."""
    began = perf_counter()
    work()
    return perf_counter() - began


def in_turn(works: Mapping[str, Work], *, rounds: int, warm: int = 3) -> dict[str, float]:
    """Median seconds of each, one call of each a round, so that a drift of the machine hits all."""
    for work in works.values():
        for _ in range(warm):
            work()
    taken: dict[str, list[float]] = {name: [] for name in works}
    gc.collect()
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(seconds_of(work))
    return {name: median(times) for name, times in taken.items()}


def peak_mb() -> tuple[float, float]:
    """The highest resident memory of this process, and of the largest child it has waited for."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return own / 1024, child / 1024


def resident_mb() -> float:
    """The resident memory of this process now."""
    with open("/proc/self/statm", encoding="ascii") as file:
        pages = int(file.read().split()[1])
    return pages * resource.getpagesize() / 2**20
