"""Reminders about filings that wait: on a desk, or returned and not touched."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from apps.core import clock
from apps.filings import permissions
from apps.filings.models import DESK_STATES, Filing, Review, Revision, State
from apps.filings.services import desks, moves
from apps.filings.services import reminder_words as words
from apps.notifications import services as notifications
from apps.organizations import selectors as people
from apps.organizations.models import Role, Section, User
from apps.workplans import offsets
from apps.workplans.models import PlanTask, ReminderRule
from apps.workplans.selectors.reminders import Reminder

About, Audience = ReminderRule.About, ReminderRule.Audience
AROUND = (
    "assignment__task__section",
    "assignment__task__plan__jurisdiction",
    "assignment__project",
    "assignment__transfer",
    "unit__parent",
    "step",
    "desk_section",
    "desk_unit",
)


def rows(reminder: Reminder, day: date, on: date) -> list[notifications.Row]:
    """The messages of a rule about desks or returns on its day, told today."""
    filings = _on_desks(reminder, day) if reminder.about == About.DESK else _returned(reminder, day)
    return [
        _row(filing, person, reminder, on)
        for filing in filings.select_related(*AROUND).order_by("pk").iterator(chunk_size=500)
        for person in sorted({person.pk for person in told(filing, reminder.audience)})
    ]


def _row(filing: Filing, person: int, reminder: Reminder, on: date) -> notifications.Row:
    is_desk = reminder.about == About.DESK
    long = words.waited(reminder.offset.days, reminder.offset.in_working_days)
    label = moves.label(filing)
    title = f"待审{long}：{label}" if is_desk else f"退回{long}还没改：{label}"
    body = f"{filing.unit}，{filing.step}。" if is_desk else _until(filing)
    note = "" if offsets.is_announced(on) else offsets.NOT_ANNOUNCED
    place = "reviews" if is_desk and reminder.audience == Audience.DESK else "filings"
    return notifications.row(
        person,
        f"remind.{reminder.about}.{reminder.audience}",
        f"{filing.assignment.public_id}:{on}",
        title,
        body + note,
        f"/{filing.fiscal_year}/{place}/{filing.public_id}/",
    )


def _until(filing: Filing) -> str:
    due_at = filing.assignment.due_at
    return f"重报{words.deadline(due_at)}" if due_at else ""


def _within(field: str, days: Iterable[date]) -> Q:
    """The column's moment lies on one of the days."""
    found = Q(pk__in=[])
    for first, last in offsets.runs(days):
        found |= Q((f"{field}__gte", clock.start_of(first)), (f"{field}__lt", clock.end_of(last)))
    return found


def _of(reminder: Reminder) -> QuerySet[Filing]:
    return Filing.objects.filter(assignment__task__in=[task.pk for task in reminder.tasks])


def _on_desks(reminder: Reminder, day: date) -> QuerySet[Filing]:
    """Filings that came so long ago on the desk where they still lie."""
    decided = Review.objects.filter(revision__filing=OuterRef("pk"), decided_at__isnull=False)
    latest = Subquery(decided.order_by("-decided_at").values("decided_at")[:1])
    came_at = Greatest(
        "submitted_at", Coalesce(latest, F("submitted_at")), output_field=DateTimeField()
    )
    found = _of(reminder).filter(state__in=DESK_STATES).annotate(came_at=came_at)
    return found.filter(_within("came_at", reminder.offset.anchors(day)))


def _returned(reminder: Reminder, day: date) -> QuerySet[Filing]:
    """Filings returned so long ago that nobody has saved since."""
    untouched = Revision.objects.filter(
        _within("opened_at", reminder.offset.anchors(day)),
        origin=Revision.Origin.RETURN,
        submitted_at__isnull=True,
        saved_at__isnull=True,
    )
    return _of(reminder).filter(state=State.RETURNED, pk__in=untouched.values("filing"))


# --- to whom --------------------------------------------------------------------------------
def told(filing: Filing, audience: str) -> list[User]:
    """Who is spoken to about a filing; of the desk only whoever may decide."""
    if audience == Audience.PERSON:
        return people.people_at_unit(filing.unit, Role.FILER)
    if audience == Audience.HEAD:
        return people.people_at_unit(filing.unit, Role.UNIT_HEAD)
    if audience == Audience.SECTION:
        return lead_people(filing.assignment.task)
    unfit = permissions.taken_part(moves.current(filing), filing)
    return [person for person in desks.desk_people(filing) if person.pk not in unfit]


def lead_people(task: PlanTask) -> list[User]:
    """Who answers for the task: its section, else the performance section, else the planners."""
    place = task.plan.jurisdiction
    section = task.section or place.sections.filter(kind=Section.Kind.PERFORMANCE).first()
    found = people.people_at_section(section) if section else []
    return found or people.people_in(place, Role.PLAN_ADMIN)
