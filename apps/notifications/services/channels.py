"""A region's robots and its hours of mail, kept by its system administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.notifications import permissions
from apps.notifications.models import Channel, Delivery, Message, Timetable
from apps.notifications.topics import Topic
from apps.notifications.ways import webhook
from apps.rules.errors import RuleError

if TYPE_CHECKING:
    from apps.organizations.models import Jurisdiction, User

RESENT = timedelta(days=7)  # what is older is no news
AGAIN = (Delivery.State.UNKNOWN, Delivery.State.FAILED)


@dataclass(frozen=True)
class ChannelData:
    """What is said of a robot; an empty address or secret keeps the stored one."""

    kind: str
    name: str
    address: str
    secret: str
    format: str
    topics: list[str]
    is_active: bool = True


def _demand(actor: User, jurisdiction_id: int) -> None:
    if not permissions.may_keep_channels(actor, jurisdiction_id):
        raise PermissionDenied("通知渠道由本地区系统管理员维护。")


@transaction.atomic
def create_channel(*, jurisdiction: Jurisdiction, data: ChannelData, actor: User) -> Channel:
    """The region's notices of these topics also go to the robot.

    Raises PermissionDenied, or RuleError for a name in use or an address that is not allowed.
    """
    _demand(actor, jurisdiction.pk)
    channel = Channel(jurisdiction=jurisdiction, created_at=clock.now())
    if not data.address:
        raise RuleError("机器人地址：未填。从群机器人的设置页整条复制。", code="channel.address")
    _write(channel, data)
    channel.save(force_insert=True)
    _note(channel, actor, "create_channel")
    return channel


@transaction.atomic
def update_channel(*, channel: Channel, data: ChannelData, actor: User) -> Channel:
    """The robot is as said. Raises PermissionDenied or RuleError as `create_channel`."""
    _demand(actor, channel.jurisdiction_id)
    channel = _locked(channel)
    _write(channel, data)
    channel.save(
        update_fields=["kind", "name", "address", "secret", "format", "topics", "is_active"]
    )
    _note(channel, actor, "update_channel")
    return channel


def _locked(channel: Channel) -> Channel:
    rows = Channel.objects.select_for_update(of=("self",)).select_related("jurisdiction")
    return rows.get(pk=channel.pk)


def _write(channel: Channel, data: ChannelData) -> None:
    """Set the columns. Raises RuleError."""
    others = Channel.objects.filter(jurisdiction=channel.jurisdiction_id, name=data.name)
    if others.exclude(pk=channel.pk).exists():
        raise RuleError(f"名称：已有叫“{data.name}”的渠道。", code="channel.name")
    if unknown := set(data.topics) - set(Topic.values):
        raise RuleError(f"没有“{'、'.join(sorted(unknown))}”这类消息。", code="channel.topic")
    if data.address:
        webhook.demand_allowed(data.address)
        channel.address = data.address
    channel.secret = data.secret or channel.secret
    channel.kind, channel.name, channel.format = data.kind, data.name, data.format
    channel.topics = [topic for topic in Topic.values if topic in data.topics]
    channel.is_active = data.is_active


def _note(channel: Channel, actor: User, verb: str, **more: int) -> None:
    """One line in the trail; neither the address nor the secret stands in it (TRUST F07)."""
    told = {
        "kind": channel.kind,
        "host": channel.host,
        "format": channel.format,
        "topics": channel.topics,
        "is_active": channel.is_active,
    }
    audit.record(
        actor=actor,
        action=f"notifications.{verb}",
        subject=channel,
        chain=f"region:{channel.jurisdiction.code}",
        data={**told, **more},
    )


@transaction.atomic
def test_channel(*, channel: Channel, actor: User) -> Delivery:
    """A test message waits for the robot alone; its delivery says what became of it.

    Raises PermissionDenied, or RuleError while the channel is switched off.
    """
    _demand(actor, channel.jurisdiction_id)
    channel = _locked(channel)
    if not channel.is_active:
        raise RuleError("渠道已停用，启用后再试发。", code="channel.inactive")
    now = clock.now()
    message = Message.objects.create(
        recipient=actor,
        kind="notifications.test",
        key=f"{channel.public_id}:{now.isoformat()}",
        title=f"试发：{channel.name}",
        body="群里收到这一条，渠道就通了。",
        url="/channels/",
        created_at=now,
    )
    _note(channel, actor, "test_channel")
    return Delivery.objects.create(message=message, channel=channel, deliver_after=now)


@transaction.atomic
def resend(*, channel: Channel, actor: User) -> int:
    """What failed or is unknown since a week waits to be sent again, by this person's decision.

    Returns how many. Raises PermissionDenied, or RuleError when there is nothing.
    """
    _demand(actor, channel.jurisdiction_id)
    channel = _locked(channel)
    since = clock.now() - RESENT
    rows = channel.deliveries.filter(state__in=AGAIN, message__created_at__gte=since)
    n_again = rows.update(
        state=Delivery.State.WAITING,
        deliver_after=clock.now(),
        claimed_at=None,
        n_refused=0,
        error="",
    )
    if not n_again:
        raise RuleError("近7天没有未发出或状态不明的，不用重发。", code="channel.nothing")
    _note(channel, actor, "resend", count=n_again)
    return n_again


@transaction.atomic
def set_times(
    *,
    jurisdiction: Jurisdiction,
    quiet_from: time,
    quiet_until: time,
    digest_at: time,
    working_days_only: bool,
    actor: User,
) -> Timetable:
    """The region's people get mail in these hours unless they say otherwise.

    Raises PermissionDenied.
    """
    _demand(actor, jurisdiction.pk)
    told = {"quiet_from": quiet_from, "quiet_until": quiet_until, "digest_at": digest_at}
    saved, _ = Timetable.objects.update_or_create(
        jurisdiction=jurisdiction, defaults={**told, "working_days_only": working_days_only}
    )
    audit.record(
        actor=actor,
        action="notifications.set_times",
        subject=saved,
        chain=f"region:{jurisdiction.code}",
        data={key: f"{value:%H:%M}" for key, value in told.items()}
        | {"working_days_only": working_days_only},
        label=str(jurisdiction),
    )
    return saved
