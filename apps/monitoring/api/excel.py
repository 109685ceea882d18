"""Filling in a node offline, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.json_body import PlainMultiPartParser
from apps.core.rest import FileIn, read
from apps.core.rest import workbook as workbook_of
from apps.core.rest_schema import WORKBOOK
from apps.core.uploads import guard_xlsx, received
from apps.filings import permissions
from apps.monitoring import nodes, uploads, workbook
from apps.monitoring.api.sheet import found


class NodeMarkOut(serializers.Serializer[Any]):
    """A cell of the workbook that must still be changed."""

    sheet = serializers.CharField()
    row = serializers.IntegerField()
    column = serializers.CharField()
    where = serializers.CharField(source="label")
    found = serializers.CharField()
    expected = serializers.CharField()


class NodeTakenOut(serializers.Serializer[Any]):
    """What an upload did."""

    revision = serializers.IntegerField(source="revision.number")
    version = serializers.IntegerField(source="revision.version")
    n_lines = serializers.IntegerField()
    message = serializers.CharField()
    marks = NodeMarkOut(many=True)


class NodeFillIn(APIView):
    """监控填报表：GET 下载带现有内容的工作簿，POST（multipart）上传填好的。"""

    parser_classes = [PlainMultiPartParser]

    @extend_schema(operation_id="monitoring_workbook", summary="下载监控填报表", responses=WORKBOOK)
    def get(self, request: Request, year: int, public_id: UUID) -> FileResponse:
        """The fill-in workbook with what is saved."""
        filing = found(request, year, public_id)
        if not permissions.may_file(caller(request), filing):
            raise PermissionDenied("只有本单位填报员可以下载填报表。")
        made = workbook.write(filing, filing.revisions.order_by("-number")[0])
        return workbook_of(made, f"{nodes.node_of(filing).label}监控填报表.xlsx")

    @extend_schema(
        operation_id="monitoring_upload",
        summary="上传填好的监控填报表",
        request={"multipart/form-data": FileIn},
        responses=NodeTakenOut,
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """Save the workbook as the draft, whole or not at all."""
        filing = found(request, year, public_id)
        read(FileIn, request)
        file = received(request._request, "file")
        upload = guard_xlsx(file, file.name or "")
        taken = uploads.take_in(filing=filing, actor=caller(request), upload=upload)
        return Response(NodeTakenOut(taken).data)
