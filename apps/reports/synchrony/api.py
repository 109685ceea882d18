"""四同步 for programs: the same rows, counts and facts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import DayField, Input, KeyPages, demand_valid, read, workbook
from apps.core.rest_schema import WORKBOOK
from apps.projects import selectors as projects
from apps.projects.models import Project, StepDate
from apps.projects.steps import services as steps
from apps.projects.steps.services import KEEPERS, SOURCE
from apps.reports.synchrony import export, rows
from apps.reports.synchrony.forms import SynchronyFilter, choices_for
from apps.reports.synchrony.rows import Asked
from apps.rules.synchrony import State, Step

FILTERS = [
    OpenApiParameter("q", str, description="项目名称里的字，或编码的开头"),
    OpenApiParameter("unit", str, description="单位的public_id"),
    OpenApiParameter("step", str, enum=[step.value for step in Step]),
    OpenApiParameter("state", str, enum=[state.value for state in State]),
]


def _asked(request: Request) -> Asked:
    """What the query asks for. Raises ValidationError."""
    form = SynchronyFilter(request.query_params, units=projects.units_listed(caller(request)))
    demand_valid(form)
    return form.asked()


class SyncDayOut(serializers.Serializer[Any]):
    """A day of one side and where it is from; null while it is not on record."""

    on = serializers.DateField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]


class SyncPairOut(serializers.Serializer[Any]):
    """One step: both days, the state, what to do, the trace."""

    step = serializers.CharField()
    budget = SyncDayOut()
    target = SyncDayOut()
    state = serializers.CharField(source="found.state")
    days = serializers.IntegerField(source="found.days")
    text = serializers.CharField(source="found.text")
    todo = serializers.CharField(source="found.todo")
    trace = serializers.JSONField(source="found.trace")


class SyncRowOut(serializers.Serializer[Any]):
    """A project with its four pairs."""

    project = serializers.UUIDField(source="project.public_id")
    code = serializers.CharField(source="project.code")
    name = serializers.CharField(source="project.name")
    unit = serializers.CharField(source="project.unit.code")
    pairs = SyncPairOut(many=True)


class SyncCountOut(serializers.Serializer[Any]):
    """How many projects are in which state at one step."""

    step = serializers.CharField()
    n_late = serializers.IntegerField()
    n_apart = serializers.IntegerField()
    n_unknown = serializers.IntegerField()
    n_together = serializers.IntegerField()


class SyncDayIn(Input):
    """One day of one side."""

    side = serializers.ChoiceField(StepDate.Side.choices, label="哪一边")
    step = serializers.ChoiceField(StepDate.Step.choices, label="环节")
    on = DayField(label="日期")
    source = serializers.CharField(label="文号、网址或来源", max_length=SOURCE)  # type: ignore[assignment]


class ByName(KeyPages):
    """Pages by name."""

    field = "name"


@extend_schema_view(
    get=extend_schema(operation_id="synchrony_list", summary="四同步", parameters=FILTERS)
)
class Synchrony(ListAPIView[Project]):
    """目标与预算的四对日期，按项目名称。"""

    serializer_class = SyncRowOut
    pagination_class = ByName
    queryset = Project.objects.none()

    def get_queryset(self) -> QuerySet[Project]:
        """The projects that the filter shows. Raises ValidationError."""
        user, year, asked = caller(self.request), self.kwargs["year"], _asked(self.request)
        listed = rows.listed(user, year, asked).select_related("unit", "jurisdiction")
        if not asked.state:
            return listed
        fitting = [row.project.pk for row in rows.found(user, year, asked)]
        return listed.filter(pk__in=fitting)

    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        """One page with its pairs."""
        page = self.paginate_queryset(self.get_queryset()) or []
        found = rows.rows_of(list(page), self.kwargs["year"])
        return self.get_paginated_response(SyncRowOut(found, many=True).data)


class SyncCounts(APIView):
    """四同步各环节的项目数。"""

    @extend_schema(
        operation_id="synchrony_counts", parameters=FILTERS, responses=SyncCountOut(many=True)
    )
    def get(self, request: Request, year: int) -> Response:
        """One line a step."""
        found = rows.found(caller(request), year, _asked(request))
        return Response(SyncCountOut(rows.counts(found), many=True).data)


class SyncExport(APIView):
    """导出四同步的Excel。"""

    @extend_schema(
        operation_id="synchrony_export", parameters=FILTERS, request=None, responses=WORKBOOK
    )
    def post(self, request: Request, year: int) -> FileResponse:
        """What the filter shows, as a workbook."""
        made = export.export(actor=caller(request), year=year, asked=_asked(request))
        return workbook(made, export.name_of(year))


class ProjectSynchrony(APIView):
    """一个项目的四对日期；POST 登记一个日期。"""

    @extend_schema(operation_id="synchrony_project", responses=SyncRowOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The project's row; 404 for a project that the caller does not see."""
        return self._answer(_project(request, public_id), year, 200)

    @extend_schema(
        operation_id="synchrony_record",
        summary="登记预算或目标的日期",
        request=SyncDayIn,
        responses={201: SyncRowOut},
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The project's row with the day; 403 without the right."""
        project = _project(request, public_id)
        if not choices_for(caller(request), project):
            raise PermissionDenied(KEEPERS)
        told = read(SyncDayIn, request)
        steps.record(project=project, actor=caller(request), year=year, **told)
        return self._answer(project, year, 201)

    def _answer(self, project: Project, year: int, status: int) -> Response:
        (row,) = rows.rows_of([project], year)
        return Response(SyncRowOut(row).data, status=status)


def _project(request: Request, public_id: UUID) -> Project:
    seen = Project.objects.visible_to(caller(request)).select_related("unit", "jurisdiction")
    return get_object_or_404(seen, public_id=public_id, is_classified=False)
