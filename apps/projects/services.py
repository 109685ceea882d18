"""Every write on projects, their years, their money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from apps.audit import services as audit
from apps.core import clock
from apps.core.days import LAST_DAY
from apps.jobs import services as jobs
from apps.organizations.models import Unit, User
from apps.projects import executions, funds, gates, permissions, selectors
from apps.projects.funds import MoneyLine
from apps.projects.models import Execution, FundLine, FundTag, Project, ProjectYear
from apps.rules import project_code
from apps.rules.errors import RuleError

FILER_FACTS = ("leader", "leader_phone", "summary", "last_year", "total_investment")
OFFICE_FACTS = (
    *FILER_FACTS,
    "code",
    "name",
    "category",
    "budget_type",
    "first_year",
    "is_key",
    "is_livelihood",
    "is_infrastructure",
    "is_policy",
)


def chain_of(unit: Unit) -> str:
    """The audit chain of a unit."""
    return f"unit:{unit.jurisdiction.code}/{unit.code}"


@transaction.atomic
def create_project(
    *,
    actor: User,
    unit: Unit,
    code: str,
    name: str,
    first_year: int,
    fund_tags: Sequence[FundTag] = (),
    **facts: Any,
) -> Project:
    """A project of the unit is in reserve. Raises PermissionDenied or RuleError."""
    if not permissions.may_create(actor, unit):
        raise PermissionDenied
    kept = {key: value for key, value in facts.items() if key in OFFICE_FACTS}
    project = _reserved(unit, code=code, name=name, first_year=first_year, **kept)
    _check_years(project)
    _check_code_free(project)
    project.save(force_insert=True)
    project.fund_tags.set(fund_tags)
    data = {"code": project.code, "name": name, "first_year": first_year}
    _record(actor, "projects.create", project, data)
    return project


@transaction.atomic
def create_classified(*, actor: User, unit: Unit, first_year: int) -> Project:
    """A classified project is counted under the unit's next serial; nothing else is kept (U-35).

    Raises PermissionDenied.
    """
    if not permissions.may_manage(actor, unit.jurisdiction_id):
        raise PermissionDenied
    Unit.objects.select_for_update().get(pk=unit.pk)  # two clerks must not take the same serial
    known = Project.objects.filter(unit=unit, first_year=first_year, is_classified=True)
    serial = (known.aggregate(last=Max("classified_serial"))["last"] or 0) + 1
    project = Project.objects.create(
        jurisdiction=unit.jurisdiction,
        unit=unit,
        is_classified=True,
        classified_serial=serial,
        first_year=first_year,
        created_at=clock.now(),
    )
    _record(actor, "projects.create_classified", project, {"serial": serial})
    return project


@transaction.atomic
def update_project(
    *,
    project: Project,
    actor: User,
    facts: Mapping[str, Any],
    fund_tags: Sequence[FundTag] | None = None,
) -> Project:
    """The project's facts are as given; a filer may change only what describes the project.

    Raises PermissionDenied for a fact the actor may not change, RuleError for a wrong one.
    """
    project = _locked(project)
    if not permissions.may_edit(actor, project):
        raise PermissionDenied
    changed = _changed(project, facts)
    old_tags = set(project.fund_tags.all())
    tags_change = fund_tags is not None and set(fund_tags) != old_tags
    _check_facts(project, actor, changed, tags_change)
    data = {key: [_plain(getattr(project, key)), _plain(new)] for key, new in changed.items()}
    _store(project, changed)
    if changed.get("is_key"):
        _demand_still_in(project)
    if tags_change and fund_tags is not None:
        project.fund_tags.set(fund_tags)
        data["fund_tags"] = [_names(old_tags), _names(fund_tags)]
    if data:
        _record(actor, "projects.update", project, data)
    return project


@transaction.atomic
def confirm(
    *,
    project: Project,
    actor: User,
    year: int,
    origin: str,
    attribute: str,
    joined_on: date | None = None,
) -> ProjectYear:
    """The project stands in the year's budget; its assignments follow from an event (decision 14).

    Doing it again changes nothing. `joined_on` is 1 January unless given. Raises PermissionDenied,
    or RuleError, also for a project that a gate does not let in (Q-14, U-41, Y-36).
    """
    if not permissions.may_confirm(actor, project):
        raise PermissionDenied
    project = _locked(project)
    if not ProjectYear.objects.filter(project=project, fiscal_year=year).exists():
        gates.demand(project, year, origin, attribute)
    place, is_new = ProjectYear.objects.get_or_create(
        project=project,
        fiscal_year=year,
        defaults={
            "jurisdiction": project.jurisdiction,
            "origin": origin,
            "attribute": attribute,
            "joined_on": _joined_on(project, year, origin, joined_on),
        },
    )
    if is_new:
        _enter(project, place, actor)
    return place


@transaction.atomic
def set_money(*, project: Project, actor: User, year: int, lines: Sequence[MoneyLine]) -> None:
    """The year's money is exactly these lines, in yuan.

    Raises PermissionDenied or RuleError, also for more than a gate let in (U-39, B-08).
    """
    if not permissions.may_set_money(actor, project):
        raise PermissionDenied
    project = _locked(project)
    _write_money(project, actor, year, lines)


@transaction.atomic
def adjust_money(
    *, project: Project, actor: User, year: int, adjusted: Mapping[funds.Key, Decimal]
) -> None:
    """The year's money in force is as an approved adjustment says, in yuan by source and level.

    What was budgeted first and what arrived stays. The right was checked where the adjustment was
    approved. Raises RuleError, also for more than a gate let in (U-39, B-08, Y-45).
    """
    project = _locked(project)
    rows = funds.by_key(_place(project, year))
    _write_money(project, actor, year, funds.adjusted_lines(rows, adjusted))


def _write_money(project: Project, actor: User, year: int, lines: Sequence[MoneyLine]) -> None:
    """The locked project's money is these lines, if the gates let so much in."""
    place = _place(project, year)
    funds.check(lines)
    fiscal = (line.adjusted for line in lines if line.source == FundLine.Source.FISCAL)
    gates.demand_amount(place, sum(fiscal, Decimal(0)))
    old = funds.by_key(place)
    before = {"/".join(key): funds.as_text(row) for key, row in old.items()}
    after = {f"{line.source}/{line.level}": funds.as_text(line) for line in lines}
    if before != after:
        funds.replace_lines(place, old, lines)
        data = {"year": year, "before": before, "after": after}
        _record(actor, "projects.set_money", project, data)


