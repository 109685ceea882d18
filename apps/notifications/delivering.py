"""Deliveries: claimed and committed, then sent, then marked. Nothing is sent again that may be out.

What the other side refused is tried three times in all; while it is away everything waits for it,
for days from the first try, and so does what it put off, ever longer. A claim that nobody finished,
and a line that broke in the middle, end as 状态不明.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from apps.core import clock
from apps.notifications import truth
from apps.notifications.models import Delivery, DeliveryQuerySet
from apps.notifications.ways import mail, robots
from apps.notifications.ways.outcome import Outcome, away

CLAIM_LASTS = timedelta(minutes=10)  # far above every time-out
WAITS = (timedelta(minutes=5), timedelta(minutes=30))  # after the first and the second refusal
REST = timedelta(minutes=5)  # while the other side is away
PATIENCE = timedelta(days=3)  # from the first try, with a side that stays away or busy
MOST_DOUBLED = 6  # times that the rest doubles while the other side says later: five hours
State = Delivery.State


def deliver_one() -> int | None:
    """All that is due to one person, or to one robot, was tried once. How many; None for none.

    Runs outside a transaction: the claim is committed before anything is sent.
    """
    _expire_claims()
    claimed = _claim()
    parcel: list[Delivery] | None = None
    try:
        parcel = _still_true(claimed)
    finally:
        if parcel is None:  # the time ran out or the database went: nothing was handed over
            _mark(claimed, away("中断，还没有发出"))
    if parcel:
        channel = parcel[0].channel
        _mark(parcel, robots.post(channel, parcel) if channel else mail.send(parcel))
    return len(claimed) or None


def _expire_claims() -> None:
    """Claims whose sender died are of unknown outcome; nobody sends them again."""
    Delivery.objects.filter(state=State.CLAIMED, claimed_at__lt=clock.now() - CLAIM_LASTS).update(
        state=State.UNKNOWN, error="发送中断，可能已发出"
    )


@transaction.atomic
def _claim() -> list[Delivery]:
    """The due deliveries of one mailbox or robot, marked as ours; others skip the locked rows.

    `claimed_at` of what is given back is the first try's, from which patience counts: no column
    is kept for it, and only of a claimed row must it be known when it was claimed.
    """
    now = clock.now()
    due = Delivery.objects.due(now)
    if not settings.EMAIL_HOST:
        due = due.filter(channel__isnull=False)  # mails wait until there is a server again
    due = due.order_by("deliver_after", "id")
    first = due.select_for_update(skip_locked=True, of=("self",)).select_related("message").first()
    if first is None:
        return []
    parcel = list(_like(due, first))
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in parcel]).update(
        state=State.CLAIMED, claimed_at=now, n_attempts=F("n_attempts") + 1
    )
    for delivery in parcel:
        delivery.state, delivery.claimed_at = State.CLAIMED, delivery.claimed_at or now
        delivery.n_attempts += 1
    return parcel


def _like(due: DeliveryQuerySet, first: Delivery) -> DeliveryQuerySet:
    """What may go together with the first: the same person's mail, or the same robot's posts."""
    if first.channel_id:
        same, most = due.filter(channel=first.channel_id), robots.MOST_IN_ONE
    else:
        person = first.message.recipient_id
        same, most = due.filter(channel__isnull=True, message__recipient=person), mail.MOST_IN_ONE
    rows = same.select_for_update(skip_locked=True, of=("self",))
    return rows.select_related("message__recipient", "channel")[:most]


def _still_true(parcel: list[Delivery]) -> list[Delivery]:
    """The parcel without what was settled since: nobody who has filed is reminded."""
    outdated = truth.outdated(delivery.message for delivery in parcel)
    gone = [delivery for delivery in parcel if delivery.message_id in outdated]
    _mark(gone, Outcome(State.DROPPED, "已经办了或不再归本人办，不用发"))
    return [delivery for delivery in parcel if delivery.message_id not in outdated]


def _mark(parcel: list[Delivery], outcome: Outcome) -> None:
    """Write the outcome, unless the claim expired meanwhile."""
    for delivery in parcel:
        mine = Delivery.objects.filter(
            pk=delivery.pk, state=State.CLAIMED, n_attempts=delivery.n_attempts
        )
        mine.update(**_columns(delivery, outcome))
    if parcel and outcome.is_away:
        _rest(parcel[0], outcome.error)


def _columns(delivery: Delivery, outcome: Outcome) -> dict[str, Any]:
    """What the row becomes."""
    now = clock.now()
    told: dict[str, Any] = {"state": outcome.state, "error": outcome.error[:300]}
    if outcome.state == State.SENT:
        return {**told, "sent_at": now}
    if outcome.state != State.WAITING:
        return told
    told["claimed_at"] = delivery.claimed_at
    if outcome.is_away or outcome.is_later:
        is_old = delivery.claimed_at is not None and delivery.claimed_at < now - PATIENCE
        return {**told, "state": State.FAILED} if is_old else {**told, **_later(delivery, outcome)}
    n_refused = delivery.n_refused + 1
    told["n_refused"] = n_refused
    if n_refused > len(WAITS):
        return {**told, "state": State.FAILED}
    return {**told, "deliver_after": now + WAITS[n_refused - 1]}


def _later(delivery: Delivery, outcome: Outcome) -> dict[str, Any]:
    """When it is tried again: soon where nobody answered, ever later where it was put off."""
    n_doubled = min(delivery.n_attempts - 1, MOST_DOUBLED) if outcome.is_later else 0
    return {"deliver_after": clock.now() + REST * 2**n_doubled}


def _rest(tried: Delivery, error: str) -> None:
    """Whatever else is due that way waits too, instead of knocking one by one at a closed door."""
    now = clock.now()
    due = Delivery.objects.due(now).filter(channel=tried.channel_id)
    due.update(deliver_after=now + REST, claimed_at=Coalesce("claimed_at", now), error=error[:300])
