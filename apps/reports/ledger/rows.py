"""The ledger's lines: one for each thing that a unit owes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, FilteredRelation, Max, Q, QuerySet

from apps.core import clock
from apps.filings.models import OPEN_STATES, Review, Revision, State
from apps.organizations import selectors as people
from apps.organizations.models import Liaison, Membership, Role, Unit, User
from apps.workplans import calendar
from apps.workplans.models import OWED, Assignment

SENT = tuple(state for state in State if state not in (*OPEN_STATES, State.CANCELLED))
ON_DESK = (State.SUBMITTED, State.IN_REVIEW)
STATES = (
    ("overdue", "逾期未报"),
    ("todo", "未开始"),
    ("draft", "草稿"),
    ("returned", "已退回"),
    ("review", "审核中"),
    ("approved", "已定稿"),
    ("rejected", "不通过"),
    ("late", "逾期补报"),
    ("locked", "未到填报期"),
    ("exempt", "已豁免"),
    ("cancelled", "已撤销"),
)
WORDS = dict(STATES)


@dataclass(frozen=True)
class Asked:
    """What a filter asks for; public ids and codes, empty for all."""

    task: str = ""
    section: str = ""
    unit_kind: str = ""
    state: str = ""
    text: str = ""


def visible(user: User, year: int) -> QuerySet[Assignment]:
    """The year's assignments that exist for the person, each with its living filing as `live`."""
    live = FilteredRelation("filings", condition=~Q(filings__state=State.CANCELLED))
    rows = Assignment.objects.visible_to(user).filter(fiscal_year=year)
    return rows.annotate(live=live)


def listed(user: User, year: int, asked: Asked) -> QuerySet[Assignment]:
    """Those of them that the filter shows; without a state all that are owed."""
    rows = visible(user, year).filter(in_state(asked.state, clock.now()))
    if asked.task:
        rows = rows.filter(task__public_id=asked.task)
    if asked.section:
        rows = rows.filter(task__section__public_id=asked.section)
    if asked.unit_kind:
        rows = rows.filter(unit__kind=asked.unit_kind)
    if asked.text:
        rows = rows.filter(
            Q(unit__code__startswith=asked.text) | Q(unit__name__icontains=asked.text)
        )
    return rows


def unsent() -> Q:
    """Nothing lies on a desk and nothing is decided: the unit is to act."""
    return Q(live__isnull=True) | Q(live__state__in=OPEN_STATES)


def overdue(now: datetime) -> Q:
    """Owed, past its deadline, and not handed in."""
    return OWED & unsent() & Q(opens_at__lte=now, due_at__lte=now)


def in_state(state: str, now: datetime) -> Q:
    """The condition of one word of STATES; for an empty one, whatever is owed."""
    is_open, shut = Q(opens_at__lte=now, due_at__gt=now), Q(opens_at__gt=now)
    shut |= Q(opens_at__isnull=True) | Q(due_at__isnull=True)
    found = {
        "overdue": overdue(now),
        "todo": OWED & is_open & Q(live__isnull=True),
        "draft": OWED & is_open & Q(live__state=State.DRAFT),
        "returned": OWED & is_open & Q(live__state=State.RETURNED),
        "review": OWED & Q(live__state__in=ON_DESK),
        "approved": OWED & Q(live__state=State.APPROVED),
        "rejected": OWED & Q(live__state=State.REJECTED),
        "late": OWED & Q(live__is_late=True),
        "locked": OWED & unsent() & shut,
        "exempt": ~Q(exempt_reason="") & Q(cancelled_at__isnull=True),
        "cancelled": Q(cancelled_at__isnull=False),
    }
    return found.get(state, OWED)


class Action(NamedTuple):
    """The last thing that happened with an assignment."""

    at: datetime
    words: str
    by: str


class Owners(NamedTuple):
    """Who answers for a unit: names, and who speaks for it."""

    filers: list[str]
    heads: list[str]
    liaisons: list[Liaison]


@dataclass(frozen=True)
class LedgerRow:
    """One line: what is owed by whom, how it stands, how late, whom to ask, what happened last."""

    owed: Assignment
    state: str
    remaining: int | None
    days_late: int | None
    owners: Owners
    last: Action
    filing: UUID | None  # where the person may read it

    @property
    def subject(self) -> str:
        """The project, transfer or region, empty where the unit itself is meant."""
        return str(self.owed.subject or self.owed.subject_jurisdiction or "")

    @property
    def period(self) -> str:
        """The window's name, where the task's title does not say it already."""
        label = self.owed.window.label
        return "" if label in self.owed.task.title else label

    @property
    def is_late(self) -> bool:
        """Whether it was handed in after its deadline."""
        return bool(getattr(self.owed, "filed_late", False))

    @property
    def lateness(self) -> str:
        """How late it is or was, in words; empty when it is not."""
        if self.state == "overdue":
            return f"逾期{-self.remaining}个工作日" if self.remaining else "已逾期"
        if self.is_late:
            return f"逾期补报，晚{self.days_late}个工作日" if self.days_late else "逾期补报"
        return ""

    @property
    def word(self) -> str:
        """The state in words."""
        return WORDS[self.state]


