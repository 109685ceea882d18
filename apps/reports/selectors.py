"""Reads across the stages for the pages that show everything of somebody or something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from apps.core import clock
from apps.filings import selectors as filings
from apps.filings.models import OPEN_STATES, Filing, ReturnItem, Revision, State
from apps.filings.stages import hooks_for
from apps.organizations import selectors as people
from apps.organizations.models import Role, Unit, User
from apps.projects import selectors as projects
from apps.projects.models import Project
from apps.workplans import calendar
from apps.workplans.models import Assignment, Stage

LIVE = [state for state in State if state != State.CANCELLED]
STAGES = {stage.value: str(stage.label) for stage in Stage}
GROUPS = ("已逾期", "本周", "下周", "以后")
SIX_STAGES = (
    Stage.PRE_ASSESSMENT,
    Stage.TARGETS,
    Stage.MONITORING,
    Stage.SELF_EVALUATION,
    Stage.EVALUATION,
    Stage.RESULT,
)


class Owed(NamedTuple):
    """What a list says of an assignment and of its open filing, as the database answers it.

    Plain columns: fifty rows as objects of five models cost two fifths of the page.
    """

    pk: int
    public_id: UUID
    opens_at: datetime | None
    due_at: datetime | None
    unit_id: int
    unit_code: str
    unit_name: str
    task_title: str
    kind: str
    stage: str
    window: str
    project: UUID | None
    project_name: str | None
    serial: int | None
    transfer: str | None
    filing_id: int | None
    filing: UUID | None
    filing_state: str | None
    accepts_late: bool
    is_added: bool  # the project joined the budget within the year


OWED = (
    "pk",
    "public_id",
    "opens_at",
    "due_at",
    "unit_id",
    "unit__code",
    "unit__name",
    "task__title",
    "task__kind",
    "task__stage",
    "window__label",
    "project__public_id",
    "project__name",
    "project__classified_serial",
    "transfer__name",
    "live__pk",
    "live__public_id",
    "live__state",
    "task__accepts_late",
    "is_added",
)


@dataclass(frozen=True)
class TodoRow:
    """One thing that a unit owes: its derived state, the working days left, what to press."""

    owed: Owed
    state: str  # todo, draft, returned, overdue, locked
    group: str
    remaining: int | None
    verb: str
    may_file: bool

    @property
    def page(self) -> str:
        """The page a click leads to: the form while it can be written, else the filing's story."""
        is_open = self.filing is not None and (self.state in ("draft", "returned") or self.is_late)
        return hooks_for(self.owed.kind).page if is_open else "filings:detail"

    @property
    def is_late(self) -> bool:
        """Whether it is overdue and the task still takes it."""
        return self.state == "overdue" and self.owed.accepts_late

    @property
    def filing(self) -> UUID | None:
        """The open filing, None while there is none."""
        return self.owed.filing

    @property
    def subject(self) -> str:
        """The project or transfer, or the unit itself."""
        owed = self.owed
        if owed.project is None:
            return owed.transfer or owed.unit_name
        return owed.project_name or f"涉密项目{owed.serial}"

    @property
    def stage(self) -> str:
        """The stage in words."""
        return STAGES[self.owed.stage]

    @property
    def label(self) -> str:
        """The window's name, where the task's title does not say it already."""
        return "" if self.owed.window in self.owed.task_title else self.owed.window


class Keyed(Protocol):
    """Something with a primary key: an assignment, or its place in a list."""

    @property
    def pk(self) -> int:
        """The assignment's key."""


def todo_rows(assignments: Iterable[Keyed], user: User) -> list[TodoRow]:
    """The rows of a work list in the order given, with one calendar for all of them."""
    found = _owed([assignment.pk for assignment in assignments])
    now = clock.now()
    days = calendar.around(now, [owed.due_at for owed in found if owed.due_at])
    mine = people.units_of(user, Role.FILER)
    return [_todo_row(owed, days, now, owed.unit_id in mine) for owed in found]


