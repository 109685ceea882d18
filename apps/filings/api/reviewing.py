"""The reviewer's side: the queue, one filing judged, the three decisions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import DayField, Input, KeyPages, read
from apps.filings import (
    models,
    permissions,
    queue_screen,
    review_screen,
    scoring,
    selectors,
    services,
)
from apps.filings.api import common
from apps.filings.api.common import FilingRow, found
from apps.filings.api.filing import FilingOut, again
from apps.filings.models import Filing, ReturnItem
from apps.filings.review_screen import ReviewScreen
from apps.rules import grading

NOT_HERE = "这件不在您的办理处。"
WORDS = (*grading.GRADES, scoring.MET, scoring.UNMET)


class QueueRow(serializers.Serializer[Any]):
    """A filing on the caller's desk with the working days left."""

    filing = FilingRow()
    remaining = serializers.IntegerField(allow_null=True)


class ByDesk(KeyPages):
    """The most urgent first."""

    field = "desk_due_at"


class Queue(ListAPIView[Filing]):
    """当年在本人办理处的填报，最急的在前。"""

    serializer_class = QueueRow
    pagination_class = ByDesk
    queryset = Filing.objects.none()

    def get_queryset(self) -> QuerySet[Filing]:
        """What lies on the caller's desks."""
        return selectors.queue(caller(self.request), self.kwargs["year"])

    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        """One page with the working days left."""
        page = self.paginate_queryset(self.get_queryset()) or []
        left = queue_screen.days_left([filing.desk_due_at for filing in page])
        rows = [{"filing": f, "remaining": days} for f, days in zip(page, left, strict=True)]
        return self.get_paginated_response(QueueRow(rows, many=True).data)


# --- one review -----------------------------------------------------------------------------
class CriterionOut(serializers.Serializer[Any]):
    """A criterion with what was given so far."""

    item = serializers.IntegerField(source="item.pk")
    group = serializers.CharField(source="item.group")
    name = serializers.CharField(source="item.name")
    prompt = serializers.CharField(source="item.prompt")
    maximum = serializers.DecimalField(5, 2, source="item.points")
    grade = serializers.CharField()
    points = serializers.CharField()
    choices = serializers.ListField(child=serializers.CharField())


class OutcomeOut(serializers.Serializer[Any]):
    """What the sheet says so far; `missing` names criteria without a mark."""

    score = serializers.DecimalField(5, 2, allow_null=True)
    grade = serializers.CharField()
    consequence = serializers.CharField()
    text = serializers.CharField()
    missing = serializers.ListField(child=serializers.CharField())
    trace = serializers.JSONField()


class ReviewScreenOut(serializers.Serializer[Any]):
    """All that the review page shows of a filing on one's desk."""

    filing = FilingRow()
    title = serializers.CharField()
    step = serializers.CharField(source="filing.step.title")
    is_last_step = serializers.BooleanField()
    may_decide = serializers.BooleanField()
    revision = serializers.IntegerField(source="revision.number")
    previous = serializers.IntegerField(source="previous.number", default=None, allow_null=True)
    compared = serializers.CharField()
    n_changes = serializers.IntegerField(source="diff.n_changes")
    diff = common.DiffSectionOut(source="diff.sections", many=True)
    findings = common.FindingOut(source="revision.findings", many=True)
    sheet = serializers.CharField(source="sheet.title", default=None, allow_null=True)
    clause = serializers.CharField(source="sheet.clause", default=None, allow_null=True)
    criteria = CriterionOut(source="sheet_rows", many=True)
    outcome = OutcomeOut()
    opinion = serializers.CharField()
    usual_due_on = serializers.DateField(source="due_on", allow_null=True)
    remaining = serializers.IntegerField(allow_null=True)
    n_waiting = serializers.IntegerField()
    previous_filing = serializers.UUIDField(source="prev.public_id", default=None, allow_null=True)
    next_filing = serializers.UUIDField(source="next.public_id", default=None, allow_null=True)
    attachments = common.AttachmentOut(many=True)
    threads = common.CommentOut(many=True)