def whole(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """The rows with everything that a line names."""
    related = ("task__section", "window", "unit", "project", "transfer", "subject_jurisdiction")
    return rows.select_related(*related).annotate(
        filing_pk=F("live__pk"),
        filing_id=F("live__public_id"),
        filing_state=F("live__state"),
        filed_late=F("live__is_late"),
        filed_at=F("live__submitted_at"),
    )


def lines(found: Sequence[Assignment], user: User) -> list[LedgerRow]:
    """The lines of assignments as `whole` gives them; five queries however many they are."""
    now, context = clock.now(), _Context(found, user)
    return [context.line(owed, now) for owed in found]


@dataclass
class _Context:
    """What the lines of one page or block share, read once."""

    found: Sequence[Assignment]
    user: User
    own: set[int] = field(init=False)
    owners: dict[int, Owners] = field(init=False)
    actions: dict[int, Action] = field(init=False)
    late: dict[int, int | None] = field(init=False)
    days: calendar.WorkingDays = field(init=False)

    def __post_init__(self) -> None:
        filings = [pk for owed in self.found if (pk := getattr(owed, "filing_pk", None))]
        self.own = people.units_of(self.user)
        self.owners = owners_of({owed.unit_id for owed in self.found})
        self.actions = _last_actions(filings)
        self.late = _days_late(filings)
        due = [owed.due_at for owed in self.found if owed.due_at]
        self.days = calendar.around(clock.now(), due)

    def line(self, owed: Assignment, now: datetime) -> LedgerRow:
        """One line."""
        pk: int = getattr(owed, "filing_pk", None) or 0
        assigned = Action(owed.assigned_at, "派发", "")
        is_readable = getattr(owed, "filed_at", None) or owed.unit_id in self.own
        return LedgerRow(
            owed=owed,
            state=_state(owed, now),
            remaining=self.days.left(now, owed.due_at) if owed.due_at else None,
            days_late=self.late.get(pk),
            owners=self.owners.get(owed.unit_id, Owners([], [], [])),
            last=_cancelled(owed) or self.actions.get(pk, assigned),
            filing=getattr(owed, "filing_id", None) if is_readable else None,
        )


def _cancelled(owed: Assignment) -> Action | None:
    return Action(owed.cancelled_at, "撤销", "") if owed.cancelled_at else None


def _state(owed: Assignment, now: datetime) -> str:
    """The word of STATES, as in_state has it."""
    if owed.cancelled_at or owed.exempt_reason:
        return "cancelled" if owed.cancelled_at else "exempt"
    state: str | None = getattr(owed, "filing_state", None)
    if state is not None and state not in OPEN_STATES:
        return "review" if state in ON_DESK else str(state)
    if owed.opens_at is None or owed.due_at is None or owed.opens_at > now:
        return "locked"
    return "overdue" if owed.due_at <= now else str(state or "todo")


def owners_of(units: Iterable[int]) -> dict[int, Owners]:
    """Who files, who answers and who speaks for each of these units today; two queries."""
    wanted = list(units)
    held = Membership.objects.in_force(clock.today()).filter(
        unit__in=wanted, role__in=(Role.FILER, Role.UNIT_HEAD), user__is_active=True
    )
    names: dict[tuple[int | None, str], list[str]] = defaultdict(list)
    for unit, role, name in held.order_by("pk").values_list("unit", "role", "user__name"):
        names[unit, role].append(name)
    speakers = people.liaisons_by_unit(wanted)
    return {
        unit: Owners(
            names[unit, Role.FILER.value], names[unit, Role.UNIT_HEAD.value], speakers[unit]
        )
        for unit in wanted
    }


DECIDED = {"pass": "审核通过", "return": "退回", "reject": "不通过"}


def _last_actions(filings: list[int]) -> dict[int, Action]:
    """The last submission or decision of each filing; what a unit drafts is its own."""
    sent = Revision.objects.filter(filing__in=filings, submitted_at__isnull=False)
    decided = Review.objects.filter(revision__filing__in=filings, decided_at__isnull=False)
    found = [
        (pk, Action(at, "报送", name or ""))
        for pk, at, name in sent.values_list("filing", "submitted_at", "submitted_by__name")
        if at
    ]
    found += [
        (pk, Action(at, DECIDED[decision], f"{section or ''}{name}"))
        for pk, at, decision, section, name in decided.values_list(
            "revision__filing", "decided_at", "decision", "section__name", "reviewer__name"
        )
        if at
    ]
    return dict(sorted(found, key=lambda pair: pair[1].at))


def _days_late(filings: list[int]) -> dict[int, int | None]:
    """The most working days by which a revision of each filing came late."""
    late = Revision.objects.filter(filing__in=filings, is_late=True).values("filing")
    return {row["filing"]: row["n"] for row in late.annotate(n=Max("n_days_late"))}


def kinds() -> list[tuple[str, str]]:
    """Kinds of units for the filter."""
    return [(value, str(label)) for value, label in Unit.Kind.choices]
