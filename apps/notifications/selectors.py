"""A person's messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.notifications.models import Message, MessageQuerySet

if TYPE_CHECKING:
    from apps.organizations.models import User

PAGE = 50


@dataclass(frozen=True)
class Inbox:
    """The newest unread messages, then read ones; `older` leads to the next page, 0 at the end."""

    unread: list[Message]
    n_unread: int
    read: list[Message]
    older: int


def unread_count(user: User) -> int:
    """How many messages the user has not read."""
    return Message.objects.visible_to(user).unread().count()


def messages_of(user: User) -> MessageQuerySet:
    """The user's messages with their deliveries, latest first."""
    return Message.objects.visible_to(user).select_related("delivery").order_by("-id")


def inbox(user: User, before: int | None = None) -> Inbox:
    """One page of the user's messages; `before` is the last read one already shown."""
    mine = messages_of(user)
    unread = [] if before else list(mine.unread()[:PAGE])
    read = mine.filter(read_at__isnull=False)
    rows = list((read.filter(pk__lt=before) if before else read)[: PAGE + 1])
    older = rows[PAGE - 1].pk if len(rows) > PAGE else 0
    return Inbox(unread, unread_count(user), rows[:PAGE], older)
