"""One score with all that it was made of; its trace is written out when somebody asks why."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from apps.rules.scoring import words
from apps.rules.scoring.lines import Money, ResultLine
from apps.rules.scoring.rules import ScoreRules

Trace = words.Trace


class Score(NamedTuple):
    """The points of one row, two places; None where there is nothing to score.

    A named tuple because a county's year has a hundred thousand of them: rule, row and settings
    are kept, the words behind 为什么 follow from them.
    """

    subject: ResultLine | Money
    rule: str  # of words.RULES
    points: Decimal | None
    weight: Decimal | None
    rules: ScoreRules

    @property
    def trace(self) -> Trace:
        """Formula in words, inputs, calculation, cap, result, clause and rule version."""
        if isinstance(self.subject, Money):
            return words.of_money(self.subject, self.rule, self.points, self.rules)
        return words.of_line(self.subject, self.rule, self.points, self.weight, self.rules)

    @property
    def is_scored(self) -> bool:
        """Whether the row brings points."""
        return self.points is not None
