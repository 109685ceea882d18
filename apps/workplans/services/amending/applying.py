"""An amendment comes into force: the plan's own rows are written, those concerned are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from apps.audit import services as audit
from apps.core import clock
from apps.notifications import services as notifications
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import population, rolling
from apps.workplans.models import Amendment, Assignment, Plan, PlanTask, TaskWindow
from apps.workplans.profiles import Profile
from apps.workplans.services import assigning, rolled
from apps.workplans.services.amending.copies import both, write
from apps.workplans.services.amending.effects import (
    BY_AMENDMENT,
    Effects,
    effects,
    people_of,
    units_of,
)
from apps.workplans.services.comparing import Change, compare
from apps.workplans.services.deadlines import reason_of
from apps.workplans.services.editing.common import locked, recorded
from apps.workplans.services.editing.plans import discard
from apps.workplans.services.findings import refuse_contradictions
from apps.workplans.services.loading import head_values
from apps.workplans.services.opening import Opened, Tell, untold

NUMBER = 60  # characters of a document number
TOLD = 20  # changes that a message lists
REASON = 200


@transaction.atomic
def apply_amendment(
    *,
    copy: Plan,
    reason: str,
    document_number: str,
    actor: User,
    kinds: Collection[str] | None = None,
    tell: Tell = untold,
) -> Amendment:
    """The published plan is as its working copy, which is gone; those concerned are told once.

    Deadlines that stood at the old end of a window move to the new one; extended and returned ones
    stay unless they would end earlier. What a removed task or window was owed for goes with it,
    what is no longer reached is void; with a filing the one is refused, the other stays owed.
    Whoever is newly reached owes, again where an amendment had made it void.
    `kinds` as in `assign`; `tell` hears how many of the tasks are opened. Raises PermissionDenied
    or RuleError: nothing is changed, a filing stands in the way, the plan contradicts itself.
    """
    plan, copy = locked_pair(copy, actor)
    rolled.catch_up(plan)
    reason, number = reason_of(reason, "修订理由"), _number(document_number)
    new, changes = _differences(plan, copy)
    _caught_up(copy, new, kinds)
    codes = {change.code for change in changes if change.code}
    found = _allowed(plan, copy, new, codes)
    units = units_of(plan, codes)
    lines = _settle(found, f"第{plan.version}次修订：{reason}"[:REASON])
    _write(plan, new)
    _keep_notices(plan, copy)
    n_moved = _move(found, lines)
    opened, touched = _open(plan, kinds, lines, tell)
    amendment = _kept(plan, changes, reason, number, n_moved, actor)
    _record(plan, amendment, lines, opened, found, actor)
    units |= units_of(plan, touched)
    discard(copy)
    _tell(amendment, people_of(plan, units, codes))
    return amendment


@transaction.atomic
def demand_applicable(
    *, copy: Plan, reason: str, document_number: str, actor: User
) -> tuple[Plan, Plan]:
    """The plan and its working copy, which now holds what was decided since.

    Raises as `apply_amendment` does.
    """
    plan, copy = locked_pair(copy, actor)
    reason_of(reason, "修订理由")
    _number(document_number)
    new, _ = _differences(plan, copy)
    _caught_up(copy, new, None)
    _refuse(effects(plan, copy, new))
    return plan, copy


def _caught_up(copy: Plan, new: Profile, kinds: Collection[str] | None) -> None:
    """The copy holds what was decided since, so that the checks see it. Raises RuleError."""
    write(copy, new)
    refuse_contradictions(copy, kinds)


def locked_pair(copy: Plan, actor: User) -> tuple[Plan, Plan]:
    """The published plan, locked first, and its working copy, which may be gone by now."""
    if copy.amends is None:
        raise RuleError(f"{copy}：不是修订稿。", code="workplans.not_copy")
    plan = locked(copy.amends, actor)
    there = plan.working_copies.select_for_update(of=("self",)).select_related("jurisdiction")
    found = there.filter(pk=copy.pk).first()
    if found is None:
        raise RuleError(f"{plan}：修订稿已生效或已放弃。", code="workplans.copy_gone")
    found.amends = plan
    return plan, found


def _differences(plan: Plan, copy: Plan) -> tuple[Profile, list[Change]]:
    """The plan as it will be, and what that changes. Raises RuleError when it is nothing."""
    old, new = both(copy)
    changes = compare(old, new)
    if not changes:
        raise RuleError(f"{plan}：修订稿与计划相同，没有要改的。", code="workplans.no_change")
    return new, changes


def _allowed(plan: Plan, copy: Plan, new: Profile, codes: set[str]) -> Effects:
    """What happens to the assignments of the changed tasks, which are locked before they are read.

    Raises RuleError where somebody's work stands in the way.
    """
    tasks = plan.tasks.filter(code__in=codes).values("pk")
    _pks(Assignment.objects.filter(task__in=tasks).order_by("pk").select_for_update())
    found = effects(plan, copy, new)
    _refuse(found)
    return found


def _refuse(found: Effects) -> None:
    if found.refusals:
        raise RuleError(
            found.refusals[0], code="workplans.amendment_refused", refusals=found.refusals
        )


def _number(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > NUMBER:
        raise RuleError(f"文号：{len(text)}字，最多{NUMBER}字。", code="workplans.number_long")
    return text


def _write(plan: Plan, new: Profile) -> None:
    """The plan's own rows, by their codes and keys."""
    for key, value in head_values(new).items():
        setattr(plan, key, value)
    plan.version += 1
    plan.save(update_fields=[*head_values(new), "version"])
    write(plan, new)


