"""Plans, tasks and assignments for programs; the extension of one deadline."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import clock
from apps.core.http import caller
from apps.core.rest import DayField, Input, KeyPages, asked_number, read
from apps.workplans import permissions, population, selectors, services
from apps.workplans.models import (
    Assignment,
    OfflineReceipt,
    Plan,
    PlanTask,
    RuleSetting,
    TaskWindow,
)

ROW = TypeVar("ROW", bound=Model)
YEAR = OpenApiParameter("year", int, description="年度，不填为全部")


class PlanSerializer(serializers.ModelSerializer[Plan]):
    """A plan."""

    jurisdiction = serializers.CharField(source="jurisdiction.code")

    class Meta:
        model = Plan
        fields = [
            "public_id",
            "jurisdiction",
            "fiscal_year",
            "title",
            "document_number",
            "source_note",
            "state",
            "published_at",
        ]
        read_only_fields = fields


class WindowSerializer(serializers.ModelSerializer[TaskWindow]):
    """A window; `closes_at` is the midnight after the last day in time."""

    class Meta:
        model = TaskWindow
        fields = ["key", "label", "opens_at", "closes_at", "data_until", "phrase", "note"]
        read_only_fields = fields


class TaskSerializer(serializers.ModelSerializer[PlanTask]):
    """A task with its windows."""

    plan = serializers.UUIDField(source="plan.public_id")
    section = serializers.CharField(source="section.name", default="")
    windows = WindowSerializer(many=True)

    class Meta:
        model = PlanTask
        fields = [
            "public_id",
            "plan",
            "position",
            "code",
            "title",
            "stage",
            "kind",
            "subject_kind",
            "level",
            "is_main",
            "evaluated_year",
            "responsible",
            "section",
            "clause",
            "requirements",
            "trigger",
            "doubt",
            "windows",
        ]
        read_only_fields = fields


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """Who owes what until when."""

    task = serializers.UUIDField(source="task.public_id")
    window = serializers.CharField(source="window.key")
    unit = serializers.CharField(source="unit.code")
    project = serializers.UUIDField(source="project.public_id", default=None, allow_null=True)

    class Meta:
        model = Assignment
        fields = [
            "public_id",
            "fiscal_year",
            "task",
            "window",
            "unit",
            "project",
            "opens_at",
            "due_at",
            "exempt_reason",
            "assigned_at",
        ]
        read_only_fields = fields


class ExemptionIn(Input):
    """Why an assignment is no longer owed."""

    reason = serializers.CharField(label="理由", max_length=200)


class ExtensionIn(ExemptionIn):
    """The new last day, and why."""

    last_day = DayField(label="新截止日")


class SettingOut(serializers.ModelSerializer[RuleSetting]):
    """A parameter of the plan or of one task, with its clause; `is_filled` says it is decided."""

    task = serializers.UUIDField(source="task.public_id", default=None, allow_null=True)

    class Meta:
        model = RuleSetting
        fields = ["code", "title", "task", "value", "unit", "is_filled", "note", "clause"]
        read_only_fields = fields


class ScopeLineOut(serializers.Serializer[Any]):
    """A step of the count; taken away when `is_minus`."""

    label = serializers.CharField()  # type: ignore[assignment]
    number = serializers.IntegerField()
    is_minus = serializers.BooleanField()


class ReachOut(serializers.Serializer[Any]):
    """Whom a task reaches today, with the steps that lead there; classified ones apart."""

    n_units = serializers.IntegerField()
    n_projects = serializers.IntegerField()
    n_classified = serializers.IntegerField()
    lines = ScopeLineOut(many=True)


class OpenedOut(serializers.Serializer[Any]):
    """A task that publishing opens today, and whom it reaches."""

    task = serializers.UUIDField()
    title = serializers.CharField()
    reach = ReachOut()


class PublishOut(serializers.Serializer[Any]):
    """What publishing the plan does today."""

    n_tasks = serializers.IntegerField()
    n_undecided = serializers.IntegerField()
    opened = OpenedOut(many=True)


class DeadlineOut(serializers.Serializer[Any]):
    """One date; `number` counts the assignments that fall on it, 0 for a window of the bureau."""

    key = serializers.CharField()
    title = serializers.CharField()
    due_at = serializers.DateTimeField()
    number = serializers.IntegerField()


def of_year(request: Request, rows: QuerySet[ROW], field: str) -> QuerySet[ROW]:
    """The rows of `?year=`, or all; what is no year answers 400."""
    year = asked_number(request, "year")
    return rows if year is None else rows.filter(**{field: year})


@extend_schema(parameters=[YEAR])
class PlanList(ListAPIView[Plan]):
    """年度计划：本人可见的计划。"""

    serializer_class = PlanSerializer
    pagination_class = KeyPages
    queryset = Plan.objects.none()

    def get_queryset(self) -> QuerySet[Plan]:
        """Plans that exist for the caller."""
        rows = Plan.objects.visible_to(caller(self.request)).select_related("jurisdiction")
        return of_year(self.request, rows, "fiscal_year")


def _plan(request: Request, public_id: UUID) -> Plan:
    rows = Plan.objects.visible_to(caller(request)).select_related("jurisdiction")
    return get_object_or_404(rows, public_id=public_id)


class PlanSettings(APIView):
    """计划的参数和依据，连同各任务自己的。"""

    @extend_schema(operation_id="plans_settings", responses=SettingOut(many=True))
    def get(self, request: Request, public_id: UUID) -> Response:
        """Every parameter of the plan, what must still be decided first."""
        rows = _plan(request, public_id).settings.select_related("task").order_by("pk")
        told = sorted(rows, key=lambda row: row.is_filled)
        return Response(SettingOut(told, many=True).data)


class PlanPublish(APIView):
    """发布计划会派发什么；今天起填报期已开始的任务和派到的范围。"""

    @extend_schema(operation_id="plans_publish_preview", responses=PublishOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """What publishing does today; 403 for anyone but the plan's administrator."""
        plan = _plan(request, public_id)
        if not permissions.may_publish(caller(request), plan):
            raise PermissionDenied("只有本级计划管理员可以发布计划。")
        reach = selectors.publish_preview(plan)
        opened = [
            {"task": task.public_id, "title": task.title, "reach": scope}
            for task, scope in reach.rows
        ]
        told = {"n_tasks": reach.n_tasks, "n_undecided": reach.n_undecided, "opened": opened}
        return Response(PublishOut(told).data)

    @extend_schema(
        operation_id="plans_publish", summary="发布计划", request=None, responses=PlanSerializer
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The plan, in force."""
        plan = services.publish(plan=_plan(request, public_id), actor=caller(request))
        return Response(PlanSerializer(plan).data)


@extend_schema(parameters=[YEAR])
class TaskList(ListAPIView[PlanTask]):
    """计划任务：原文、责任、填报期。"""

    serializer_class = TaskSerializer
    pagination_class = KeyPages
    queryset = PlanTask.objects.none()

    def get_queryset(self) -> QuerySet[PlanTask]:
        """Tasks of plans that exist for the caller."""
        rows = PlanTask.objects.visible_to(caller(self.request)).select_related("plan", "section")
        return of_year(self.request, rows.prefetch_related("windows"), "plan__fiscal_year")


class TaskDetail(RetrieveAPIView[PlanTask]):
    """一项计划任务。"""

    serializer_class = TaskSerializer
    lookup_field = "public_id"
    queryset = PlanTask.objects.none()

    def get_queryset(self) -> QuerySet[PlanTask]:
        """Tasks of plans that exist for the caller."""
        rows = PlanTask.objects.visible_to(caller(self.request)).select_related("plan", "section")
        return rows.prefetch_related("windows")


class TaskReach(APIView):
    """一项任务今天派到哪些单位和项目，怎么数出来的。"""

    @extend_schema(operation_id="tasks_reach", responses=ReachOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The count with its steps."""
        rows = selectors.whole_tasks(caller(request))
        task = get_object_or_404(rows, public_id=public_id)
        return Response(ReachOut(selectors.scope_preview(task)).data)


class OfflineOut(serializers.ModelSerializer[OfflineReceipt]):
    """That a classified paper was received: by the unit's code, never what it says."""

    unit = serializers.CharField(source="unit.code")
    window = serializers.CharField(source="window.key")

    class Meta:
        model = OfflineReceipt
        fields = ["public_id", "unit", "window", "received_on", "number", "n_items"]
        read_only_fields = fields


class OfflineIn(Input):
    """A unit's paper for a window of the task, by its number in the bureau's register."""

    unit = serializers.CharField(label="单位", max_length=20)
    window = serializers.CharField(label="节点", max_length=20)
    received_on = DayField(label="收到日期")
    number = serializers.CharField(label="收件编号", max_length=40)
    n_items = serializers.IntegerField(label="件数", min_value=1, max_value=999)


class TaskOffline(APIView):
    """一项任务的线下报送登记；涉密材料只登记收到，不收正文。"""

    @extend_schema(operation_id="tasks_offline", responses=OfflineOut(many=True))
    def get(self, request: Request, public_id: UUID) -> Response:
        """The newest two hundred registrations; nobody but the plan administrator has any."""
        task = get_object_or_404(selectors.whole_tasks(caller(request)), public_id=public_id)
        rows = selectors.offline_of(task, caller(request))[:200]
        return Response(OfflineOut(rows, many=True).data)

    @extend_schema(
        operation_id="tasks_register_offline",
        summary="登记一次线下报送",
        request=OfflineIn,
        responses={201: OfflineOut},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The registration."""
        task = get_object_or_404(selectors.whole_tasks(caller(request)), public_id=public_id)
        told = read(OfflineIn, request)
        if not permissions.may_publish(caller(request), task.plan):
            raise PermissionDenied("只有计划管理员可以登记线下报送。")
        told["unit"] = get_object_or_404(population.offline_units(task), code=told["unit"])
        told["window"] = get_object_or_404(task.windows, key=told["window"])
        receipt = services.register_offline(task=task, actor=caller(request), **told)
        return Response(OfflineOut(receipt).data, status=201)


class Deadlines(APIView):
    """当年的截止日；财政一侧是计划的填报期。"""

    @extend_schema(operation_id="deadlines", responses=DeadlineOut(many=True))
    def get(self, request: Request, year: int) -> Response:
        """The dates of the page's calendar file."""
        rows = selectors.deadlines_of(caller(request), year)
        return Response(DeadlineOut(rows, many=True).data)


@extend_schema(parameters=[YEAR])
class AssignmentList(ListAPIView[Assignment]):
    """应报：谁在哪天前报什么。"""

    serializer_class = AssignmentSerializer
    pagination_class = KeyPages
    queryset = Assignment.objects.none()

    def get_queryset(self) -> QuerySet[Assignment]:
        """Assignments that exist for the caller."""
        rows = Assignment.objects.visible_to(caller(self.request))
        rows = rows.select_related("task", "window", "unit", "project")
        return of_year(self.request, rows, "fiscal_year")


def _owed(request: Request, public_id: UUID) -> Assignment:
    return get_object_or_404(Assignment.objects.visible_to(caller(request)), public_id=public_id)


def _again(assignment: Assignment) -> Response:
    assignment.refresh_from_db()
    return Response(AssignmentSerializer(assignment).data)


class AssignmentExtend(APIView):
    """延期一件应报。"""

    @extend_schema(request=ExtensionIn, responses=AssignmentSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Move the deadline; 403 without the right, 409 when the rule refuses."""
        assignment, told = _owed(request, public_id), read(ExtensionIn, request)
        services.extend(
            assignment=assignment,
            new_due_at=clock.end_of(told["last_day"]),
            reason=told["reason"],
            actor=caller(request),
        )
        return _again(assignment)


class AssignmentExempt(APIView):
    """豁免一件应报，单位不用再报。"""

    @extend_schema(request=ExemptionIn, responses=AssignmentSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """The assignment, no longer owed."""
        assignment, told = _owed(request, public_id), read(ExemptionIn, request)
        services.exempt(assignment=assignment, actor=caller(request), **told)
        return _again(assignment)
