"""The filing of a node for programs."""

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
from apps.monitoring import screen, services
from apps.monitoring.content import KINDS
from apps.monitoring.form_json import form_as, form_from
from apps.monitoring.forms import KEY, OPERATOR, TEXTS, UNIT
from apps.monitoring.models import LIGHTS
from apps.rules.monitoring import CAUSES, FUNDS
from apps.rules.monitoring.node_form import LINE_CELLS, MONEY_CELLS


def _text(label: str, limit: int, *, required: bool = False) -> serializers.CharField:
    """A cell with the form's own word for it; a number cell takes any text."""
    more: dict[str, Any] = {} if required else {"default": ""}
    return serializers.CharField(
        label=label, max_length=limit, required=required, allow_blank=True, **more
    )


class FundShape(Input):
    """A row of the fund table, in 元, cumulative from January."""

    def get_fields(self) -> dict[str, Any]:
        """One cell for each column."""
        return {cell: _text(f"{label}（元）", 200) for cell, label in MONEY_CELLS.items()}


class NodeMoneyShape(Input):
    """The fund table; a fund that the form does not have is left out."""

    def get_fields(self) -> dict[str, Any]:
        """One row for each fund."""
        return {key: FundShape(label=label, required=False) for key, label in FUNDS.items()}


class NodeLineShape(Input):
    """What became of one promised indicator; what the promise says is given back as it was read."""

    key = _text("行标识", KEY, required=True)
    level1 = serializers.CharField(label="一级指标", read_only=True)
    level2 = serializers.CharField(label="二级指标", read_only=True)
    name = serializers.CharField(label="三级指标", read_only=True)
    target = serializers.CharField(label="年度指标值", read_only=True)
    unit = _text("度量单位", UNIT)
    operator = _text("性质", OPERATOR)
    actual = _text(LINE_CELLS["actual"], 200)
    forecast = _text(LINE_CELLS["forecast"], 200)
    causes = serializers.ListField(
        child=serializers.ChoiceField([(word, word) for word in CAUSES]),
        label=LINE_CELLS["causes"],
        max_length=len(CAUSES),
        required=False,
        default=list,
    )
    is_not_due = serializers.BooleanField(label="未到考核时点", required=False, default=False)

    def get_fields(self) -> dict[str, Any]:
        """With the texts of the row."""
        words = {name: _text(LINE_CELLS[name], limit) for name, limit in TEXTS.items()}
        return {**super().get_fields(), **words}


class NodeShape(Input):
    """项目支出绩效目标执行监控表. Every top-level field is sent: a missing one is no empty one."""

    as_of = _text("数据截至日", 10, required=True)
    money = NodeMoneyShape(label="项目资金（元）")
    lines = serializers.ListField(child=NodeLineShape(), label="绩效指标", max_length=100)
    unread = serializers.DictField(
        child=serializers.CharField(max_length=200, allow_blank=True),
        label="未读懂的格",
        required=False,
        default=dict,
    )


class MonitoringIn(VersionIn):
    """The whole filing."""

    form = NodeShape(label="监控表")


class LightChangeOut(serializers.Serializer[Any]):
    """Another combined light that finance set, and why."""

    light = serializers.ChoiceField(LIGHTS)
    reason = serializers.CharField()
    changed_by = serializers.CharField(source="changed_by.name")
    changed_at = serializers.DateTimeField()


class LightsOut(serializers.Serializer[Any]):
    """What was lit after the submission, with traces; `shown` counts, `changes` newest first."""

    money = serializers.ChoiceField(LIGHTS)
    promise = serializers.ChoiceField(LIGHTS)
    combined = serializers.ChoiceField(LIGHTS)
    shown = serializers.ChoiceField(LIGHTS)
    changes = LightChangeOut(many=True)
    traces = serializers.DictField()
    rows = serializers.DictField()
    lit_at = serializers.DateTimeField()


class MonitoringOut(serializers.Serializer[Any]):
    """The newest revision's filing with its checks; `before` is what the node before said."""

    title = serializers.CharField()
    node = serializers.CharField(source="node.label")
    data_until = serializers.DateField(source="node.ends")
    revision = serializers.IntegerField(source="revision.number")
    version = serializers.IntegerField(source="revision.version")
    saved_at = serializers.DateTimeField(source="revision.saved_at", allow_null=True)
    may_edit = serializers.BooleanField()
    form = serializers.SerializerMethodField()
    before = serializers.SerializerMethodField()
    recorded = serializers.DecimalField(15, 2, source="recorded.amount", default=None)
    recorded_to = serializers.DateField(source="recorded.as_of", default=None)
    budget = serializers.DecimalField(15, 2, allow_null=True)
    findings = FindingOut(many=True)
    lights = LightsOut(allow_null=True)
    lacking = serializers.CharField()
    verdict = serializers.CharField()

    @extend_schema_field(NodeShape)
    def get_form(self, shown: screen.SheetScreen) -> dict[str, Any]:
        """The form as JSON."""
        return form_as(shown.form)

    @extend_schema_field(NodeShape(allow_null=True))
    def get_before(self, shown: screen.SheetScreen) -> dict[str, Any] | None:
        """The filing of the node before, or null."""
        return form_as(shown.last) if shown.last else None


def found(request: Request, year: int, public_id: UUID) -> Filing:
    """The filing of a node that exists for the caller, or 404."""
    rows = filings.shown(caller(request)).filter(fiscal_year=year, kind__in=KINDS)
    return get_object_or_404(rows, public_id=public_id)


class Sheet(APIView):
    """项目支出绩效目标执行监控表；PUT 整份存为草稿，版本旧了答409。"""

    @extend_schema(operation_id="monitoring_read", responses=MonitoringOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The newest revision's filing."""
        return self._shown(request, found(request, year, public_id))

    @extend_schema(
        operation_id="monitoring_save",
        summary="存监控表的草稿",
        request=MonitoringIn,
        responses=MonitoringOut,
    )
    def put(self, request: Request, year: int, public_id: UUID) -> Response:
        """Save the whole filing, one version further."""
        filing = found(request, year, public_id)
        told = read(MonitoringIn, request)
        form = form_from(told["form"])
        services.save(filing=filing, actor=caller(request), version=told["version"], form=form)
        return self._shown(request, filing)

    def _shown(self, request: Request, filing: Filing) -> Response:
        return Response(MonitoringOut(screen.sheet_screen(filing, caller(request))).data)