def _owed(keys: list[int]) -> list[Owed]:
    """The assignments with these keys, each with its open filing (there is at most one)."""
    live = FilteredRelation("filings", condition=Q(filings__state__in=OPEN_STATES))
    added = projects.added_in("task__evaluated_year")
    rows = Assignment.objects.filter(pk__in=keys).annotate(live=live, is_added=added).order_by()
    found = {row[0]: Owed(*row) for row in rows.values_list(*OWED)} if keys else {}
    return [found[key] for key in keys if key in found]


def _todo_row(
    assignment: Owed, days: calendar.WorkingDays, now: datetime, may_file: bool
) -> TodoRow:
    lock = filings.window_lock(assignment, now)
    if lock is not None:
        state = "locked" if lock.kind == "not_yet" else "overdue"
    else:
        state = assignment.filing_state or "todo"
    verbs = {"todo": "去填报", "draft": "继续", "returned": "去修改"}
    if assignment.accepts_late:
        verbs["overdue"] = "补报"
    return TodoRow(
        owed=assignment,
        state=state,
        group=_group(assignment, now.date()),
        remaining=days.left(now, assignment.due_at) if assignment.due_at else None,
        verb=verbs.get(state, "查看"),
        may_file=may_file,
    )


def _group(assignment: Owed, today: date) -> str:
    """已逾期, 本周, 下周 or 以后, by the last day in time."""
    if assignment.due_at is None:
        return GROUPS[3]
    last = clock.last_day(assignment.due_at)
    if last < today:
        return GROUPS[0]
    monday = today - timedelta(days=today.weekday())
    if last < monday + timedelta(days=7):
        return GROUPS[1]
    return GROUPS[2] if last < monday + timedelta(days=14) else GROUPS[3]


def unanswered(unit: Unit, year: int, user: User) -> QuerySet[Assignment]:
    """What a unit owes in a year and nobody has begun, by deadline."""
    live = Filing.objects.filter(assignment=OuterRef("pk")).exclude(state=State.CANCELLED)
    seen = Assignment.objects.visible_to(user)
    rows = seen.owed().filter(~Exists(live), unit=unit, fiscal_year=year)
    return rows.order_by("due_at", "id")


def todo_filtered(rows: QuerySet[Assignment], state: str) -> QuerySet[Assignment]:
    """The work list cut down to one tab: returned, overdue, draft, todo or locked."""
    now = clock.now()
    live = Filing.objects.filter(assignment=OuterRef("pk"), state__in=OPEN_STATES)
    is_open, not_yet = Q(opens_at__lte=now, due_at__gt=now), _not_yet(now)
    tabs = {
        "returned": is_open & Q(Exists(live.filter(state=State.RETURNED))),
        "draft": is_open & Q(Exists(live.filter(state=State.DRAFT))),
        "todo": is_open & ~Q(Exists(live)),
        "overdue": Q(due_at__lte=now) & ~not_yet,
        "locked": not_yet,
    }
    return rows.filter(tabs[state]) if state in tabs else rows


def _not_yet(now: datetime) -> Q:
    """未到填报期 as selectors.window_lock says it: before the opening, or without dates."""
    return Q(opens_at__gt=now) | Q(opens_at__isnull=True) | Q(due_at__isnull=True)


@dataclass(frozen=True)
class Tally:
    """How many assignments of a unit's year are alike: stage, state, window, whose."""

    stage: str
    state: str  # of the live filing; empty while there is none
    window: str  # open, overdue, locked
    is_mine: bool  # whether the person files or answers for the unit
    number: int