@transaction.atomic
def record_execution(
    *, project: Project, actor: User, year: int, as_of: date, amount: Decimal, source: str
) -> Execution:
    """What had been paid of the year's money up to the date, in yuan, cumulative, is on record.

    A correction is a new row; saying again what is in force changes nothing. Raises
    PermissionDenied or RuleError.
    """
    if not permissions.may_record_execution(actor, project):
        raise PermissionDenied
    project = _locked(project)
    _place(project, year)
    executions.check(year=year, as_of=as_of, amount=amount)
    stands = selectors.execution_on(project, year, as_of)
    if stands and (stands.amount, stands.source) == (amount, source):
        return stands
    row = Execution.objects.create(
        project=project,
        jurisdiction=project.jurisdiction,
        fiscal_year=year,
        as_of=as_of,
        amount=amount,
        source=source,
        recorded_at=clock.now(),
        recorded_by=actor,
    )
    data = {"year": year, "as_of": as_of.isoformat(), "amount": str(amount), "source": source}
    _record(actor, "projects.record_execution", project, data)
    return row


def _demand_still_in(project: Project) -> None:
    """What was added to this year's budget as not major may not become so unasked (Y-36)."""
    added = project.years.filter(
        origin=ProjectYear.Origin.ADDED, fiscal_year__gte=clock.today().year
    )
    for place in added:
        gates.demand(project, place.fiscal_year, place.origin, place.attribute)


# --- steps ----------------------------------------------------------------------------------
def _reserved(unit: Unit, *, code: str, **facts: Any) -> Project:
    """An unsaved project in reserve; a classified unit gets none with content."""
    if unit.is_classified:
        raise RuleError("涉密单位的项目不收线上内容，请登记为涉密项目。", code="project.classified")
    return Project(
        jurisdiction=unit.jurisdiction,
        unit=unit,
        code=_checked_code(code, unit),
        state=Project.State.RESERVE,
        created_at=clock.now(),
        **facts,
    )


