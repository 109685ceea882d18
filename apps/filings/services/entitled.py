"""Whether the reader of a notice still stands where it concerns him when its mail goes out."""

from __future__ import annotations

from datetime import date

from django.db.models import FilteredRelation, Q

from apps.core import clock
from apps.filings.models import DESK_STATES, OPEN_STATES, Filing, State
from apps.filings.services import opening, waiting
from apps.notifications.models import Message
from apps.organizations.models import Role
from apps.workplans.models import Assignment, TaskWindow

ROLES = {"person": Role.FILER, "head": Role.UNIT_HEAD}  # by whom a reminder speaks to


def _audience(message: Message) -> str:
    """The last word of a reminder's kind; what arrived is the desk's."""
    return message.kind.split(".")[2] if message.kind.startswith("remind.") else "desk"


def without_seat(messages: list[Message], units: dict[int, int]) -> set[int]:
    """Ids of the reminders to filers or heads who are not so any more at the message's unit."""
    seats = {
        audience: opening.people_by_unit(set(units.values()), [role], clock.today())
        for audience, role in ROLES.items()
    }
    return {
        message.pk
        for message in messages
        if (held := seats.get(_audience(message))) is not None
        and message.recipient_id not in held.get(units[message.pk], ())
    }


def off_list(messages: list[Message]) -> set[int]:
    """Ids of the lists of the silent whose reader does not lead the task any more.

    Also of those on which nobody is silent any more. Their keys begin with window and deadline.
    """
    about = {m.pk: (int(m.key.split(":")[0]), m.key.split(":")[1]) for m in messages}
    windows = TaskWindow.objects.select_related("task__section", "task__plan__jurisdiction")
    found = windows.in_bulk({window for window, _ in about.values()})
    leads = {pk: {one.pk for one in waiting.lead_people(w.task)} for pk, w in found.items()}
    silent = {matter for matter in set(about.values()) if _has_silent(*matter)}
    return {
        message.pk
        for message in messages
        if message.recipient_id not in leads.get(about[message.pk][0], ())
        or about[message.pk] not in silent
    }


def _has_silent(window: int, day: str) -> bool:
    """Whether anybody who owed the window by the day has not filed yet."""
    live = FilteredRelation("filings", condition=~Q(filings__state=State.CANCELLED))
    last = date.fromisoformat(day)
    owed = Assignment.objects.owed().filter(
        window=window, due_at__gt=clock.start_of(last), due_at__lte=clock.end_of(last)
    )
    unfiled = Q(live__isnull=True) | Q(live__state__in=OPEN_STATES)
    return owed.annotate(live=live).filter(unfiled).exists()


def on_desks(which: Q) -> list[Filing]:
    """Those of the filings that lie on a desk, with what tells whose desk it is."""
    return list(Filing.objects.filter(which, state__in=DESK_STATES).select_related(*waiting.AROUND))


def off_desk(messages: list[Message], lying: dict[int, Filing]) -> set[int]:
    """Ids of the notices to people who have no business with the message's filing any more."""
    told: dict[tuple[int, str], set[int]] = {}
    found = set()
    for message in messages:
        filing, audience = lying.get(message.pk), _audience(message)
        if filing is None or audience in ROLES:
            continue
        key = (filing.pk, audience)
        if key not in told:
            told[key] = {person.pk for person in waiting.told(filing, audience)}
        if message.recipient_id not in told[key]:
            found.add(message.pk)
    return found
