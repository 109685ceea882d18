"""Sample checks: what can be drawn from, what was drawn, whether a recount says the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from apps.filings.models import DESK_STATES, Filing, Revision, SampleDraw, SampleItem, State
from apps.organizations import selectors as people
from apps.organizations.models import Role, Section, Unit, User
from apps.organizations.selectors.routing import IN_CHARGE
from apps.projects import selectors as projects
from apps.projects.models import BudgetType
from apps.rules import sampling
from apps.rules.errors import RuleError
from apps.rules.numbers import WAN, plain
from apps.workplans.models import PlanTask, RuleSetting

By = SampleDraw.By
HANDED_IN = (*DESK_STATES, State.APPROVED)  # what was returned is not handed in any more
CHECKERS = (Role.PERFORMANCE_REVIEWER, Role.SECTION_REVIEWER)


@dataclass(frozen=True)
class Scope:
    """What is drawn from: a task's window (empty for all), and what it is stratified by."""

    window: str = ""
    by: str = ""
    limits: tuple[str, ...] = ()  # 万元, where one amount band ends and the next begins


@dataclass(frozen=True)
class Recount:
    """A draw made once more from its seed and snapshot, held against what is stored."""

    hash_now: str
    is_same_population: bool
    is_same_draw: bool
    first_difference: str = ""

    @property
    def is_equal(self) -> bool:
        """Whether population and draw are what they were."""
        return self.is_same_population and self.is_same_draw


CHECKED = (SampleItem.Result.GOOD.value, SampleItem.Result.FAULTY.value)


@dataclass(frozen=True)
class Progress:
    """How far the check of a draw is; the rate is a fraction of what is checked, None of none."""

    n: int
    n_assigned: int
    n_checked: int
    n_faulty: int
    n_back: int
    n_excused: int  # nobody may check them; they count in no rate

    @property
    def is_done(self) -> bool:
        """Whether every drawn filing was checked or excused."""
        return self.n_checked + self.n_excused == self.n

    @property
    def rate(self) -> Decimal | None:
        """抽审合格率."""
        if not self.n_checked:
            return None
        return Decimal(self.n_checked - self.n_faulty) / self.n_checked


def tasks_to_sample(user: User, year: int) -> QuerySet[PlanTask]:
    """Tasks of the year's plans from which the person may draw."""
    places = people.jurisdictions_of(user, Role.PERFORMANCE_REVIEWER, Role.PLAN_ADMIN)
    rows = PlanTask.objects.visible_to(user).filter(
        plan__jurisdiction__in=places, plan__fiscal_year=year, plan__amends=None
    )
    return rows.exclude(plan__state="draft").select_related("plan__jurisdiction")


def population(task: PlanTask, scope: Scope) -> list[dict[str, Any]]:
    """What is handed in for the task at this moment, as a draw keeps it, by public id (U-54).

    Raises RuleError for amount bands that are no rising amounts.
    """
    rows = Filing.objects.filter(assignment__task=task, state__in=HANDED_IN)
    if scope.window:
        rows = rows.filter(assignment__window__key=scope.window)
    sent = Revision.objects.filter(submitted_at__isnull=False).order_by("number")
    found = list(
        rows.select_related("assignment__project", "assignment__transfer", "unit").prefetch_related(
            Prefetch("revisions", sent, to_attr="handed_in")
        )
    )
    money = _money(found, task.plan.fiscal_year)
    strata = _strata(found, scope, money)
    made = [_snapshot(filing, money[filing.pk], strata[filing.pk]) for filing in found]
    return sorted(made, key=lambda row: str(row["key"]))


def _snapshot(filing: Filing, amount: Decimal, stratum: str) -> dict[str, Any]:
    project = filing.assignment.project
    sent: list[Revision] = filing.handed_in  # type: ignore[attr-defined]  # prefetched above
    return {
        "key": str(filing.public_id),
        "revision": sent[-1].number,
        "subject": str(project or filing.unit),
        "unit": filing.unit.name,
        "code": filing.unit.code,
        "stratum": stratum,
        "is_key": bool(project and project.is_key),
        "amount": str(amount),
    }


def _money(filings: Sequence[Filing], year: int) -> dict[int, Decimal]:
    """Yuan in force of each filing's project; zero where it has none."""
    ids = [f.assignment.project_id for f in filings if f.assignment.project_id]
    money = projects.money_of_many(ids, year)
    return {
        f.pk: sum(money.get(f.assignment.project_id or 0, {}).values(), Decimal(0)) for f in filings
    }


def _strata(filings: Sequence[Filing], scope: Scope, money: dict[int, Decimal]) -> dict[int, str]:
    if scope.by == By.UNIT:
        return {f.pk: f"{f.unit.code} {f.unit.name}" for f in filings}
    if scope.by == By.SECTION:
        named = _sections({f.unit_id for f in filings})
        return {f.pk: named.get(f.unit_id, "没有对口科室") for f in filings}
    if scope.by == By.FUND:
        return {f.pk: _fund(f) for f in filings}
    if scope.by == By.AMOUNT:
        ends = limits_of(scope.limits)
        return {f.pk: _band(money[f.pk], ends) for f in filings}
    return dict.fromkeys((f.pk for f in filings), "")


def _sections(units: set[int]) -> dict[int, str]:
    rows = Unit.objects.filter(pk__in=units).annotate(in_charge=IN_CHARGE)
    names = dict(Section.objects.values_list("pk", "name"))
    return {
        unit: names[section] for unit, section in rows.values_list("pk", "in_charge") if section
    }


