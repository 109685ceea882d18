"""Whether the reader of a notice still stands where it concerns him when its mail goes out."""

from __future__ import annotations

from django.db.models import Q

from apps.core import clock
from apps.filings.models import DESK_STATES, Filing
from apps.filings.services import opening, waiting
from apps.notifications.models import Message
from apps.organizations.models import Role

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
