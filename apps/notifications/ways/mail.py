"""One mail with all that is due to a person."""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from apps.core import clock
from apps.notifications.models import Delivery
from apps.notifications.ways.outcome import SENT, Outcome, again, away, later, refused, unknown

logger = logging.getLogger(__name__)

MOST_IN_ONE = 200
PERMANENT = 500  # the server's answers from here on are a no for good
REFUSED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)


def send(parcel: list[Delivery]) -> Outcome:
    """Hand the mail to the server; what it said.

    Whoever lost the account or the address since gets nothing (TRUST B13).
    """
    person = parcel[0].message.recipient
    if not (person.is_active and person.email):
        return refused("收件人已停用或没有邮箱")
    backend = get_connection()
    try:
        backend.open()
    except (OSError, smtplib.SMTPException, SoftTimeLimitExceeded) as error:  # nothing sent yet
        return away(str(error))
    try:
        return _hand_over(backend, parcel)
    finally:
        _close(backend)


def _hand_over(backend: BaseEmailBackend, parcel: list[Delivery]) -> Outcome:
    """Send on the open line; only an answer of the server says for sure."""
    try:
        backend.send_messages([letter(parcel)])
    except REFUSED as error:
        return later(str(error)) if _is_for_now(error) else again(str(error))
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("mail outcome unknown", extra={"deliveries": [d.pk for d in parcel]})
        return unknown(f"连接中断，可能已发出：{type(error).__name__}")
    return SENT


def _is_for_now(error: Exception) -> bool:
    """Whether every answer of the server was a 4xx: not now, another time."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code < PERMANENT for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code < PERMANENT


def _close(backend: BaseEmailBackend) -> None:
    """Say goodbye; the mails' marks stand whatever the server answers."""
    try:
        backend.close()
    except (OSError, smtplib.SMTPException) as error:
        logger.info("mail server did not say goodbye", extra={"error": str(error)})


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
