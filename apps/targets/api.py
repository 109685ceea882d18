"""Targets for programs, whatever the form's shape: form, last year's, documents, workbooks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.json_body import PlainMultiPartParser
from apps.core.rest import FileIn, Input, asked_number, read
from apps.core.rest import workbook as workbook_of
from apps.core.rest_schema import WORKBOOK
from apps.core.uploads import guard_xlsx, received
from apps.filings import permissions
from apps.filings import selectors as filings
from apps.filings.api.common import MOST, FindingOut, VersionIn
from apps.filings.models import Filing, Revision
from apps.jobs.tasks import run_job
from apps.rules.form_words import GOALS, HEAD, LINE, TASK
from apps.rules.target_form import ASSETS, SOURCES, SPANS, TASK_SOURCES
from apps.rules.target_shapes import PROJECT, Shape
from apps.targets import (
    alike_screen,
    documents,
    form_xlsx,
    kinds,
    prints,
    screen,
    services,
    uploads,
    workbook,
)
from apps.targets.adjust_forms import TEXTS as ADJUST_TEXTS
from apps.targets.form_json import form_as, form_from, head_as, head_from
from apps.targets.forms import HEAD_TEXTS, TASK_TEXTS, TEXTS
from apps.targets.selectors import current_shape

REVISION = OpenApiParameter("revision", int, description="版次，不填为最新")


# --- the form -------------------------------------------------------------------------------
def _text(label: str, limit: int, *, required: bool = False) -> serializers.CharField:
    """A cell with the form's own word for it; a number cell takes any text."""
    more: dict[str, Any] = {} if required else {"default": ""}
    return serializers.CharField(
        label=label, max_length=limit, required=required, allow_blank=True, **more
    )


def _texts(names: dict[str, int], words: dict[str, str], *, required: bool) -> dict[str, Any]:
    return {name: _text(words[name], limit, required=required) for name, limit in names.items()}


class LineShape(Input):
    """One indicator; `key` is given back by the system and keeps the row's comments with it."""

    key = _text("行标识", 36)
    value = _text(LINE["value"], 200)
    value_high = _text("指标值上限", 200)
    weight = _text(LINE["weight"], 200)
    library_id = serializers.IntegerField(
        label=LINE["library_id"],
        min_value=1,
        max_value=MOST,
        required=False,
        allow_null=True,
        default=None,
    )

    def get_fields(self) -> dict[str, Any]:
        """With the text cells of the form."""
        return {**super().get_fields(), **_texts(TEXTS, LINE, required=False)}


class SourcesShape(Input):
    """Amounts in 元 by source."""

    def get_fields(self) -> dict[str, Any]:
        """One cell per source."""
        return {name: _text(label, 200) for name, label in SOURCES.items()}


class FundsShape(Input):
    """The fund table."""

    mid = SourcesShape(label=SPANS["mid"])
    year = SourcesShape(label=SPANS["year"])


class TaskShape(Input):
    """One of a whole unit's tasks, amounts in 元; `key` as with the indicators."""

    key = _text("行标识", 36)

    def get_fields(self) -> dict[str, Any]:
        """With the texts and the amounts."""
        amounts = {source: _text(TASK[source], 200) for source in TASK_SOURCES}
        return {**super().get_fields(), **_texts(TASK_TEXTS, TASK, required=False), **amounts}


class AssetShape(Input):
    """What a unit owns of one kind: how many, book value in 元."""

    quantity = _text("数量", 200)
    amount = _text("账面价值", 200)


class AssetsShape(Input):
    """What a whole unit owns at the end of the year before."""

    def get_fields(self) -> dict[str, Any]:
        """One pair per kind."""
        return {kind: AssetShape(label=word, required=False) for kind, word in ASSETS.items()}


class FormShape(Input):
    """The target form. Every top-level field that its shape has is sent: a missing one is no empty
    one. A project's form needs none of the last seven.
    """

    first_year = _text(HEAD["first_year"], 200, required=True)
    last_year = _text(HEAD["last_year"], 200, required=True)
    funds = FundsShape(label="项目资金")
    assets = AssetsShape(label="资产状况", required=False)
    tasks = serializers.ListField(
        child=TaskShape(), label="年度主要任务", max_length=1000, required=False
    )
    lines = serializers.ListField(child=LineShape(), label="绩效指标", max_length=1000)
    unread = serializers.DictField(
        child=serializers.CharField(max_length=200, allow_blank=True),
        label="未读懂的格",
        required=False,
        default=dict,
    )

    def get_fields(self) -> dict[str, Any]:
        """With the head's texts and the goals."""
        words = HEAD | GOALS
        texts = {
            name: serializers.CharField(
                label=words[name],
                max_length=limit,
                allow_blank=True,
                required=name in PROJECT.parts,
            )
            for name, limit in HEAD_TEXTS.items()
        }
        return {**super().get_fields(), **texts}


class MoneyShape(Input):
    """The year's money of one source and level in 元; what it was is the system's to say."""

    source = _text("资金来源", 12, required=True)  # type: ignore[assignment]
    level = _text("资金级次", 12, required=True)
    before = _text("调整前", 200)
    after = _text("调整后", 200)


