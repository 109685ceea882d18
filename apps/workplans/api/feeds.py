"""The subscribed calendar of whoever asks."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.workplans import links, selectors, services


class FeedOut(serializers.Serializer[Any]):
    """Whether there is an address, since when, and when a calendar last read it."""

    exists = serializers.BooleanField()
    created_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)


class NewFeedOut(serializers.Serializer[Any]):
    """The address; it is shown once."""

    address = serializers.CharField()


class Feed(APIView):
    """本人的日历订阅；POST 换一个地址，DELETE 作废。"""

    @extend_schema(operation_id="calendar_feed_read", summary="日历订阅", responses=FeedOut)
    def get(self, request: Request) -> Response:
        """The state of the caller's address; never the address itself."""
        feed = selectors.living_feed(caller(request))
        told = {
            "exists": feed is not None,
            "created_at": feed.created_at if feed else None,
            "last_used_at": feed.last_used_at if feed else None,
        }
        return Response(FeedOut(told).data)

    @extend_schema(
        operation_id="calendar_feed_make",
        summary="新建日历订阅地址",
        request=None,
        responses={201: NewFeedOut},
    )
    def post(self, request: Request) -> Response:
        """A new address; the one before answers no more."""
        address = links.feed_address(services.make_feed(actor=caller(request)))
        return Response(NewFeedOut({"address": address}).data, status=201)

    @extend_schema(
        operation_id="calendar_feed_revoke", summary="作废日历订阅地址", responses={204: None}
    )
    def delete(self, request: Request) -> Response:
        """The caller has no address any more."""
        services.revoke_feed(actor=caller(request))
        return Response(status=204)