def tally(
    units: Iterable[int], year: int, mine: Iterable[int] = (), user: User | None = None
) -> list[Tally]:
    """Everything that the units owe in a year, counted in one pass; the two panels add it up.

    For a user only what exists for them: a section sees no more of a foreign unit than its share.
    """
    now, within = clock.now(), list(units)
    live = FilteredRelation(
        "filings",
        condition=Q(
            filings__state__in=LIVE, filings__unit__in=within, filings__fiscal_year=year
        ),  # unit and year are the assignment's own: said, they spare a scan of all filings
    )
    window = Case(
        When(_not_yet(now), then=Value("locked")),
        When(due_at__lte=now, then=Value("overdue")),
        default=Value("open"),
    )
    is_mine = Case(When(unit__in=list(mine), then=Value(True)), default=Value(False))
    owed = Assignment.objects.visible_to(user) if user else Assignment.objects.all()
    rows = (
        owed.owed()
        .filter(unit__in=within, fiscal_year=year)
        .annotate(live=live)
        .annotate(state=F("live__state"), at=window, is_mine=is_mine)
        .values_list("task__stage", "state", "at", "is_mine")
        .annotate(number=Count("pk"))
        .order_by()
    )
    return [Tally(stage, state or "", at, own, n) for stage, state, at, own, n in rows]


def todo_counts(rows: Iterable[Tally]) -> dict[str, int]:
    """How many rows each tab of the person's work list has."""
    counts = dict.fromkeys(("all", "returned", "overdue", "draft", "todo", "locked"), 0)
    for row in rows:
        if row.is_mine and row.state in ("", *OPEN_STATES):
            counts["all"] += row.number
            counts[(row.state or "todo") if row.window == "open" else row.window] += row.number
    return counts


def first_thing(
    user: User, year: int, shown: Iterable[TodoRow] = ()
) -> tuple[TodoRow, list[ReturnItem]] | None:
    """先办这一件: the returned filing due first, with the reasons; None when there is none.

    `shown` are rows of the work list that are there already: its beginning, or nothing.
    """
    row = next((row for row in shown if row.state == State.RETURNED), None)
    if row is None:
        rows = todo_rows(todo_filtered(filings.todo(user, year), "returned")[:1], user)
        row = rows[0] if rows else None
    if row is None or row.owed.filing_id is None:
        return None
    return row, list(filings.open_items(row.owed.filing_id))


@dataclass(frozen=True)
class StageCount:
    """One of the six stages in a unit's year: approved of owed."""

    title: str
    n_done: int
    n_owed: int
    n_returned: int

    @property
    def ratio(self) -> float:
        """Done of owed, 0–1."""
        return self.n_done / self.n_owed if self.n_owed else 0.0


def stage_counts(rows: Iterable[Tally]) -> list[StageCount]:
    """How far units are in each of the six stages."""
    listed = list(rows)
    return [
        _stage_count(stage, [row for row in listed if row.stage == stage]) for stage in SIX_STAGES
    ]


def _stage_count(stage: Stage, rows: list[Tally]) -> StageCount:
    by_state: Counter[str] = Counter()
    for row in rows:
        by_state[row.state] += row.number
    done, returned = by_state[State.APPROVED], by_state[State.RETURNED]
    return StageCount(str(stage.label), done, by_state.total(), returned)


class LastReceipt(NamedTuple):
    """A receipt as the panel names it."""

    receipt_number: str
    submitted_at: datetime
    filing: UUID
    task: str
    unit: str
    project: str | None
    serial: int | None  # of a classified project
    transfer: str | None

    @property
    def subject(self) -> str:
        """The project or transfer, or the unit itself."""
        if self.project or self.transfer:
            return self.project or self.transfer or ""
        return f"涉密项目{self.serial}" if self.serial else self.unit


RECEIPT = (
    "receipt_number",
    "submitted_at",
    "filing__public_id",
    "filing__assignment__task__title",
    "filing__unit__name",
    "filing__assignment__project__name",
    "filing__assignment__project__classified_serial",
    "filing__assignment__transfer__name",
)


