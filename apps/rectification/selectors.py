"""The ledger as pages, other rooms and reports read it."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from apps.core import clock
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role, Unit, User
from apps.projects.models import Project, ProjectYear
from apps.rectification.course import Course, course_of
from apps.rectification.models import (
    UNSETTLED,
    WITH_UNIT,
    DecisionQuerySet,
    PaymentDecision,
    Problem,
    ProblemQuerySet,
    Severity,
    State,
)
from apps.rectification.permissions import ANSWERERS
from apps.rules import payment_decisions as rules

AROUND = ("unit", "project", "jurisdiction", "owner", "opened_by")
DECIDED = (
    "problem__unit",
    "problem__project",
    "problem__jurisdiction",
    "project__unit",
    "reverses",
    "proposed_by",
    "decided_by",
)
OVERDUE = "overdue"  # no stored state
STANDING = "standing"  # nor this: approved and not taken back


@dataclass(frozen=True)
class ProblemsAsked:
    """What a filter asks for; codes and public ids, empty for all."""

    source: str = ""
    state: str = ""  # a stored one, or overdue
    severity: str = ""
    unit: str = ""
    text: str = ""


@dataclass(frozen=True)
class DecisionsAsked:
    """What a filter of the decisions asks for; empty for all."""

    kind: str = ""
    state: str = ""  # a stored one, or standing
    unit: str = ""  # public id
    text: str = ""


@dataclass(frozen=True)
class Counts:
    """How the problems of a unit, a project or a filter stand; withdrawn ones do not count."""

    n: int
    n_open: int  # with the unit: open, returned, refused
    n_answered: int
    n_closed: int
    n_overdue: int
    n_refused: int  # ever refused, also when remedied later
    n_serious: int  # serious and not settled

    @property
    def close_rate(self) -> Decimal | None:
        """Closed of all, as a fraction (整改率); None where there is none."""
        return Decimal(self.n_closed) / self.n if self.n else None


# --- for upper rooms --------------------------------------------------------------------------
def problems_of(project: Project) -> ProblemQuerySet:
    """The project's problems of all years but withdrawn ones, the newest first.

    Pages narrow them by `.visible_to(user)`.
    """
    rows = Problem.objects.filter(project=project).exclude(state=State.WITHDRAWN)
    return rows.select_related(*AROUND).order_by("-id")


def problems_of_unit(unit: Unit, year: int) -> ProblemQuerySet:
    """The unit's problems of the year, its projects' too, but withdrawn ones; newest first."""
    rows = Problem.objects.filter(unit=unit, fiscal_year=year).exclude(state=State.WITHDRAWN)
    return rows.select_related(*AROUND).order_by("-id")


def blocking(subject: Project | Unit, year: int) -> ProblemQuerySet:
    """Serious problems of the year that are neither closed nor withdrawn: nothing is finalised.

    For a unit those of the unit itself; its projects are asked one by one.
    """
    rows = Problem.objects.unsettled().filter(severity=Severity.SERIOUS)
    return _of(rows, subject).filter(fiscal_year=year).order_by("id")


def refused_by(subject: Project | Unit, year: int) -> ProblemQuerySet:
    """Problems of the year of which it stands on record that the unit refused (Y-50)."""
    rows = Problem.objects.filter(refused_at__isnull=False).exclude(state=State.WITHDRAWN)
    return _of(rows, subject).filter(fiscal_year=year).order_by("id")


def found_by(subject: Project | Unit, year: int, *sources: str) -> ProblemQuerySet:
    """Problems of the year from these sources, settled or not, but withdrawn ones (Y-63)."""
    rows = Problem.objects.filter(source__in=sources).exclude(state=State.WITHDRAWN)
    return _of(rows, subject).filter(fiscal_year=year).order_by("id")


def courses_at(jurisdiction: Jurisdiction, kind: str, ids: Collection[str]) -> dict[str, Course]:
    """What became of the problems of these references of one kind, by their ids; two queries.

    Withdrawn ones are left out.
    """
    rows = Problem.objects.filter(jurisdiction=jurisdiction, ref_kind=kind, ref_id__in=ids)
    found = rows.exclude(state=State.WITHDRAWN).prefetch_related("steps")
    return {row.ref_id: course_of(row) for row in found}


def _of(rows: ProblemQuerySet, subject: Project | Unit) -> ProblemQuerySet:
    if isinstance(subject, Project):
        return rows.filter(project=subject)
    return rows.filter(unit=subject, project=None)


def counts(unit: Unit, year: int) -> Counts:
    """How the unit's problems of the year stand, its projects' too; one query."""
    return counts_of(Problem.objects.filter(unit=unit, fiscal_year=year))


def counts_of(rows: QuerySet[Problem]) -> Counts:
    """The figures of these problems; one query."""
    late = Q(state__in=WITH_UNIT, due_on__lt=clock.today())
    told: dict[str, Any] = (
        rows.exclude(state=State.WITHDRAWN)
        .order_by()
        .aggregate(
            n=Count("pk"),
            n_open=Count("pk", filter=Q(state__in=WITH_UNIT)),
            n_answered=Count("pk", filter=Q(state=State.ANSWERED)),
            n_closed=Count("pk", filter=Q(state=State.CLOSED)),
            n_overdue=Count("pk", filter=late),
            n_refused=Count("pk", filter=Q(refused_at__isnull=False)),
            n_serious=Count("pk", filter=Q(severity=Severity.SERIOUS, state__in=UNSETTLED)),
        )
    )
    return Counts(**told)


def standing_decisions(project: Project, year: int) -> DecisionQuerySet:
    """What is in force today about the project's money of the year."""
    rows = PaymentDecision.objects.filter(project=project, fiscal_year=year)
    return rows.standing(clock.today()).order_by("id")


