"""The conclusion for programs, and what was heard before it."""

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
from apps.pre_assessment import permissions, services
from apps.pre_assessment.api.sheet import found
from apps.pre_assessment.decision import decision_screen
from apps.pre_assessment.models import Likeness, Verdict
from apps.pre_assessment.services import Voice
from apps.rules.errors import RuleError


def amount(label: str) -> serializers.DecimalField:
    """An amount in yuan that must be given."""
    return serializers.DecimalField(15, 2, label=label, min_value=0)


class ConclusionIn(Input):
    """What finance concludes; `supported` in 元."""

    verdict = serializers.ChoiceField(Verdict.choices, label="结论")
    supported = amount("支持金额（元）")
    reason = serializers.CharField(label="理由", max_length=500)


class ReassessmentIn(Input):
    """For or against a third party."""

    is_wanted = serializers.BooleanField(label="做第三方再评估")
    reason = serializers.CharField(label="理由", max_length=300)
    agency = serializers.CharField(
        label="第三方机构", max_length=80, required=False, allow_blank=True, default=""
    )


class ThirdPartyIn(Input):
    """What the third party concluded; `supported` in 元."""

    verdict = serializers.ChoiceField(Verdict.choices, label="再评估结论")
    supported = amount("建议金额（元）")
    opinion = serializers.CharField(label="再评估意见", max_length=1000)


class PanelIn(Input):
    """What one expert said."""

    expert = serializers.CharField(label="专家", max_length=40)
    workplace = serializers.CharField(label="工作单位", max_length=80)
    field = serializers.CharField(
        label="专业", max_length=40, required=False, allow_blank=True, default=""
    )
    verdict = serializers.ChoiceField(Verdict.choices, label="意见")
    text = serializers.CharField(label="说明", max_length=500)


class LikenessIn(Input):
    """Whether the result of an earlier assessment is of the same thing (U-45)."""

    earlier = serializers.UUIDField(label="以前的评估")
    word = serializers.ChoiceField(Likeness.Word.choices, label="判断")
    reason = serializers.CharField(label="理由", max_length=300)


class ConclusionOut(serializers.Serializer[Any]):
    """A conclusion; it counts once the filing is closed on its revision."""

    revision = serializers.IntegerField(source="revision.number")
    budget_year = serializers.IntegerField()
    verdict = serializers.CharField()
    asked = serializers.DecimalField(15, 2)
    supported = serializers.DecimalField(15, 2)
    reason = serializers.CharField()
    trace = serializers.DictField()
    decided_by = serializers.CharField(source="decided_by.name")
    decided_at = serializers.DateTimeField()


class ReassessmentOut(serializers.Serializer[Any]):
    """The decision about a third party, and what it said."""

    is_wanted = serializers.BooleanField()
    reason = serializers.CharField()
    prompt = serializers.CharField()
    agency = serializers.CharField()
    verdict = serializers.CharField()
    supported = serializers.DecimalField(15, 2, allow_null=True)
    opinion = serializers.CharField()
    decided_by = serializers.CharField(source="decided_by.name")
    decided_at = serializers.DateTimeField()
    reported_at = serializers.DateTimeField(allow_null=True)


class PanelOut(serializers.Serializer[Any]):
    """What one expert said."""

    expert = serializers.CharField()
    workplace = serializers.CharField()
    field = serializers.CharField()
    verdict = serializers.CharField()
    text = serializers.CharField()


class JudgedEarlierOut(serializers.Serializer[Any]):
    """An earlier result; word and reason are null until finance judged it. Amounts in 元."""

    earlier = serializers.UUIDField(source="said.filing.public_id")
    project = serializers.CharField(source="said.project.name")
    is_same_project = serializers.BooleanField()
    budget_year = serializers.IntegerField(source="said.budget_year")
    verdict = serializers.CharField(source="said.verdict")
    supported = serializers.DecimalField(15, 2, source="said.supported")
    word = serializers.CharField(source="judged.word", default=None)
    reason = serializers.CharField(source="judged.reason", default=None)


