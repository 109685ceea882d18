"""Opening assignments: who owes which task in which window (decision 14)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet

from apps.audit import services as audit
from apps.core import clock
from apps.organizations.models import Jurisdiction, Unit, User
from apps.projects.models import Project, ProjectYear
from apps.workplans import contents, permissions, population, rolling
from apps.workplans.models import Assignment, Plan, PlanTask, TaskWindow

BATCH = 1000


def unit_chain(unit: Unit, jurisdiction_code: str) -> str:
    """The audit chain of a unit."""
    return f"unit:{jurisdiction_code}/{unit.code}"


@transaction.atomic
def assign(
    *, task: PlanTask, on: date, actor: User | None, kinds: Collection[str] | None = None
) -> int:
    """Every unit that the task reaches on the day owes it in each dated window.

    Returns how many are new; doing it again adds only what is missing. A window with a data date
    waits for that day, and its projects are those that stood in the budget then (Y-49, Y-114).
    Nothing is opened for a kind that cannot be filed yet (`kinds`: by default what the stages
    registered), for a section's own duty, or for a window without any date.
    Raises PermissionDenied.
    """
    _check_right(task, actor)
    made = make(task, begun_windows(task, on), on, kinds)
    record(made, actor)
    return len(made)


@transaction.atomic
def assign_project(
    *,
    project_year: ProjectYear,
    actor: User | None,
    on: date | None = None,
    kinds: Collection[str] | None = None,
) -> int:
    """A project that entered the budget owes what its plan asks of it in windows still open.

    The right was checked where the project was confirmed. Returns how many assignments are new.
    """
    on = on or clock.today()
    tasks = PlanTask.objects.filter(
        plan__jurisdiction=project_year.jurisdiction_id,
        plan__state=Plan.State.PUBLISHED,
        evaluated_year=project_year.fiscal_year,
        subject_kind__in=population.PROJECT_KINDS,
    )
    only = Q(pk=project_year.pk)
    made = [row for t in _ready(tasks) for row in make(t, _open_windows(t, on), on, kinds, only)]
    record(made, actor)
    return len(made)


def open_due(*, on: date, actor: User | None = None, kinds: Collection[str] | None = None) -> int:
    """Published plans' tasks are opened for windows that have begun and not closed by the day.

    Each task is its own transaction, so that one that fails does not hold back the others.
    """
    tasks = PlanTask.objects.filter(plan__state=Plan.State.PUBLISHED)
    return sum(_open_task(task, on, actor, kinds) for task in _ready(tasks))


@transaction.atomic
def _open_task(task: PlanTask, on: date, actor: User | None, kinds: Collection[str] | None) -> int:
    _check_right(task, actor)
    made = make(task, _open_windows(task, on), on, kinds)
    record(made, actor)
    return len(made)


def _ready(tasks: QuerySet[PlanTask]) -> QuerySet[PlanTask]:
    """The tasks with what assigning reads."""
    return tasks.select_related("plan__jurisdiction").prefetch_related("windows", "scopes")


def _check_right(task: PlanTask, actor: User | None) -> None:
    """The system itself (no actor) may always open what a published plan says."""
    if actor is not None and not permissions.may_publish(actor, task.plan):
        raise PermissionDenied


def begun_windows(task: PlanTask, on: date) -> list[TaskWindow]:
    """The windows whose subjects are known on the day, closed ones too."""
    return [w for w in task.windows.all() if w.has_begun(on)]


def _open_windows(task: PlanTask, on: date) -> list[TaskWindow]:
    return [w for w in begun_windows(task, on) if not _is_over(w, on)]


def _is_over(window: TaskWindow, on: date) -> bool:
    """Whether the day lies behind the window's last day, as it is owed."""
    due_at = rolling.due_of(window)
    return due_at is not None and clock.last_day(due_at) < on


