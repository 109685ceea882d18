"""What was returned in a year, for programs: counts, objects, problems."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import KeyPages, demand_valid, workbook
from apps.core.rest_schema import WORKBOOK
from apps.filings import returned_book
from apps.filings.api.common import FilingRow, ItemOut
from apps.filings.models import Filing, ReturnItem
from apps.filings.returned_forms import ReturnedFilter
from apps.filings.selectors import returned as selectors
from apps.filings.selectors.returned import ReturnedAsked
from apps.rules.return_kinds import WORDS, kind_of
from apps.workplans.models import Stage

FILTERS = [
    OpenApiParameter("task", str, description="任务的public_id"),
    OpenApiParameter("stage", str, enum=Stage.values),
    OpenApiParameter("section", str, description="退回科室的public_id"),
    OpenApiParameter("subject", str, enum=[code for code, _ in selectors.SUBJECTS]),
    OpenApiParameter("kind", str, enum=[kind.value for kind in WORDS]),
    OpenApiParameter("q", str, description="单位编码的开头，或单位、项目名称里的字"),
]


def _asked(request: Request, year: int) -> ReturnedAsked:
    """What the query asks for. Raises ValidationError."""
    tasks = selectors.tasks_returned(caller(request), year)
    form = ReturnedFilter(request.query_params, tasks=tasks)
    demand_valid(form)
    return form.asked()


def _problems(request: Request, year: int) -> QuerySet[ReturnItem]:
    return selectors.problems(caller(request), year, _asked(request, year))


class KindOut(serializers.Serializer[Any]):
    """How many problems are of a kind, on how many objects."""

    kind = serializers.CharField()
    word = serializers.CharField()
    n_problems = serializers.IntegerField()
    n_filings = serializers.IntegerField()


class FiguresOut(serializers.Serializer[Any]):
    """An object counts once however often it was returned; a problem is one return item."""

    n_filings = serializers.IntegerField()
    n_projects = serializers.IntegerField()
    n_wholes = serializers.IntegerField()
    n_returns = serializers.IntegerField()
    n_problems = serializers.IntegerField()
    n_project_problems = serializers.IntegerField()
    n_whole_problems = serializers.IntegerField()
    n_settled = serializers.IntegerField()


class ReturnedCountsOut(serializers.Serializer[Any]):
    """The figures, and the problems by kind."""

    counts = FiguresOut()
    kinds = KindOut(many=True)


class Counts(APIView):
    """年度退回计数：对象、问题、类别。"""

    @extend_schema(operation_id="returned_counts", parameters=FILTERS, responses=ReturnedCountsOut)
    def get(self, request: Request, year: int) -> Response:
        """The figures of what the filter shows."""
        rows = _problems(request, year)
        told = {"counts": selectors.counts(rows), "kinds": selectors.by_kind(rows)}
        return Response(ReturnedCountsOut(told).data)


class LineOut(serializers.Serializer[Any]):
    """One returned object."""

    filing = FilingRow()
    n_returns = serializers.IntegerField()
    n_problems = serializers.IntegerField()
    n_settled = serializers.IntegerField()
    last_at = serializers.DateTimeField()


class ProblemOut(ItemOut):
    """One return item with its object and kind."""

    filing = serializers.UUIDField(source="filing.public_id")
    subject = serializers.SerializerMethodField()
    unit_name = serializers.CharField(source="filing.unit.name")
    kind = serializers.SerializerMethodField()
    step = serializers.CharField(source="asked_by")
    cause = serializers.CharField(source="cause_code")
    decided_at = serializers.DateTimeField(source="asked_at")

    class Meta(ItemOut.Meta):
        fields = [
            *ItemOut.Meta.fields,
            "filing",
            "subject",
            "unit_name",
            "kind",
            "step",
            "cause",
            "decided_at",
        ]
        read_only_fields = fields

    def get_subject(self, item: ReturnItem) -> str:
        """The project, or the unit itself."""
        return str(item.filing.assignment.subject or item.filing.unit)

    def get_kind(self, item: ReturnItem) -> str:
        """The kind of problem."""
        return kind_of(item.path).value


class Newest(KeyPages):
    """The newest first."""

    descending = True


@extend_schema_view(
    get=extend_schema(operation_id="returned_list", summary="年度退回的对象", parameters=FILTERS)
)
class Objects(ListAPIView[Filing]):
    """年度退回的对象，新的在前。"""

    serializer_class = LineOut
    pagination_class = Newest
    queryset = Filing.objects.none()

    def get_queryset(self) -> QuerySet[Filing]:
        """The objects that the filter shows. Raises ValidationError."""
        rows = _problems(self.request, self.kwargs["year"])
        return selectors.objects(caller(self.request), self.kwargs["year"], rows)

    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        """One page with its figures."""
        rows = _problems(request, self.kwargs["year"])
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(LineOut(selectors.lines(page, rows), many=True).data)


@extend_schema_view(
    get=extend_schema(
        operation_id="returned_problems", summary="年度退回的问题", parameters=FILTERS
    )
)
class Problems(ListAPIView[ReturnItem]):
    """年度退回的问题，新的在前。"""

    serializer_class = ProblemOut
    pagination_class = Newest
    queryset = ReturnItem.objects.none()

    def get_queryset(self) -> QuerySet[ReturnItem]:
        """The problems that the filter shows. Raises ValidationError."""
        return _problems(self.request, self.kwargs["year"])


class Export(APIView):
    """导出退回统计的Excel。"""

    @extend_schema(
        operation_id="returned_export", parameters=FILTERS, request=None, responses=WORKBOOK
    )
    def post(self, request: Request, year: int) -> FileResponse:
        """What the filter shows, as a workbook."""
        asked = _asked(request, year)
        made = returned_book.export(actor=caller(request), year=year, asked=asked)
        return workbook(made, returned_book.name_of(year))
