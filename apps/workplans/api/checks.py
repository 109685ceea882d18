"""智能审核 for programs: the checks of the target form as a plan has them."""

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
from apps.core.rest import Input, read_rows
from apps.rules.findings import Severity
from apps.workplans import checks_screen
from apps.workplans.api.drafts import plans_seen, the_draft
from apps.workplans.api.inputs import one_of
from apps.workplans.models import Plan
from apps.workplans.services import editing

WORDS = [(each.value, each.value) for each in Severity]


class TuningIn(Input):
    """A check that the plan changes; `numbers` by the names that reading gives."""

    code = serializers.CharField(label="标识", max_length=60)
    on = serializers.BooleanField(label="启用", required=False, allow_null=True)
    severity = one_of("轻重", WORDS)
    must_answer = serializers.BooleanField(label="须答复", default=False)
    numbers = serializers.DictField(
        label="参数",
        child=serializers.DecimalField(label="数", max_digits=8, decimal_places=2),
        required=False,
    )
    reason = serializers.CharField(label="理由", max_length=200)


class CheckNumberOut(serializers.Serializer[Any]):
    """A parameter: the number in force, the usual one, and between which it may be set."""

    name = serializers.CharField(source="parameter.name")
    title = serializers.CharField(source="parameter.label")
    unit = serializers.CharField(source="parameter.unit")
    value = serializers.DecimalField(max_digits=8, decimal_places=2)
    usual = serializers.DecimalField(source="parameter.default", max_digits=8, decimal_places=2)
    low = serializers.DecimalField(source="parameter.low", max_digits=8, decimal_places=2)
    high = serializers.DecimalField(source="parameter.high", max_digits=8, decimal_places=2)


class CheckOut(serializers.Serializer[Any]):
    """A check, and what the plan makes of it."""

    code = serializers.CharField()
    title = serializers.CharField(source="check.title")
    clause = serializers.CharField(source="check.clause")
    may_be_changed = serializers.BooleanField(source="check.may_be_waived")
    on = serializers.BooleanField(source="is_on")
    severity = serializers.CharField()
    usual_severity = serializers.CharField(source="check.severity")
    must_answer = serializers.BooleanField(source="setting.must_answer")
    numbers = CheckNumberOut(many=True)
    reason = serializers.CharField()


def _answer(plan: Plan) -> Response:
    return Response(CheckOut(checks_screen.check_lines(plan), many=True).data)


class PlanChecks(APIView):
    """计划的智能审核：每项检查的启用、轻重和参数。"""

    @extend_schema(
        operation_id="plan_checks", summary="看计划的智能审核", responses=CheckOut(many=True)
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Every check in the order of the form."""
        return _answer(get_object_or_404(plans_seen(request), public_id=public_id))

    @extend_schema(
        operation_id="plan_checks_set",
        summary="整份写计划的智能审核",
        request=TuningIn(many=True),
        responses=CheckOut(many=True),
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """Every check as the plan has it now; those not named are as usual."""
        plan, rows = the_draft(request, public_id), read_rows(TuningIn, request)
        editing.set_checks(plan=plan, rows=rows, actor=caller(request))
        return _answer(plan)