def make(
    task: PlanTask,
    windows: list[TaskWindow],
    on: date,
    kinds: Collection[str] | None,
    only: Q | None = None,
) -> list[Assignment]:
    """The missing assignments of these windows, stored; the caller leaves the audit line."""
    known = contents.kinds() if kinds is None else kinds
    if task.kind not in known or task.subject_kind == PlanTask.SubjectKind.SECTION or not windows:
        return []
    plan = Plan.objects.select_for_update().get(pk=task.plan_id)  # two batches of a plan in turn
    if plan.state != Plan.State.PUBLISHED:
        return []
    made = [row for window in windows for row in _missing(task, window, on, only or Q())]
    return Assignment.objects.bulk_create(made, batch_size=BATCH)


def _missing(task: PlanTask, window: TaskWindow, on: date, only: Q) -> list[Assignment]:
    """Unsaved assignments for the subjects of a window that have none."""
    held, due_at = Assignment.objects.filter(task=task, window=window), rolling.due_of(window)
    if task.subject_kind == PlanTask.SubjectKind.UNIT:
        units = population.units(task).exclude(pk__in=held.values("unit"))
        return [_row(task, window, due_at, unit) for unit in units]
    if task.subject_kind == PlanTask.SubjectKind.JURISDICTION:
        places = population.regions(task).exclude(pk__in=held.values("subject_jurisdiction"))
        return [
            _row(task, window, due_at, place.bureau, subject_jurisdiction=place)
            for place in places
            if place.bureau
        ]
    rows = population.projects(task, window.data_until or on).filter(only)
    rows = rows.exclude(project__in=held.values("project")).select_related("project__unit")
    return [_row(task, window, due_at, row.project.unit, project=row.project) for row in rows]


def n_missing(window: TaskWindow, on: date) -> int:
    """How many assignments of the window would be opened on the day; the window may be unsaved."""
    task = window.task
    is_ours = task.kind in contents.kinds() and task.subject_kind != PlanTask.SubjectKind.SECTION
    return len(_missing(task, window, on, Q())) if is_ours and window.has_begun(on) else 0


def _row(
    task: PlanTask,
    window: TaskWindow,
    due_at: datetime | None,
    unit: Unit,
    **subject: Project | Jurisdiction,
) -> Assignment:
    now = clock.now()
    return Assignment(
        plan_id=task.plan_id,
        task=task,
        window=window,
        jurisdiction_id=task.plan.jurisdiction_id,
        fiscal_year=task.plan.fiscal_year,
        unit=unit,
        opens_at=window.opens_at or (now if window.closes_at else None),  # “4月30日前”: from now on
        due_at=due_at,
        assigned_at=now,
        **subject,
    )


def chain_of(unit: Unit, plan: Plan) -> str:
    """The unit's chain; a bureau that answers for a lower region has its own region's."""
    own = unit.jurisdiction_id == plan.jurisdiction_id
    return unit_chain(unit, plan.jurisdiction.code if own else unit.jurisdiction.code)


def record(made: Sequence[Assignment], actor: User | None) -> None:
    """One audit line per unit for the whole batch, with count and digest (decision 18).

    Units go in the order of their codes: each line locks its unit's chain until the commit.
    """
    by_unit: dict[Unit, list[Assignment]] = defaultdict(list)
    for assignment in made:
        by_unit[assignment.unit].append(assignment)
    for unit, rows in sorted(by_unit.items(), key=lambda item: item[0].code):
        names = sorted(f"{row.task.code}/{row.window.key}/{row.project_id or ''}" for row in rows)
        task = rows[0].task
        single = all(row.task_id == task.pk for row in rows)
        audit.record(
            actor=actor,
            action="workplans.assign",
            subject=task if single else task.plan,
            chain=chain_of(unit, task.plan),
            data={
                "unit": unit.code,
                "count": len(rows),
                "tasks": dict(Counter(row.task.code for row in rows)),
                "digest": sha256("\n".join(names).encode()).hexdigest(),
            },
        )
