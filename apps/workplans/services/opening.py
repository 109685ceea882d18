"""Writing the assignments of a window, and one line in the trail for each unit of a batch.

A province publishes to tens of thousands of units: who owes is read as plain columns a window at a
time, written in blocks, and of each unit no more is kept than its line in the trail will say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q, QuerySet

from apps.audit import services as audit
from apps.core import bulk, clock
from apps.organizations.models import Unit, User
from apps.rules.errors import RuleError
from apps.workplans import population, reckoning, rolling
from apps.workplans.models import Assignment, Plan, PlanTask, TaskWindow

if TYPE_CHECKING:
    from hashlib import _Hash

BLOCK = 5000  # rows in memory while they are written
Tell = Callable[[int, int, str], None]  # how many of how many are done, and what is being done


def untold(n_done: int, n_total: int, words: str) -> None:
    """Nobody waits to hear how far it is."""


def unit_chain(unit: Unit, jurisdiction_code: str) -> str:
    """The audit chain of a unit."""
    return f"unit:{jurisdiction_code}/{unit.code}"


def chain_of(unit: Unit, plan: Plan) -> str:
    """The unit's chain; a bureau that answers for a lower region has its own region's."""
    own = unit.jurisdiction_id == plan.jurisdiction_id
    return unit_chain(unit, plan.jurisdiction.code if own else unit.jurisdiction.code)


class Owing(NamedTuple):
    """Who owes, and about what: a unit, and at most one subject."""

    unit: int
    unit_code: str
    region_code: str
    project: int | None = None
    region: int | None = None
    joined_on: date | None = None  # the budget, where the owing is about a project
    transfer: int | None = None


def missing(task: PlanTask, window: TaskWindow, on: date, only: Q | None = None) -> list[Owing]:
    """Whom the window reaches on the day and who has no assignment in it yet.

    `only` narrows a task about projects or transfers down. The window may be unsaved.
    """
    held = Assignment.objects.filter(task=task, window=window)
    if task.subject_kind == PlanTask.SubjectKind.UNIT:
        units = population.units(task).exclude(pk__in=held.values("unit"))
        return _owing(units, "pk", "code", "jurisdiction__code")
    if task.subject_kind == PlanTask.SubjectKind.JURISDICTION:
        places = population.regions(task).exclude(pk__in=held.values("subject_jurisdiction"))
        bureaus = ("bureau", "bureau__code", "bureau__jurisdiction__code")
        rows: Iterable[Any] = places.values_list(*bureaus, "pk")
        return [Owing(unit, code, where, region=pk) for unit, code, where, pk in rows]
    if task.subject_kind == PlanTask.SubjectKind.TRANSFER:
        money = population.transfers(task).filter(only or Q())
        money = money.exclude(pk__in=held.exclude(transfer=None).values("transfer"))
        bearers = money.values_list("unit", "unit__code", "unit__jurisdiction__code", "pk")
        return [Owing(unit, code, where, transfer=pk) for unit, code, where, pk in bearers]
    projects = population.projects(task, window.data_until or on).filter(only or Q())
    projects = projects.exclude(project__in=held.values("project"))
    unit = "project__unit"
    columns = (unit, f"{unit}__code", f"{unit}__jurisdiction__code", "project")
    found = projects.values_list(*columns, "joined_on")
    return [
        Owing(owner, code, where, pk, joined_on=joined_on)
        for owner, code, where, pk, joined_on in found
    ]


def _owing(rows: QuerySet[Any], *columns: str) -> list[Owing]:
    return [Owing(*row) for row in rows.values_list(*columns)]


class JoinedDays:
    """When what is owed in a window 列入后 opens and is due, reckoned once for each day."""

    def __init__(self, window: TaskWindow, on: date) -> None:
        self.window = window
        self.on = on
        self.known: dict[date, dict[str, Any]] = {}

    def of(self, owing: Owing) -> dict[str, Any]:
        """The owing's own dates; nothing where the window has one date for all."""
        joined_on = owing.joined_on
        if self.window.kind != TaskWindow.Kind.JOINED or joined_on is None:
            return {}
        if joined_on not in self.known:
            self.known[joined_on] = self._reckoned(joined_on)
        return self.known[joined_on]

    def _reckoned(self, joined_on: date) -> dict[str, Any]:
        """Counted from the day it joined; from the day it is opened where that is over already.

        Never beyond the window's own end, and that end alone in a year without its holidays.
        """
        try:
            due = reckoning.counted_end(self.window, joined_on)
            if due and clock.last_day(due) < self.on:
                due = reckoning.counted_end(self.window, self.on)
        except RuleError:
            due = None
        ends = [end for end in (due, rolling.due_of(self.window)) if end]
        starts = max(self.window.opens_at or clock.start_of(joined_on), clock.start_of(joined_on))
        return {"opens_at": starts, "due_at": min(ends, default=None)}


