"""Units, people and roles from a workbook: template, check, then import, whole or not at all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import clock
from apps.core.http import caller
from apps.core.json_body import PlainMultiPartParser
from apps.core.rest import FileIn, read, workbook
from apps.core.rest_schema import WORKBOOK
from apps.core.sheets.marking import error_workbook
from apps.core.sheets.reading import read_grid
from apps.core.sheets.templates import Meta, write_template
from apps.core.uploads import XLSX_TYPE, guard_xlsx, received
from apps.jobs import files
from apps.jobs import services as jobs
from apps.jobs.models import StoredFile
from apps.organizations import selectors
from apps.organizations.models import Jurisdiction, Role
from apps.organizations.services import imports
from apps.rules.errors import RuleError

NOTES = ("表头不要改。一行一条，全部正确才导入；有一格不对就一行也不导入。",)


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


def _sheet(request: Request, kind: str) -> tuple[imports.Kind, Jurisdiction]:
    """The sheet and the place that the caller serves. Raises Http404 or PermissionDenied."""
    sheet = imports.KINDS_OF_SHEET.get(kind)
    if sheet is None:
        raise Http404
    place = selectors.served_jurisdiction(caller(request), Role.SYS_ADMIN, Role.SEC_ADMIN)
    if place is None or not sheet.may(caller(request), place):
        raise PermissionDenied("这张表由管理员导入。")
    return sheet, place


def _content(kept: StoredFile) -> bytes:
    with files.opened(kept) as file:
        return bytes(file.read())


def _kept(request: Request, public_id: UUID) -> StoredFile:
    return get_object_or_404(StoredFile, public_id=public_id, owner=caller(request))


def _run(
    request: Request, place: Jurisdiction, kind: str, kept: StoredFile, *, dry: bool
) -> imports.Outcome:
    return imports.run(
        actor=caller(request), jurisdiction=place, kind=kind, content=_content(kept), dry=dry
    )


class Template(APIView):
    """单位、人员或角色表的空模板。"""

    @extend_schema(operation_id="imports_template", responses=WORKBOOK)
    def get(self, request: Request, kind: str) -> FileResponse:
        """The workbook to fill in."""
        sheet, place = _sheet(request, kind)
        year = clock.today().year
        meta = Meta(kind=f"organizations.{kind}", unit=place.code, year=year, version=1)
        content = write_template(
            sheet.columns, meta=meta, sheet=sheet.sheet, title=sheet.title, notes=NOTES
        )
        return workbook(content, f"{kind}.xlsx")


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
        _, place = _sheet(request, kind)
        read(FileIn, request)
        file = received(request._request, "file")
        upload = guard_xlsx(file, file.name or "")
        kept = jobs.keep_file(
            content=upload.content,
            name=upload.name,
            content_type=XLSX_TYPE,
            owner=caller(request),
        )
        outcome = _run(request, place, kind, kept, dry=True)
        return Response(ImportOut({"file": kept.public_id, "outcome": outcome}).data)


class Confirm(APIView):
    """把核对过的表整体导入。"""

    @extend_schema(operation_id="imports_confirm", request=None, responses=ImportOut)
    def post(self, request: Request, kind: str, public_id: UUID) -> Response:
        """What was done; 409 with every wrong cell when there is one, and nothing is done."""
        _, place = _sheet(request, kind)
        kept = _kept(request, public_id)
        outcome = _run(request, place, kind, kept, dry=False)
        if outcome.errors:
            told = CellErrorOut(outcome.errors, many=True).data
            words = f"有{len(told)}处不对，一行也没有导入。第一处：{told[0]['message']}"
            raise RuleError(words, code="import.cells", errors=told)
        return Response(ImportOut({"file": kept.public_id, "outcome": outcome}).data)


class Marked(APIView):
    """标出错处的表，改好再传。"""

    @extend_schema(operation_id="imports_marked", request=None, responses=WORKBOOK)
    def post(self, request: Request, kind: str, public_id: UUID) -> FileResponse:
        """The sheet with its wrong cells marked and listed; the check leaves its line in the log."""
        _, place = _sheet(request, kind)
        kept = _kept(request, public_id)
        outcome = _run(request, place, kind, kept, dry=True)
        return workbook(error_workbook(read_grid(_content(kept)), outcome.errors), "errors.xlsx")
