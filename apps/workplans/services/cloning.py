"""Next year's draft from this year's plan."""

from __future__ import annotations

from apps.organizations.models import User
from apps.workplans.models import Plan


def clone(*, plan: Plan, year: int, actor: User) -> Plan:
    """The jurisdiction has a draft for the year, made from the plan, with the dates moved.

    Windows with a rule are reckoned by it, fixed days keep month and day, the last day of February
    stays the last; what a person must look at carries a note. Tasks wait for confirmation
    (待核对). Events have no date yet, what was undecided stays so. Raises PermissionDenied or
    RuleError.
    """
    raise NotImplementedError