class HeadShape(Input):
    """Why a target is adjusted, and the money before and after."""

    reason = _text("调整原因", ADJUST_TEXTS["reason"], required=True)
    explanation = _text("调整说明", ADJUST_TEXTS["explanation"], required=True)
    basis = _text("依据文件", ADJUST_TEXTS["basis"], required=True)
    money = serializers.ListField(child=MoneyShape(), label="资金", max_length=50)


class SheetIn(VersionIn):
    """The whole form; after a conflict, paths whose stored value is kept."""

    form = FormShape(label="申报表")
    adjustment = HeadShape(label="调整事项", required=False, allow_null=True, default=None)
    keep_theirs = serializers.ListField(
        child=serializers.CharField(max_length=200),
        label="保留对方的格",
        required=False,
        default=list,
        max_length=2000,
    )


class SheetOut(serializers.Serializer[Any]):
    """The newest revision's form with its checks."""

    title = serializers.CharField()
    shape = serializers.CharField(source="form.shape.code")
    year = serializers.IntegerField()
    revision = serializers.IntegerField(source="revision.number")
    version = serializers.IntegerField(source="revision.version")
    saved_at = serializers.DateTimeField(source="revision.saved_at", allow_null=True)
    saved_by = serializers.CharField(source="revision.saved_by.name", default=None, allow_null=True)
    may_edit = serializers.BooleanField()
    form = serializers.SerializerMethodField()
    adjustment = serializers.SerializerMethodField()
    findings = FindingOut(many=True)
    points = serializers.DecimalField(7, 2)
    points_due = serializers.DecimalField(7, 2)
    weights = serializers.CharField(source="weights_title")
    last_goal = serializers.CharField()
    n_last_year = serializers.IntegerField()

    @extend_schema_field(FormShape)
    def get_form(self, shown: screen.SheetScreen) -> dict[str, Any]:
        """The form as JSON."""
        return form_as(shown.form)

    @extend_schema_field(HeadShape(allow_null=True))
    def get_adjustment(self, shown: screen.SheetScreen) -> dict[str, Any] | None:
        """The head of an adjustment as JSON."""
        return head_as(shown.adjust.head) if shown.adjust else None


def _found(request: Request, year: int, public_id: UUID) -> Filing:
    """The target filing that exists for the caller, or 404."""
    rows = filings.shown(caller(request)).filter(fiscal_year=year, kind__in=kinds.codes())
    return get_object_or_404(rows, public_id=public_id)


def _shown(request: Request, filing: Filing) -> Response:
    return Response(SheetOut(screen.sheet_screen(filing, caller(request))).data)


