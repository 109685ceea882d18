"""A person's messages and wishes, and a region's robots, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import Input, KeyPages, read
from apps.notifications import permissions, selectors, services
from apps.notifications.models import Channel, Delivery, Message, MessageQuerySet, Preference
from apps.notifications.topics import Topic

CLOCK = "%H:%M"


class DeliveryOut(serializers.ModelSerializer[Delivery]):
    """One way that a message goes, and what became of it."""

    class Meta:
        model = Delivery
        fields = ["way", "state", "deliver_after", "sent_at", "error"]
        read_only_fields = fields


class MessageSerializer(serializers.ModelSerializer[Message]):
    """A message as its recipient sees it."""

    deliveries = DeliveryOut(many=True, read_only=True)

    class Meta:
        model = Message
        fields = [
            "public_id",
            "kind",
            "title",
            "body",
            "url",
            "created_at",
            "read_at",
            "deliveries",
        ]
        read_only_fields = fields


class MessagePages(KeyPages):
    """Fifty at a time, latest first."""

    descending = True


class MessageList(generics.ListAPIView[Message]):
    """本人的消息，新的在前。"""

    serializer_class = MessageSerializer
    pagination_class = MessagePages
    queryset = Message.objects.none()  # for the schema; rows come from get_queryset

    def get_queryset(self) -> MessageQuerySet:
        """Own messages only."""
        return selectors.messages_of(caller(self.request))


class ReadMessage(APIView):
    """记下一条消息已读。"""

    @extend_schema(request=None, responses=MessageSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """The message, read."""
        message = get_object_or_404(selectors.messages_of(caller(request)), public_id=public_id)
        message = services.mark_read(message=message, actor=caller(request))
        return Response(MessageSerializer(message).data)


class ReadOut(serializers.Serializer[Any]):
    """How many messages were unread."""

    n_read = serializers.IntegerField()


class ReadAll(APIView):
    """记下全部消息已读。"""

    @extend_schema(operation_id="messages_read_all", request=None, responses=ReadOut)
    def post(self, request: Request) -> Response:
        """The number that was unread."""
        return Response(ReadOut({"n_read": services.mark_all_read(actor=caller(request))}).data)


# --- wishes ---------------------------------------------------------------------------------
class WishIn(Input):
    """Which mail one wants and when; null and "" follow the role or the region."""

    muted = serializers.ListField(
        child=serializers.ChoiceField(choices=Topic.choices),
        label="不发邮件的消息",
        allow_empty=True,
    )
    pace = serializers.ChoiceField(
        choices=Preference.Pace.choices, label="汇总", allow_blank=True, default=""
    )
    days = serializers.ChoiceField(
        choices=Preference.Days.choices, label="哪些天发", allow_blank=True, default=""
    )
    digest_at = serializers.TimeField(label="汇总时间", format=CLOCK, allow_null=True, default=None)
    quiet_from = serializers.TimeField(
        label="免打扰从", format=CLOCK, allow_null=True, default=None
    )
    quiet_until = serializers.TimeField(
        label="免打扰到", format=CLOCK, allow_null=True, default=None
    )


class Wish(APIView):
    """我的通知设置。"""

    @extend_schema(operation_id="messages_settings", responses=WishIn)
    def get(self, request: Request) -> Response:
        """What was said before."""
        return Response(WishIn(selectors.preference_of(caller(request))).data)

    @extend_schema(
        operation_id="messages_settings_save",
        summary="改我的通知设置",
        request=WishIn,
        responses=WishIn,
    )
    def put(self, request: Request) -> Response:
        """What holds from the next message on."""
        saved = services.save_preference(actor=caller(request), **read(WishIn, request))
        return Response(WishIn(saved).data)


# --- robots ---------------------------------------------------------------------------------
class ChannelIn(Input):
    """A robot; an empty address or secret keeps the stored one, neither is ever told."""

    kind = serializers.ChoiceField(choices=Channel.Kind.choices, label="类型")
    name = serializers.CharField(max_length=40, label="名称")
    address = serializers.CharField(
        max_length=500, label="机器人地址", allow_blank=True, default=""
    )
    secret = serializers.CharField(max_length=200, label="签名密钥", allow_blank=True, default="")
    format = serializers.ChoiceField(choices=Channel.Format.choices, label="格式")
    topics = serializers.ListField(
        child=serializers.ChoiceField(choices=Topic.choices), label="发哪些消息", allow_empty=False
    )
    is_active = serializers.BooleanField(label="启用", default=True)


class ChannelOut(serializers.ModelSerializer[Channel]):
    """A robot as its administrator sees it."""

    class Meta:
        model = Channel
        fields = ["public_id", "kind", "name", "host", "format", "topics", "is_active"]
        read_only_fields = fields


class ChannelWhole(ChannelOut):
    """With its latest deliveries."""

    latest = serializers.SerializerMethodField()

    class Meta(ChannelOut.Meta):
        fields = [*ChannelOut.Meta.fields, "latest"]
        read_only_fields = fields

    @extend_schema_field(DeliveryOut(many=True))
    def get_latest(self, channel: Channel) -> Any:
        """The latest deliveries, the newest first."""
        return DeliveryOut(selectors.latest_of(channel), many=True).data


class TimesIn(Input):
    """A region's hours of mail."""

    quiet_from = serializers.TimeField(label="免打扰从", format=CLOCK)
    quiet_until = serializers.TimeField(label="免打扰到", format=CLOCK)
    digest_at = serializers.TimeField(label="汇总时间", format=CLOCK)
    working_days_only = serializers.BooleanField(label="只在工作日发")


