"""The demo as a whole: the year in progress at once, the earlier year as a job that resumes."""

import secrets
from datetime import date
from pathlib import Path

from django.conf import settings

from apps.core import clock
from apps.filings.models import Filing
from apps.indicators import library_file
from apps.indicators import services as indicators
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.monitoring.content import PROJECT_KIND
from apps.notifications import services as notifications
from apps.notifications.models import Message
from apps.projects.models import Project
from apps.reports.demo import (
    adjustments,
    assessments,
    editions,
    nodes,
    payments,
    synchrony,
    transfers,
    units,
)
from apps.reports.demo import county as places
from apps.reports.demo import year as years
from apps.reports.demo.county import FOLDER, County
from apps.rules.errors import RuleError
from apps.targets.in_force import KIND
from apps.workplans import profile_files
from apps.workplans import services as plans
from apps.workplans.models import Assignment, Plan
from apps.workplans.services import holidays

NAME = "yuli"
PAST = "demo.past_year"
PAST_KINDS = (KIND, PROJECT_KIND)
ASSIGNED_2023 = (date(2023, 3, 15), date(2023, 5, 16), date(2023, 7, 26))  # each wave of projects
PUBLISHED = {2024: date(2024, 3, 11), 2023: date(2023, 2, 20)}


def password() -> str:
    """This installation's demo password, made once and kept where only its user reads it."""
    path = Path(settings.DATA_DIR) / "demo-password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"Yuli-{secrets.token_hex(4)}-2024", encoding="utf-8")
    return path.read_text(encoding="utf-8")


def load(tell: years.Told) -> County:
    """The year in progress stands; the past year waits as a job. Twice is harmless.

    Raises RuleError outside demo mode: a real installation has no default accounts (TRUST A10).
    """
    if not settings.DEMO:
        raise RuleError("只有演示模式（DEMO=True）可以载入演示数据。", code="demo")
    data = places.read(NAME)
    holidays.load_package()
    with clock.at(years.at(PUBLISHED[2023], 8)):
        plan = _plan(FOLDER / "profiles" / "yuli-2024.yaml")
        indicators.load(
            actor=None,
            documents=library_file.read_all(sorted((FOLDER / "library").glob("*.yaml"))),
            jurisdiction=plan.jurisdiction.code,
        )
        county = places.found(data, plan.jurisdiction) or places.build(
            data, plan.jurisdiction, password()
        )
    editions.load(county, tell)
    _this_year(county, plan, tell)
    _leave_past(county)
    return county


def _plan(path: Path) -> Plan:
    """The profile's plan; a plan that is already published is left as it is."""
    profile = profile_files.read(path)
    found = Plan.objects.filter(
        jurisdiction__code=profile.jurisdiction.code, fiscal_year=profile.plan.year
    ).first()
    return found or plans.load_profile(profile=profile, actor=None)


def _this_year(county: County, plan: Plan, tell: years.Told) -> None:
    if not Project.objects.filter(jurisdiction=county.region, first_year=2023).exists():
        years.load_projects(county, 2023, tell)  # some go on in 2024
    years.load_projects(county, 2024, tell)
    units.prepare(county, plan, PUBLISHED[2024])
    transfers.prepare(county, plan, PUBLISHED[2024])
    years.publish(county, plan, PUBLISHED[2024])
    with clock.at(years.at(date(2024, 4, 1), 8)):
        plans.open_due(on=date(2024, 4, 1))
    if not Filing.objects.filter(jurisdiction=county.region, fiscal_year=2024).exists():
        years.load_progress(county, tell)
        years.load_materials(county, tell)
        units.load(county, plan, tell)
    assessments.load(county, tell)
    transfers.load(county, plan, tell)
    synchrony.load(county, tell)


def _leave_past(county: County) -> None:
    """The past year's filings are work for the worker, once."""
    if not Job.objects.filter(kind=PAST).exists():
        jobs.leave(kind=PAST, title="载入2023年度演示数据", owner=county.admin)


def past_year(job: Job) -> dict[str, int]:
    """Bring 2023's targets in force and its nodes to their end.

    An interrupted run goes on where it stopped.
    """
    data = places.read(NAME)
    county = places.found(data, places.region_of(data))
    if county is None:
        raise RuleError("先载入2024年度演示数据。", code="demo")
    with clock.at(years.at(PUBLISHED[2023], 8)):
        plan = _plan(FOLDER / "demo" / "yuli-2023.yaml")
    years.publish(county, plan, PUBLISHED[2023])
    for day in ASSIGNED_2023:
        with clock.at(years.at(day, 8)):
            plans.open_due(on=day)
    nodes.open_all(county)
    n_total = Assignment.objects.filter(fiscal_year=2023, task__kind__in=PAST_KINDS).count()

    def tell(text: str) -> None:
        n_now = Filing.objects.filter(fiscal_year=2023, kind__in=PAST_KINDS).count()
        jobs.progress(job=job, n_done=n_now, n_total=n_total, message=text)
        years.give_way()

    n_done = years.load_past_filings(county, 2023, ASSIGNED_2023, tell)
    payments.load(county, tell)
    adjustments.load(county, tell)
    n_done += nodes.load(county, tell)
    _read_messages()
    return {"filings": n_done}


def _read_messages() -> None:
    """What came before this year is read: nobody starts with a thousand old messages."""
    old = Message.objects.filter(read_at=None, created_at__lt=years.at(date(2024, 1, 1), 0))
    for number, message in enumerate(old.select_related("recipient")):
        notifications.mark_read(message=message, actor=message.recipient)
        if number % 20 == 0:
            years.give_way()
