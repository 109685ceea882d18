"""The ledger added up: in all, by task, by unit and stage (Q-28)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from apps.core import clock
from apps.filings.models import State
from apps.organizations import selectors as people
from apps.organizations.models import Unit, User
from apps.reports.ledger import rows as ledger
from apps.reports.ledger.rows import Asked, Owners
from apps.workplans.models import OWED, Assignment, Plan, PlanTask, Stage


@dataclass(frozen=True)
class Counts:
    """How many are owed, and how those stand."""

    n_owed: int = 0
    n_filed: int = 0
    n_approved: int = 0
    n_returned: int = 0
    n_overdue: int = 0
    n_late: int = 0
    n_excused: int = 0


def _counted(now: datetime) -> dict[str, Count]:
    """The counts as aggregates over `ledger.visible` rows."""
    conditions = {
        "n_owed": OWED,
        "n_filed": OWED & Q(live__state__in=ledger.SENT),
        "n_approved": OWED & Q(live__state=State.APPROVED),
        "n_returned": OWED & Q(live__state=State.RETURNED),
        "n_overdue": ledger.overdue(now),
        "n_late": OWED & Q(live__is_late=True),
        "n_excused": ~OWED,
    }
    return {name: Count("pk", filter=condition) for name, condition in conditions.items()}


def _counts(row: Mapping[str, Any]) -> Counts:
    return Counts(**{name: row[name] for name in Counts.__dataclass_fields__})


def summary(found: QuerySet[Assignment]) -> Counts:
    """The counts of all rows, in one query."""
    return _counts(found.order_by().aggregate(**_counted(clock.now())))


# --- by task --------------------------------------------------------------------------------
@dataclass(frozen=True)
class TaskLine:
    """One task of the year with its counts, and when it was first assigned and last answered."""

    task: PlanTask
    counts: Counts
    assigned_at: datetime | None
    filed_at: datetime | None


def by_task(user: User, year: int, asked: Asked) -> list[TaskLine]:
    """Every task of the year's plans that the filter shows; two queries.

    Whoever reads the whole region also sees tasks that nobody owes, such as the bureau's own.
    """
    found = ledger.listed(user, year, asked).order_by().values("task")
    counted = found.annotate(
        **_counted(clock.now()), assigned_at=Min("assigned_at"), filed_at=Max("live__submitted_at")
    )
    by_key = {row["task"]: row for row in counted}
    return [
        TaskLine(task, _counts(row), row["assigned_at"], row["filed_at"])
        if (row := by_key.get(task.pk))
        else no_line(task)
        for task in _tasks(user, year, asked)
        if task.pk in by_key or _is_whole(user, task, asked)
    ]


def no_line(task: PlanTask) -> TaskLine:
    """A task of which nothing is owed."""
    return TaskLine(task, Counts(), None, None)


def _is_whole(user: User, task: PlanTask, asked: Asked) -> bool:
    """Whether a task without rows belongs on the list all the same."""
    reads_all = task.plan.jurisdiction_id in people.whole_region_jurisdictions(user)
    return reads_all and not (asked.unit_kind or asked.state or asked.text)


def tasks_of(user: User, year: int) -> QuerySet[PlanTask]:
    """The tasks of the year's published plans that exist for the person."""
    plans = Plan.objects.visible_to(user).in_their_own_right().exclude(state=Plan.State.DRAFT)
    rows = PlanTask.objects.filter(plan__in=plans, plan__fiscal_year=year)
    return rows.select_related("section", "plan").order_by("plan__jurisdiction", "position")


def _tasks(user: User, year: int, asked: Asked) -> QuerySet[PlanTask]:
    rows = tasks_of(user, year)
    if asked.task:
        rows = rows.filter(public_id=asked.task)
    return rows.filter(section__public_id=asked.section) if asked.section else rows


# --- by unit --------------------------------------------------------------------------------
@dataclass(frozen=True)
class StageCell:
    """A unit in one stage: done of owed; nothing owed is a dash, something overdue a sign."""

    stage: str
    n_owed: int
    n_filed: int
    n_overdue: int


@dataclass(frozen=True)
class UnitLine:
    """One unit with its people, its counts in all, and a cell a stage."""

    unit: Unit
    owners: Owners
    counts: Counts
    cells: list[StageCell]

    @property
    def lacks(self) -> str:
        """Which of the three people the unit has not named (U-52)."""
        named = (
            ("填报员", self.owners.filers),
            ("负责人", self.owners.heads),
            ("联络员", self.owners.liaisons),
        )
        return "、".join(word for word, found in named if not found)


STAGES = tuple(Stage)


def units_of(user: User, year: int, asked: Asked) -> QuerySet[Unit]:
    """Units with something that the filter shows."""
    found = ledger.listed(user, year, asked).filter(unit=OuterRef("pk"))
    return Unit.objects.filter(Exists(found))


def by_unit(units: Iterable[Unit], user: User, year: int, asked: Asked) -> list[UnitLine]:
    """The lines of some units, as of one page; three queries."""
    wanted = list(units)
    found = ledger.listed(user, year, asked).filter(unit__in=wanted).order_by()
    by_stage: dict[int, dict[str, Counts]] = defaultdict(dict)
    for row in found.values("unit", "task__stage").annotate(**_counted(clock.now())):
        by_stage[row["unit"]][row["task__stage"]] = _counts(row)
    owners = ledger.owners_of([unit.pk for unit in wanted])
    return [_unit_line(unit, owners[unit.pk], by_stage[unit.pk]) for unit in wanted]


def _unit_line(unit: Unit, owners: Owners, stages: dict[str, Counts]) -> UnitLine:
    names = Counts.__dataclass_fields__
    in_all = {name: sum(getattr(counts, name) for counts in stages.values()) for name in names}
    return UnitLine(
        unit,
        owners,
        Counts(**in_all),
        [_cell(stage, stages.get(stage.value, Counts())) for stage in STAGES],
    )


def _cell(stage: Stage, counts: Counts) -> StageCell:
    return StageCell(str(stage.label), counts.n_owed, counts.n_filed, counts.n_overdue)
