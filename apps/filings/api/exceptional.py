"""What the plan administrator may do beside the rules."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import DayField, read
from apps.filings import services
from apps.filings.api.common import ReasonIn, found
from apps.filings.api.filing import FilingOut, again
from apps.filings.models import Waiver


class ReopenIn(ReasonIn):
    """A reason and the last day of the reopening."""

    until = DayField(label="截止日")


class WaiveIn(ReasonIn):
    """Which check is waived, where, and why."""

    code = serializers.CharField(label="检查项", max_length=60)
    path = serializers.CharField(
        label="位置", max_length=120, required=False, allow_blank=True, default=""
    )


class WaiverOut(serializers.ModelSerializer[Waiver]):
    """A waived check."""

    granted_by = serializers.CharField(source="granted_by.name")

    class Meta:
        model = Waiver
        fields = ["code", "path", "reason", "granted_by", "granted_at"]
        read_only_fields = fields


class Reopen(APIView):
    """重新开放一件已定稿的填报，到期未重报自动恢复。"""

    @extend_schema(operation_id="filings_reopen", request=ReopenIn, responses=FilingOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The filing, open again."""
        filing = found(request, year, public_id)
        told: dict[str, Any] = read(ReopenIn, request)
        services.reopen(filing=filing, actor=caller(request), **told)
        return again(filing, request)


class EndReopening(APIView):
    """提前结束重新开放，回到开放之前的样子。"""

    @extend_schema(operation_id="filings_end_reopening", request=ReasonIn, responses=FilingOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The filing, closed again."""
        filing = found(request, year, public_id)
        told = read(ReasonIn, request)
        return again(services.end_reopening(filing=filing, actor=caller(request), **told), request)


class Cancel(APIView):
    """取消一件填报，单位重新填。"""

    @extend_schema(operation_id="filings_cancel", request=ReasonIn, responses=FilingOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The filing, struck out."""
        filing = found(request, year, public_id)
        told = read(ReasonIn, request)
        return again(services.cancel(filing=filing, actor=caller(request), **told), request)


class Waive(APIView):
    """豁免一件填报的一项检查，理由留档并显示。"""

    @extend_schema(operation_id="filings_waive", request=WaiveIn, responses={201: WaiverOut})
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The waiver."""
        filing = found(request, year, public_id)
        told = read(WaiveIn, request)
        waiver = services.waive(filing=filing, actor=caller(request), **told)
        return Response(WaiverOut(waiver).data, status=201)
