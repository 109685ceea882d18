"""What a self-evaluation scores, as plain data (DOMAIN 1.5): results of the year beside promises.

The page, the workbook, the API, the stored rows and a printed table all become a ResultTable;
scores, exports and documents read nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from apps.rules.target_form import TargetLine

ALL_OR_NONE = "是否"  # 101号 method 1: the points as a whole or none
BY_SHARE = ""  # by the row's operator


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One promised indicator with what became of it; None and empty text mean not filled.

    Of a 定性 row `band` and `share` (0–1, within the band) stand for the number.
    `is_target_low`: the promise was found plainly too low at the beginning of the year.
    `excluded`: why the row does not apply this year; its points are shared out again.
    """

    target: TargetLine
    actual: Decimal | None = None
    band: str = ""
    share: Decimal | None = None
    method: str = BY_SHARE
    is_target_low: bool = False
    excluded: str = ""

    @property
    def is_qualitative(self) -> bool:
        """Whether completion is chosen, not measured."""
        return self.target.operator == "定性"


@dataclass(frozen=True, slots=True)
class Money:
    """The year's money, both amounts in one unit; `points` are those of the execution rate.

    `budget` is the adjusted budget of the whole year (全年预算数), not the initial one. None: not
    known. `is_finished`: the project is done and stayed within its budget (101号).
    """

    budget: Decimal | None
    executed: Decimal | None
    points: Decimal | None
    is_finished: bool = False


@dataclass(frozen=True, slots=True)
class ResultTable:
    """A whole self-evaluation; `money` is None where the rate has no points of its own."""

    lines: tuple[ResultLine, ...]
    money: Money | None = None