def last_receipts(user: User, year: int, n: int = 5) -> list[LastReceipt]:
    """The newest receipts of the person's units.

    They belong to the filings submitted last: a filing knows its last submission, by an index.
    """
    units = people.units_of(user, Role.FILER, Role.UNIT_HEAD)
    sent = Filing.objects.filter(unit__in=units, fiscal_year=year, submitted_at__isnull=False)
    # By key: with the sub-query in it, planning the joins took the database longer than answering.
    newest = list(sent.order_by("-submitted_at", "-id").values_list("pk", flat=True)[:n])
    rows = Revision.objects.filter(filing__in=newest, submitted_at__isnull=False)
    return [LastReceipt(*row) for row in rows.order_by("-submitted_at").values_list(*RECEIPT)[:n]]


def frequent_returns(user: User, year: int) -> list[tuple[str, int]]:
    """What the units were most often sent back for in the year before: place and how often."""
    units = people.units_of(user, Role.FILER, Role.UNIT_HEAD)
    rows = (
        ReturnItem.objects.filter(filing__unit__in=units, filing__fiscal_year=year - 1)
        .values_list("message")
        .annotate(n=Count("pk"))
        .order_by("-n", "message")[:3]
    )
    return [(str(message), int(n)) for message, n in rows]


@dataclass(frozen=True)
class TaskProgress:
    """How far one task is in a jurisdiction: owed, filed, approved, returned, silent."""

    title: str
    public_id: str
    n_owed: int
    n_filed: int
    n_approved: int
    n_returned: int

    @property
    def n_silent(self) -> int:
        """Owed and never filed."""
        return self.n_owed - self.n_filed


def task_progress(jurisdictions: Iterable[int], year: int) -> list[TaskProgress]:
    """Every assigned task of the year with its counts, in one query."""
    live = Filing.objects.filter(assignment=OuterRef("pk"))
    rows = (
        Assignment.objects.owed()
        .filter(jurisdiction__in=list(jurisdictions), fiscal_year=year)
        .annotate(
            is_filed=Exists(live.filter(submitted_at__isnull=False).exclude(state=State.CANCELLED)),
            is_approved=Exists(live.filter(state=State.APPROVED)),
            is_returned=Exists(live.filter(state=State.RETURNED)),
        )
        .values("task__title", "task__public_id", "task__position")
        .annotate(
            n_owed=Count("pk"),
            n_filed=Count("pk", filter=Q(is_filed=True)),
            n_approved=Count("pk", filter=Q(is_approved=True)),
            n_returned=Count("pk", filter=Q(is_returned=True)),
        )
        .order_by("task__position")
    )
    return [
        TaskProgress(
            row["task__title"],
            str(row["task__public_id"]),
            row["n_owed"],
            row["n_filed"],
            row["n_approved"],
            row["n_returned"],
        )
        for row in rows
    ]


def silent_units(jurisdictions: Iterable[int], year: int, n: int = 12) -> list[tuple[Unit, int]]:
    """Units with the most assignments past their deadline and never filed."""
    filed = Filing.objects.filter(assignment=OuterRef("pk"), submitted_at__isnull=False)
    late = Assignment.objects.owed().filter(
        ~Exists(filed),
        jurisdiction__in=list(jurisdictions),
        fiscal_year=year,
        due_at__lte=clock.now(),
    )
    rows = late.values_list("unit").annotate(n=Count("pk")).order_by("-n", "unit")[:n]
    counts = dict(rows)
    units = Unit.objects.filter(pk__in=counts)
    return sorted(
        ((unit, counts[unit.pk]) for unit in units), key=lambda row: (-row[1], row[0].code)
    )


def found_projects(user: User, text: str) -> QuerySet[Project]:
    """Projects that the person may see, whose name or code contains the text; at most 50."""
    wanted = Q(name__icontains=text) | Q(code__startswith=text)
    return Project.objects.listed_to(user).filter(wanted).select_related("unit")[:50]


def found_units(user: User, text: str) -> QuerySet[Unit]:
    """Units whose work the person reads, whose name or code contains the text; at most 50."""
    wanted = Q(name__icontains=text) | Q(code__startswith=text)
    return projects.units_known(user).filter(wanted)[:50]
