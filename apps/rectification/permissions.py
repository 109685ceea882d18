"""Who may do what with a problem. Services enforce these; templates ask them to hide buttons."""

from __future__ import annotations

from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role, Unit
from apps.organizations.selectors import Person, Share
from apps.projects.models import Project
from apps.rectification.models import LISTED, PaymentDecision, Problem, Source, Step

KEEPERS = (Role.PERFORMANCE_REVIEWER, Role.PLAN_ADMIN)
BUREAU = (*KEEPERS, Role.SECTION_REVIEWER)
ANSWERERS = (Role.FILER, Role.UNIT_HEAD)
FROM_OUTSIDE = (Source.AUDIT, Source.SUPERVISION, Source.UPPER)


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
    """Whether the person returns, extends or refuses the problem: who may open it."""
    return may_open(user, problem.unit, problem.project)


def took_part(user: Person, problem: Problem) -> bool:
    """Whether the person gave the last answer, or added a file that belongs to it."""
    answer = problem.steps.filter(act=Step.Act.ANSWER).last()
    if answer is None:
        return False
    return answer.by_id == user.pk or answer.proofs.filter(added_by=user.pk).exists()


def may_withdraw(user: Person, problem: Problem) -> bool:
    """Whether the person takes the problem back: who re-checks; what audit, supervision or an
    upper level found, and what came in by a list, only who keeps the whole ledger.
    """
    if problem.ref_kind == LISTED or problem.source in FROM_OUTSIDE:
        return may_keep(user, problem.jurisdiction_id)
    return may_recheck(user, problem)


def may_answer(user: Person, problem: Problem) -> bool:
    """Whether the person answers for the unit: its filers and its head."""
    return problem.unit_id in people.units_of(user, *ANSWERERS)


def may_propose(user: Person, problem: Problem) -> bool:
    """Whether the person proposes what is done about the money: who re-checks, the budget section.

    Only a project has money of its own.
    """
    if problem.project is None:
        return False
    budget = people.jurisdictions_of(user, Role.BUDGET_OFFICER)
    return problem.jurisdiction_id in budget or may_recheck(user, problem)


def may_reverse(user: Person, decision: PaymentDecision) -> bool:
    """Whether the person proposes to take a decision back: who may propose one."""
    return may_propose(user, decision.problem)


def may_decide(user: Person, decision: PaymentDecision, approver: Role) -> bool:
    """Whether the person holds the role that approves, by the year's plan."""
    return decision.problem.jurisdiction_id in people.jurisdictions_of(user, approver)


def _has_charge(share: Share, unit: Unit, project: Project | None) -> bool:
    """Whether the sections have charge of the unit, or of the project's money."""
    if unit.pk in share.units:
        return True
    if project is None:
        return False
    tagged = project.fund_tags.filter(code__in=share.fund_tags)
    return project.budget_type in share.budget_types or tagged.exists()
