"""The register of a year's assessments for programs."""

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
from apps.filings.models import Filing, State
from apps.pre_assessment import register, selectors
from apps.pre_assessment.forms import RegisterFilter
from apps.pre_assessment.models import Verdict

FILTERS = [
    OpenApiParameter("verdict", str, enum=Verdict.values),
    OpenApiParameter("state", str, enum=State.values),
]


def _chosen(request: Request) -> dict[str, str]:
    """What the query asks for. Raises ValidationError."""
    form = RegisterFilter(request.query_params)
    demand_valid(form)
    return form.chosen()


class RegisterOut(serializers.Serializer[Any]):
    """An assessment; the conclusion is null while the caller may not know it. Amounts in 元."""

    filing = serializers.UUIDField(source="filing.public_id")
    project = serializers.SerializerMethodField()
    unit = serializers.CharField(source="filing.unit.code")
    unit_name = serializers.CharField(source="filing.unit.name")
    state = serializers.CharField(source="filing.state")
    asked = serializers.DecimalField(15, 2, allow_null=True)
    budget_year = serializers.IntegerField(source="conclusion.budget_year", default=None)
    verdict = serializers.CharField(source="conclusion.verdict", default=None)
    supported = serializers.DecimalField(15, 2, source="conclusion.supported", default=None)
    score = serializers.CharField()
    third_party = serializers.CharField()

    def get_project(self, row: register.RegisterRow) -> str:
        """The project's name."""
        return str(row.filing.assignment.project or "")


class CountOut(serializers.Serializer[Any]):
    """How many projects a verdict let in, and for how much, in 元 (Y-09)."""

    verdict = serializers.CharField()
    n = serializers.IntegerField()
    asked = serializers.DecimalField(15, 2)
    supported = serializers.DecimalField(15, 2)


class Newest(KeyPages):
    """The newest first."""

    descending = True


@extend_schema_view(
    get=extend_schema(
        operation_id="assessments_list", summary="事前绩效评估登记簿", parameters=FILTERS
    )
)
class Register(ListAPIView[Filing]):
    """年度事前绩效评估，新的在前。"""

    serializer_class = RegisterOut
    pagination_class = Newest
    queryset = Filing.objects.none()

    def get_queryset(self) -> QuerySet[Filing]:
        """What the filter shows. Raises ValidationError."""
        return register.listed(caller(self.request), self.kwargs["year"], **_chosen(self.request))

    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        """One page with what was asked and concluded."""
        page = self.paginate_queryset(self.get_queryset()) or []
        rows = register.rows_of(list(page), caller(request))
        return self.get_paginated_response(RegisterOut(rows, many=True).data)


class Counts(APIView):
    """预算年度按结论计的项目数和金额。"""

    @extend_schema(operation_id="assessments_counts", responses=CountOut(many=True))
    def get(self, request: Request, year: int) -> Response:
        """One line for each verdict."""
        return Response(CountOut(selectors.counts(caller(request), year), many=True).data)


class Export(APIView):
    """导出登记簿的Excel。"""

    @extend_schema(
        operation_id="assessments_export", parameters=FILTERS, request=None, responses=WORKBOOK
    )
    def post(self, request: Request, year: int) -> FileResponse:
        """What the filter shows, as a workbook."""
        made = register.export(actor=caller(request), year=year, chosen=_chosen(request))
        return workbook(made, register.name_of(year))
