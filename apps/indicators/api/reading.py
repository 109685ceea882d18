"""The library for programs: the same rows as the page, with the same filters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.core import clock
from apps.core.http import caller
from apps.core.rest import KeyPages, demand_valid, workbook
from apps.core.rest_schema import WORKBOOK
from apps.indicators import exports, selectors
from apps.indicators.forms import LibraryFilter
from apps.indicators.models import Indicator


class IndicatorSerializer(serializers.ModelSerializer[Indicator]):
    """One third-level indicator with its category and library."""

    category_code = serializers.CharField(source="category.code")
    category_name = serializers.CharField(source="category.name")
    library_title = serializers.CharField(source="category.library.title")
    library_year = serializers.IntegerField(source="category.library.fiscal_year")
    library_level = serializers.CharField(source="category.library.level")
    n_uses = serializers.IntegerField(help_text="本地区已定稿绩效目标用过的件数")

    class Meta:
        model = Indicator
        fields = [
            "id",
            "code",
            "category",
            "category_code",
            "category_name",
            "library_title",
            "library_year",
            "library_level",
            "n_uses",
            "subclass",
            "purpose",
            "level1",
            "level2",
            "name",
            "operator",
            "typical_value",
            "unit",
            "direction",
            "low",
            "high",
            "cost_unit",
            "cost_low",
            "cost_high",
            "is_core",
            "explanation",
            "formula",
            "data_source",
            "evidence",
            "keywords",
        ]
        read_only_fields = fields


class ApiFilter(LibraryFilter):
    """The page's filters and the year, which the page has in its address; KeyPages turns pages."""

    after = None  # type: ignore[assignment]

    year = forms.IntegerField(min_value=2000, max_value=2100, required=False)


FILTERS = [
    OpenApiParameter("year", int, description="预算年度，不填为今年"),
    OpenApiParameter("q", str, description="名称、检索词、解释里的字，空格隔开"),
    OpenApiParameter("level1", str),
    OpenApiParameter("level2", str),
    OpenApiParameter("category", int),
    OpenApiParameter("core", bool),
    OpenApiParameter(
        "source", str, description="级次：department、county、prefecture、province、shared"
    ),
    OpenApiParameter("subclass", str, description="子类"),
    OpenApiParameter("purpose", str, description="资金用途"),
]


def _asked(request: Request) -> dict[str, Any]:
    """What the selectors take; a filter that is none answers 400. Raises ValidationError."""
    form = ApiFilter(request.query_params)
    demand_valid(form)
    year = form.cleaned_data["year"] or clock.today().year
    return {"user": caller(request), "year": year, "wanted": form.wanted()}


@extend_schema(parameters=FILTERS)
class IndicatorList(ListAPIView[Indicator]):
    """指标库：本人可见、当年在用的三级指标。"""

    serializer_class = IndicatorSerializer
    pagination_class = KeyPages

    def get_queryset(self) -> QuerySet[Indicator]:
        """What the filters ask for; a filter that is none answers 400 by its name."""
        if getattr(self, "swagger_fake_view", False):  # the schema is made without a request
            return Indicator.objects.none()
        return selectors.matching(**_asked(self.request))

    def paginate_queryset(self, queryset: Any) -> Any:
        """The page's rows, each with how often it is used."""
        rows = super().paginate_queryset(queryset)
        return None if rows is None else selectors.with_uses(caller(self.request), rows)


class IndicatorExport(APIView):
    """导出指标库，一个工作簿。"""

    @extend_schema(operation_id="indicators_export", parameters=FILTERS, responses=WORKBOOK)
    def get(self, request: Request) -> FileResponse:
        """The page's own workbook, with the same filters."""
        asked = _asked(request)
        return workbook(exports.library(**asked), f"{asked['year']}年度指标库.xlsx")
