"""Units, people and roles from a workbook: template, check, then import, whole or not at all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.json_body import PlainMultiPartParser
from apps.core.rest import FileIn, read, workbook
from apps.core.rest_schema import WORKBOOK
from apps.jobs.models import StoredFile
from apps.organizations import workbooks
from apps.rules.errors import RuleError


class CellErrorOut(serializers.Serializer[Any]):
    """One wrong cell: where, what was found, what is expected."""

    sheet = serializers.CharField()
    row = serializers.IntegerField()
    column = serializers.CharField()
    field = serializers.CharField(source="label")
    found = serializers.CharField()
    expected = serializers.CharField()
    message = serializers.CharField()


class ImportOut(serializers.Serializer[Any]):
    """What the import did, or would do; `file` names the workbook for the second step."""

    file = serializers.UUIDField()
    n_new = serializers.IntegerField(source="outcome.n_new")
    n_changed = serializers.IntegerField(source="outcome.n_changed")
    n_same = serializers.IntegerField(source="outcome.n_same")
    errors = CellErrorOut(source="outcome.errors", many=True)  # type: ignore[assignment]


def _kept(request: Request, public_id: UUID) -> StoredFile:
    return get_object_or_404(StoredFile, public_id=public_id, owner=caller(request))


class Template(APIView):
    """单位、人员或角色表的空模板。"""

    @extend_schema(operation_id="imports_template", responses=WORKBOOK)
    def get(self, request: Request, kind: str) -> FileResponse:
        """The workbook to fill in."""
        sheet, place = workbooks.sheet_of(caller(request), kind)
        return workbook(workbooks.template(sheet, kind, place), f"{kind}.xlsx")


class Check(APIView):
    """上传单位、人员或角色表，先核对，不导入。"""

    parser_classes = [PlainMultiPartParser]

    @extend_schema(
        operation_id="imports_check",
        request={"multipart/form-data": FileIn},
        responses=ImportOut,
    )
    def post(self, request: Request, kind: str) -> Response:
        """What importing the workbook would do, with every wrong cell."""
        _, place = workbooks.sheet_of(caller(request), kind)
        read(FileIn, request)
        kept = workbooks.keep(request._request, caller(request))
        outcome = workbooks.run(caller(request), place, kind, kept, dry=True)
        return Response(ImportOut({"file": kept.public_id, "outcome": outcome}).data)


class Confirm(APIView):
    """把核对过的表整体导入。"""

    @extend_schema(operation_id="imports_confirm", request=None, responses=ImportOut)
    def post(self, request: Request, kind: str, public_id: UUID) -> Response:
        """What was done; 409 with every wrong cell when there is one, and nothing is done."""
        _, place = workbooks.sheet_of(caller(request), kind)
        kept = _kept(request, public_id)
        outcome = workbooks.run(caller(request), place, kind, kept, dry=False)
        if outcome.errors:
            told = CellErrorOut(outcome.errors, many=True).data
            words = f"有{len(told)}处不对，一行也没有导入。第一处：{told[0]['message']}"
            raise RuleError(words, code="import.cells", errors=told)
        return Response(ImportOut({"file": kept.public_id, "outcome": outcome}).data)


class Marked(APIView):
    """标出错处的表，改好再传。"""

    @extend_schema(operation_id="imports_marked", request=None, responses=WORKBOOK)
    def post(self, request: Request, kind: str, public_id: UUID) -> FileResponse:
        """The sheet with its wrong cells marked and listed; the check is on record."""
        _, place = workbooks.sheet_of(caller(request), kind)
        kept = _kept(request, public_id)
        outcome = workbooks.run(caller(request), place, kind, kept, dry=True)
        return workbook(workbooks.marked(kept, outcome), "errors.xlsx")
