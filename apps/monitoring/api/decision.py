"""The verdict of a node for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import Input, read
from apps.filings.models import Filing
from apps.monitoring import permissions, services
from apps.monitoring.api.sheet import LightsOut, found
from apps.monitoring.decision import decision_screen
from apps.monitoring.models import LIGHTS, Verdict
from apps.rules.errors import RuleError
from apps.rules.monitoring.flags import WORDS as FLAG_WORDS

FLAGS = [(flag.value, word) for flag, word in FLAG_WORDS.items()]


class NodeVerdictIn(Input):
    """What finance finds; 不合格 needs a reason."""

    verdict = serializers.ChoiceField(Verdict.choices, label="审核结论")
    reason = serializers.CharField(
        label="理由", max_length=500, required=False, allow_blank=True, default=""
    )


class LightIn(Input):
    """Another combined light than the computed one, and why."""

    light = serializers.ChoiceField(LIGHTS, label="综合灯")
    reason = serializers.CharField(label="理由", max_length=300)


class NodeVerdictOut(serializers.Serializer[Any]):
    """A verdict; it counts once the filing is closed on its revision."""

    revision = serializers.IntegerField(source="revision.number")
    verdict = serializers.CharField()
    reason = serializers.CharField()
    decided_by = serializers.CharField(source="decided_by.name")
    decided_at = serializers.DateTimeField()


class FlagStepOut(serializers.Serializer[Any]):
    """One event that counts, with the flag after it."""

    event = serializers.CharField(source="event.label")
    kind = serializers.CharField(source="event.kind")
    flag = serializers.ChoiceField(FLAGS, source="after")
    move = serializers.CharField()
    trace = serializers.DictField()


class NodeDecisionOut(serializers.Serializer[Any]):
    """The verdict so far, the lights, and the project's flag by what counts."""

    revision = serializers.IntegerField(source="revision.number")
    lights = LightsOut(allow_null=True)
    lacking = serializers.CharField()
    verdict = NodeVerdictOut(allow_null=True)
    flag = serializers.ChoiceField(FLAGS, source="standing.flag")
    flag_lacking = serializers.CharField(source="standing.lacking")
    steps = FlagStepOut(many=True, source="standing.steps")


def _shown(request: Request, filing: Filing) -> Response:
    if not permissions.may_see(caller(request), filing):
        raise PermissionDenied("审核结论定了才能看。")
    shown = decision_screen(filing)
    if shown is None:
        raise RuleError("监控表还没有提交，没有可下结论的版本。", code="monitoring.unsent")
    return Response(NodeDecisionOut(shown).data)


class Decision(APIView):
    """监控审核结论、监控灯和黄标红标。"""

    @extend_schema(operation_id="monitoring_decision", responses=NodeDecisionOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The verdict so far."""
        return _shown(request, found(request, year, public_id))


class Conclude(APIView):
    """填监控审核结论；办结后生效。"""

    @extend_schema(
        operation_id="monitoring_conclude", request=NodeVerdictIn, responses=NodeDecisionOut
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The decision with the new verdict."""
        filing = found(request, year, public_id)
        services.conclude(filing=filing, actor=caller(request), **read(NodeVerdictIn, request))
        return _shown(request, filing)


class ChangeLight(APIView):
    """改判综合灯，写明理由；算出来的灯留在旁边。"""

    @extend_schema(operation_id="monitoring_light", request=LightIn, responses=NodeDecisionOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The decision with the changed light."""
        filing = found(request, year, public_id)
        services.change_light(filing=filing, actor=caller(request), **read(LightIn, request))
        return _shown(request, filing)
