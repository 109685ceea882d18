"""Deliveries: claimed and committed, then sent, then marked. Nothing is sent again that may be out.

A failure that the server named, or that came before anything was sent, is tried again, three times
in all. A claim that nobody finished, and a line that broke in the middle, end as 状态不明.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from apps.core import clock
from apps.notifications.models import Delivery

logger = logging.getLogger(__name__)

CLAIM_LASTS = timedelta(minutes=10)  # far above EMAIL_TIMEOUT
WAITS = (timedelta(minutes=5), timedelta(minutes=30))  # after the first and the second failure
MOST_IN_ONE = 50
REFUSED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)


def deliver_one() -> int | None:
    """One person's due messages have been tried in one mail. Returns how many, None for none."""
    if not settings.EMAIL_HOST:
        return None
    _expire_claims()
    parcel = _claim()
    if parcel:
        _send(_entitled(parcel))
    return len(parcel) or None


def _expire_claims() -> None:
    """Claims whose sender died are of unknown outcome; nobody sends them again."""
    Delivery.objects.filter(
        state=Delivery.State.CLAIMED, claimed_at__lt=clock.now() - CLAIM_LASTS
    ).update(state=Delivery.State.UNKNOWN, error="发送中断，可能已发出")


@transaction.atomic
def _claim() -> list[Delivery]:
    """The due deliveries of one person, marked as this sender's; others skip the locked rows."""
    now = clock.now()
    due = Delivery.objects.filter(state=Delivery.State.WAITING, deliver_after__lte=now)
    due = due.order_by("deliver_after", "id")
    first = due.select_for_update(skip_locked=True, of=("self",)).select_related("message").first()
    if first is None:
        return []
    same = due.filter(message__recipient=first.message.recipient_id)
    rows = same.select_for_update(skip_locked=True, of=("self",))
    parcel = list(rows.select_related("message__recipient")[:MOST_IN_ONE])
    for delivery in parcel:
        delivery.state, delivery.claimed_at = Delivery.State.CLAIMED, now
        delivery.n_attempts += 1
    Delivery.objects.bulk_update(parcel, ["state", "claimed_at", "n_attempts"])
    return parcel


def _entitled(parcel: list[Delivery]) -> list[Delivery]:
    """The parcel, unless its person lost the account or the address since (TRUST B13)."""
    person = parcel[0].message.recipient
    if person.is_active and person.email:
        return parcel
    _mark(parcel, Delivery.State.FAILED, "收件人已停用或没有邮箱")
    return []


def _send(parcel: list[Delivery]) -> None:
    """Hand the mail to the server and mark what it said."""
    if not parcel:
        return
    backend = get_connection()
    try:
        backend.open()
    except (OSError, smtplib.SMTPException) as error:  # nothing was sent yet
        _fail(parcel, error)
        return
    try:
        _hand_over(backend, parcel)
    finally:
        _close(backend)


def _hand_over(backend: BaseEmailBackend, parcel: list[Delivery]) -> None:
    """Send on the open line; only an answer of the server says for sure."""
    try:
        backend.send_messages([letter(parcel)])
    except REFUSED as error:
        _fail(parcel, error)
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("mail outcome unknown", extra={"deliveries": [d.pk for d in parcel]})
        _mark(parcel, Delivery.State.UNKNOWN, f"连接中断，可能已发出：{type(error).__name__}")
    else:
        _mark(parcel, Delivery.State.SENT, "")


def _close(backend: BaseEmailBackend) -> None:
    """Say goodbye; the mails' marks stand whatever the server answers."""
    try:
        backend.close()
    except (OSError, smtplib.SMTPException) as error:
        logger.info("mail server did not say goodbye", extra={"error": str(error)})


def _fail(parcel: list[Delivery], error: Exception) -> None:
    """Wait longer and try again, or give up after the third time."""
    for delivery in parcel:
        n_failed = delivery.n_attempts
        if n_failed > len(WAITS):
            _mark([delivery], Delivery.State.FAILED, str(error))
            continue
        delivery.deliver_after = clock.now() + WAITS[n_failed - 1]
        _mark([delivery], Delivery.State.WAITING, str(error))


def _mark(parcel: list[Delivery], state: Delivery.State, error: str) -> None:
    """Write the outcome, unless the claim expired meanwhile."""
    for delivery in parcel:
        mine = Delivery.objects.filter(
            pk=delivery.pk, state=Delivery.State.CLAIMED, n_attempts=delivery.n_attempts
        )
        mine.update(
            state=state,
            error=error[:300],
            deliver_after=delivery.deliver_after,
            sent_at=clock.now() if state == Delivery.State.SENT else None,
        )


def letter(parcel: list[Delivery]) -> EmailMessage:
    """One plain-text mail with all the messages, each with its time and link."""
    messages = [delivery.message for delivery in parcel]
    subject = messages[0].title if len(messages) == 1 else f"预算绩效管理：{len(messages)}条消息"
    parts = []
    for message in messages:
        lines = [message.title, message.body, f"时间：{moment(message.created_at)}"]
        if message.url:
            lines.append(f"办理：{settings.PUBLIC_URL.rstrip('/')}{message.url}")
        parts.append("\n".join(line for line in lines if line))
    return EmailMessage(subject, "\n\n".join(parts), to=[messages[0].recipient.email])


def moment(at: datetime) -> str:
    """2024年3月20日 09:12, Asia/Shanghai, whatever zone the server stands in."""
    local = at.astimezone(clock.ZONE)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