def _fund(filing: Filing) -> str:
    project = filing.assignment.project
    return BudgetType(project.budget_type).label if project and project.budget_type else "不分类型"


def limits_of(texts: Sequence[str]) -> list[Decimal]:
    """The ends of the amount bands in 万元. Raises RuleError unless they rise."""
    ends = [Decimal(text) for text in texts]
    if not ends or any(low >= high for low, high in pairwise(ends)):
        raise RuleError("金额档：按万元从小到大写，例如100、500。", code="sampling.limits")
    return ends


def _band(amount: Decimal, ends: Sequence[Decimal]) -> str:
    """The band's words; a band holds its lower end. The number in front keeps their order."""
    place = sum(amount >= end * WAN for end in ends)
    if place == 0:
        return f"1 {plain(ends[0])}万元以下"
    low = plain(ends[place - 1])
    if place == len(ends):
        return f"{place + 1} {low}万元以上"
    return f"{place + 1} {low}—{plain(ends[place])}万元"


# --- draws ------------------------------------------------------------------------------------
def draws(user: User, year: int) -> QuerySet[SampleDraw]:
    """The year's draws that exist for the person, the newest first, each with its counts."""
    rows = SampleDraw.objects.visible_to(user).filter(fiscal_year=year)
    checked = Q(items__result__in=CHECKED)
    return (
        rows.select_related("task", "jurisdiction", "prepared_by", "drawn_by")
        .annotate(
            n=Count("items"),
            n_checked=Count("items", filter=checked),
            n_faulty=Count("items", filter=Q(items__result=SampleItem.Result.FAULTY)),
        )
        .order_by("-id")
    )


def items(user: User) -> QuerySet[SampleItem]:
    """Drawn filings that exist for the person, with what their pages show."""
    return SampleItem.objects.visible_to(user).select_related(
        "draw__task__plan",
        "filing__assignment__project",
        "filing__assignment__transfer",
        "filing__assignment__task",
        "filing__unit",
        "filing__step",
        "revision",
        "checker",
        "sent_back_by",
    )


def to_check(user: User, year: int) -> QuerySet[SampleItem]:
    """What the person still has to check in a year, in the order of the draws."""
    mine = items(user).filter(checker=user, draw__fiscal_year=year, result="")
    return mine.filter(draw__state=SampleDraw.State.DRAWN).order_by("draw", "position")


def progress(draw: SampleDraw) -> Progress:
    """The counts of one draw."""
    rows = list(draw.items.values_list("checker", "result", "sent_back_at"))
    return Progress(
        n=len(rows),
        n_assigned=sum(checker is not None for checker, _, _ in rows),
        n_checked=sum(result in CHECKED for _, result, _ in rows),
        n_faulty=sum(result == SampleItem.Result.FAULTY for _, result, _ in rows),
        n_back=sum(back is not None for _, _, back in rows),
        n_excused=sum(result == SampleItem.Result.EXCUSED for _, result, _ in rows),
    )


def recount(draw: SampleDraw) -> Recount:
    """The draw made again from its seed and its snapshot, compared with what is stored."""
    members = draw.members
    now = sampling.digest(members)
    is_same = now == draw.population_hash
    if draw.drawn_at is None:
        return Recount(now, is_same, is_same_draw=True)
    again = sampling.draw(members, draw.design, draw.seed)
    rows = draw.items.order_by("position").values_list("position", "filing__public_id", "stratum")
    stored = [(position, str(key), stratum) for position, key, stratum in rows]
    made = [(one.position, one.key, one.stratum) for one in again]
    return Recount(now, is_same, stored == made, _difference(stored, made))


def _difference(stored: list[tuple[int, str, str]], made: list[tuple[int, str, str]]) -> str:
    if len(stored) != len(made):
        return f"存下{len(stored)}件，重算{len(made)}件"
    for one, other in zip(stored, made, strict=True):
        if one != other:
            return f"第{one[0]}件存下的与重算的不同"
    return ""


def parameters(task: PlanTask) -> list[RuleSetting]:
    """What the plan says of checking in samples: mode, share, what becomes of the rest (U-54)."""
    told = Q(code__endswith=".review_mode") | Q(code__contains=".sample_share")
    told |= Q(code__endswith=".unsampled")
    stage = Q(code__startswith=f"{task.stage}.") | Q(task=task)
    rows = RuleSetting.objects.filter(told, stage, plan=task.plan_id)
    return list(rows.filter(Q(task=None) | Q(task=task)))


def load_of(draw: SampleDraw) -> dict[int, int]:
    """How many of the draw each checker has."""
    load: dict[int, int] = defaultdict(int)
    for checker in draw.items.filter(checker__isnull=False).values_list("checker", flat=True):
        load[checker or 0] += 1
    return load


def may_be_checkers(draw: SampleDraw) -> list[User]:
    """Who can be asked to check: the bureau's reviewers, by name."""
    found = people.people_in(draw.jurisdiction, *CHECKERS)
    return sorted(found, key=lambda person: (person.name, person.pk))


def may_sample_somewhere(user: User) -> bool:
    """Whether the person prepares sample checks in any jurisdiction."""
    return people.has_role(user, Role.PERFORMANCE_REVIEWER, Role.PLAN_ADMIN)
