"""Tell people, and bring it to their mailbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.notifications import mail
from apps.notifications.models import Delivery, Message

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
    Mail goes out after `deliver_after` (now when None) to people with an address, one mail for all
    that is due to a person by then. Raises ValueError when `url` leads elsewhere.
    """
    if url and (not url.startswith("/") or url[1:2] in ("/", "\\")):
        raise ValueError(f"{url!r} is not a path of this site")
    people = {person.pk: person for person in recipients if person.is_active}
    messages = [
        Message(
            recipient=person,
            kind=kind,
            key=key,
            title=" ".join(title.split())[:120],
            body=body,
            url=url,
            created_at=clock.now(),
        )
        for person in people.values()
    ]
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    new = list(
        Message.objects.filter(public_id__in=[message.public_id for message in messages])
    )  # a message that was there before keeps its own public id
    if settings.EMAIL_HOST:
        _leave_deliveries(new, people, deliver_after or clock.now())
    return len(new)


def _leave_deliveries(new: list[Message], people: dict[int, User], after: datetime) -> None:
    """New messages wait for the mail, where the person has an address."""
    Delivery.objects.bulk_create(
        Delivery(message=message, address=person.email, deliver_after=after)
        for message in new
        if (person := people[message.recipient_id]).email
    )


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


def deliver_one() -> int | None:
    """One person's due messages have been tried in one mail. Returns how many, None when none wait.

    Runs outside a transaction: the claim is committed before anything is sent.
    """
    return mail.deliver_one()