def _locked(project: Project) -> Project:
    return (
        Project.objects.select_related("unit__jurisdiction", "jurisdiction")
        .select_for_update(of=("self",))
        .get(pk=project.pk)
    )


def _changed(project: Project, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The given facts that differ, with the code as it is stored."""
    given = dict(facts)
    if "code" in given:
        given["code"] = _checked_code(given["code"], project.unit)
    return {key: value for key, value in given.items() if getattr(project, key) != value}


def _store(project: Project, changed: Mapping[str, Any]) -> None:
    """The changed facts are saved if they fit each other."""
    for key, value in changed.items():
        setattr(project, key, value)
    _check_years(project)
    _check_code_free(project)
    if changed:
        project.save(update_fields=list(changed))


def _check_facts(
    project: Project, actor: User, changed: Mapping[str, Any], tags_change: bool
) -> None:
    """Each changed fact needs its right."""
    office = permissions.may_manage(actor, project.jurisdiction_id)
    allowed = OFFICE_FACTS if office else FILER_FACTS
    if not set(changed) <= set(allowed) or (tags_change and not office):
        raise PermissionDenied


def _checked_code(code: str, unit: Unit) -> str:
    return project_code.parse(code, regions={unit.jurisdiction.code}).text


def _check_code_free(project: Project) -> None:
    same = Project.objects.filter(jurisdiction=project.jurisdiction, code=project.code)
    other = same.exclude(pk=project.pk).select_related("unit").first()
    if other:
        raise RuleError(
            f"项目编码{project.code}已有：{other.unit.name}的“{other.name}”。一个编码只能有一个项目。",
            code="project.code_taken",
        )


def _check_years(project: Project) -> None:
    if project.last_year and project.last_year < project.first_year:
        raise RuleError(
            f"终止年度{project.last_year}早于起始年度{project.first_year}。", code="project.years"
        )


def _joined_on(project: Project, year: int, origin: str, given: date | None) -> date:
    """The day the project entered the year's budget; an addition must say which."""
    last = project.last_year or LAST_DAY.year
    if not project.first_year <= year <= last:
        raise RuleError(
            f"{year}年度不在项目期{project.first_year}–{last}年内。",
            code="project.years",
        )
    if given is None and origin == ProjectYear.Origin.ADDED:
        raise RuleError("年中追加的项目要填列入日期。", code="project.joined_on")
    if given is not None and given.year != year:
        raise RuleError(f"列入日期{given:%Y-%m-%d}不在{year}年内。", code="project.joined_on")
    return given or date(year, 1, 1)


def _enter(project: Project, place: ProjectYear, actor: User) -> None:
    """The project is in execution; the trail and the rooms above learn of its new place."""
    if project.state == Project.State.RESERVE:
        project.state = Project.State.ACTIVE
        project.save(update_fields=["state"])
    year = place.fiscal_year
    data = {"year": year, "origin": place.origin, "joined_on": place.joined_on.isoformat()}
    _record(actor, "projects.confirm", project, data)
    jobs.leave_event(
        kind="projects.confirmed",
        key=f"{project.pk}/{year}",
        payload={"project_year": place.pk},
    )


def _place(project: Project, year: int) -> ProjectYear:
    """The project's place in the year; classified ones carry no money at all."""
    if project.is_classified:
        raise RuleError("涉密项目不登记金额。", code="project.classified")
    place = ProjectYear.objects.filter(project=project, fiscal_year=year).first()
    if place is None:
        raise RuleError(
            f"项目还没有列入{year}年度，先确认列入再填资金。", code="project.not_in_year"
        )
    return place


def _names(tags: Any) -> list[str]:
    return sorted(tag.name for tag in tags)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _record(actor: User, action: str, project: Project, data: Mapping[str, Any]) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject=project,
        chain=chain_of(project.unit),
        data=data,
        label=str(project),
    )
