"""A person's messages for programs."""

from __future__ import annotations

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
    """The caller's messages, latest first."""

    serializer_class = MessageSerializer
    pagination_class = MessagePages
    queryset = Message.objects.none()  # for the schema; rows come from get_queryset

    def get_queryset(self) -> MessageQuerySet:
        """Own messages only."""
        return selectors.messages_of(caller(self.request))


class ReadMessage(APIView):
    """Say that a message was read."""

    @extend_schema(request=None, responses=MessageSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """The message, read."""
        message = get_object_or_404(selectors.messages_of(caller(request)), public_id=public_id)
        message = services.mark_read(message=message, actor=caller(request))
        return Response(MessageSerializer(message).data)
