"""Whether a reminder still holds when its mail is about to go out."""

from __future__ import annotations

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


def outdated(messages: list[Message]) -> set[int]:
    """Ids of the reminders whose matter was settled, moved or excused since they were left.

    A section's list speaks of many and stays.
    """
    about = {m.pk: (m.kind.split(".")[1], m.key.partition(":")[0]) for m in messages if _of_one(m)}
    live = FilteredRelation("filings", condition=~Q(filings__state=State.CANCELLED))
    found = Assignment.objects.filter(public_id__in={UUID(key) for _, key in about.values()})
    rows = found.annotate(live=live, moved_at=Max("extensions__granted_at"))
    now = {
        str(key): (state, moved_at, not reason and cancelled_at is None)
        for key, state, moved_at, reason, cancelled_at in rows.values_list(
            "public_id", "live__state", "moved_at", "exempt_reason", "cancelled_at"
        )
    }
    gone: set[int] = set()
    for message in messages:
        matter, key = about.get(message.pk, ("", ""))
        state, moved_at, is_owed = now.get(key, (None, None, False))
        is_moved = matter == "due" and moved_at is not None and moved_at > message.created_at
        if matter and (state not in HOLDS[matter] or not is_owed or is_moved):
            gone.add(message.pk)
    return gone


def _of_one(message: Message) -> bool:
    """Whether the reminder speaks of one assignment: of all kinds but the list of the silent."""
    return message.kind != "remind.due.section"
