"""Reviewers compared, and second scores, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import Input, asked_number, read, workbook
from apps.core.rest_schema import WORKBOOK
from apps.filings import calibration_book, services
from apps.filings.api.reviewing import MarkIn
from apps.filings.models import SecondScore
from apps.filings.selectors import calibration as selectors
from apps.filings.services import calibration
from apps.rules.errors import RuleError
from apps.workplans.models import ScoreSheet

NOT_YOURS = "打分校准由绩效科和局领导查看。"
SHEET = [OpenApiParameter("sheet", int, description="评分表的编号；不写取第一张")]


def _sheet(request: Request, year: int) -> ScoreSheet:
    """The sheet that the query names, else the first; 404 where nothing was scored."""
    if not selectors.may_compare(caller(request)):
        raise PermissionDenied(NOT_YOURS)
    rows = selectors.sheets(caller(request), year)
    number = asked_number(request, "sheet", longest=9)
    found = (rows if number is None else rows.filter(pk=number)).first()
    if found is None:
        raise Http404
    return found


class SpreadOut(serializers.Serializer[Any]):
    """Number, mean, median, standard deviation and range, in points."""

    n = serializers.IntegerField()
    mean = serializers.DecimalField(6, 2, allow_null=True)
    median = serializers.DecimalField(6, 2, allow_null=True)
    deviation = serializers.DecimalField(6, 2, allow_null=True)
    lowest = serializers.DecimalField(6, 2, allow_null=True)
    highest = serializers.DecimalField(6, 2, allow_null=True)


class AgreementOut(serializers.Serializer[Any]):
    """How far scores of the same things lie apart: the mean difference and its size."""

    n = serializers.IntegerField()
    mean = serializers.DecimalField(6, 2, allow_null=True)
    size = serializers.DecimalField(6, 2, allow_null=True)
    n_within = serializers.IntegerField()


class ReviewerOut(serializers.Serializer[Any]):
    """One reviewer on the sheet."""

    name = serializers.CharField()
    spread = SpreadOut()
    lean = AgreementOut()


class GapOut(serializers.Serializer[Any]):
    """One criterion scored twice."""

    name = serializers.CharField()
    agreement = AgreementOut()


class PairOut(serializers.Serializer[Any]):
    """The same revision scored twice."""

    second = serializers.UUIDField(source="second.public_id")
    subject = serializers.CharField()
    reviewer = serializers.CharField(source="second.review.reviewer.name")
    scorer = serializers.CharField(source="second.scorer.name")
    first = serializers.DecimalField(5, 2)
    again = serializers.DecimalField(5, 2)
    gap = serializers.DecimalField(6, 2)


class ComparisonOut(serializers.Serializer[Any]):
    """The reviewers on one sheet, and what was scored twice."""

    sheet = serializers.IntegerField(source="sheet.pk")
    title = serializers.CharField(source="sheet.title")
    whole = SpreadOut()
    reviewers = ReviewerOut(many=True, source="lines")
    pairs = PairOut(many=True)
    agreement = AgreementOut()
    criteria = GapOut(many=True)


class SecondIn(Input):
    """Which review is scored again, and by whom."""

    review = serializers.UUIDField(label="哪一件")
    scorer = serializers.UUIDField(label="请谁再打")


class SecondMarksIn(Input):
    """The marks and what is said beside them."""

    marks = serializers.ListField(child=MarkIn(), label="评分", max_length=100)
    opinion = serializers.CharField(
        label="意见", max_length=1000, required=False, allow_blank=True, default=""
    )


class MarkLineOut(serializers.Serializer[Any]):
    """One criterion as both scorers saw it."""

    name = serializers.CharField()
    maximum = serializers.DecimalField(5, 2)
    first = serializers.DecimalField(5, 2, allow_null=True)
    again = serializers.DecimalField(5, 2, allow_null=True)


class SecondOut(serializers.ModelSerializer[SecondScore]):
    """A second score; the first is not told before the second is given."""

    filing = serializers.UUIDField(source="review.revision.filing.public_id")
    revision = serializers.IntegerField(source="review.revision.number")
    scorer = serializers.CharField(source="scorer.name")
    marks = serializers.SerializerMethodField()

    class Meta:
        model = SecondScore
        fields = [
            "public_id",
            "filing",
            "revision",
            "scorer",
            "asked_at",
            "score",
            "grade",
            "opinion",
            "scored_at",
            "marks",
        ]
        read_only_fields = fields

    def get_marks(self, second: SecondScore) -> list[dict[str, Any]]:
        """The criteria side by side once it is given."""
        return list(MarkLineOut(selectors.marks_of(second), many=True).data)


class Comparison(APIView):
    """审核员在同一张评分表上的分布，和同一件两次打分的差。"""

    @extend_schema(operation_id="calibration_read", parameters=SHEET, responses=ComparisonOut)
    def get(self, request: Request, year: int) -> Response:
        """The reviewers on one sheet."""
        told = selectors.compared(caller(request), year, _sheet(request, year))
        return Response(ComparisonOut(told).data)

    @extend_schema(
        operation_id="calibration_ask",
        summary="请人再打一次分",
        parameters=SHEET,
        request=SecondIn,
        responses={201: SecondOut},
    )
    def post(self, request: Request, year: int) -> Response:
        """The second score, still to be given."""
        told, actor = read(SecondIn, request), caller(request)
        if not selectors.may_compare(actor):
            raise PermissionDenied(NOT_YOURS)
        review = get_object_or_404(selectors.scored(actor, year), public_id=told["review"])
        offered = {person.public_id: person for person in selectors.scorers_in(actor)}
        if told["scorer"] not in offered:
            raise RuleError("请的人不在本局审核员里，请换人。", code="calibration.unseen")
        second = calibration.ask_second(review=review, scorer=offered[told["scorer"]], actor=actor)
        return Response(SecondOut(second).data, status=201)


class Export(APIView):
    """导出打分校准的Excel。"""

    @extend_schema(
        operation_id="calibration_export", parameters=SHEET, request=None, responses=WORKBOOK
    )
    def post(self, request: Request, year: int) -> FileResponse:
        """The comparison as a workbook."""
        sheet = _sheet(request, year)
        made = calibration_book.export(actor=caller(request), year=year, sheet=sheet)
        return workbook(made, calibration_book.name_of(sheet))


class Second(APIView):
    """一次再打分。"""

    @extend_schema(operation_id="second_scores_read", responses=SecondOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The second score, beside the first once it is given."""
        return Response(SecondOut(_found(request, year, public_id)).data)

    @extend_schema(
        operation_id="second_scores_give",
        summary="再打一次分",
        request=SecondMarksIn,
        responses=SecondOut,
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The second score, given once and for all."""
        second, told = _found(request, year, public_id), read(SecondMarksIn, request)
        told["marks"] = [services.Mark(m["item"], m["grade"], m["points"]) for m in told["marks"]]
        calibration.give_second(second=second, actor=caller(request), **told)
        return Response(SecondOut(_found(request, year, public_id)).data)


def _found(request: Request, year: int, public_id: UUID) -> SecondScore:
    rows = selectors.second_scores(caller(request))
    return get_object_or_404(rows, public_id=public_id, review__revision__filing__fiscal_year=year)
