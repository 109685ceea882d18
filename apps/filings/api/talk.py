"""What goes with a filing: files in slots, answers to a return, remarks on its fields."""

from __future__ import annotations

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
from apps.core.rest import FileIn, Input, read
from apps.core.uploads import guard_attachment, received
from apps.filings import selectors, services
from apps.filings.api import common
from apps.filings.api.common import found, newest
from apps.filings.models import Attachment, Comment, Filing, ReturnItem, Revision
from apps.jobs.downloads import file_response


# --- files ----------------------------------------------------------------------------------
class SlotFileIn(FileIn):
    """A file for a slot, as multipart/form-data."""

    slot = serializers.CharField(label="材料栏", max_length=40)


class Attachments(APIView):
    """最新版次的佐证材料；POST（multipart）上传到一个材料栏。"""

    parser_classes = [PlainMultiPartParser]

    @extend_schema(operation_id="attachments_list", responses=common.AttachmentOut(many=True))
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The newest revision's files."""
        rows = selectors.attachments(newest(found(request, year, public_id), request))
        return Response(common.AttachmentOut(rows, many=True).data)

    @extend_schema(
        operation_id="attachments_create",
        summary="上传一个材料文件",
        request={"multipart/form-data": SlotFileIn},
        responses={201: common.AttachmentOut},
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """Put a file into a slot of the open revision."""
        filing = found(request, year, public_id)
        slot = read(SlotFileIn, request)["slot"]
        file = received(request._request, "file")
        upload = guard_attachment(file, file.name or "")
        made = services.attach(filing=filing, actor=caller(request), slot=slot, upload=upload)
        return Response(common.AttachmentOut(made).data, status=201)


def _attachment(request: Request, year: int, public_id: UUID) -> Attachment:
    seen = Revision.objects.visible_to(caller(request)).filter(filing__fiscal_year=year)
    rows = Attachment.objects.select_related("file", "revision__filing")
    return get_object_or_404(rows.filter(revision__in=seen), public_id=public_id)


class AttachmentOne(APIView):
    """下载或删去一个材料文件。"""

    @extend_schema(
        operation_id="attachments_download",
        summary="下载一个材料文件",
        responses={(200, "application/octet-stream"): common.FILE},
    )
    def get(self, request: Request, year: int, public_id: UUID) -> FileResponse:
        """The file as a download."""
        return file_response(_attachment(request, year, public_id).file)

    @extend_schema(
        operation_id="attachments_delete", summary="删去一个材料文件", responses={204: None}
    )
    def delete(self, request: Request, year: int, public_id: UUID) -> Response:
        """Take the file out of the open revision; earlier revisions keep theirs."""
        attachment = _attachment(request, year, public_id)
        services.detach(attachment=attachment, actor=caller(request))
        return Response(status=204)


# --- talk -----------------------------------------------------------------------------------
class AnswerIn(Input):
    """What became of a return item."""

    answer = serializers.CharField(
        label="答复", max_length=500, required=False, allow_blank=True, default=""
    )
    is_resolved = serializers.BooleanField(label="已改", default=False)


class Answer(APIView):
    """答复一条退回意见：已改，或写明不改的理由。"""

    @extend_schema(operation_id="returns_answer", request=AnswerIn, responses=common.ItemOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The return item, answered."""
        filings = Filing.objects.visible_to(caller(request)).filter(fiscal_year=year)
        rows = ReturnItem.objects.filter(filing__in=filings)
        item = get_object_or_404(rows, public_id=public_id)
        told = read(AnswerIn, request)
        item = services.answer_item(item=item, actor=caller(request), **told)
        return Response(common.ItemOut(item).data)


class CommentIn(Input):
    """A remark on one place of the form, or a reply in a thread."""

    path = serializers.CharField(label="位置", max_length=120, required=False, default="")
    text = serializers.CharField(label="意见", max_length=1000)
    reply_to = serializers.UUIDField(label="回复", required=False, allow_null=True, default=None)


class Comments(APIView):
    """逐处意见；POST 写一条，或回复一条（reply_to）。"""

    @extend_schema(operation_id="comments_list", responses=common.CommentOut(many=True))
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """Threads, oldest first."""
        threads = selectors.threads(found(request, year, public_id), caller(request))
        return Response(common.CommentOut(threads, many=True).data)

    @extend_schema(
        operation_id="comments_create",
        summary="写一条意见，或回复",
        request=CommentIn,
        responses={201: common.CommentOut},
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The new remark."""
        filing = found(request, year, public_id)
        told = read(CommentIn, request)
        above = told.pop("reply_to")
        told["parent"] = get_object_or_404(filing.comments, public_id=above) if above else None
        made = services.comment(filing=filing, actor=caller(request), **told)
        return Response(common.CommentOut(made).data, status=201)


class ResolveIn(Input):
    """Settled, or open again."""

    is_resolved = serializers.BooleanField(label="已办结", default=True)


class Resolve(APIView):
    """办结一条意见，或重新打开。"""

    @extend_schema(
        operation_id="comments_resolve",
        summary="办结一条意见，或重新打开",
        request=ResolveIn,
        responses=common.CommentOut,
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The thread, settled or open."""
        filings = Filing.objects.visible_to(caller(request)).filter(fiscal_year=year)
        rows = Comment.objects.filter(filing__in=filings)
        remark = get_object_or_404(rows, public_id=public_id)
        told = read(ResolveIn, request)
        settled = services.resolve_comment(remark=remark, actor=caller(request), **told)
        return Response(common.CommentOut(settled).data)
