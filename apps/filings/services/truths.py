"""Whether a reminder still holds when its mail is about to go out."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import FilteredRelation, Max, Q

from apps.filings.models import DESK_STATES, OPEN_STATES, State
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

    state: str | None
    extended_at: datetime | None
    decided_at: datetime | None
    exempt_reason: str
    cancelled_at: datetime | None

    def bears(self, matter: str, told_at: datetime) -> bool:
        """Whether the reminder still makes sense: owed, in such a state, and not moved since."""
        is_owed = not self.exempt_reason and self.cancelled_at is None
        moved_at = {"due": self.extended_at, "desk": self.decided_at}.get(matter)
        is_moved = moved_at is not None and moved_at > told_at
        return is_owed and self.state in HOLDS[matter] and not is_moved


def outdated(messages: list[Message]) -> set[int]:
    """Ids of the reminders whose matter was settled, moved or excused since they were left.

    A section's list speaks of many and stays.
    """
    about = {m.pk: UUID(m.key.partition(":")[0]) for m in messages if _of_one(m)}
    live = FilteredRelation("filings", condition=~Q(filings__state=State.CANCELLED))
    rows = Assignment.objects.filter(public_id__in=set(about.values())).annotate(
        live=live,
        extended_at=Max("extensions__granted_at"),
        decided_at=Max("filings__revisions__reviews__decided_at"),
    )
    columns = ("live__state", "extended_at", "decided_at", "exempt_reason", "cancelled_at")
    now = {key: Standing(*rest) for key, *rest in rows.values_list("public_id", *columns)}
    return {
        message.pk
        for message in messages
        if message.pk in about and not _holds(message, now.get(about[message.pk]))
    }


def _holds(message: Message, now: Standing | None) -> bool:
    return now is not None and now.bears(message.kind.split(".")[1], message.created_at)


def _of_one(message: Message) -> bool:
    """Whether the reminder speaks of one assignment: of all kinds but the list of the silent."""
    return message.kind != "remind.due.section"
