"""Messages to people, and their deliveries outside the system."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from apps.organizations.models import User


class MessageQuerySet(models.QuerySet["Message"]):
    """Filters on messages."""

    def visible_to(self, user: User) -> MessageQuerySet:
        """A message exists for its recipient alone."""
        return self.filter(recipient=user)

    def unread(self) -> MessageQuerySet:
        """Messages not yet read."""
        return self.filter(read_at__isnull=True)


class Message(models.Model):
    """One message to one person; the unique key keeps it from being sent twice."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=40)
    key = models.CharField(
        max_length=120
    )  # what it is about, with the date where it may come again
    title = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notifications_of_person"),
            models.Index(
                fields=["recipient", "-id"],
                condition=Q(read_at__isnull=True),
                name="notifications_unread",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "kind", "key"], name="notifications_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """A message on its way by mail: claimed and committed, then sent, then marked (decision 9)."""

    class State(models.TextChoices):
        WAITING = "waiting", "待发"
        CLAIMED = "claimed", "发送中"
        SENT = "sent", "已发"
        FAILED = "failed", "未发出"
        UNKNOWN = "unknown", "状态不明"

    message = models.OneToOneField(Message, models.CASCADE, related_name="delivery")
    address = models.EmailField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    deliver_after = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    n_attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["deliver_after", "id"],
                condition=Q(state__in=["waiting", "claimed"]),
                name="notifications_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.state}"
