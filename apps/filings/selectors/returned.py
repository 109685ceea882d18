"""What was returned in a year: how many objects, how often, for how many problems (Y-14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from apps.filings.models import Filing, ReturnItem, Review
from apps.organizations.models import User
from apps.rules.return_kinds import WORDS, Kind, kind_of
from apps.workplans.models import PlanTask

PROJECT, WHOLE = "project", "whole"
RETURNS = Count("review", distinct=True) + Count("sample", distinct=True)
SUBJECTS = ((PROJECT, "项目"), (WHOLE, "单位整体及其他"))


@dataclass(frozen=True)
class ReturnedAsked:
    """What a filter asks for; public ids and codes, empty for all."""

    task: str = ""
    section: str = ""
    stage: str = ""
    subject: str = ""
    kind: str = ""
    text: str = ""


@dataclass(frozen=True)
class Counts:
    """An object counts once however often it was returned; a problem is one return item."""

    n_filings: int
    n_projects: int
    n_returns: int
    n_problems: int
    n_project_problems: int
    n_settled: int

    @property
    def n_wholes(self) -> int:
        """Objects that are no project: a unit as a whole, a region, materials."""
        return self.n_filings - self.n_projects

    @property
    def n_whole_problems(self) -> int:
        """Their problems."""
        return self.n_problems - self.n_project_problems


@dataclass(frozen=True)
class KindCount:
    """How many problems are of a kind, on how many objects."""

    kind: Kind
    word: str
    n_problems: int
    n_filings: int


@dataclass(frozen=True)
class ReturnedLine:
    """One returned object: how often, for how many problems, how many of them are settled."""

    filing: Filing
    n_returns: int
    n_problems: int
    n_settled: int
    last_at: datetime


@dataclass(frozen=True)
class UnitLine:
    """One unit's returned objects and problems."""

    code: str
    name: str
    n_filings: int
    n_problems: int


def problems(user: User, year: int, asked: ReturnedAsked) -> QuerySet[ReturnItem]:
    """The year's return items that exist for the person and fit the filter."""
    rows = ReturnItem.objects.filter(
        filing__in=Filing.objects.visible_to(user).filter(fiscal_year=year),
    ).filter(Q(review__decision=Review.Decision.RETURN) | Q(sample__isnull=False))
    rows = rows.filter(_fits(asked))
    if asked.kind:
        kinds = rows.values_list("pk", "path")
        rows = rows.filter(pk__in=[pk for pk, path in kinds if kind_of(path) == asked.kind])
    return rows.select_related(
        "filing__assignment__task",
        "filing__assignment__project",
        "filing__assignment__transfer",
        "filing__unit",
        "review__step",
        "review__section",
        "review__revision",
        "sample__draw",
        "sample__revision",
    ).order_by("-id")


def _fits(asked: ReturnedAsked) -> Q:
    owed = "filing__assignment__"
    found = Q()
    if asked.task:
        found &= Q((f"{owed}task__public_id", asked.task))
    if asked.stage:
        found &= Q((f"{owed}task__stage", asked.stage))
    if asked.section:
        found &= Q(review__section__public_id=asked.section)
    if asked.subject:
        found &= Q((f"{owed}project__isnull", asked.subject == WHOLE))
    if asked.text:
        named = Q(filing__unit__name__icontains=asked.text)
        named |= Q(filing__unit__code__startswith=asked.text)
        found &= named | Q((f"{owed}project__name__icontains", asked.text))
    return found


def counts(rows: QuerySet[ReturnItem]) -> Counts:
    """The figures of these problems; one query."""
    of_project = Q(filing__assignment__project__isnull=False)
    told = rows.order_by().aggregate(
        filings=Count("filing", distinct=True),
        projects=Count("filing", filter=of_project, distinct=True),
        returns=RETURNS,
        problems=Count("pk"),
        of_projects=Count("pk", filter=of_project),
        settled=Count("pk", filter=Q(resolved_at__isnull=False)),
    )
    return Counts(
        n_filings=told["filings"],
        n_projects=told["projects"],
        n_returns=told["returns"],
        n_problems=told["problems"],
        n_project_problems=told["of_projects"],
        n_settled=told["settled"],
    )


def by_kind(rows: QuerySet[ReturnItem]) -> list[KindCount]:
    """The problems by kind, the most frequent first; kinds without any are left out."""
    pairs = [(kind_of(path), filing) for path, filing in rows.values_list("path", "filing")]
    n_problems = Counter(kind for kind, _ in pairs)
    n_filings = Counter(kind for kind, _ in set(pairs))
    return [
        KindCount(kind, WORDS[kind], n, n_filings[kind])
        for kind, n in sorted(n_problems.items(), key=lambda one: (-one[1], one[0]))
    ]


def by_unit(rows: QuerySet[ReturnItem]) -> list[UnitLine]:
    """The problems by unit, the most first."""
    named = rows.order_by().values_list("filing__unit__code", "filing__unit__name")
    told = named.annotate(n=Count("filing", distinct=True), problems=Count("pk"))
    return [UnitLine(*line) for line in told.order_by("-problems", "filing__unit__code")]


def objects(user: User, year: int, rows: QuerySet[ReturnItem]) -> QuerySet[Filing]:
    """The filings that these problems are about, the newest first."""
    named = rows.order_by().filter(filing=OuterRef("pk"))
    found = Filing.objects.visible_to(user).filter(Exists(named), fiscal_year=year)
    return found.select_related(
        "assignment__task", "assignment__project", "assignment__transfer", "unit"
    ).order_by("-id")


def lines(filings: Iterable[Filing], rows: QuerySet[ReturnItem]) -> list[ReturnedLine]:
    """The filings with what these problems say of each, in their order; one query."""
    found = list(filings)
    settled = Q(resolved_at__isnull=False)
    told = (
        rows.order_by()
        .filter(filing__in=found)
        .values_list("filing")
        .annotate(
            returns=RETURNS,
            problems=Count("pk"),
            settled=Count("pk", filter=settled),
            last=Max(Coalesce("review__decided_at", "sample__sent_back_at")),
        )
    )
    figures = {filing: rest for filing, *rest in told}
    return [ReturnedLine(filing, *figures[filing.pk]) for filing in found if filing.pk in figures]


def tasks_returned(user: User, year: int) -> QuerySet[PlanTask]:
    """Tasks of the year that exist for the person and of which something was returned."""
    told = ReturnItem.objects.filter(filing__assignment__task=OuterRef("pk"))
    rows = PlanTask.objects.visible_to(user).filter(Exists(told), plan__fiscal_year=year)
    return rows.order_by("position", "pk")
