"""A person's messages and wishes; a region's robots and what became of their posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.expressions import Combinable

from apps.notifications import timing
from apps.notifications.models import (
    Channel,
    Delivery,
    Message,
    MessageQuerySet,
    Preference,
    Timetable,
)

if TYPE_CHECKING:
    from apps.organizations.models import Jurisdiction, User

PAGE = 50
LATEST = 20  # deliveries that a channel's page shows


@dataclass(frozen=True)
class Inbox:
    """The newest unread messages, then read ones; `older` leads to the next page, 0 at the end."""

    unread: list[Message]
    n_unread: int
    read: list[Message]
    older: int


def unread(user: User) -> MessageQuerySet:
    """The messages that the user has not read."""
    return Message.objects.visible_to(user).unread()


def is_told(recipient: str, kind: str, key: Combinable) -> Exists:
    """For a query about what is to be told: the person of that column has the message already."""
    return Exists(Message.objects.filter(recipient=OuterRef(recipient), kind=kind, key=key))


def messages_of(user: User) -> MessageQuerySet:
    """The user's messages with their deliveries, latest first."""
    rows = Message.objects.visible_to(user).prefetch_related("deliveries__channel")
    return rows.order_by("-id")


def inbox(user: User, before: int | None = None) -> Inbox:
    """One page of the user's messages; `before` is the last read one already shown."""
    mine = messages_of(user)
    unread = [] if before else list(mine.unread()[:PAGE])
    read = mine.filter(read_at__isnull=False)
    rows = list((read.filter(pk__lt=before) if before else read)[: PAGE + 1])
    older = rows[PAGE - 1].pk if len(rows) > PAGE else 0
    return Inbox(unread, mine.unread().count(), rows[:PAGE], older)


# --- wishes ---------------------------------------------------------------------------------
def preference_of(user: User) -> Preference:
    """What the user said, or an empty one."""
    return Preference.objects.filter(user=user).first() or Preference(user=user)


def habit_of(user: User) -> timing.Habit:
    """What holds for the user's mail now, by wish, role and region."""
    return timing.readers_of([user.pk])[user.pk].habit


# --- robots ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class ChannelLine:
    """A robot with how many of its notices wait, failed, or are unknown."""

    channel: Channel
    n_waiting: int
    n_failed: int
    n_unknown: int


def channels_of(place: Jurisdiction) -> list[ChannelLine]:
    """The region's robots, by name."""
    state = Delivery.State
    rows = Channel.objects.filter(jurisdiction=place).annotate(
        n_waiting=Count("deliveries", Q(deliveries__state__in=[state.WAITING, state.CLAIMED])),
        n_failed=Count("deliveries", Q(deliveries__state=state.FAILED)),
        n_unknown=Count("deliveries", Q(deliveries__state=state.UNKNOWN)),
    )
    return [ChannelLine(row, row.n_waiting, row.n_failed, row.n_unknown) for row in rows]


def latest_of(channel: Channel) -> list[Delivery]:
    """The latest deliveries of a robot."""
    return list(channel.deliveries.select_related("message__recipient").order_by("-id")[:LATEST])


def timetable_of(place: Jurisdiction) -> Timetable:
    """The region's hours, or the defaults."""
    return timing.timetables([place.pk])[place.pk]
