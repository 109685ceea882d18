"""Tell people once, and note what they have read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.notifications import outbox
from apps.notifications.models import Message

if TYPE_CHECKING:
    from apps.organizations.models import User


@transaction.atomic
def notify(
    *,
    recipients: Iterable[User],
    kind: str,
    key: str,
    title: str,
    body: str = "",
    url: str = "",
    deliver_after: datetime | None = None,
) -> int:
    """Each person has the message once, whatever happens twice. Returns how many messages are new.

    `key` names the object, and the date where the message may come again. `url` is a path of ours.
    It goes out after `deliver_after` (now when None), when the person's hours allow, to people with
    an address, one mail for all that is due to a person by then. Raises ValueError when `url` leads
    elsewhere.
    """
    people = {person.pk for person in recipients if person.is_active}
    rows = [outbox.row(pk, kind, key, title, body, url) for pk in sorted(people)]
    return notify_rows(rows=rows, deliver_after=deliver_after)


@transaction.atomic
def notify_rows(*, rows: Sequence[outbox.Row], deliver_after: datetime | None = None) -> int:
    """The same for many different messages at once, made by `outbox.row`; the caller has left out
    whoever is disabled. Returns how many messages are new.
    """
    new = outbox.store(rows)
    outbox.leave(new, deliver_after or clock.now())
    return len(new)


@transaction.atomic
def mark_read(*, message: Message, actor: User) -> Message:
    """The message no longer counts as unread. Raises PermissionDenied for another's message."""
    if message.recipient_id != actor.pk:
        raise PermissionDenied
    if message.read_at is None:
        message.read_at = clock.now()
        message.save(update_fields=["read_at"])
    return message


@transaction.atomic
def mark_all_read(*, actor: User) -> int:
    """No message of the actor's counts as unread. Returns how many did."""
    return Message.objects.filter(recipient=actor, read_at__isnull=True).update(read_at=clock.now())
