"""What units owe, one deadline moved, one duty excused."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import clock
from apps.core.http import caller
from apps.core.rest import DayField, Input, KeyPages, read
from apps.workplans import services
from apps.workplans.api.common import YEAR, of_year
from apps.workplans.models import (
    Assignment,
)


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """Who owes what until when."""

    task = serializers.UUIDField(source="task.public_id")
    window = serializers.CharField(source="window.key")
    unit = serializers.CharField(source="unit.code")
    project = serializers.UUIDField(source="project.public_id", default=None, allow_null=True)
    transfer = serializers.UUIDField(source="transfer.public_id", default=None, allow_null=True)

    class Meta:
        model = Assignment
        fields = [
            "public_id",
            "fiscal_year",
            "task",
            "window",
            "unit",
            "project",
            "transfer",
            "opens_at",
            "due_at",
            "exempt_reason",
            "exempt_until",
            "cancel_reason",
            "cancelled_at",
            "assigned_at",
        ]
        read_only_fields = fields


class ReasonIn(Input):
    """Why."""

    reason = serializers.CharField(label="理由", max_length=200)


class ExemptIn(ReasonIn):
    """Why an assignment is no longer owed; until when, where it is for a time."""

    until = DayField(label="豁免到", required=False, allow_null=True, default=None)


class ExtensionIn(ReasonIn):
    """The new last day, and why."""

    last_day = DayField(label="新截止日")


@extend_schema(parameters=[YEAR])
class AssignmentList(ListAPIView[Assignment]):
    """应报：谁在哪天前报什么。"""

    serializer_class = AssignmentSerializer
    pagination_class = KeyPages
    queryset = Assignment.objects.none()

    def get_queryset(self) -> QuerySet[Assignment]:
        """Assignments that exist for the caller."""
        rows = Assignment.objects.visible_to(caller(self.request))
        rows = rows.select_related("task", "window", "unit", "project", "transfer")
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

    @extend_schema(request=ExemptIn, responses=AssignmentSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """The assignment, no longer owed."""
        assignment, told = _owed(request, public_id), read(ExemptIn, request)
        services.exempt(assignment=assignment, actor=caller(request), **told)
        return _again(assignment)
