"""The report for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import Input, read
from apps.filings import selectors as filings
from apps.filings.api.common import FindingOut, VersionIn
from apps.filings.models import Filing
from apps.pre_assessment import screen, services
from apps.pre_assessment.content import KINDS
from apps.pre_assessment.form_json import form_as, form_from
from apps.pre_assessment.forms import (
    BASIS_TEXTS,
    EVIDENCE,
    HEAD_TEXTS,
    LONGEST,
    NAME,
    STATEMENT,
)
from apps.rules.assessment_form import AMOUNTS, BASIS, QUESTIONS
from apps.rules.assessment_words import HEAD


def _text(label: str, limit: int, *, required: bool = False) -> serializers.CharField:
    """A cell with the form's own word for it; a number cell takes any text."""
    more: dict[str, Any] = {} if required else {"default": ""}
    return serializers.CharField(
        label=label, max_length=limit, required=required, allow_blank=True, **more
    )


class AmountsShape(Input):
    """Amounts in 元."""

    def get_fields(self) -> dict[str, Any]:
        """One cell for each amount."""
        return {code: _text(label, 200) for code, label in AMOUNTS.items()}


class TextsShape(Input):
    """The chapters of the outline."""

    def get_fields(self) -> dict[str, Any]:
        """One cell for each question."""
        return {code: _text(one.label, LONGEST) for code, one in QUESTIONS.items()}


class BasisShape(Input):
    """A policy basis; `key` is given back by the system and keeps the row's comments with it."""

    key = _text("行标识", 36)

    def get_fields(self) -> dict[str, Any]:
        """With the text cells of the row."""
        cells = {name: _text(BASIS[name], limit) for name, limit in BASIS_TEXTS.items()}
        return {**super().get_fields(), **cells}


class PointShape(Input):
    """The unit's own points for one criterion of the plan."""

    name = _text("指标", NAME, required=True)
    points = _text("自评分", 200)


class DimensionShape(Input):
    """What was found in one dimension of the plan."""

    name = _text("维度", NAME, required=True)
    statement = _text("评估意见", STATEMENT)
    evidence = _text("佐证", EVIDENCE)
    points = serializers.ListField(child=PointShape(), label="指标", max_length=50)


class ReportShape(Input):
    """事前绩效评估报告. Every top-level field is sent: a missing one is no empty one."""

    budget_year = _text("申请预算年度", 200, required=True)
    is_professional = serializers.BooleanField(label="专业性较强")
    methods = serializers.ListField(
        child=serializers.CharField(max_length=20), label="评估方法", max_length=20
    )
    amounts = AmountsShape(label="金额（元）")
    texts = TextsShape(label="报告正文")
    bases = serializers.ListField(child=BasisShape(), label="政策依据", max_length=100)
    dimensions = serializers.ListField(child=DimensionShape(), label="评分指标", max_length=20)
    unread = serializers.DictField(
        child=serializers.CharField(max_length=200, allow_blank=True),
        label="未读懂的格",
        required=False,
        default=dict,
    )

    def get_fields(self) -> dict[str, Any]:
        """With the head's texts."""
        heads = {name: _text(HEAD[name], n, required=True) for name, n in HEAD_TEXTS.items()}
        return {**super().get_fields(), **heads}


class AssessmentIn(VersionIn):
    """The whole report."""

    form = ReportShape(label="报告")


class AssessmentOut(serializers.Serializer[Any]):
    """The newest revision's report with its checks."""

    title = serializers.CharField()
    revision = serializers.IntegerField(source="revision.number")
    version = serializers.IntegerField(source="revision.version")
    saved_at = serializers.DateTimeField(source="revision.saved_at", allow_null=True)
    may_edit = serializers.BooleanField()
    form = serializers.SerializerMethodField()
    findings = FindingOut(many=True)
    points = serializers.DecimalField(7, 2)
    full = serializers.DecimalField(7, 2)

    @extend_schema_field(ReportShape)
    def get_form(self, shown: screen.SheetScreen) -> dict[str, Any]:
        """The form as JSON."""
        return form_as(shown.form)


def found(request: Request, year: int, public_id: UUID) -> Filing:
    """The assessment that exists for the caller, or 404."""
    rows = filings.shown(caller(request)).filter(fiscal_year=year, kind__in=KINDS)
    return get_object_or_404(rows, public_id=public_id)


class Sheet(APIView):
    """事前绩效评估报告；PUT 整份存为草稿，版本旧了答409。"""

    @extend_schema(operation_id="assessments_read", responses=AssessmentOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The newest revision's report."""
        return self._shown(request, found(request, year, public_id))

    @extend_schema(
        operation_id="assessments_save",
        summary="存事前绩效评估报告的草稿",
        request=AssessmentIn,
        responses=AssessmentOut,
    )
    def put(self, request: Request, year: int, public_id: UUID) -> Response:
        """Save the whole report, one version further."""
        filing = found(request, year, public_id)
        told = read(AssessmentIn, request)
        form = form_from(told["form"])
        services.save(filing=filing, actor=caller(request), version=told["version"], form=form)
        return self._shown(request, filing)

    def _shown(self, request: Request, filing: Filing) -> Response:
        return Response(AssessmentOut(screen.sheet_screen(filing, caller(request))).data)