def _keep_notices(plan: Plan, copy: Plan) -> None:
    """A notice read into the working copy is the plan's, with the tasks that came from it."""
    known = set(plan.notices.values_list("sha256", flat=True))
    for notice in copy.notices.exclude(sha256__in=known):
        notice.plan = plan
        notice.save(update_fields=["plan"])
        for task in copy.tasks.filter(notice=notice):
            plan.tasks.filter(code=task.code).update(
                notice=notice, read_from=task.read_from, check_state=task.check_state
            )


# --- assignments ------------------------------------------------------------------------------
Lines = dict[str, Counter[str]]  # by the unit's chain: how many of what


def _settle(found: Effects, reason: str) -> Lines:
    """What falls away is taken out or void; answers what the trail says of it."""
    lines: Lines = {}
    _count(lines, "taken", found.taken)
    _count(lines, "void", found.void)
    for pks in _blocks(found.taken):
        Assignment.objects.filter(pk__in=pks).delete()
    for pks in _blocks(found.void):
        Assignment.objects.filter(pk__in=pks).update(cancel_reason=reason, cancelled_at=clock.now())
    return lines


def _move(found: Effects, lines: Lines) -> int:
    """The deadlines that stood at the old ends stand at the new ones; returns how many are owed."""
    told: set[int] = set()
    for pks, owed, move in [(_pks(m.rows), _pks(m.rows.owed()), m) for m in found.moves]:
        values = {"due_at": move.new} | ({"opens_at": move.opens_at} if move.opens_at else {})
        for block in _blocks(pks):
            Assignment.objects.filter(pk__in=block).update(**values)
        if move.old != move.new:
            told.update(owed)
    _count(lines, "moved", sorted(told))
    return len(told)


def _pks(rows: QuerySet[Assignment]) -> list[int]:
    return list(rows.values_list("pk", flat=True))


def _count(lines: Lines, what: str, pks: Sequence[int]) -> None:
    for block in _blocks(pks):
        rows = Assignment.objects.filter(pk__in=block)
        for place, unit in rows.values_list("unit__jurisdiction__code", "unit__code"):
            lines.setdefault(f"unit:{place}/{unit}", Counter())[what] += 1


def _blocks(pks: Sequence[int]) -> Iterable[Sequence[int]]:
    return (pks[i : i + 500] for i in range(0, len(pks), 500))


def _open(
    plan: Plan, kinds: Collection[str] | None, lines: Lines, tell: Tell
) -> tuple[Opened, set[str]]:
    """Whoever the plan reaches now owes what has begun and is not over; with the tasks' codes."""
    opened, today, now = Opened(), clock.today(), clock.now()
    again: set[str] = set()
    tasks = PlanTask.objects.filter(plan=plan).select_related("plan__jurisdiction")
    rows = tasks.prefetch_related("windows__task", "scopes")
    for n_done, task in enumerate(rows):
        tell(n_done, len(rows), opened.words(n_done, len(rows)))
        begun = assigning.begun_windows(task, today)
        dues = [(window, rolling.due_of(window)) for window in begun]
        live = [(window, due_at) for window, due_at in dues if due_at is None or due_at > now]
        if sum(_restore(task, window, due_at, lines) for window, due_at in live):
            again.add(task.code)
        assigning.make(opened, task, [window for window, _ in live], today, kinds)
    return opened, again | {task.code for task in opened.tasks}