def _place(request: Request) -> Any:
    """The region that the caller looks after. Raises PermissionDenied."""
    place = permissions.served_place(caller(request))
    if place is None:
        raise PermissionDenied("通知渠道由系统管理员维护。")
    return place


def _kept(request: Request, public_id: UUID) -> Channel:
    """A robot of the caller's region; others' are as if missing."""
    mine = Channel.objects.filter(jurisdiction=_place(request)).select_related("jurisdiction")
    return get_object_or_404(mine, public_id=public_id)


class Channels(APIView):
    """本地区的群机器人。"""

    @extend_schema(operation_id="channels_list", responses=ChannelOut(many=True))
    def get(self, request: Request) -> Response:
        """By name."""
        lines = selectors.channels_of(_place(request))
        return Response(ChannelOut([line.channel for line in lines], many=True).data)

    @extend_schema(
        operation_id="channels_create",
        summary="新建群机器人",
        request=ChannelIn,
        responses={201: ChannelOut},
    )
    def post(self, request: Request) -> Response:
        """A new one."""
        place, data = _place(request), services.ChannelData(**read(ChannelIn, request))
        made = services.create_channel(jurisdiction=place, data=data, actor=caller(request))
        return Response(ChannelOut(made).data, status=201)


class ChannelOne(APIView):
    """一个群机器人。"""

    @extend_schema(operation_id="channels_get", responses=ChannelWhole)
    def get(self, request: Request, public_id: UUID) -> Response:
        """With its latest deliveries."""
        return Response(ChannelWhole(_kept(request, public_id)).data)

    @extend_schema(
        operation_id="channels_update",
        summary="修改群机器人",
        request=ChannelIn,
        responses=ChannelOut,
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """As it is now."""
        kept, data = _kept(request, public_id), services.ChannelData(**read(ChannelIn, request))
        saved = services.update_channel(channel=kept, data=data, actor=caller(request))
        return Response(ChannelOut(saved).data)


class ChannelTest(APIView):
    """试发一条。"""

    @extend_schema(operation_id="channels_test", request=None, responses={202: DeliveryOut})
    def post(self, request: Request, public_id: UUID) -> Response:
        """The delivery that waits; the robot's page says what became of it."""
        kept = _kept(request, public_id)
        delivery = services.test_channel(channel=kept, actor=caller(request))
        return Response(DeliveryOut(delivery).data, status=202)


class AgainOut(serializers.Serializer[Any]):
    """How many wait to be sent again."""

    n_again = serializers.IntegerField()


class ChannelResend(APIView):
    """重发近7天未发出和状态不明的。"""

    @extend_schema(operation_id="channels_resend", request=None, responses=AgainOut)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Their number; somebody may get one twice."""
        n_again = services.resend(channel=_kept(request, public_id), actor=caller(request))
        return Response(AgainOut({"n_again": n_again}).data)


class Times(APIView):
    """本地区的发送时间。"""

    @extend_schema(operation_id="channels_times", responses=TimesIn)
    def get(self, request: Request) -> Response:
        """As set, or the defaults."""
        return Response(TimesIn(selectors.timetable_of(_place(request))).data)

    @extend_schema(
        operation_id="channels_times_save",
        summary="改本地区的发送时间",
        request=TimesIn,
        responses=TimesIn,
    )
    def put(self, request: Request) -> Response:
        """As they are now."""
        told = read(TimesIn, request)
        place = _place(request)
        saved = services.set_times(jurisdiction=place, actor=caller(request), **told)
        return Response(TimesIn(saved).data)
