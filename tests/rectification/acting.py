"""Problems brought about through the services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from apps.core.uploads import Upload
from apps.organizations.models import User
from apps.rectification import services
from apps.rectification.law import APPROVER, KINDS, TWO
from apps.rectification.models import PaymentDecision, Problem
from apps.rectification.services import Found, Proposed
from apps.workplans.models import Plan, RuleSetting
from tests.personas import World

PDF = Upload("整改照片.pdf", b"%PDF-1.4\n% fixed", "application/pdf")


def act(world: World, who: str) -> User:
    person = world.people[who]
    person.forget_memberships()
    return person


def found(world: World, unit: str = "water", **told: Any) -> Found:
    """Something wrong at a unit; keyword arguments replace what is said of it."""
    said = {
        "source": "audit",
        "title": "项目资金滞留",
        "text": "120万元滞留超过一年",
        "severity": "major",
        "demands": "限期拨付",
    }
    return Found(unit=world.units[unit], year=2024, **{**said, **told})


def opened(world: World, who: str = "performance_reviewer", **told: Any) -> Problem:
    return services.register_problem(actor=act(world, who), found=found(world, **told))


def proved(world: World, problem: Problem, who: str = "filer") -> Problem:
    """With one file that shows the remedy."""
    services.add_file(problem=problem, actor=act(world, who), upload=PDF)
    problem.refresh_from_db()
    return problem


def answered(world: World, problem: Problem, who: str = "filer", *, proof: bool = True) -> Problem:
    """With the unit's answer, and a file unless it is left out."""
    if proof:
        proved(world, problem, who)
    return services.answer(problem=problem, actor=act(world, who), text="已全部拨付")


def closed(world: World, problem: Problem, who: str = "performance_reviewer") -> Problem:
    answered(world, problem)
    return services.close(problem=problem, actor=act(world, who), opinion="拨付凭证属实")


# --- decisions about money --------------------------------------------------------------------
def settle_decisions(
    plan: Plan, *, kinds: str = "暂缓拨付、停止拨付、调整用途、调减预算、收回资金、约谈负责人",
    approver: str = "预算科", two: str = "是",
) -> None:  # fmt: skip
    """The plan says which kinds there are, who approves, whether it takes two persons."""
    for code, title, value in (
        (KINDS, "资金处置的种类", kinds),
        (APPROVER, "资金处置由谁批准", approver),
        (TWO, "提出人和批准人是否两人", two),
    ):
        RuleSetting.objects.update_or_create(
            plan=plan,
            task=None,
            code=code,
            defaults={"title": title, "value": value, "is_filled": True, "clause": "暂停资金拨付"},
        )


def asked(kind: str = "暂缓拨付", **told: Any) -> Proposed:
    """What a section asks for; keyword arguments replace what is said of it."""
    said = {
        "cause": "执行偏离",
        "amount": Decimal(200000),
        "reason": "两个节点不合格",
        "effective_on": date(2024, 4, 10),
        "lift_when": "下一节点合格",
    }
    return Proposed(kind=kind, **{**said, **told})


def proposed(
    world: World, problem: Problem, who: str = "section_reviewer", **told: Any
) -> PaymentDecision:
    return services.propose_decision(problem=problem, actor=act(world, who), proposed=asked(**told))


def decided(world: World, problem: Problem, **told: Any) -> PaymentDecision:
    """Proposed by the section, approved by the budget officer."""
    made = proposed(world, problem, **told)
    return services.approve_decision(decision=made, actor=act(world, "budget_officer"))
