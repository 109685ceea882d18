"""Who hears of what happens to a problem."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from apps.core.money import WAN
from apps.notifications import services as notifications
from apps.notifications.models import Message
from apps.organizations import selectors as people
from apps.organizations.models import Role, Section, User
from apps.rectification import permissions
from apps.rectification.models import PaymentDecision, Problem, Step
from apps.rules.errors import RuleError

KIND = "rectification."


def of_unit(problem: Problem) -> list[User]:
    """Who answers for the unit today: its filers and its head, the owner by name among them."""
    return people.people_at_unit(problem.unit, *permissions.ANSWERERS)


def of_opener(problem: Problem) -> list[User]:
    """Who brought the problem up, while it is still theirs to re-check."""
    opener = problem.opened_by
    return [opener] if opener and permissions.may_recheck(opener, problem) else []


def of_bureau(problem: Problem) -> list[User]:
    """The lead section: who reviews in the section in charge, else the performance section."""
    found = [person for person in _in_charge(problem) if permissions.may_recheck(person, problem)]
    return found or people.people_in(problem.jurisdiction, *permissions.KEEPERS)


def _in_charge(problem: Problem) -> list[User]:
    section = section_of(problem)
    return people.people_at_section(section) if section else []


def section_of(problem: Problem) -> Section | None:
    """The section in charge of the unit or the money; None where no route says so."""
    project = problem.project
    try:
        return people.route_section(
            jurisdiction=problem.jurisdiction,
            unit=problem.unit,
            budget_type=project.budget_type if project else "",
            fund_tags=[tag.code for tag in project.fund_tags.all()] if project else [],
        )
    except RuleError:  # nobody has charge, or two would
        return None


def tell(problem: Problem, step: Step, recipients: Iterable[User], title: str) -> None:
    """One message about a step, to everybody but whoever took it."""
    due = f"整改截止{problem.due_on:%Y-%m-%d}。" if problem.is_with_unit else ""
    notifications.notify(
        recipients=[person for person in recipients if person.pk != step.by_id],
        kind=f"rectification.{step.act}",
        key=f"{problem.public_id}:{step.pk}",
        title=f"{title}：{problem.subject}　{problem.title}",
        body=f"{due}{step.text}",
        url=page_of(problem),
    )


def ask_to_decide(decision: PaymentDecision, approver: Role) -> None:
    """Whoever approves in the county has a proposal before them."""
    found = people.people_in(decision.problem.jurisdiction, approver)
    wanted = [person for person in found if person.pk != decision.proposed_by_id]
    _tell_of(decision, wanted, "decision_ask", "资金处置待批准", decision.reason)


def tell_decided(decision: PaymentDecision) -> None:
    """The unit, the section in charge, who carries it out and who proposed it hear of it."""
    problem = decision.problem
    carrying = people.people_in(problem.jurisdiction, Role.BUDGET_OFFICER)
    wanted = [*of_unit(problem), *of_bureau(problem), *carrying, decision.proposed_by]
    more = "请按程序申请调整绩效目标，与资金同步。" if decision.asks_new_promise else ""
    until = f"解除条件：{decision.lift_when}。" if decision.lift_when else ""
    _tell_of(decision, wanted, "decision_made", "资金处置", f"{until}{more}{decision.reason}")


def tell_refused(decision: PaymentDecision) -> None:
    """Who proposed it hears why not."""
    wanted = [decision.proposed_by]
    _tell_of(decision, wanted, "decision_refused", "资金处置未批准", decision.opinion)


def _tell_of(
    decision: PaymentDecision, recipients: Iterable[User], what: str, title: str, body: str
) -> None:
    day, wan = decision.effective_on, decision.amount / WAN
    notifications.notify(
        recipients=[person for person in recipients if person.pk != decision.decided_by_id],
        kind=f"rectification.{what}",
        key=f"{decision.problem.public_id}:{decision.public_id}",
        title=f"{title}：{decision.project}　{decision.kind}",
        body=f"金额{wan:,.2f}万元，执行日期{day:%Y-%m-%d}。{body}",
        url=f"/{decision.fiscal_year}/payment-decisions/{decision.public_id}/",
    )


def page_of(problem: Problem) -> str:
    """Where the problem is seen."""
    return f"/{problem.fiscal_year}/problems/{problem.public_id}/"


def outdated(messages: list[Message]) -> set[int]:
    """Ids of the messages about problems that do not exist for their reader any more (TRUST B13).

    Every key begins with the problem's public id.
    """
    return {message.pk for message in messages if not _exists_for(message)}


def _exists_for(message: Message) -> bool:
    seen = Problem.objects.visible_to(message.recipient)
    return seen.filter(public_id=UUID(message.key.split(":")[0])).exists()
