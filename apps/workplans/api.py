"""Plans, tasks and assignments for programs; the extension of one deadline."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import clock
from apps.core.rest import DayField, KeyPages
from apps.workplans import services
from apps.workplans.models import Assignment, Plan, PlanTask, TaskWindow

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


class ExtensionSerializer(serializers.Serializer[Any]):
    """The new last day, and why."""

    last_day = DayField(label="新截止日")
    reason = serializers.CharField(max_length=200)


def of_year(request: Request, rows: QuerySet[ROW], field: str) -> QuerySet[ROW]:
    """The rows of `?year=`, or all; what is no year answers 400."""
    year = request.query_params.get("year", "")
    if not year:
        return rows
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise serializers.ValidationError({"year": ["应为四位年份，例如2024。"]})
    return rows.filter(**{field: int(year)})


@extend_schema(parameters=[YEAR])
class PlanList(ListAPIView[Plan]):
    """年度计划：本人可见的计划。"""

    serializer_class = PlanSerializer
    pagination_class = KeyPages
    queryset = Plan.objects.none()

    def get_queryset(self) -> QuerySet[Plan]:
        """Plans that exist for the caller."""
        user: Any = self.request.user
        rows = Plan.objects.visible_to(user).select_related("jurisdiction")
        return of_year(self.request, rows, "fiscal_year")


@extend_schema(parameters=[YEAR])
class TaskList(ListAPIView[PlanTask]):
    """计划任务：原文、责任、填报期。"""

    serializer_class = TaskSerializer
    pagination_class = KeyPages
    queryset = PlanTask.objects.none()

    def get_queryset(self) -> QuerySet[PlanTask]:
        """Tasks of plans that exist for the caller."""
        user: Any = self.request.user
        rows = PlanTask.objects.visible_to(user).select_related("plan", "section")
        return of_year(self.request, rows.prefetch_related("windows"), "plan__fiscal_year")


class TaskDetail(RetrieveAPIView[PlanTask]):
    """一项计划任务。"""

    serializer_class = TaskSerializer
    lookup_field = "public_id"
    queryset = PlanTask.objects.none()

    def get_queryset(self) -> QuerySet[PlanTask]:
        """Tasks of plans that exist for the caller."""
        user: Any = self.request.user
        rows = PlanTask.objects.visible_to(user).select_related("plan", "section")
        return rows.prefetch_related("windows")


@extend_schema(parameters=[YEAR])
class AssignmentList(ListAPIView[Assignment]):
    """应报：谁在哪天前报什么。"""

    serializer_class = AssignmentSerializer
    pagination_class = KeyPages
    queryset = Assignment.objects.none()

    def get_queryset(self) -> QuerySet[Assignment]:
        """Assignments that exist for the caller."""
        user: Any = self.request.user
        rows = Assignment.objects.visible_to(user)
        rows = rows.select_related("task", "window", "unit", "project")
        return of_year(self.request, rows, "fiscal_year")


class AssignmentExtend(APIView):
    """延期一件应报。"""

    @extend_schema(request=ExtensionSerializer, responses=AssignmentSerializer)
    def post(self, request: Request, public_id: str) -> Response:
        """Move the deadline; 403 without the right, 409 when the rule refuses."""
        user: Any = request.user
        assignment = get_object_or_404(Assignment.objects.visible_to(user), public_id=public_id)
        asked = ExtensionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        services.extend(
            assignment=assignment,
            new_due_at=clock.end_of(asked.validated_data["last_day"]),
            reason=asked.validated_data["reason"],
            actor=user,
        )
        assignment.refresh_from_db()
        return Response(AssignmentSerializer(assignment).data)
