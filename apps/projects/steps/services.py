"""Enter when a project's year took a step of the budget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.organizations.models import Unit, User
from apps.projects import permissions
from apps.projects.models import Project, ProjectYear, StepDate
from apps.projects.services import chain_of
from apps.rules.errors import RuleError

SOURCE = 200
YEARS = range(2, 9999)  # those that have a year before and after
KEEPERS = "预算的日期由预算科登记；目标的批复由预算科、绩效科登记，公开由单位、绩效科登记。"


@transaction.atomic
def record(
    *, project: Project, actor: User, year: int, side: str, step: str, on: date, source: str
) -> StepDate:
    """The step of the project's year stands with its day and where it is from (文号、网址).

    A day that stands is corrected; saying the same again changes nothing. Raises PermissionDenied,
    or RuleError for a day that the filings tell, one to come or far from the year, or no source.
    """
    if not permissions.may_date(actor, project, side, step):
        raise PermissionDenied(KEEPERS)
    place = locked_place(project, year)
    demand(year, side, step, on, source)
    return store(place, actor, side, step, on, source)


@transaction.atomic
def record_many(
    *,
    unit: Unit,
    projects: Sequence[Project],
    actor: User,
    year: int,
    side: str,
    step: str,
    on: date,
    source: str,
) -> None:
    """The step of all these projects of one unit stands, with one line in the trail.

    Raises PermissionDenied, or RuleError as record does, also for a project not in the year.
    """
    if not all(permissions.may_date(actor, project, side, step) for project in projects):
        raise PermissionDenied(KEEPERS)
    demand(year, side, step, on, source)
    places = _locked_places(projects, year)
    StepDate.objects.bulk_create(
        [_row(place, actor, side, step, on, source.strip()) for place in places],
        update_conflicts=True,
        unique_fields=["place", "side", "step"],
        update_fields=["on", "source", "recorded_at", "recorded_by"],
    )
    codes = sorted(project.code or "" for project in projects)
    audit.record(
        actor=actor,
        action="projects.record_steps",
        subject=unit,
        chain=chain_of(unit),
        data={
            "year": year,
            "side": StepDate.Side(side).label,
            "step": StepDate.Step(step).label,
            "new": on.isoformat(),
            "source": source,
            "codes": "、".join(codes),
        },
    )


def _locked_places(projects: Sequence[Project], year: int) -> list[ProjectYear]:
    """The places, locked in the order of their keys. Raises RuleError where one is missing."""
    rows = ProjectYear.objects.select_for_update(of=("self",)).order_by("pk")
    open_ones = rows.filter(project__in=projects, project__is_classified=False, fiscal_year=year)
    places = list(open_ones)
    if len(places) != len(projects):
        raise RuleError(f"有项目没有列入{year}年度，不登记日期。", code="project.not_in_year")
    return places


def locked_place(project: Project, year: int) -> ProjectYear:
    """The project's place in the year, locked. Raises RuleError where it has none."""
    rows = ProjectYear.objects.select_for_update(of=("self",))
    rows = rows.select_related("project__unit__jurisdiction")
    place = rows.filter(project=project, fiscal_year=year).first()
    if place is None or place.project.is_classified:
        raise RuleError(
            f"项目没有列入{year}年度，或是涉密项目，不登记日期。", code="project.not_in_year"
        )
    return place


def demand(year: int, side: str, step: str, on: date, source: str) -> None:
    """Raises RuleError for what cannot stand on record."""
    if side not in StepDate.Side.values or step not in StepDate.Step.values:
        raise RuleError("哪一边、哪个环节都要选。", code="step.unknown")
    own = (StepDate.Step.APPROVED, StepDate.Step.PUBLISHED)
    if side == StepDate.Side.TARGET and step not in own:
        raise RuleError("目标申报、审核的日期由报送和定稿得出，不用登记。", code="step.filed")
    if reason := day_refusal(on, year):
        raise RuleError(f"日期：{reason}", code="step.day")
    if not source.strip() or len(source.strip()) > SOURCE:
        raise RuleError(f"文号、网址或来源未填，或超过{SOURCE}字。", code="step.source")


def day_refusal(on: date, year: int) -> str:
    """Why the day cannot be taken; empty when it can."""
    if year not in YEARS:
        return f"年度{year}不存在。"
    first, last = date(year - 1, 1, 1), min(date(year + 1, 12, 31), clock.today())
    if first <= on <= last:
        return ""
    return f"填{on}，应在{first}至{last}之间，已经发生才登记。"


def store(place: ProjectYear, actor: User, side: str, step: str, on: date, source: str) -> StepDate:
    """Write the day of a locked place and note it; nothing where it stands already."""
    source = source.strip()
    stands = StepDate.objects.filter(place=place, side=side, step=step).first()
    if stands and (stands.on, stands.source) == (on, source):
        return stands
    row, _ = StepDate.objects.update_or_create(
        place=place,
        side=side,
        step=step,
        defaults={"on": on, "source": source, "recorded_at": clock.now(), "recorded_by": actor},
    )
    audit.record(
        actor=actor,
        action="projects.record_step",
        subject=place.project,
        chain=chain_of(place.project.unit),
        data={
            "year": place.fiscal_year,
            "side": StepDate.Side(side).label,
            "step": StepDate.Step(step).label,
            "old": stands.on.isoformat() if stands else "",
            "new": on.isoformat(),
            "source": source,
        },
    )
    return row


def _row(place: ProjectYear, actor: User, side: str, step: str, on: date, source: str) -> StepDate:
    return StepDate(
        place=place,
        side=side,
        step=step,
        on=on,
        source=source,
        recorded_at=clock.now(),
        recorded_by=actor,
    )
