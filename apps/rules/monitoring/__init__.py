"""双监控: what is due at a node, its lights, the flags over the nodes, checks of a filing.

Nothing here is law but the form's columns: every threshold and every reading is a parameter of the
plan (`PARAMETERS`), and one that is not settled is refused by name. Ratios are exact fractions, so
that a value on a threshold is on it; texts show two places.
"""

from apps.rules.monitoring.board import Figures, Monitored, figures, flows
from apps.rules.monitoring.check_codes import CODES, NodeFacts
from apps.rules.monitoring.checking import check
from apps.rules.monitoring.deviations import (
    Due,
    deviation,
    done,
    due,
    is_met,
    is_off,
    is_reverse,
    kind_of,
    prorates,
)
from apps.rules.monitoring.flags import (
    Event,
    Flag,
    FlagRules,
    Kind,
    Move,
    Step,
    decide,
    failed_twice,
    flag_rules,
    replay,
    standing,
    tally,
)
from apps.rules.monitoring.judging import Lights, combined, judge
from apps.rules.monitoring.lights import WORDS, Ceilings, Floors, Light, Lit, worst
from apps.rules.monitoring.money import MoneyState, execution_rate, money_light, overall_rate
from apps.rules.monitoring.node_form import (
    BANDS,
    CAUSES,
    FUNDS,
    LIKELIHOODS,
    TOTAL,
    MoneyLine,
    NodeForm,
    ProgressLine,
    place,
)
from apps.rules.monitoring.node_words import canonical, diff
from apps.rules.monitoring.nodes import Basis, Node, Pace, Planned, pace, planned_by
from apps.rules.monitoring.parameters import FLAGS, LIGHTS, PARAMETERS, Parameter, missing
from apps.rules.monitoring.promise import promise_light, row_light
from apps.rules.monitoring.rules import LightRules, MoneyRule, PromiseRule, light_rules
from apps.rules.monitoring.starting import begin, budget_of, fitted

__all__ = [
    "BANDS",
    "CAUSES",
    "CODES",
    "FLAGS",
    "FUNDS",
    "LIGHTS",
    "LIKELIHOODS",
    "PARAMETERS",
    "TOTAL",
    "WORDS",
    "Basis",
    "Ceilings",
    "Due",
    "Event",
    "Figures",
    "Flag",
    "FlagRules",
    "Floors",
    "Kind",
    "Light",
    "LightRules",
    "Lights",
    "Lit",
    "MoneyLine",
    "MoneyRule",
    "MoneyState",
    "Monitored",
    "Move",
    "Node",
    "NodeFacts",
    "NodeForm",
    "Pace",
    "Parameter",
    "Planned",
    "ProgressLine",
    "PromiseRule",
    "Step",
    "begin",
    "budget_of",
    "canonical",
    "check",
    "combined",
    "decide",
    "deviation",
    "diff",
    "done",
    "due",
    "execution_rate",
    "failed_twice",
    "figures",
    "fitted",
    "flag_rules",
    "flows",
    "is_met",
    "is_off",
    "is_reverse",
    "judge",
    "kind_of",
    "light_rules",
    "missing",
    "money_light",
    "overall_rate",
    "pace",
    "place",
    "planned_by",
    "promise_light",
    "prorates",
    "replay",
    "row_light",
    "standing",
    "tally",
    "worst",
]
