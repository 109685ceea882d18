"""Scores of a self-evaluation: every point with its formula, inputs, cap, clause and rule version.

`score_table` is the only arithmetic: pages, exports, documents, the API and the check of printed
tables call it, so that a number is the same wherever it stands.
"""

from apps.rules.scoring.execution import rate, score_execution
from apps.rules.scoring.indicators import score_line
from apps.rules.scoring.lines import ALL_OR_NONE, Money, ResultLine, ResultTable
from apps.rules.scoring.parameters import PARAMETERS, Parameter, missing, score_rules
from apps.rules.scoring.rules import NATIONAL, Ceiling, Lowering, ScoreRules, ShareBand, Step
from apps.rules.scoring.score import Score
from apps.rules.scoring.whole import TableScore, score_table

__all__ = [
    "ALL_OR_NONE",
    "NATIONAL",
    "PARAMETERS",
    "Ceiling",
    "Lowering",
    "Money",
    "Parameter",
    "ResultLine",
    "ResultTable",
    "Score",
    "ScoreRules",
    "ShareBand",
    "Step",
    "TableScore",
    "missing",
    "rate",
    "score_execution",
    "score_line",
    "score_rules",
    "score_table",
]
