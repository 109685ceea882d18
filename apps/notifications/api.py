"""A person's messages for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import KeyPages
from apps.notifications import selectors, services
from apps.notifications.models import Message, MessageQuerySet


class MessageSerializer(serializers.ModelSerializer[Message]):
    """A message as its recipient sees it."""

    class Meta:
        model = Message
        fields = ["public_id", "kind", "title", "body", "url", "created_at", "read_at"]
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
