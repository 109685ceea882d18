"""The trail for the audit administrator's programs: the page's rows and its export."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.audit import export, permissions, selectors, services
from apps.audit.forms import FilterForm
from apps.audit.models import Entry
from apps.audit.selectors import Filter
from apps.core.http import caller
from apps.core.rest import KeyPages, demand_valid

FILTERS = [
    OpenApiParameter("since", OpenApiTypes.DATE, description="起，含当日"),
    OpenApiParameter("until", OpenApiTypes.DATE, description="止，含当日"),
    OpenApiParameter("person", str, description="人员姓名里的字"),
    OpenApiParameter("action", str, description="动作或动作代码里的字，例如报送、filings."),
    OpenApiParameter("chain", str, description="单位编码"),
    OpenApiParameter("refusals", bool, description="只看被拒绝的"),
]


class EntryOut(serializers.ModelSerializer[Entry]):
    """One line of the trail."""

    chain = serializers.CharField(source="chain.name")

    class Meta:
        model = Entry
        fields = [
            "id",
            "at",
            "chain",
            "number",
            "actor_label",
            "action",
            "is_refusal",
            "subject_type",
            "subject_id",
            "subject_label",
            "data",
            "ip",
            "hash",
        ]
        read_only_fields = fields


def _wanted(request: Request) -> Filter:
    """The page's own filter; what is none answers 400. Raises ValidationError."""
    form = FilterForm(request.query_params)
    demand_valid(form)
    return form.wanted()


class LatestFirst(KeyPages):
    """Fifty at a time, latest first."""

    field = "at"
    descending = True


@extend_schema(parameters=FILTERS)
class Trail(ListAPIView[Entry]):
    """系统日志，新的在前，供审计管理员。"""

    serializer_class = EntryOut
    pagination_class = LatestFirst
    queryset = Entry.objects.none()

    def get_queryset(self) -> QuerySet[Entry]:
        """The lines of the caller's jurisdictions. Raises PermissionDenied."""
        if not permissions.may_read(caller(self.request)):
            raise PermissionDenied("系统日志只供审计管理员查看。")
        rows = selectors.visible_entries(caller(self.request))
        return selectors.filtered(rows, _wanted(self.request))


class TrailExport(APIView):
    """导出系统日志，一个CSV文件，导出本身也记入日志。"""

    @extend_schema(
        operation_id="audit_export",
        parameters=FILTERS,
        request=None,
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> StreamingHttpResponse:
        """The lines that the filter finds."""
        rows = services.export(actor=caller(request), wanted=_wanted(request))
        lines = export.lines(rows.iterator(chunk_size=2000))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
        return response