class MarkIn(Input):
    """What one criterion is given: a grade word and, on a points sheet, points."""

    item = serializers.IntegerField(label="要点", min_value=1, max_value=common.MOST)
    grade = serializers.ChoiceField(
        choices=WORDS, label="评级", required=False, allow_blank=True, default=""
    )
    points = serializers.DecimalField(
        5,
        2,
        label="得分",
        min_value=0,
        max_value=100,
        required=False,
        allow_null=True,
        default=None,
    )


class OpinionIn(Input):
    """Opinion and marks, as far as they are given."""

    opinion = serializers.CharField(
        label="意见", max_length=2000, required=False, allow_blank=True, default=""
    )
    marks = serializers.ListField(
        child=MarkIn(), label="评分", required=False, default=list, max_length=100
    )
    revision = serializers.IntegerField(
        label="看过的版次",
        min_value=1,
        max_value=common.MOST,
        required=False,
        allow_null=True,
        default=None,
    )


class WantedIn(Input):
    """One thing that a return asks to change."""

    path = serializers.CharField(label="位置", max_length=120)
    message = serializers.CharField(label="要求", max_length=500)
    severity = serializers.ChoiceField(
        choices=ReturnItem.Severity.choices, label="轻重", default=ReturnItem.Severity.MUST
    )


class ReturnIn(OpinionIn):
    """A return: items and the new last day."""

    items = serializers.ListField(child=WantedIn(), label="退回意见", max_length=200)
    due_on = DayField(label="重报截止")
    cause = serializers.ChoiceField(
        choices=models.Review.Cause.choices,
        label="退回原因",
        required=False,
        allow_blank=True,
        default="",
    )


def opinion_of(told: dict[str, Any]) -> dict[str, Any]:
    """The input with marks and the revision that was read as the service takes them."""
    marks = [services.Mark(mark["item"], mark["grade"], mark["points"]) for mark in told["marks"]]
    rest = {name: value for name, value in told.items() if name != "revision"}
    return {**rest, "marks": marks, "seen": told["revision"]}


class Review(APIView):
    """一件在办的审核：逐行对比、评分表、意见；PUT 暂存评分和意见。"""

    @extend_schema(operation_id="reviews_read", responses=ReviewScreenOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The review page's content; 403 unless it lies on the caller's desk."""
        return self._shown(request, found(request, year, public_id))

    @extend_schema(
        operation_id="reviews_save",
        summary="暂存评分和意见",
        request=OpinionIn,
        responses=ReviewScreenOut,
    )
    def put(self, request: Request, year: int, public_id: UUID) -> Response:
        """Keep marks and opinion of a review in progress."""
        filing = found(request, year, public_id)
        told = opinion_of(read(OpinionIn, request))
        services.save_review(filing=filing, actor=caller(request), **told)
        return self._shown(request, found(request, year, public_id))

    def _shown(self, request: Request, filing: Filing) -> Response:
        if not permissions.holds_desk(caller(request), filing):
            raise PermissionDenied(NOT_HERE)
        screen: ReviewScreen = review_screen.build(filing, caller(request))
        return Response(ReviewScreenOut(screen).data)


class Pass(APIView):
    """通过：转下一步，最后一步即定稿。"""

    @extend_schema(operation_id="reviews_pass", request=OpinionIn, responses=FilingOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The filing at its next desk, or in force."""
        filing = found(request, year, public_id)
        told = opinion_of(read(OpinionIn, request))
        return again(services.pass_on(filing=filing, actor=caller(request), **told), request)


class Return(APIView):
    """退回：逐条写明哪一处、改成什么，并定重报截止。"""

    @extend_schema(operation_id="reviews_return", request=ReturnIn, responses=FilingOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The filing, returned; its next revision is open."""
        filing = found(request, year, public_id)
        told = opinion_of(read(ReturnIn, request))
        told["items"] = [services.Wanted(**want) for want in told["items"]]
        return again(services.send_back(filing=filing, actor=caller(request), **told), request)


class Reject(APIView):
    """不通过：不予安排，须写理由。"""

    @extend_schema(operation_id="reviews_reject", request=OpinionIn, responses=FilingOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The filing, refused for good."""
        filing = found(request, year, public_id)
        told = opinion_of(read(OpinionIn, request))
        return again(services.reject(filing=filing, actor=caller(request), **told), request)
