"""Messages to people, and their deliveries outside the system."""

from __future__ import annotations

import uuid
from datetime import datetime, time
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.notifications.topics import Topic, topic_of

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
    recipient = models.ForeignKey(  # notifications_of_person serves as its index
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages", db_index=False
    )
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

    @property
    def topic(self) -> Topic:
        """What it is about, as people choose among them."""
        return topic_of(self.kind)


class Channel(models.Model):
    """A robot of a group chat to which a region's notices also go.

    Address and secret are kept because the robot asks for them at each call; no page, answer, log
    or trail ever shows them.
    """

    class Kind(models.TextChoices):
        WECOM = "wecom", "企业微信群机器人"
        DINGTALK = "dingtalk", "政务钉钉群机器人"

    class Format(models.TextChoices):
        MARKDOWN = "markdown", "排版文字"
        TEXT = "text", "纯文字"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(
        "organizations.Jurisdiction", models.PROTECT, related_name="channels"
    )
    kind = models.CharField("类型", max_length=8, choices=Kind)
    name = models.CharField("名称", max_length=40)
    address = models.CharField("机器人地址", max_length=500)
    secret = models.CharField("签名密钥", max_length=200, blank=True)
    format = models.CharField("格式", max_length=8, choices=Format, default=Format.MARKDOWN)
    topics = models.JSONField("发哪些消息", default=list)  # codes of Topic
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["jurisdiction", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "name"], name="notifications_channel_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """What may be shown of the address."""
        return urlsplit(self.address).hostname or ""

    @property
    def topic_labels(self) -> list[str]:
        """The topics in words, in their order."""
        return [topic.label for topic in Topic if topic.value in self.topics]


class Timetable(models.Model):
    """When a region's people get mail, unless they say otherwise; without a row the defaults."""

    jurisdiction = models.OneToOneField(
        "organizations.Jurisdiction", models.CASCADE, related_name="timetable"
    )
    quiet_from = models.TimeField("免打扰从", default=time(20))
    quiet_until = models.TimeField("免打扰到", default=time(8))
    digest_at = models.TimeField("汇总时间", default=time(8, 30))
    working_days_only = models.BooleanField("只在工作日发", default=True)

    def __str__(self) -> str:
        return f"{self.jurisdiction_id} {self.quiet_from}–{self.quiet_until}"


class Preference(models.Model):
    """What one person wants by mail and when; an empty field follows the role or the region."""

    class Pace(models.TextChoices):
        BY_ROLE = "", "按角色"
        DIRECT = "direct", "随时发"
        DAILY = "daily", "每个工作日汇总成一封"

    class Days(models.TextChoices):
        BY_REGION = "", "按本地区"
        WORKING = "working", "只在工作日"
        ALL = "all", "每天"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preference"
    )
    muted = models.JSONField("不发邮件的消息", default=list)  # codes of Topic
    pace = models.CharField("汇总", max_length=6, choices=Pace, default="", blank=True)
    days = models.CharField("哪些天", max_length=7, choices=Days, default="", blank=True)
    digest_at = models.TimeField("汇总时间", null=True, blank=True)
    quiet_from = models.TimeField("免打扰从", null=True, blank=True)
    quiet_until = models.TimeField("免打扰到", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notifications_quiet_has_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.get_pace_display()}"


class SweepMark(models.Model):
    """The last day that a sweep has done, so that a day on which beat stood still is made up."""

    name = models.CharField(max_length=60, unique=True)
    done_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.name} {self.done_on}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Filters on deliveries."""

    def due(self, now: datetime) -> DeliveryQuerySet:
        """Those that may go out now."""
        return self.filter(state=Delivery.State.WAITING, deliver_after__lte=now)


class Delivery(models.Model):
    """A message on its way out: claimed and committed, then sent, then marked (decision 9).

    Without a channel it goes to the person's mailbox.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待发"
        CLAIMED = "claimed", "发送中"
        SENT = "sent", "已发"
        FAILED = "failed", "未发出"
        UNKNOWN = "unknown", "状态不明"
        DROPPED = "dropped", "不用发"

    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    address = models.EmailField(blank=True)  # of the mailbox, as it was when the message was left
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    deliver_after = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    n_attempts = models.PositiveSmallIntegerField(default=0)
    n_refused = models.PositiveSmallIntegerField(default=0)  # those the other side said no to
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[DeliveryQuerySet] = DeliveryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["deliver_after", "id"],
                condition=Q(state__in=["waiting", "claimed"]),
                name="notifications_waiting",
            ),
            models.Index(
                fields=["channel", "-id"],
                condition=Q(channel__isnull=False),
                name="notifications_of_channel",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["message"],
                condition=Q(channel__isnull=True),
                name="notifications_mailed_once",
            ),
            models.UniqueConstraint(
                fields=["message", "channel"],
                condition=Q(channel__isnull=False),
                name="notifications_posted_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel or self.address} {self.state}"

    @property
    def way(self) -> str:
        """The way it goes, in a word."""
        return str(self.channel) if self.channel_id else "邮件"
