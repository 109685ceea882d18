"""The ledger for programs: the same lines, counts and check points."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponseBase
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
from apps.jobs.models import Job
from apps.jobs.tasks import run_job
from apps.organizations.models import Section, Unit
from apps.reports.ledger import checkpoints, counts, export, rows, silent
from apps.reports.ledger.forms import LedgerFilter
from apps.reports.ledger.rows import Asked
from apps.workplans import permissions, services
from apps.workplans.models import Assignment, PlanTask, TaskCheckpoint

FILTERS = [
    OpenApiParameter("task", str, description="任务的public_id"),
    OpenApiParameter("section", str, description="牵头科室的public_id"),
    OpenApiParameter("unit_kind", str, enum=[value for value, _ in rows.kinds()]),
    OpenApiParameter("state", str, enum=[value for value, _ in rows.STATES]),
    OpenApiParameter("q", str, description="单位编码的开头或名称里的字"),
]


def _asked(request: Request, year: int) -> Asked:
    """What the query asks for. Raises ValidationError."""
    form = LedgerFilter(request.query_params, tasks=counts.tasks_of(caller(request), year))
    demand_valid(form)
    return form.asked()


class PostOut(serializers.Serializer[Any]):
    """Who speaks for the unit."""

    name = serializers.CharField()
    phone = serializers.CharField()


class OwnersOut(serializers.Serializer[Any]):
    """Who files, who answers, who speaks for a unit; empty lists are gaps."""

    filers = serializers.ListField(child=serializers.CharField())
    heads = serializers.ListField(child=serializers.CharField())
    liaisons = PostOut(many=True)


class LedgerOut(serializers.Serializer[Any]):
    """One line of the ledger."""

    assignment = serializers.UUIDField(source="owed.public_id")
    task = serializers.UUIDField(source="owed.task.public_id")
    title = serializers.CharField(source="owed.task.title")
    window = serializers.CharField(source="owed.window.key")
    unit = serializers.CharField(source="owed.unit.code")
    unit_name = serializers.CharField(source="owed.unit.name")
    subject = serializers.CharField()
    opens_at = serializers.DateTimeField(source="owed.opens_at", allow_null=True)
    due_at = serializers.DateTimeField(source="owed.due_at", allow_null=True)
    state = serializers.CharField()
    remaining = serializers.IntegerField(allow_null=True)
    is_late = serializers.BooleanField()
    lateness = serializers.CharField()
    owners = OwnersOut()
    last_at = serializers.DateTimeField(source="last.at")
    last = serializers.CharField(source="last.words")
    last_by = serializers.CharField(source="last.by")
    filing = serializers.UUIDField(allow_null=True)


class ByDeadline(KeyPages):
    """What is due first."""

    field = "due_at"


@extend_schema_view(
    get=extend_schema(operation_id="ledger_list", summary="总台账", parameters=FILTERS)
)
class Ledger(ListAPIView[Assignment]):
    """年度工作推进总台账，按截止日。"""

    serializer_class = LedgerOut
    pagination_class = ByDeadline
    queryset = Assignment.objects.none()

    def get_queryset(self) -> QuerySet[Assignment]:
        """The lines that the filter shows. Raises ValidationError."""
        year = self.kwargs["year"]
        return rows.whole(rows.listed(caller(self.request), year, _asked(self.request, year)))

    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        """One page with owners and last actions."""
        page = self.paginate_queryset(self.get_queryset()) or []
        lines = rows.lines(list(page), caller(request))
        return self.get_paginated_response(LedgerOut(lines, many=True).data)


# --- added up -------------------------------------------------------------------------------
class CountsOut(serializers.Serializer[Any]):
    """How many are owed, and how those stand."""

    n_owed = serializers.IntegerField()
    n_filed = serializers.IntegerField()
    n_approved = serializers.IntegerField()
    n_returned = serializers.IntegerField()
    n_overdue = serializers.IntegerField()
    n_late = serializers.IntegerField()
    n_excused = serializers.IntegerField()


class PointOut(serializers.Serializer[Any]):
    """One check point; `on` is null where nothing shows that it was passed."""

    step = serializers.CharField()
    title = serializers.CharField()
    on = serializers.DateField(allow_null=True)
    section = serializers.CharField()
    note = serializers.CharField()
    is_registered = serializers.BooleanField()


class LedgerTaskOut(serializers.Serializer[Any]):
    """One task with its counts and its five check points."""

    task = serializers.UUIDField(source="line.task.public_id")
    title = serializers.CharField(source="line.task.title")
    section = serializers.CharField(source="line.task.section", allow_null=True)
    counts = CountsOut(source="line.counts")
    points = PointOut(many=True)


def _tasks(request: Request, year: int, asked: Asked) -> list[dict[str, Any]]:
    user = caller(request)
    lines = counts.by_task(user, year, asked)
    told = checkpoints.points(lines, rows.listed(user, year, asked))
    return [{"line": line, "points": points} for line, points in zip(lines, told, strict=True)]


class LedgerTasks(APIView):
    """总台账按任务：数量和五个检查点。"""

    @extend_schema(
        operation_id="ledger_tasks", parameters=FILTERS, responses=LedgerTaskOut(many=True)
    )
    def get(self, request: Request, year: int) -> Response:
        """Every task that the filter shows."""
        told = _tasks(request, year, _asked(request, year))
        return Response(LedgerTaskOut(told, many=True).data)


class CheckpointIn(Input):
    """When a check point was passed; the lead section when none is named."""

    step = serializers.ChoiceField(TaskCheckpoint.Step.choices, label="检查点")
    on = DayField(label="日期")
    section = serializers.CharField(
        label="科室标识", max_length=20, required=False, allow_null=True, default=None
    )
    note = serializers.CharField(
        label="做了什么", max_length=200, required=False, allow_blank=True, default=""
    )


class Checkpoints(APIView):
    """一项任务的五个检查点；POST 登记一个。"""

    @extend_schema(operation_id="checkpoints_read", responses=LedgerTaskOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The task's line; 404 for a task that the caller does not see."""
        return self._answer(request, year, public_id, 200)

    @extend_schema(
        operation_id="checkpoints_register",
        summary="登记检查点",
        request=CheckpointIn,
        responses={201: LedgerTaskOut},
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The task's line with the point; 403 without the right."""
        user = caller(request)
        task = self._task(request, year, public_id)
        if not permissions.may_register_checkpoint(user, task):
            raise PermissionDenied("检查点由牵头科室、绩效科或计划管理员登记。")
        told = read(CheckpointIn, request)
        sections = Section.objects.filter(jurisdiction=task.plan.jurisdiction_id)
        code = told.pop("section")
        section = get_object_or_404(sections, code=code) if code else None
        services.register_checkpoint(actor=user, task=task, section=section, **told)
        return self._answer(request, year, public_id, 201)

    def _task(self, request: Request, year: int, public_id: UUID) -> PlanTask:
        return get_object_or_404(counts.tasks_of(caller(request), year), public_id=public_id)

    def _answer(self, request: Request, year: int, public_id: UUID, status: int) -> Response:
        task = self._task(request, year, public_id)
        told = _tasks(request, year, Asked(task=str(task.public_id)))
        whole = told[0] if told else {"line": counts.no_line(task), "points": []}
        return Response(LedgerTaskOut(whole).data, status=status)


class LedgerStageOut(serializers.Serializer[Any]):
    """A unit in one stage."""

    stage = serializers.CharField()
    n_owed = serializers.IntegerField()
    n_filed = serializers.IntegerField()
    n_overdue = serializers.IntegerField()


class LedgerUnitOut(serializers.Serializer[Any]):
    """One unit with its people, its counts, and its stages."""

    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    owners = OwnersOut()
    lacks = serializers.CharField()
    counts = CountsOut()
    stages = LedgerStageOut(many=True, source="cells")


class ByCode(KeyPages):
    """Pages by code."""

    field = "code"


@extend_schema_view(
    get=extend_schema(operation_id="ledger_units", summary="总台账按单位", parameters=FILTERS)
)
class LedgerUnits(ListAPIView[Unit]):
    """总台账按单位：数量、六个环节、填报员、负责人和联络员。"""

    serializer_class = LedgerUnitOut
    pagination_class = ByCode
    queryset = Unit.objects.none()

    def get_queryset(self) -> QuerySet[Unit]:
        """Units with something that the filter shows. Raises ValidationError."""
        year = self.kwargs["year"]
        return counts.units_of(caller(self.request), year, _asked(self.request, year))

    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        """One page with people and counts."""
        page, year = self.paginate_queryset(self.get_queryset()) or [], self.kwargs["year"]
        lines = counts.by_unit(page, caller(request), year, _asked(request, year))
        return self.get_paginated_response(LedgerUnitOut(lines, many=True).data)


class LedgerJobOut(serializers.Serializer[Any]):
    """The job that makes the file; GET jobs/{job}/ says how far it is."""

    job = serializers.UUIDField(source="public_id")


class LedgerExport(APIView):
    """导出总台账；少则直接给工作簿，多则由后台任务做。"""

    @extend_schema(
        operation_id="ledger_export",
        parameters=FILTERS,
        request=None,
        responses={**WORKBOOK, (202, "application/json"): LedgerJobOut},
    )
    def post(self, request: Request, year: int) -> HttpResponseBase:
        """The workbook, or the job that makes it; who took what is on record."""
        made = export.export(actor=caller(request), year=year, asked=_asked(request, year))
        if isinstance(made, Job):
            run_job.delay_on_commit(made.pk)
            return Response(LedgerJobOut(made).data, status=202)
        return workbook(made, export.name_of(year))


# --- who is silent --------------------------------------------------------------------------
class OverdueOut(serializers.Serializer[Any]):
    """One thing past its deadline, with the working days since."""

    assignment = serializers.UUIDField(source="owed.public_id")
    title = serializers.CharField(source="owed.task.title")
    due_at = serializers.DateTimeField(source="owed.due_at")
    days = serializers.IntegerField(allow_null=True)


class ToldOut(serializers.Serializer[Any]):
    """One reminder that was sent."""

    at = serializers.DateTimeField()
    name = serializers.CharField()
    title = serializers.CharField()
    is_read = serializers.BooleanField()


class SilentUnitOut(serializers.Serializer[Any]):
    """A unit with what it has not handed in and what it was sent."""

    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    n_items = serializers.IntegerField()
    items = OverdueOut(many=True)
    owners = OwnersOut()
    n_told = serializers.IntegerField()
    told = ToldOut(many=True)


@extend_schema_view(
    get=extend_schema(operation_id="ledger_silent", summary="催报名单", parameters=FILTERS)
)
class Silent(ListAPIView[Unit]):
    """逾期未报的单位，按编码，带联系人和催报记录。"""

    serializer_class = SilentUnitOut
    pagination_class = ByCode
    queryset = Unit.objects.none()

    def get_queryset(self) -> QuerySet[Unit]:
        """Silent units. Raises PermissionDenied, ValidationError."""
        if not silent.is_lead(caller(self.request)):
            raise PermissionDenied("催报名单由主管部门和财政部门查看。")
        year = self.kwargs["year"]
        return silent.silent_units(caller(self.request), year, _asked(self.request, year))

    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        """One page with people and reminders."""
        page, year = self.paginate_queryset(self.get_queryset()) or [], self.kwargs["year"]
        lines = silent.silent_lines(page, caller(request), year, _asked(request, year))
        return self.get_paginated_response(SilentUnitOut(lines, many=True).data)
