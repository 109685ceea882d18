"""Whether a notice still holds when its mail is about to go out, and still concerns its reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import FilteredRelation, Max, Q

from apps.core import clock
from apps.filings.models import DESK_STATES, OPEN_STATES, State
from apps.filings.services import entitled, moves, opening
from apps.filings.services import reminder_words as words
from apps.notifications.models import Message
from apps.workplans.models import Assignment

HOLDS: dict[
    str, set[str | None]
] = {  # by what the reminder is about: the states of the filing in which it still makes sense
    "due": {None, *OPEN_STATES},
    "desk": set(DESK_STATES),
    "returned": {State.RETURNED.value},
}


class Standing(NamedTuple):
    """How an assignment stands when a reminder about it is about to go out."""

    unit: int
    due_at: datetime | None
    state: str | None
    saved_at: datetime | None
    decided_at: datetime | None
    exempt_reason: str
    cancelled_at: datetime | None

    def bears(self, message: Message) -> bool:
        """Whether the reminder still makes sense: owed, in such a state, and not moved since."""
        matter, told_at = message.kind.split(".")[1], message.created_at
        is_owed = not self.exempt_reason and self.cancelled_at is None
        moved_at = {"desk": self.decided_at, "returned": self.saved_at}.get(matter)
        is_moved = moved_at is not None and moved_at > told_at
        says_so = matter == "desk" or self._says(message)
        return is_owed and self.state in HOLDS[matter] and not is_moved and says_so

    def _says(self, message: Message) -> bool:
        """Whether it names the deadline of today, and is not overtaken by it."""
        if self.due_at is None:
            return True
        is_overtaken = message.created_at < self.due_at <= clock.now()
        is_about_due = message.kind.startswith("remind.due.")
        return words.deadline(self.due_at) in message.body and not (is_about_due and is_overtaken)


def outdated(messages: list[Message]) -> set[int]:
    """Ids of the reminders whose matter was settled, moved or excused since they were left.

    Also of those whose reader does not answer for it any more (TRUST B13).
    """
    lists = entitled.off_list([m for m in messages if not _of_one(m)])
    about = {m.pk: UUID(m.key.partition(":")[0]) for m in messages if _of_one(m)}
    now = _standings(about.values())
    held = [m for m in messages if m.pk in about and _holds(m, now.get(about[m.pk]))]
    units = {message.pk: now[about[message.pk]].unit for message in held}
    filings = entitled.on_desks(
        Q(assignment__public_id__in=[about[message.pk] for message in held])
    )
    desks = {filing.assignment.public_id: filing for filing in filings}
    lying = {message.pk: desks[about[message.pk]] for message in held if about[message.pk] in desks}
    gone = about.keys() - {message.pk for message in held}
    return lists | gone | entitled.without_seat(held, units) | entitled.off_desk(held, lying)


def opened_outdated(messages: list[Message]) -> set[int]:
    """Ids of the notices of an opening whose reader has left the unit, or that opens no more."""
    by_matter: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_matter[message.key].append(message)
    gone: set[int] = set()
    for key, told in by_matter.items():
        concerned = opening.concerned(key, {message.recipient_id for message in told})
        gone |= {message.pk for message in told if message.recipient_id not in concerned}
    return gone


def arrived_outdated(messages: list[Message]) -> set[int]:
    """Ids of the notices of a filing that has left the desk, or whose reader has."""
    keys = {UUID(message.key.partition(":")[0]) for message in messages}
    filings = entitled.on_desks(Q(public_id__in=keys))
    desks = {f"{f.public_id}:{moves.current(f).number}:{f.step_id}": f for f in filings}
    lying = {message.pk: desks[message.key] for message in messages if message.key in desks}
    gone = {message.pk for message in messages} - lying.keys()
    return gone | entitled.off_desk(messages, lying)


def _standings(keys: Iterable[UUID]) -> dict[UUID, Standing]:
    live = FilteredRelation("filings", condition=~Q(filings__state=State.CANCELLED))
    rows = Assignment.objects.filter(public_id__in=set(keys)).annotate(
        live=live,
        saved_at=Max("filings__revisions__saved_at"),
        decided_at=Max("filings__revisions__reviews__decided_at"),
    )
    columns = ("unit", "due_at", "live__state", "saved_at", "decided_at")
    found = rows.values_list("public_id", *columns, "exempt_reason", "cancelled_at")
    return {key: Standing(*rest) for key, *rest in found}


def _holds(message: Message, now: Standing | None) -> bool:
    return now is not None and now.bears(message)


def _of_one(message: Message) -> bool:
    """Whether the reminder speaks of one assignment: of all kinds but the list of the silent."""
    return message.kind != "remind.due.section"
