"""An adjusted target is disclosed anew: the plan's task for it becomes due by itself (Y-86)."""

from __future__ import annotations

import logging
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from apps.core import clock
from apps.notifications import services as notifications
from apps.organizations import selectors as people
from apps.organizations.models import Role
from apps.rules.errors import RuleError
from apps.rules.numbers import parse_number
from apps.targets.models import Adjustment
from apps.targets.subjects import Subject
from apps.workplans import offsets
from apps.workplans import services as plans
from apps.workplans.calendar import of_years
from apps.workplans.models import Assignment, Plan, PlanTask

TRIGGER = "target_adjusted"
DAYS = "disclosure.adjusted_days"
logger = logging.getLogger(__name__)
UNDATED = "补充公开期限待本地确认，请及时公开。"


@transaction.atomic
def disclose(*, adjustment: Adjustment) -> Assignment | None:
    """The unit owes the supplementary disclosure of a made adjustment; twice is harmless.

    None where the year's published plan has no such task.
    """
    subject, made_at = adjustment.subject, adjustment.made_at
    task = task_for(subject, adjustment.year)
    window = task.windows.order_by("pk").first() if task else None
    if task is None or window is None or made_at is None:
        return None
    due_at = due_of(task, made_at)
    span = plans.Span(window, made_at, due_at, adjustment.number)
    made: Assignment = plans.call_for(
        task=task, unit=subject.unit, project=subject.project, span=span
    )
    _tell(adjustment, made, due_at)
    return made


def disclose_missed() -> int:
    """What became due and was not assigned is assigned now; how many. Beat runs this.

    What may not be assigned holds up nothing else.
    """
    whole = Q(project=None, unit=OuterRef("unit"))
    held = Assignment.objects.filter(
        Q(project=OuterRef("project")) | whole,
        task__trigger=TRIGGER,
        occasion=OuterRef("number"),
        task__evaluated_year=OuterRef("year"),
    )
    missed = Adjustment.objects.filter(~Exists(held), made__isnull=False)
    rows = missed.select_related("project__unit__jurisdiction", "unit__jurisdiction").order_by("pk")
    return sum(_is_disclosed(row) for row in rows)


def _is_disclosed(row: Adjustment) -> bool:
    try:
        return disclose(adjustment=row) is not None
    except RuleError as error:
        logger.warning("disclosure of adjustment %s not assigned: %s", row.pk, error)
        return False


def task_for(subject: Subject, year: int) -> PlanTask | None:
    """The task of a published plan by which adjusted targets of the year are disclosed."""
    rows = PlanTask.objects.filter(
        plan__jurisdiction=subject.jurisdiction,
        plan__state=Plan.State.PUBLISHED,
        evaluated_year=year,
        trigger=TRIGGER,
    )
    return rows.select_related("plan").order_by("-plan__fiscal_year", "pk").first()


def due_of(task: PlanTask, made_at: datetime) -> datetime | None:
    """So many working days after the approval; None while the plan does not say how many."""
    row = task.plan.settings.filter(code=DAYS, task=None, is_filled=True).first()
    if row is None:
        return None
    try:
        days = int(parse_number(row.value, digits=3))
    except RuleError:
        return None
    day = made_at.astimezone(clock.ZONE).date()
    known = of_years(day.year, day.year + 1)
    return clock.end_of(offsets.Offset(days, in_working_days=True).reckon(day, known))


def _tell(adjustment: Adjustment, made: Assignment, due_at: datetime | None) -> None:
    last: date | None = clock.last_day(due_at) if due_at else None
    notifications.notify(
        recipients=people.people_at_unit(adjustment.subject.unit, Role.FILER, Role.UNIT_HEAD),
        kind="targets.disclosure_due",
        key=f"{made.public_id}",
        title=f"调整后的目标要补充公开：{adjustment.subject}",
        body=f"{last:%Y-%m-%d}24:00截止。" if last else UNDATED,
        url=f"/{made.fiscal_year}/",
    )
