"""Whether what was handed down adds up to what came from above (DOMAIN 1.9, 汇总规则).

A transfer comes with regional indicators and an amount. Its shares go to regions, units and
projects, each with an amount and with values for the indicators it serves: absolute values add up,
rates weigh by the amounts, qualitative ones are shares of completion in three bands, and what
cannot be added (a term, an interval) must be kept by each. Amounts in yuan; values in the
indicator's own unit, of a qualitative one in percent. Fractions keep the weighing exact.
"""

from apps.rules.decomposition.combining import decompose
from apps.rules.decomposition.contributing import Contribution, contributions
from apps.rules.decomposition.parts import (
    CLAUSE,
    Combined,
    Decomposition,
    Money,
    Share,
    Upper,
    Value,
    Way,
    band_of,
    way_of,
)

__all__ = [
    "CLAUSE",
    "Combined",
    "Contribution",
    "Decomposition",
    "Money",
    "Share",
    "Upper",
    "Value",
    "Way",
    "band_of",
    "contributions",
    "decompose",
    "way_of",
]
