"""What a sample left out passes together, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.filings.api.sampling import found
from apps.filings.services import unsampled


class PassedOut(serializers.Serializer[Any]):
    """What became of one filing that the sample left out; empty `refusal`: it passed."""

    filing = serializers.UUIDField(source="filing.public_id")
    state = serializers.CharField(source="filing.state")
    refusal = serializers.CharField()


class PassRest(APIView):
    """未抽中的在本人办理处批量通过，一次最多100件。"""

    @extend_schema(operation_id="samples_pass_rest", request=None, responses=PassedOut(many=True))
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """A result for each filing."""
        draw = found(request, year, public_id)
        made = unsampled.pass_unsampled(draw=draw, actor=caller(request))
        return Response(PassedOut(made, many=True).data)