def payment_state(project: Project, year: int) -> str:
    """拨付状态: 正常拨付, or the heaviest hold in force today; one query.

    Source: Q-20, 暂缓或停止预算拨款.
    """
    return rules.payment_state(standing_decisions(project, year).values_list("kind", flat=True))


def decisions_of(project: Project) -> DecisionQuerySet:
    """All decisions about the project's money, the newest first; pages narrow by `.visible_to`."""
    rows = PaymentDecision.objects.filter(project=project)
    return rows.select_related(*DECIDED).order_by("-id")


# --- for pages --------------------------------------------------------------------------------
def shown(user: User) -> ProblemQuerySet:
    """Problems that exist for the person, with what lists say of them."""
    return Problem.objects.visible_to(user).select_related(*AROUND)


def ledger(user: User, year: int, asked: ProblemsAsked) -> ProblemQuerySet:
    """The year's problems that exist for the person and fit the filter."""
    return shown(user).filter(_fits(asked, clock.today()), fiscal_year=year)


def _fits(asked: ProblemsAsked, on: date) -> Q:
    found = Q()
    if asked.source:
        found &= Q(source=asked.source)
    if asked.severity:
        found &= Q(severity=asked.severity)
    if asked.unit:
        found &= Q(unit__public_id=asked.unit)
    if asked.state == OVERDUE:
        found &= Q(state__in=WITH_UNIT, due_on__lt=on)
    elif asked.state:
        found &= Q(state=asked.state)
    if asked.text:
        named = Q(title__icontains=asked.text) | Q(unit__name__icontains=asked.text)
        named |= Q(unit__code__startswith=asked.text) | Q(project__name__icontains=asked.text)
        found &= named
    return found


def mine(user: User, year: int) -> ProblemQuerySet:
    """What the person's own units have to put right, the first due first."""
    own = people.units_of(user, *ANSWERERS)
    rows = shown(user).filter(unit__in=own, fiscal_year=year, state__in=WITH_UNIT)
    return rows.order_by("due_on", "id")