class Sheet(APIView):
    """绩效目标申报表；PUT 整表存为草稿，版本旧了答409并列出两边的值。"""

    @extend_schema(operation_id="targets_read", responses=SheetOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The newest revision's form."""
        return _shown(request, _found(request, year, public_id))

    @extend_schema(
        operation_id="targets_save",
        summary="存绩效目标申报表的草稿",
        request=SheetIn,
        responses=SheetOut,
    )
    def put(self, request: Request, year: int, public_id: UUID) -> Response:
        """Save the whole form, one version further."""
        filing = _found(request, year, public_id)
        told = read(SheetIn, request)
        _demand_parts(told["form"], current_shape(filing))
        services.save_chosen(
            filing=filing,
            actor=caller(request),
            version=told["version"],
            form=form_from(told["form"]),
            head=head_from(told["adjustment"]) if told["adjustment"] else None,
            keep_theirs=set(told["keep_theirs"]),
        )
        return _shown(request, filing)


def _demand_parts(told: dict[str, Any], shape: Shape) -> None:
    """Refuse a form that leaves out a part of its shape. Raises ValidationError."""
    known = (*HEAD_TEXTS, "assets", "tasks")
    missing = [part for part in known if part in shape.parts and part not in told]
    if missing:
        raise serializers.ValidationError(
            {"form": {part: ["该字段是必填项。"] for part in missing}}
        )


class CopyLastYear(APIView):
    """沿用上年已定稿、本表还没有的指标。"""

    @extend_schema(operation_id="targets_copy", request=VersionIn, responses=SheetOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The form with last year's rows that it did not have."""
        filing = _found(request, year, public_id)
        told = read(VersionIn, request)
        services.copy_from_last_year(filing=filing, actor=caller(request), **told)
        return _shown(request, filing)


class AlikeRowOut(serializers.Serializer[Any]):
    """A row of the other form."""

    name = serializers.CharField()
    value = serializers.CharField()
    is_same = serializers.BooleanField()


class AlikeOut(serializers.Serializer[Any]):
    """A form like this one; its words are empty for who may not read it, and `filing` is null."""

    title = serializers.CharField()
    filing = serializers.UUIDField(source="filing.public_id", default=None, allow_null=True)
    share = serializers.DecimalField(max_digits=4, decimal_places=3)
    n_same = serializers.IntegerField()
    goal = serializers.CharField()
    rows = AlikeRowOut(many=True)


class AlikeForms(APIView):
    """与本表相似的其他绩效目标，看得到的给原文。"""

    @extend_schema(operation_id="targets_alike", responses=AlikeOut(many=True))
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The forms that the check-up calls alike, most alike first."""
        filing = _found(request, year, public_id)
        found = alike_screen.alike_screen(filing, caller(request))
        return Response(AlikeOut(found.others, many=True).data)


# --- documents ------------------------------------------------------------------------------
class JobOut(serializers.Serializer[Any]):
    """The job that was left; /api/v1/jobs/ shows how it goes and has its file."""

    job = serializers.UUIDField(source="public_id")


class BatchIn(Input):
    """Of which unit; empty means every unit that the caller may see."""

    unit = serializers.UUIDField(label="单位", required=False, allow_null=True, default=None)


def _revision(request: Request, filing: Filing) -> Revision:
    """The revision asked for by its number, else the newest. Raises ValidationError, or 404."""
    rows = filing.revisions.visible_to(caller(request))
    rows = rows.select_related("submitted_by", "saved_by")
    wanted = asked_number(request, "revision")
    if wanted is None:
        return filings.newest(filing, caller(request))
    return get_object_or_404(rows, number=wanted)


class Pdf(APIView):
    """生成一个版次的PDF申报表，由后台任务做。"""

    @extend_schema(
        operation_id="targets_pdf",
        parameters=[REVISION],
        request=None,
        responses={202: JobOut},
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The job that makes the file."""
        filing = _found(request, year, public_id)
        revision = _revision(request, filing)
        job = prints.start_pdf(actor=caller(request), filing=filing, revision=revision)
        run_job.delay_on_commit(job.pk)
        return Response(JobOut(job).data, status=202)


class PdfBatch(APIView):
    """打印当年已定稿的申报表，一个压缩包，由后台任务做。"""

    @extend_schema(operation_id="targets_pdf_batch", request=BatchIn, responses={202: JobOut})
    def post(self, request: Request, year: int) -> Response:
        """The job that makes the file."""
        unit = read(BatchIn, request)["unit"]
        job = prints.start_batch(actor=caller(request), year=year, unit=str(unit or ""))
        run_job.delay_on_commit(job.pk)
        return Response(JobOut(job).data, status=202)


class Form(APIView):
    """申报表的Excel，与PDF同一结构。"""

    @extend_schema(operation_id="targets_xlsx", parameters=[REVISION], responses=WORKBOOK)
    def get(self, request: Request, year: int, public_id: UUID) -> FileResponse:
        """The official form as a workbook."""
        filing = _found(request, year, public_id)
        made = documents.document_of(filing, _revision(request, filing))
        return workbook_of(form_xlsx.form_xlsx(made), f"{made.file_name}.xlsx")


# --- filling in offline ---------------------------------------------------------------------
class MarkOut(serializers.Serializer[Any]):
    """A cell of the workbook that must still be changed."""

    sheet = serializers.CharField()
    row = serializers.IntegerField()
    column = serializers.CharField()
    where = serializers.CharField()
    found = serializers.CharField()
    message = serializers.CharField()


class FillInIn(FileIn):
    """The workbook, and whether only to look at it."""

    check = serializers.BooleanField(
        label="只核对", default=False, help_text="true：只核对，不保存"
    )


class TakenOut(serializers.Serializer[Any]):
    """What an upload did."""

    revision = serializers.IntegerField(source="revision.number")
    version = serializers.IntegerField(source="revision.version")
    n_lines = serializers.IntegerField()
    is_changed = serializers.BooleanField()
    is_check = serializers.BooleanField(help_text="true：只核对，没有保存")
    message = serializers.CharField()
    marks = MarkOut(many=True)


class FillIn(APIView):
    """填报表：GET 下载带现有内容的工作簿，POST（multipart）上传填好的。"""

    parser_classes = [PlainMultiPartParser]

    @extend_schema(
        operation_id="targets_workbook", summary="下载带现有内容的填报表", responses=WORKBOOK
    )
    def get(self, request: Request, year: int, public_id: UUID) -> FileResponse:
        """The fill-in workbook with what is saved."""
        filing = _found(request, year, public_id)
        if not permissions.may_file(caller(request), filing):
            raise PermissionDenied("只有本单位填报员可以下载填报表。")
        revision = filing.revisions.order_by("-number")[0]
        name = f"{filing.assignment.task.evaluated_year}年度绩效目标填报表.xlsx"
        return workbook_of(workbook.write(filing, revision), name)

    @extend_schema(
        operation_id="targets_upload",
        summary="上传填好的填报表",
        request={"multipart/form-data": FillInIn},
        responses=TakenOut,
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """Save the workbook as the draft, whole or not at all; or say what that would do."""
        filing = _found(request, year, public_id)
        told = read(FillInIn, request)
        file = received(request._request, "file")
        upload = guard_xlsx(file, file.name or "")
        take = uploads.check if told["check"] else uploads.take_in
        taken = take(filing=filing, actor=caller(request), upload=upload)
        return Response(TakenOut(taken).data)
