"""Adjustments for programs: how the targets stand, asking, the exception; amounts in 元."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import DayField, Input, read
from apps.projects.models import Project
from apps.targets import services
from apps.targets.adjust_screen import adjustment_screen, exceptions, subject_for
from apps.targets.subjects import Subject


class AskIn(Input):
    """Why an adjustment cannot wait for its node, and what shows it."""

    reason = serializers.CharField(label="理由", max_length=300)
    evidence = serializers.CharField(label="依据和佐证", max_length=300)


class AdjustDecideIn(Input):
    """Agreed until the end of a day, or refused with the reason."""

    is_agreed = serializers.BooleanField(label="同意")
    until = DayField(label="到期日", required=False, allow_null=True, default=None)
    refusal = serializers.CharField(
        label="不同意的理由", max_length=300, required=False, allow_blank=True, default=""
    )


class AdjustExceptionOut(serializers.Serializer[Any]):
    """An exception; no decision yet while `decided_at` is null, refused without `expires_at`."""

    public_id = serializers.UUIDField()
    project = serializers.UUIDField(source="project.public_id", default=None, allow_null=True)
    unit = serializers.UUIDField(source="unit.public_id", default=None, allow_null=True)
    reason = serializers.CharField()
    evidence = serializers.CharField()
    asked_by = serializers.CharField(source="asked_by.name")
    asked_at = serializers.DateTimeField()
    decided_by = serializers.CharField(source="decided_by.name", default=None)
    decided_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    refusal = serializers.CharField()


class VersionOut(serializers.Serializer[Any]):
    """A version of the targets that was or is in force."""

    title = serializers.CharField()
    filing = serializers.UUIDField(source="filing.public_id")
    revision = serializers.IntegerField(source="revision.number")
    receipt = serializers.CharField(source="revision.receipt_number")
    is_in_force = serializers.BooleanField()
    superseded_at = serializers.DateTimeField(
        source="superseded_by.made_at", default=None, allow_null=True
    )


class NodeOut(serializers.Serializer[Any]):
    """A node at which targets may be adjusted."""

    title = serializers.CharField(source="node.title")
    opens_at = serializers.DateTimeField(source="node.opens_at")
    due_at = serializers.DateTimeField(source="node.due_at")


class AdjustmentOut(serializers.Serializer[Any]):
    """How the targets of the year stand."""

    year = serializers.IntegerField()
    is_open = serializers.BooleanField(source="season.is_open")
    text = serializers.CharField(source="season.text")
    clause = serializers.CharField(source="task.clause", default=None, allow_null=True)
    nodes = NodeOut(many=True)
    versions = VersionOut(source="chain", many=True)
    under_way = serializers.UUIDField(source="under_way.public_id", default=None, allow_null=True)
    exceptions = AdjustExceptionOut(many=True)
    may_request = serializers.BooleanField()
    may_ask = serializers.BooleanField()
    may_decide = serializers.BooleanField()


class AdjustingOut(serializers.Serializer[Any]):
    """The filing by which the target is adjusted."""

    filing = serializers.UUIDField(source="public_id")
    year = serializers.IntegerField(source="fiscal_year")


class Adjusts(APIView):
    """Routes below a project; those below a unit speak of the unit as a whole."""

    of = "project"

    def subject(self, request: Request, public_id: UUID) -> Subject:
        """What the route speaks of, if it exists for the caller."""
        return subject_for(caller(request), self.of, public_id)


class Standing(Adjusts):
    """项目绩效目标的版本链，和现在能不能申请调整。"""

    @extend_schema(operation_id="adjustments_read", responses=AdjustmentOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """How it stands."""
        shown = adjustment_screen(self.subject(request, public_id), year, caller(request))
        return Response(AdjustmentOut(shown).data)


class Ask(Adjusts):
    """申请调整目标，开出以现行目标为底的草稿。"""

    @extend_schema(operation_id="adjustments_request", request=None, responses={201: AdjustingOut})
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The filing of the adjustment."""
        subject = self.subject(request, public_id)
        filing = services.request_adjustment(subject=subject, actor=caller(request), year=year)
        return Response(AdjustingOut(filing).data, status=201)


class AskTargets(APIView):
    """申请填报还没有列入预算的项目的绩效目标，开出草稿。"""

    @extend_schema(operation_id="targets_request", request=None, responses={201: AdjustingOut})
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The filing of the targets."""
        rows = Project.objects.visible_to(caller(request)).select_related("unit", "jurisdiction")
        project = get_object_or_404(rows, public_id=public_id)
        filing = services.request_targets(project=project, actor=caller(request), year=year)
        return Response(AdjustingOut(filing).data, status=201)


class AskException(Adjusts):
    """提出节点以外调整的例外，由财政局另一人决定。"""

    @extend_schema(
        operation_id="adjustments_ask_exception",
        request=AskIn,
        responses={201: AdjustExceptionOut},
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The exception as it waits."""
        subject, told = self.subject(request, public_id), read(AskIn, request)
        made = services.ask_exception(subject=subject, actor=caller(request), year=year, **told)
        return Response(AdjustExceptionOut(made).data, status=201)


@extend_schema_view(get=extend_schema(operation_id="unit_adjustments_read"))
class UnitStanding(Standing):
    """整体绩效目标的版本链，和现在能不能申请调整。"""

    of = "unit"


@extend_schema_view(post=extend_schema(operation_id="unit_adjustments_request"))
class UnitAsk(Ask):
    """申请调整整体目标，开出以现行目标为底的草稿。"""

    of = "unit"


@extend_schema_view(post=extend_schema(operation_id="unit_adjustments_ask_exception"))
class UnitAskException(AskException):
    """提出节点以外调整整体目标的例外，由财政局另一人决定。"""

    of = "unit"


class DecideException(APIView):
    """同意节点以外的调整到某日，或不同意。"""

    @extend_schema(
        operation_id="adjustments_decide_exception",
        request=AdjustDecideIn,
        responses=AdjustExceptionOut,
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The exception as it was decided."""
        rows = exceptions(caller(request), year)
        exception = get_object_or_404(rows, public_id=public_id)
        told = read(AdjustDecideIn, request)
        made = services.decide_exception(exception=exception, actor=caller(request), **told)
        return Response(AdjustExceptionOut(made).data)