def to_recheck(user: User, year: int) -> ProblemQuerySet:
    """What waits for the bureau, of what the person sees; the first answered first."""
    rows = shown(user).filter(fiscal_year=year, state=State.ANSWERED)
    return rows.order_by("answered_at", "id")


def units_with_problems(user: User, year: int) -> QuerySet[Unit]:
    """Units of which the person sees a problem of the year: the choices of the filter."""
    rows = Problem.objects.visible_to(user).filter(fiscal_year=year)
    return Unit.objects.filter(pk__in=rows.order_by().values("unit")).order_by("code")


def units_to_open(user: User) -> QuerySet[Unit]:
    """Units of which the person may bring up a problem; a section's of its own charge."""
    keeps = people.jurisdictions_of(user, Role.PERFORMANCE_REVIEWER, Role.PLAN_ADMIN)
    reach = Q(jurisdiction__in=keeps)
    reviews = people.jurisdictions_of(user, Role.SECTION_REVIEWER)
    for share in people.shares_of(user):
        if share.jurisdiction in reviews:
            reach |= Q(pk__in=share.units)
    if reviews:  # and those with projects of its money
        reach |= Q(pk__in=Project.objects.listed_to(user).order_by().values("unit"))
    return Unit.objects.active().filter(reach, is_classified=False).order_by("code")


def projects_named(user: User, unit: Unit, text: str, year: int) -> list[Project]:
    """The unit's projects that the code or exact name means, as far as the person sees them."""
    rows = Project.objects.visible_to(user).filter(unit=unit, is_classified=False)
    named = rows.filter(Q(code=text) | Q(name=text)).select_related("unit__jurisdiction")
    found = list(named.order_by("pk"))
    return meant(found, text, placed(found, year))


def placed(found: Iterable[Project], year: int) -> set[int]:
    """Ids of those of the projects that are in the year's budget."""
    rows = ProjectYear.objects.filter(project__in=[p.pk for p in found], fiscal_year=year)
    return set(rows.values_list("project", flat=True))


def meant(found: Sequence[Project], text: str, in_year: Container[int]) -> list[Project]:
    """Of the projects named so: the one of that code; else those in the year's budget; else all."""
    by_code = [project for project in found if project.code == text]
    return by_code or [project for project in found if project.pk in in_year] or list(found)


def may_own(problem: Problem) -> list[User]:
    """Who may be the owner: who may answer for the unit today."""
    return people.people_at_unit(problem.unit, *ANSWERERS)


# --- decisions about money --------------------------------------------------------------------
def decisions_shown(user: User) -> DecisionQuerySet:
    """Decisions that exist for the person, with what lists say of them."""
    return PaymentDecision.objects.visible_to(user).select_related(*DECIDED)


def decisions(user: User, year: int, asked: DecisionsAsked) -> DecisionQuerySet:
    """The year's decisions that the filter shows."""
    rows = decisions_shown(user).filter(fiscal_year=year)
    if asked.state == STANDING:
        rows = rows.standing(clock.today())
    elif asked.state:
        rows = rows.filter(state=asked.state)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.unit:
        rows = rows.filter(project__unit__public_id=asked.unit)
    if asked.text:
        named = Q(project__name__icontains=asked.text) | Q(project__code__startswith=asked.text)
        rows = rows.filter(named | Q(project__unit__name__icontains=asked.text))
    return rows


def kinds_decided(user: User, year: int) -> list[str]:
    """The kinds among the decisions that the person sees: the choices of the filter."""
    rows = PaymentDecision.objects.visible_to(user).filter(fiscal_year=year)
    return sorted(set(rows.order_by().values_list("kind", flat=True)))


def units_decided(user: User, year: int) -> QuerySet[Unit]:
    """Units about whose projects' money the person sees a decision of the year."""
    rows = PaymentDecision.objects.visible_to(user).filter(fiscal_year=year)
    return Unit.objects.filter(pk__in=rows.order_by().values("project__unit")).order_by("code")