def _restore(task: PlanTask, window: TaskWindow, due_at: datetime | None, lines: Lines) -> int:
    """What an amendment made void and the task reaches again is owed, by the end of now."""
    void = Assignment.objects.filter(window=window, cancel_reason__regex=BY_AMENDMENT)
    if not void.exists():
        return 0
    pks = _pks(void.filter(_owing(task, window)))
    for block in _blocks(pks):
        rows = Assignment.objects.filter(pk__in=block)
        rows.update(cancel_reason="", cancelled_at=None)
        rows.filter(extensions=None).update(due_at=due_at)
        if due_at:
            rows.filter(due_at__lt=due_at).update(due_at=due_at)
    _count(lines, "restored", pks)
    return len(pks)


def _owing(task: PlanTask, window: TaskWindow) -> Q:
    """The assignments of those whom the task reaches today."""
    if task.subject_kind == PlanTask.SubjectKind.UNIT:
        return Q(unit__in=population.units(task).values("pk"))
    if task.subject_kind == PlanTask.SubjectKind.JURISDICTION:
        return Q(subject_jurisdiction__in=population.regions(task).values("pk"))
    if task.subject_kind == PlanTask.SubjectKind.TRANSFER:
        return Q(transfer__in=population.transfers(task).values("pk"))
    projects = population.projects(task, window.data_until or clock.today())
    return Q(project__in=projects.values("project"))


# --- record and notice ------------------------------------------------------------------------
def _kept(
    plan: Plan, changes: list[Change], reason: str, number: str, n_moved: int, actor: User
) -> Amendment:
    last = plan.amendments.aggregate(last=Max("number"))["last"] or 0
    return Amendment.objects.create(
        plan=plan,
        number=last + 1,
        reason=reason,
        document_number=number,
        changes=[change.as_dict() for change in changes],
        n_moved=n_moved,
        made_by=actor,
        made_at=clock.now(),
    )


def _record(
    plan: Plan,
    amendment: Amendment,
    lines: Lines,
    opened: Opened,
    found: Effects,
    actor: User,
) -> None:
    """One line for the region, one for each unit whose assignments changed."""
    counts = sum(lines.values(), Counter[str]())
    recorded(
        plan,
        actor,
        "amend",
        amendment,
        amendment=amendment.number,
        reason=amendment.reason,
        document_number=amendment.document_number,
        changes=len(amendment.changes),
        moved=counts["moved"],
        void=counts["void"],
        taken=counts["taken"],
        restored=counts["restored"],
        kept=len(found.kept),
        opened=opened.n,
    )
    told = {chain: {"amendment": amendment.number} | dict(line) for chain, line in lines.items()}
    if told:
        audit.record_many(actor=actor, action="workplans.amend", subject=amendment, lines=told)
    opened.record(actor)


def _tell(amendment: Amendment, recipients: list[User]) -> None:
    """One message for each, with what was changed."""
    plan = amendment.plan
    shown = [_said(change) for change in amendment.changes[:TOLD]]
    more = len(amendment.changes) - len(shown)
    number = f"文号：{amendment.document_number}。" if amendment.document_number else ""
    notifications.notify(
        recipients=recipients,
        kind="workplans.amended",
        key=f"{plan.public_id}/{amendment.number}",
        title=f"{plan}：第{amendment.number}次修订，{len(amendment.changes)}处有变",
        body="\n".join(
            [f"理由：{amendment.reason}。{number}", *shown, *([f"另有{more}处。"] if more else [])]
        ),
        url=f"/{plan.fiscal_year}/plan/?region={plan.jurisdiction.code}",
    )


def _said(change: dict[str, str]) -> str:
    task = f"{change['task']} " if change["task"] else ""
    old, new = change["old"] or "无", change["new"] or "删去"
    return f"{task}{change['where']}：{old}→{new}"
