"""The gate of a budget year for programs: a project's standing, requests, exceptions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import Input, read
from apps.pre_assessment import selectors, services
from apps.pre_assessment.api.decision import amount
from apps.pre_assessment.models import GateException
from apps.pre_assessment.standing import gate_screen
from apps.projects.models import Project


class ExceptionIn(Input):
    """A proposal to let a project in; `amount` in 元."""

    kind = serializers.ChoiceField(GateException.Kind.choices, label="类别")
    amount = amount("准予列入金额（元）")
    reason = serializers.CharField(label="理由", max_length=300)
    document = serializers.CharField(label="批准文件或会议", max_length=120)


class DecideIn(Input):
    """A leader agrees, or refuses with the reason."""

    is_agreed = serializers.BooleanField(label="同意")
    refusal = serializers.CharField(
        label="不同意的理由", max_length=300, required=False, allow_blank=True, default=""
    )


class ExceptionOut(serializers.Serializer[Any]):
    """An exception at the gate; `amount` in 元, no decision yet while `decided_at` is null."""

    public_id = serializers.UUIDField()
    project = serializers.UUIDField(source="project.public_id")
    project_name = serializers.CharField(source="project.name")
    budget_year = serializers.IntegerField()
    kind = serializers.CharField()
    amount = serializers.DecimalField(15, 2)
    reason = serializers.CharField()
    document = serializers.CharField()
    proposed_by = serializers.CharField(source="proposed_by.name")
    proposed_at = serializers.DateTimeField()
    approved_by = serializers.CharField(source="approved_by.name", default=None)
    decided_at = serializers.DateTimeField(allow_null=True)
    refusal = serializers.CharField()


class EarlierOut(serializers.Serializer[Any]):
    """A conclusion in force, of the project or of one that is called alike; amounts in 元."""

    project = serializers.CharField(source="project.name")
    unit = serializers.CharField(source="project.unit.name")
    budget_year = serializers.IntegerField()
    verdict = serializers.CharField()
    asked = serializers.DecimalField(15, 2)
    supported = serializers.DecimalField(15, 2)
    reason = serializers.CharField()


class OtherGateOut(serializers.Serializer[Any]):
    """Another gate before the same budget; `may_ask`: whether you may open the targets."""

    title = serializers.CharField()
    is_open = serializers.BooleanField(source="passage.is_open")
    code = serializers.CharField(source="passage.code")
    reason = serializers.CharField(source="passage.reason")
    todo = serializers.CharField(source="passage.todo")
    limit = serializers.DecimalField(15, 2, source="passage.limit", allow_null=True)
    clause = serializers.CharField(source="passage.clause")
    may_ask = serializers.BooleanField(source="ask")


class GateOut(serializers.Serializer[Any]):
    """How the project stands; `limit` in 元 is the most that may be budgeted."""

    year = serializers.IntegerField()
    is_in_budget = serializers.BooleanField()
    is_open = serializers.BooleanField(source="passage.is_open")
    code = serializers.CharField(source="passage.code")
    reason = serializers.CharField(source="passage.reason")
    todo = serializers.CharField(source="passage.todo")
    limit = serializers.DecimalField(15, 2, source="passage.limit", allow_null=True)
    clause = serializers.CharField(source="passage.clause")
    others = OtherGateOut(many=True)
    filings = serializers.SerializerMethodField()
    same = EarlierOut(many=True)
    alike = EarlierOut(many=True)
    exceptions = ExceptionOut(many=True)
    may_request = serializers.BooleanField()
    may_propose = serializers.BooleanField()
    may_decide = serializers.BooleanField()

    def get_filings(self, shown: Any) -> list[str]:
        """The year's assessments of the project."""
        return [str(filing.public_id) for filing in shown.filings]


class RequestOut(serializers.Serializer[Any]):
    """The report that was opened."""

    filing = serializers.UUIDField(source="public_id")
    year = serializers.IntegerField(source="fiscal_year")


def _project(request: Request, public_id: UUID) -> Project:
    rows = Project.objects.visible_to(caller(request)).select_related("unit", "jurisdiction")
    return get_object_or_404(rows, public_id=public_id)


class Gate(APIView):
    """项目在预算门槛前的情况。"""

    @extend_schema(operation_id="gate_read", responses=GateOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """How the project stands."""
        shown = gate_screen(_project(request, public_id), year, caller(request))
        return Response(GateOut(shown).data)


class RequestReport(APIView):
    """申请事前绩效评估，开出报告草稿。"""

    @extend_schema(operation_id="gate_request", request=None, responses={201: RequestOut})
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The report's filing."""
        project = _project(request, public_id)
        filing = services.request(project=project, actor=caller(request), year=year)
        return Response(RequestOut(filing).data, status=201)


class Propose(APIView):
    """提出例外，由财政负责人决定。"""

    @extend_schema(operation_id="gate_propose", request=ExceptionIn, responses={201: ExceptionOut})
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The exception as it waits."""
        project, told = _project(request, public_id), read(ExceptionIn, request)
        made = services.propose_exception(project=project, actor=caller(request), year=year, **told)
        return Response(ExceptionOut(made).data, status=201)


class Exceptions(APIView):
    """预算年度的例外，新的在前，最多200件。"""

    @extend_schema(operation_id="gate_exceptions", responses=ExceptionOut(many=True))
    def get(self, request: Request, year: int) -> Response:
        """What waits and what was decided."""
        rows = selectors.exceptions(caller(request), year)[:200]
        return Response(ExceptionOut(rows, many=True).data)


class Decide(APIView):
    """同意或不同意例外。"""

    @extend_schema(operation_id="gate_decide", request=DecideIn, responses=ExceptionOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The exception as it was decided."""
        rows = selectors.exceptions(caller(request), year)
        exception = get_object_or_404(rows, public_id=public_id)
        told = read(DecideIn, request)
        made = services.decide_exception(exception=exception, actor=caller(request), **told)
        return Response(ExceptionOut(made).data)
