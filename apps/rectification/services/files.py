"""Files beside a problem: what it was seen by, what shows the remedy."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.core import clock
from apps.core.uploads import Upload
from apps.jobs import services as jobs
from apps.organizations.models import User
from apps.rectification.models import Problem, Proof, Step
from apps.rectification.services import moves
from apps.rules.errors import RuleError

MOST = 30


def keep(problem: Problem, actor: User, side: str, upload: Upload) -> Proof:
    """The guarded file lies beside the problem. Raises RuleError beyond 30 of a side."""
    if problem.proofs.filter(side=side).count() >= MOST:
        word = Proof.Side(side).label
        raise RuleError(f"{word}已有{MOST}个文件，不能再加。", code="rectification.files")
    stored = jobs.keep_file(
        content=upload.content, name=upload.name, content_type=upload.content_type, owner=actor
    )
    proof = Proof.objects.create(
        problem=problem,
        side=side,
        file=stored,
        name=upload.name,
        added_by=actor,
        added_at=clock.now(),
    )
    count(problem)
    moves.note(problem, actor, "add_proof", name=upload.name, sha256=stored.sha256)
    return proof


def count(problem: Problem) -> None:
    """The problem says how many files show its remedy."""
    problem.n_proofs = problem.proofs.filter(side=Proof.Side.REMEDY).count()
    problem.save(update_fields=["n_proofs"])


def bind(problem: Problem, step: Step, side: str = Proof.Side.REMEDY) -> int:
    """The remedy's files that belong to no step yet belong to this one, on the side; how many."""
    waiting: QuerySet[Proof] = problem.proofs.filter(step=None, side=Proof.Side.REMEDY)
    n_bound = waiting.update(step=step, side=side)
    count(problem)
    return n_bound
