"""Decisions about money: list, workbook, proposal, approval, reversal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

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
from apps.core.rest import DayField, Input, demand_valid, read, workbook
from apps.core.rest_schema import WORKBOOK
from apps.rectification import decision_book, decision_screen, selectors, services
from apps.rectification.api.common import ProblemReasonIn, found
from apps.rectification.api.ledger import Newest
from apps.rectification.forms import DecisionFilter
from apps.rectification.models import Cause, PaymentDecision
from apps.rectification.selectors import STANDING, DecisionsAsked
from apps.rectification.services import Proposed

STATES = [STANDING, *PaymentDecision.State.values]
FILTERS = [
    OpenApiParameter("kind", str, description="处置的名称，如暂缓拨付"),
    OpenApiParameter("state", str, enum=STATES),
    OpenApiParameter("unit", str, description="单位的public_id"),
    OpenApiParameter("q", str, description="项目编码的开头，或项目、单位里的字"),
]


class ProposalIn(Input):
    """What should be done about the problem's project; the amount in yuan."""

    kind = serializers.CharField(label="处置", max_length=20)
    cause = serializers.ChoiceField(label="原因", choices=Cause.choices)
    amount = serializers.DecimalField(label="金额（元）", max_digits=15, decimal_places=2)
    effective_on = DayField(label="执行日期")
    reason = serializers.CharField(label="理由", max_length=2000)
    lift_when = serializers.CharField(
        label="解除条件", max_length=1000, required=False, allow_blank=True, default=""
    )


class ApprovalIn(Input):
    """What the approver adds."""

    opinion = serializers.CharField(
        label="批准意见", max_length=2000, required=False, allow_blank=True, default=""
    )


class RefusalIn(Input):
    """Why not."""

    opinion = serializers.CharField(label="不批准的理由", max_length=2000)


class ReversalIn(ProblemReasonIn):
    """Why the decision is taken back, and from when on."""

    effective_on = DayField(label="执行日期")


class PaymentDecisionRow(serializers.ModelSerializer[PaymentDecision]):
    """A decision as the list has it."""

    problem = serializers.UUIDField(source="problem.public_id")
    project = serializers.UUIDField(source="project.public_id")
    project_name = serializers.CharField(source="project.name")
    unit = serializers.UUIDField(source="project.unit.public_id")
    unit_name = serializers.CharField(source="project.unit.name")
    amount = serializers.DecimalField(15, 2)
    reverses = serializers.UUIDField(source="reverses.public_id", default=None)
    proposed_by = serializers.CharField(source="proposed_by.name")
    decided_by = serializers.CharField(source="decided_by.name", default="")

    class Meta:
        model = PaymentDecision
        fields = [
            "public_id",
            "fiscal_year",
            "problem",
            "project",
            "project_name",
            "unit",
            "unit_name",
            "kind",
            "cause",
            "amount",
            "effective_on",
            "state",
            "reverses",
            "proposed_by",
            "proposed_at",
            "decided_by",
            "decided_at",
        ]
        read_only_fields = fields


class PaymentDecisionOut(PaymentDecisionRow):
    """A decision in full, with what the caller may do now."""

    payment_state = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField()

    class Meta(PaymentDecisionRow.Meta):
        fields = [
            *PaymentDecisionRow.Meta.fields,
            "reason",
            "lift_when",
            "clause",
            "opinion",
            "payment_state",
            "acts",
        ]
        read_only_fields = fields

    def get_payment_state(self, decision: PaymentDecision) -> str:
        """What the project's payment stands at today."""
        return selectors.payment_state(decision.project, decision.fiscal_year)

    def get_acts(self, decision: PaymentDecision) -> list[str]:
        """What the caller may do now."""
        return sorted(decision_screen.acts_of(decision, self.context["user"]))


def _asked(request: Request, year: int) -> DecisionsAsked:
    """What the query asks for. Raises ValidationError."""
    user = caller(request)
    form = DecisionFilter(
        request.query_params,
        kinds=selectors.kinds_decided(user, year),
        units=selectors.units_decided(user, year),
    )
    demand_valid(form)
    return form.asked()


def _told(decision: PaymentDecision, request: Request) -> dict[str, Any]:
    """The decision as it stands now."""
    user = caller(request)
    fresh = selectors.decisions_shown(user).get(pk=decision.pk)
    return dict(PaymentDecisionOut(fresh, context={"user": user}).data)


def _found(request: Request, year: int, public_id: UUID) -> PaymentDecision:
    rows = selectors.decisions_shown(caller(request)).filter(fiscal_year=year)
    return get_object_or_404(rows, public_id=public_id)


@extend_schema_view(
    get=extend_schema(
        operation_id="payment_decisions_list", summary="资金处置清单", parameters=FILTERS
    )
)
class Decisions(ListAPIView[PaymentDecision]):
    """资金处置清单，新的在前。"""

    serializer_class = PaymentDecisionRow
    pagination_class = Newest
    queryset = PaymentDecision.objects.none()

    def get_queryset(self) -> QuerySet[PaymentDecision]:
        """The decisions that the filter shows. Raises ValidationError."""
        year = self.kwargs["year"]
        return selectors.decisions(caller(self.request), year, _asked(self.request, year))


class ExportDecisions(APIView):
    """导出资金处置清单的Excel。"""

    @extend_schema(
        operation_id="payment_decisions_export",
        parameters=FILTERS,
        request=None,
        responses=WORKBOOK,
    )
    def post(self, request: Request, year: int) -> FileResponse:
        """What the filter shows, as a workbook."""
        asked = _asked(request, year)
        made = decision_book.export(actor=caller(request), year=year, asked=asked)
        return workbook(made, decision_book.name_of(year))


class Propose(APIView):
    """就一个问题提出资金处置，待批准。"""

    @extend_schema(
        operation_id="payment_decisions_propose",
        request=ProposalIn,
        responses={201: PaymentDecisionOut},
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The proposal."""
        problem, said = found(request, year, public_id), read(ProposalIn, request)
        made = services.propose_decision(
            problem=problem, actor=caller(request), proposed=Proposed(**said)
        )
        return Response(_told(made, request), status=201)


class Decision(APIView):
    """一项资金处置和现在能办的事。"""

    @extend_schema(operation_id="payment_decisions_read", responses=PaymentDecisionOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The decision."""
        return Response(_told(_found(request, year, public_id), request))


class Approve(APIView):
    """批准一项资金处置。"""

    @extend_schema(
        operation_id="payment_decisions_approve", request=ApprovalIn, responses=PaymentDecisionOut
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The decision, in force from its day on."""
        decision, said = _found(request, year, public_id), read(ApprovalIn, request)
        made = services.approve_decision(decision=decision, actor=caller(request), **said)
        return Response(_told(made, request))


class RefuseDecision(APIView):
    """不批准一项资金处置，写明理由。"""

    @extend_schema(
        operation_id="payment_decisions_refuse", request=RefusalIn, responses=PaymentDecisionOut
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The decision, refused."""
        decision, said = _found(request, year, public_id), read(RefusalIn, request)
        made = services.refuse_decision(decision=decision, actor=caller(request), **said)
        return Response(_told(made, request))


class Reverse(APIView):
    """提出恢复拨付或撤销处置，待批准。"""

    @extend_schema(
        operation_id="payment_decisions_reverse",
        request=ReversalIn,
        responses={201: PaymentDecisionOut},
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The further decision, which waits for approval."""
        decision, said = _found(request, year, public_id), read(ReversalIn, request)
        made = services.reverse_decision(decision=decision, actor=caller(request), **said)
        return Response(_told(made, request), status=201)
