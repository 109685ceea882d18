"""Plans, tasks and assignments for programs; the extension of one deadline."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import DayField, Input, KeyPages, read
from apps.workplans import permissions, population, selectors, services
from apps.workplans.api.common import YEAR, PlanStartedOut, of_year, started
from apps.workplans.api.inputs import SeenIn
from apps.workplans.models import (
    OfflineReceipt,
    Plan,
    PlanTask,
    RuleSetting,
    TaskWindow,
)
from apps.workplans.services import fingerprints


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
    fingerprint = serializers.CharField()


class DeadlineOut(serializers.Serializer[Any]):
    """One date; `number` counts the assignments that fall on it, 0 for a window of the bureau."""

    key = serializers.CharField()
    title = serializers.CharField()
    due_at = serializers.DateTimeField()
    number = serializers.IntegerField()


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
        told = {
            "n_tasks": reach.n_tasks,
            "n_undecided": reach.n_undecided,
            "opened": opened,
            "fingerprint": fingerprints.of_plan(plan),
        }
        return Response(PublishOut(told).data)

    @extend_schema(
        operation_id="plans_publish",
        summary="发布计划",
        request=SeenIn,
        responses={202: PlanStartedOut},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """A job that publishes the plan; what stands against it is refused at once."""
        plan, told = _plan(request, public_id), read(SeenIn, request)
        seen = told.get("fingerprint", "")
        return started(services.start_publishing(plan=plan, actor=caller(request), seen=seen))


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
