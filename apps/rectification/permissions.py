"""Who may do what with a problem. Services enforce these; templates ask them to hide buttons."""

from __future__ import annotations

from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role, Unit
from apps.organizations.selectors import Person, Share
from apps.projects.models import Project
from apps.rectification.models import Problem

KEEPERS = (Role.PERFORMANCE_REVIEWER, Role.PLAN_ADMIN)
BUREAU = (*KEEPERS, Role.SECTION_REVIEWER)


def may_keep(user: Person, jurisdiction: Jurisdiction | int) -> bool:
    """Whether the person keeps the whole ledger: the performance section, the plan admin."""
    place = jurisdiction if isinstance(jurisdiction, int) else jurisdiction.pk
    return place in people.jurisdictions_of(user, *KEEPERS)


def may_open(user: Person, unit: Unit, project: Project | None = None) -> bool:
    """Whether the person brings up a problem of the unit: keepers, and the section in charge."""
    place = unit.jurisdiction_id
    if may_keep(user, place):
        return True
    if place not in people.jurisdictions_of(user, Role.SECTION_REVIEWER):
        return False
    mine = [share for share in people.shares_of(user) if share.jurisdiction == place]
    return any(_has_charge(share, unit, project) for share in mine)


def may_open_somewhere(user: Person) -> bool:
    """Whether there is any unit of which the person may bring up a problem."""
    return people.has_role(user, *BUREAU)


def may_recheck(user: Person, problem: Problem) -> bool:
    """Whether the person returns, extends, closes or ends the problem: who may open it."""
    return may_open(user, problem.unit, problem.project)


def may_answer(user: Person, problem: Problem) -> bool:
    """Whether the person answers for the unit: its filers and its head."""
    return problem.unit_id in people.units_of(user, Role.FILER, Role.UNIT_HEAD)


def _has_charge(share: Share, unit: Unit, project: Project | None) -> bool:
    """Whether the sections have charge of the unit, or of the project's money."""
    if unit.pk in share.units:
        return True
    if project is None:
        return False
    tagged = project.fund_tags.filter(code__in=share.fund_tags)
    return project.budget_type in share.budget_types or tagged.exists()
