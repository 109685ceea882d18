"""The checks of a project's target form: every contradiction and gap, each with its clause.

`check` answers all findings; what may be submitted despite them is the caller's decision.
"""

from itertools import chain

from apps.rules.findings import Finding, ranked
from apps.rules.target_checks import head, money, points, rows
from apps.rules.target_checks.codes import CODES, Check
from apps.rules.target_form import TargetFacts, TargetForm

__all__ = ["CODES", "Check", "check"]

# In the order of the form, so that findings of equal weight follow it.
CHECKS = (*head.CHECKS, *money.CHECKS, rows.each_row, money.cost_within_money, *points.CHECKS)


def check(form: TargetForm, facts: TargetFacts) -> list[Finding]:
    """All findings, 阻断 first and otherwise in the order of the form. Never raises for a form."""
    return ranked(chain.from_iterable(each(form, facts) for each in CHECKS))
