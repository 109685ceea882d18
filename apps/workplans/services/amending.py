"""A published plan changes only by a numbered amendment (ADR 7)."""

from __future__ import annotations

from dataclasses import dataclass

from apps.organizations.models import User
from apps.workplans.models import Amendment, Plan
from apps.workplans.services.comparing import Change


@dataclass(frozen=True)
class Concerned:
    """Whom an amendment reaches: the units and people told, and what happens to assignments."""

    n_units: int
    n_people: int
    n_moved: int  # deadlines that move
    n_cancelled: int  # assignments that are no longer owed
    refusals: list[str]  # why it cannot be applied as it is


def begin_amendment(*, plan: Plan, actor: User) -> Plan:
    """The published plan has a working copy, a draft; the one that is there already is returned.

    Raises PermissionDenied or RuleError.
    """
    raise NotImplementedError


def amendment_changes(copy: Plan) -> list[Change]:
    """What applying the working copy would change in the published plan."""
    raise NotImplementedError


def whom_it_concerns(copy: Plan) -> Concerned:
    """Whom applying the working copy would reach; reads only."""
    raise NotImplementedError


def apply_amendment(*, copy: Plan, reason: str, document_number: str, actor: User) -> Amendment:
    """The published plan is as its working copy, which is gone; those concerned are told once.

    Deadlines that stood at the old end of a window move to the new one. Raises PermissionDenied or
    RuleError: nothing changed, another's filing in the way, a contradiction in the plan.
    """
    raise NotImplementedError


def drop_amendment(*, copy: Plan, actor: User) -> None:
    """The working copy is gone; the published plan is as it was."""
    raise NotImplementedError
