"""What the unit does about a problem: measures, proof, the answer."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.core.uploads import Upload
from apps.organizations.models import User
from apps.rectification import permissions
from apps.rectification.models import Problem, Proof, State, Step
from apps.rectification.services import files, moves, telling
from apps.rules.errors import RuleError

NOT_YOURS = "由责任单位的填报员或负责人办理。"
Side = Proof.Side


@transaction.atomic
def add_file(*, problem: Problem, actor: User, upload: Upload) -> Proof:
    """The file lies beside the problem: of the unit, and of whoever re-checks, as 整改佐证.

    The unit adds while the problem is with it, the bureau while it re-checks; before that the
    bureau's file is what the problem was seen by. Raises PermissionDenied or RuleError.
    """
    is_unit = permissions.may_answer(actor, problem)
    if not is_unit and not permissions.may_recheck(actor, problem):
        raise PermissionDenied("材料由责任单位或复核科室上传。")
    problem = moves.locked(problem)
    if is_unit:
        moves.demand(problem, Step.Act.ANSWER)
        return files.keep(problem, actor, Side.REMEDY, upload)
    moves.demand(problem, Step.Act.WITHDRAW)  # anything that is not settled
    is_recheck = problem.state == State.ANSWERED
    return files.keep(problem, actor, Side.REMEDY if is_recheck else Side.FINDING, upload)


@transaction.atomic
def remove_file(*, proof: Proof, actor: User) -> None:
    """A file that belongs to no answer yet is gone; only who added it takes it away.

    Raises PermissionDenied or RuleError.
    """
    problem = moves.locked(proof.problem)
    if proof.added_by_id != actor.pk:
        raise PermissionDenied("材料由上传的人删去。")
    moves.demand(problem, Step.Act.WITHDRAW)
    present = problem.proofs.filter(pk=proof.pk).first()
    if present is None:  # a second click
        raise RuleError("这个文件已经删去，请刷新页面。", code="rectification.gone")
    if present.step_id is not None or present.side == Side.FINDING:
        raise RuleError("已随整改通知或答复报出的材料不能删去。", code="rectification.frozen")
    present.delete()
    files.count(problem)
    moves.note(problem, actor, "remove_proof", name=present.name)


@transaction.atomic
def answer(*, problem: Problem, actor: User, text: str) -> Problem:
    """The unit says what it did; the files that it added since belong to the answer.

    Raises PermissionDenied, or RuleError for no text or a state that takes no answer.
    """
    if not permissions.may_answer(actor, problem):
        raise PermissionDenied(NOT_YOURS)
    problem = moves.locked(problem)
    moves.demand(problem, Step.Act.ANSWER)
    said = moves.written(text, "整改措施和结果", 4000)
    moves.move(problem, Step.Act.ANSWER, answered_at=clock.now())
    step = moves.step(problem, Step.Act.ANSWER, actor, said)
    n_files = files.bind(problem, step)
    moves.note(problem, actor, "answer_problem", text=said, n_files=n_files)
    telling.tell(problem, step, telling.of_bureau(problem), "待复核销号")
    return problem
