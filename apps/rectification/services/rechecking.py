"""What the bureau does about a problem: re-check, close, extend, record a refusal, withdraw."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.organizations.models import Jurisdiction, User
from apps.rectification import permissions
from apps.rectification.models import PaymentDecision, Problem, Proof, Step
from apps.rectification.services import files, moves, telling
from apps.rectification.services.deadlines import last_day
from apps.rectification.services.opening import Reference, demand_owner
from apps.rules.errors import RuleError

NOT_YOURS = "由绩效科、计划管理员或分管科室复核。"
YOUR_ANSWER = "这次答复由您报出，或佐证由您上传，销号由别的复核人办理。"
OF_KEEPERS = "外部检查的问题由绩效科或计划管理员撤销。"


def _taken(problem: Problem, actor: User, act: str) -> Problem:
    """The problem behind its lock. Raises PermissionDenied, or RuleError for a wrong state."""
    if not permissions.may_recheck(actor, problem):
        raise PermissionDenied(NOT_YOURS)
    problem = moves.locked(problem)
    moves.demand(problem, act)
    return problem


@transaction.atomic
def send_back(*, problem: Problem, actor: User, reason: str, due_on: date) -> Problem:
    """The answer is not enough: the unit has until the day to do more.

    What the bureau added while it re-checked shows why, not the remedy. Raises PermissionDenied,
    or RuleError for no reason, a day gone by, a wrong state.
    """
    problem = _taken(problem, actor, Step.Act.SEND_BACK)
    said, due_on = moves.written(reason, "退回原因"), last_day(due_on)
    moves.move(problem, Step.Act.SEND_BACK, due_on=due_on)
    step = moves.step(problem, Step.Act.SEND_BACK, actor, said, due_on)
    n_files = files.bind(problem, step, Proof.Side.FINDING)
    moves.note(problem, actor, "return_problem", reason=said, due_on=str(due_on), n_files=n_files)
    telling.tell(problem, step, telling.of_unit(problem), "整改退回补改")
    return problem


@transaction.atomic
def close(*, problem: Problem, actor: User, opinion: str) -> Problem:
    """The remedy is shown and the problem is closed (销号).

    Raises PermissionDenied, also for who gave the answer; or RuleError without a file that shows
    the remedy, without an opinion, in a wrong state.
    """
    problem = _taken(problem, actor, Step.Act.CLOSE)
    if permissions.took_part(actor, problem):
        raise PermissionDenied(YOUR_ANSWER)
    said = moves.written(opinion, "复核意见")
    if not problem.n_proofs:
        raise RuleError(
            "没有整改佐证，不能销号。请退回单位补佐证，或上传复核时取得的材料。",
            code="rectification.proof",
        )
    moves.move(problem, Step.Act.CLOSE, closed_at=clock.now())
    step = moves.step(problem, Step.Act.CLOSE, actor, said)
    files.bind(problem, step)
    moves.note(problem, actor, "close_problem", opinion=said, n_files=problem.n_proofs)
    moves.tell_rooms(problem, "closed", str(step.pk))
    telling.tell(problem, step, telling.of_unit(problem), "已销号")
    return problem


@transaction.atomic
def extend(*, problem: Problem, actor: User, reason: str, due_on: date) -> Problem:
    """The unit has until a later day.

    Raises PermissionDenied, or RuleError for a day that is not later, no reason, a wrong state.
    """
    problem = _taken(problem, actor, Step.Act.EXTEND)
    said, due_on = moves.written(reason, "延期理由"), last_day(due_on)
    if due_on <= problem.due_on:
        raise RuleError(
            f"延期到：{due_on:%Y-%m-%d}不晚于现在的截止{problem.due_on:%Y-%m-%d}，应更晚。",
            code="rectification.due",
        )
    before = problem.due_on
    moves.move(problem, Step.Act.EXTEND, due_on=due_on)
    step = moves.step(problem, Step.Act.EXTEND, actor, said, due_on)
    moves.note(problem, actor, "extend_problem", reason=said, due_on=[str(before), str(due_on)])
    telling.tell(problem, step, telling.of_unit(problem), "整改延期")
    return problem


@transaction.atomic
def name_owner(*, problem: Problem, actor: User, owner: User) -> Problem:
    """Somebody of the unit answers for the problem by name: said by the unit or the bureau.

    Raises PermissionDenied, or RuleError for somebody from elsewhere or a settled problem.
    """
    is_unit = permissions.may_answer(actor, problem)
    if not is_unit and not permissions.may_recheck(actor, problem):
        raise PermissionDenied(NOT_YOURS)
    problem = moves.locked(problem)
    moves.demand(problem, Step.Act.NAME_OWNER)
    demand_owner(problem.unit, owner)
    moves.move(problem, Step.Act.NAME_OWNER, owner=owner)
    step = moves.step(problem, Step.Act.NAME_OWNER, actor, owner.name)
    moves.note(problem, actor, "name_owner", owner=owner.name)
    telling.tell(problem, step, [owner], "由您负责整改")
    return problem


@transaction.atomic
def refuse(*, problem: Problem, actor: User, reason: str) -> Problem:
    """It stands on record that the unit refuses to put it right, and why the bureau says so.

    A later answer is still taken; that it was refused stays on record (Y-50). Raises
    PermissionDenied, or RuleError for no reason or a wrong state.
    """
    problem = _taken(problem, actor, Step.Act.REFUSE)
    said = moves.written(reason, "认定理由")
    moves.move(problem, Step.Act.REFUSE, refused_at=clock.now())
    step = moves.step(problem, Step.Act.REFUSE, actor, said)
    moves.note(problem, actor, "refuse_problem", reason=said)
    moves.tell_rooms(problem, "refused", str(step.pk))
    telling.tell(problem, step, telling.of_unit(problem), "认定为拒不整改")
    return problem


@transaction.atomic
def withdraw(*, problem: Problem, actor: User, reason: str) -> Problem:
    """The problem was none, or stands elsewhere; it counts no more.

    Whoever opened it is told. Raises PermissionDenied, for a section also of what was found from
    outside; or RuleError for no reason, a settled problem, or one that money was held back for.
    """
    problem = _taken(problem, actor, Step.Act.WITHDRAW)
    if not permissions.may_withdraw(actor, problem):
        raise PermissionDenied(OF_KEEPERS)
    if problem.decisions.exclude(state=PaymentDecision.State.REFUSED).exists():
        raise RuleError("据这个问题提出过资金处置，不能撤销。", code="rectification.decided")
    return taken_back(problem, actor, moves.written(reason, "撤销理由"))


@transaction.atomic
def take_back(
    *, jurisdiction: Jurisdiction, reference: Reference, actor: User | None, reason: str
) -> Problem | None:
    """What stands of a reference is withdrawn, for rooms that found it and now find it no more.

    No right is asked: the finding room asked its own. What is closed stays, with its proof; None
    where nothing is left to take back.
    """
    rows = Problem.objects.unsettled().filter(jurisdiction=jurisdiction)
    found = rows.filter(ref_kind=reference.kind, ref_id=reference.id).first()
    problem = moves.locked(found) if found else None
    if problem is None or not moves.allows(problem, Step.Act.WITHDRAW):  # settled in between
        return None
    return taken_back(problem, actor, reason)


def taken_back(problem: Problem, actor: User | None, reason: str) -> Problem:
    """A locked problem withdrawn, whoever found that it is none."""
    moves.move(problem, Step.Act.WITHDRAW)
    step = moves.step(problem, Step.Act.WITHDRAW, actor, reason)
    moves.note(problem, actor, "withdraw_problem", reason=reason)
    moves.tell_rooms(problem, "withdrawn", str(step.pk))
    told = [*telling.of_unit(problem), *telling.of_opener(problem)]
    telling.tell(problem, step, told, "整改已撤销")
    return problem
