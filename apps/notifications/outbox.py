"""Messages and their deliveries as rows, many at a time; what was there before is left alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from apps.core import clock
from apps.notifications import timing
from apps.notifications.models import Channel, Delivery, Message
from apps.notifications.topics import topic_of

BATCH = 500
LONGEST_TITLE = 120

MARK = chr(31)  # between the values of a column

# One statement for thousands of rows; the database makes the public ids. A column is one text cut
# at the mark: arrays, of which every element is quoted, take twice the time. One empty text is cut
# into none.
STORE = """
INSERT INTO notifications_message
    (public_id, recipient_id, kind, key, title, body, url, created_at)
SELECT gen_random_uuid(), row.recipient::bigint, row.kind, row.key, coalesce(row.title, ''),
    coalesce(row.body, ''), coalesce(row.url, ''), %s
FROM ROWS FROM (string_to_table(%s, chr(31)), string_to_table(%s, chr(31)),
    string_to_table(%s, chr(31)), string_to_table(%s, chr(31)), string_to_table(%s, chr(31)),
    string_to_table(%s, chr(31))) AS row (recipient, kind, key, title, body, url)
ON CONFLICT (recipient_id, kind, key) DO NOTHING
RETURNING id, recipient_id, kind
"""


class Row(NamedTuple):
    """A message to be: to whom, of which kind, about what."""

    recipient: int
    kind: str
    key: str
    title: str
    body: str
    url: str


class New(NamedTuple):
    """A message that was not there before."""

    pk: int
    recipient: int
    kind: str


def row(recipient: int, kind: str, key: str, title: str, body: str = "", url: str = "") -> Row:
    """A row with a title of one line. Raises ValueError when `url` leads to another site."""
    if url and (not url.startswith("/") or url[1:2] in ("/", "\\")):
        raise ValueError(f"{url!r} is not a path of this site")
    title, body = " ".join(title.split())[:LONGEST_TITLE], body.replace(MARK, " ")
    return Row(recipient, kind, key, title, body, url)


def store(rows: Sequence[Row]) -> list[New]:
    """The rows that are new, stored; a person has a message of one kind and key once."""
    if not rows:
        return []
    if connection.vendor == "postgresql":
        people, *texts = zip(*rows, strict=True)
        columns = [MARK.join(map(str, people)), *map(MARK.join, texts)]
        with connection.cursor() as cursor:
            cursor.execute(STORE, [clock.now(), *columns])
            return [New(*told) for told in cursor.fetchall()]
    return [
        new for start in range(0, len(rows), BATCH) for new in _one_by_one(rows[start:][:BATCH])
    ]


def _one_by_one(rows: Sequence[Row]) -> list[New]:
    """The same where the database cannot unfold arrays."""
    now = clock.now()
    made = [
        Message(
            recipient_id=told.recipient,
            kind=told.kind,
            key=told.key,
            title=told.title,
            body=told.body,
            url=told.url,
            created_at=now,
        )
        for told in rows
    ]
    Message.objects.bulk_create(made, ignore_conflicts=True)
    new = Message.objects.filter(public_id__in=[message.public_id for message in made])
    # a message that was there before keeps its own public id
    return [New(*told) for told in new.order_by("pk").values_list("pk", "recipient", "kind")]


def leave(new: Collection[New], after: datetime) -> None:
    """The new messages wait for the mail and for the robots, each until it may go out."""
    has_mail = bool(settings.EMAIL_HOST)
    robots = list(Channel.objects.filter(is_active=True)) if new else []
    if not new or not (has_mail or robots):
        return
    readers = timing.readers_of({told.recipient for told in new})
    waiting = [
        *(_mails(new, readers, after) if has_mail else ()),
        *(_posts(new, readers, robots, after) if robots else ()),
    ]
    Delivery.objects.bulk_create(waiting, batch_size=BATCH, ignore_conflicts=True)


def _mails(
    new: Collection[New], readers: dict[int, timing.Reader], after: datetime
) -> Iterator[Delivery]:
    """One to each mailbox, unless its person does not want mail about such things."""
    for told in new:
        reader, topic = readers[told.recipient], topic_of(told.kind)
        if reader.email and reader.habit.wants(topic):
            moment = timing.next_moment(reader.habit, after, topic)
            yield Delivery(message_id=told.pk, address=reader.email, deliver_after=moment)


def _posts(
    new: Collection[New], readers: dict[int, timing.Reader], robots: list[Channel], after: datetime
) -> Iterator[Delivery]:
    """One to each robot of the recipient's region that takes the topic."""
    tables = timing.timetables({robot.jurisdiction_id for robot in robots})
    for told in new:
        place, topic = readers[told.recipient].place, topic_of(told.kind)
        for robot in robots:
            if robot.jurisdiction_id == place and topic.value in robot.topics:
                habit = timing.of_region(tables[robot.jurisdiction_id])
                moment = timing.next_moment(habit, after, topic)
                yield Delivery(message_id=told.pk, channel=robot, deliver_after=moment)