@dataclass
class Line:
    """What the trail will say of one unit."""

    unit_code: str
    tasks: Counter[str] = field(default_factory=Counter)
    digest: _Hash = field(default_factory=sha256)


@dataclass
class Opened:
    """A batch of assignments opened in one transaction, counted unit by unit (decision 18)."""

    n: int = 0
    tasks: set[PlanTask] = field(default_factory=set)
    lines: dict[str, Line] = field(default_factory=dict)  # by the unit's chain

    def open(
        self, task: PlanTask, window: TaskWindow, owing: Sequence[Owing], on: date | None = None
    ) -> None:
        """Write an assignment for each, and keep count; `on` is the day they are opened."""
        shared = _shared(task, window)
        days = JoinedDays(window, on or clock.today())
        found = iter(owing)
        while block := list(islice(found, BLOCK)):
            bulk.insert(Assignment, [shared | _own(each) | days.of(each) for each in block])
        self._count(task, window, owing)

    def _count(self, task: PlanTask, window: TaskWindow, owing: Iterable[Owing]) -> None:
        for each in owing:
            chain = f"unit:{each.region_code}/{each.unit_code}"
            line = self.lines.setdefault(chain, Line(each.unit_code))
            line.tasks[task.code] += 1
            about = each.project or (f"t{each.transfer}" if each.transfer else "")
            line.digest.update(f"{task.code}/{window.key}/{about}\n".encode())
            self.n += 1
            self.tasks.add(task)

    def words(self, n_done: int, n_total: int) -> str:
        """How far opening the tasks is, for who waits for it."""
        if n_done == n_total:
            return f"已派发{self.n}件，正在写入记录"
        return f"正在派发第{n_done + 1}项，共{n_total}项，已派发{self.n}件"

    def record(self, actor: User | None) -> None:
        """One line a unit for the whole batch: how many of which task, and a digest of them."""
        if not self.lines:
            return
        task = next(iter(self.tasks))
        audit.record_many(
            actor=actor,
            action="workplans.assign",
            subject=task if len(self.tasks) == 1 else task.plan,
            lines={
                chain: {
                    "unit": line.unit_code,
                    "count": line.tasks.total(),
                    "tasks": dict(line.tasks),
                    "digest": line.digest.hexdigest(),
                }
                for chain, line in self.lines.items()
            },
        )


def _shared(task: PlanTask, window: TaskWindow) -> dict[str, Any]:
    """What all assignments of a window have in common."""
    now = clock.now()
    return {
        "plan_id": task.plan_id,
        "task_id": task.pk,
        "window_id": window.pk,
        "jurisdiction_id": task.plan.jurisdiction_id,
        "fiscal_year": task.plan.fiscal_year,
        "opens_at": window.opens_at or (now if window.closes_at else None),  # “4月30日前”: from now
        "due_at": rolling.due_of(window),
        "assigned_at": now,
    }


def _own(owing: Owing) -> dict[str, Any]:
    """What an assignment has for itself."""
    return {
        "unit_id": owing.unit,
        "project_id": owing.project,
        "subject_jurisdiction_id": owing.region,
        "transfer_id": owing.transfer,
    }