class GateToldOut(serializers.Serializer[Any]):
    """What the gate of the budget year would say of a verdict."""

    verdict = serializers.CharField()
    is_open = serializers.BooleanField(source="passage.is_open")
    reason = serializers.CharField(source="passage.reason")
    todo = serializers.CharField(source="passage.todo")
    clause = serializers.CharField(source="passage.clause")


class HeardOut(serializers.Serializer[Any]):
    """What was heard; null for whoever may only read the conclusion."""

    score = serializers.DecimalField(6, 2, source="outcome.score", allow_null=True)
    proposed = serializers.CharField()
    missing = serializers.ListField(child=serializers.CharField(), source="outcome.missing")
    prompt = serializers.CharField(source="prompt.reason")
    is_prompted = serializers.BooleanField(source="prompt.is_due")
    reassessment = ReassessmentOut(allow_null=True)
    panel = PanelOut(many=True)
    earlier = JudgedEarlierOut(many=True)
    gate = GateToldOut(source="told", many=True)


class DecisionOut(serializers.Serializer[Any]):
    """The conclusion so far and what was heard before it."""

    filing = serializers.UUIDField(source="filing.public_id")
    revision = serializers.IntegerField(source="revision.number")
    conclusion = ConclusionOut(allow_null=True)
    heard = HeardOut(allow_null=True)
    may_conclude = serializers.BooleanField()
    may_keep = serializers.BooleanField()


def _shown(request: Request, filing: Filing) -> Response:
    if not permissions.may_see(caller(request), filing):
        raise PermissionDenied("评估结论定了才能看。")
    shown = decision_screen(filing, caller(request))
    if shown is None:
        raise RuleError("报告还没有提交，没有可下结论的版本。", code="pre_assessment.unsent")
    return Response(DecisionOut(shown).data)


class Decision(APIView):
    """评估结论，和下结论前听到的意见。"""

    @extend_schema(operation_id="assessments_decision", responses=DecisionOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The conclusion so far."""
        return _shown(request, found(request, year, public_id))


class Conclude(APIView):
    """下评估结论；办结后生效。"""

    @extend_schema(operation_id="assessments_conclude", request=ConclusionIn, responses=DecisionOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The decision with the new conclusion."""
        filing = found(request, year, public_id)
        services.conclude(filing=filing, actor=caller(request), **read(ConclusionIn, request))
        return _shown(request, filing)


class Reassess(APIView):
    """定做不做第三方再评估。"""

    @extend_schema(
        operation_id="assessments_reassess", request=ReassessmentIn, responses=DecisionOut
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The decision with what was decided about the third party."""
        filing = found(request, year, public_id)
        told = read(ReassessmentIn, request)
        services.decide_reassessment(filing=filing, actor=caller(request), **told)
        return _shown(request, filing)


class ThirdParty(APIView):
    """登记第三方再评估结论。"""

    @extend_schema(
        operation_id="assessments_third_party", request=ThirdPartyIn, responses=DecisionOut
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The decision with what the third party said."""
        filing = found(request, year, public_id)
        told = read(ThirdPartyIn, request)
        services.report_reassessment(filing=filing, actor=caller(request), **told)
        return _shown(request, filing)


class JudgeLikeness(APIView):
    """登记以前的评估结果是不是相同、相似的事。"""

    @extend_schema(operation_id="assessments_likeness", request=LikenessIn, responses=DecisionOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The decision with what was found of the earlier result."""
        filing = found(request, year, public_id)
        told = read(LikenessIn, request)
        services.judge_likeness(filing=filing, actor=caller(request), **told)
        return _shown(request, filing)


class Panel(APIView):
    """登记一位专家的意见。"""

    @extend_schema(operation_id="assessments_panel", request=PanelIn, responses=DecisionOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The decision with what the expert said."""
        filing = found(request, year, public_id)
        voice = Voice(**read(PanelIn, request))
        services.record_opinion(filing=filing, actor=caller(request), voice=voice)
        return _shown(request, filing)
