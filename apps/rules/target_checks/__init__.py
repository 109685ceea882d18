"""The checks of a target form: every contradiction and gap of its shape, each with its clause.

`check` answers all findings; what may be submitted despite them is the caller's decision.
"""

from itertools import chain

from apps.rules.findings import Finding, ranked
from apps.rules.target_checks import (
    balance,
    compared,
    copies,
    handed,
    head,
    moments,
    money,
    points,
    relation,
    rows,
    whole,
    wording,
)
from apps.rules.target_checks.codes import CODES, Check, Parameter
from apps.rules.target_checks.copies import row_text
from apps.rules.target_checks.tuning import (
    check_setting,
    tuned,
)
from apps.rules.target_form import TargetFacts, TargetForm

__all__ = [
    "CODES",
    "Check",
    "Parameter",
    "check",
    "check_setting",
    "row_text",
]

# In the order of the form, so that findings of equal weight follow it.
CHECKS = (
    *head.CHECKS,
    *wording.CHECKS,
    *moments.CHECKS,
    *money.CHECKS,
    *whole.CHECKS,
    rows.each_row,
    money.cost_within_money,
    *compared.CHECKS,
    *handed.CHECKS,
    *relation.CHECKS,
    *points.CHECKS,
    *balance.CHECKS,
    *copies.CHECKS,
)


def check(form: TargetForm, facts: TargetFacts) -> list[Finding]:
    """All findings, 阻断 first and otherwise in the order of the form. Never raises for a form.

    `facts.evidence` is what the caller knows beside the form, `facts.tuning` the plan's settings.
    """
    found = chain.from_iterable(each(form, facts) for each in CHECKS)
    ours = (finding for finding in found if CODES[finding.code].is_made_of(form.shape))
    return ranked(tuned(ours, facts.tuning))
