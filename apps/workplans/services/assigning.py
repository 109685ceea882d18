"""Opening assignments: who owes which task in which window (decision 14)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet

from apps.core import clock
from apps.organizations.models import User
from apps.projects.models import ProjectYear, Transfer
from apps.workplans import contents, permissions, population, rolling
from apps.workplans.models import Plan, PlanTask, TaskWindow
from apps.workplans.services import opening
from apps.workplans.services.holding import held
from apps.workplans.services.opening import Opened


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
    opened = Opened()
    make(opened, task, begun_windows(task, on), on, kinds)
    opened.record(actor)
    return opened.n


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
    opened, only = Opened(), Q(pk=project_year.pk)
    for task in _ready(tasks):
        make(opened, task, _open_windows(task, on), on, kinds, only)
    opened.record(actor)
    return opened.n


@transaction.atomic
def assign_transfer(
    *,
    transfer: Transfer,
    actor: User | None,
    on: date | None = None,
    kinds: Collection[str] | None = None,
) -> int:
    """The unit of a registered transfer owes what its plan asks of it in windows still open.

    The right was checked where it was registered. Returns how many assignments are new.
    """
    on = on or clock.today()
    tasks = PlanTask.objects.filter(
        plan__jurisdiction=transfer.jurisdiction_id,
        plan__state=Plan.State.PUBLISHED,
        evaluated_year=transfer.fiscal_year,
        subject_kind=PlanTask.SubjectKind.TRANSFER,
    )
    opened, only = Opened(), Q(pk=transfer.pk)
    for task in _ready(tasks):
        make(opened, task, _open_windows(task, on), on, kinds, only)
    opened.record(actor)
    return opened.n


def open_due(*, on: date, actor: User | None = None, kinds: Collection[str] | None = None) -> int:
    """Published plans' tasks are opened for windows that have begun and not closed by the day.

    Each task is its own transaction, so that one that fails does not hold back the others.
    """
    tasks = PlanTask.objects.filter(plan__state=Plan.State.PUBLISHED)
    return sum(open_task(task=task, on=on, actor=actor, kinds=kinds) for task in _ready(tasks))


@transaction.atomic
def open_task(
    *, task: PlanTask, on: date, actor: User | None, kinds: Collection[str] | None = None
) -> int:
    """As `assign`, but only in windows that have not closed by the day. Raises PermissionDenied."""
    _check_right(task, actor)
    opened = Opened()
    make(opened, task, _open_windows(task, on), on, kinds)
    opened.record(actor)
    return opened.n


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
    opened: Opened,
    task: PlanTask,
    windows: list[TaskWindow],
    on: date,
    kinds: Collection[str] | None,
    only: Q | None = None,
) -> None:
    """Open the missing assignments of these windows; the caller lets `opened` leave its record."""
    known = contents.kinds() if kinds is None else kinds
    if not (windows and _is_assigned(task, known)):
        return
    plan = held(task.plan_id)  # two batches of a plan in turn
    if plan.state == Plan.State.PUBLISHED:
        for window in _now(windows):
            opened.open(task, window, opening.missing(task, window, on, only), on)


def _is_assigned(task: PlanTask, known: Collection[str]) -> bool:
    """Whether units owe the task of themselves: of a known kind, no section's, not asked for."""
    is_ours = task.subject_kind != PlanTask.SubjectKind.SECTION
    return is_ours and task.kind in known and not contents.is_requested(task.kind)


def _now(windows: list[TaskWindow]) -> list[TaskWindow]:
    """The windows as they stand under the plan's lock: their days may have moved meanwhile."""
    rows = TaskWindow.objects.filter(pk__in=[window.pk for window in windows])
    found = {window.pk: window for window in rows.select_related("task")}
    return [found[window.pk] for window in windows if window.pk in found]


def n_missing(window: TaskWindow, on: date) -> int:
    """How many assignments of the window would be opened on the day; the window may be unsaved."""
    is_ours = _is_assigned(window.task, contents.kinds())
    return len(opening.missing(window.task, window, on)) if is_ours and window.has_begun(on) else 0
