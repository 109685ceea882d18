"""Transfers for programs: register, hand down, exempt, and read what was made of each; in yuan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import DayField, Input, KeyPages, read, workbook
from apps.core.rest_schema import WORKBOOK
from apps.filings import selectors as filings
from apps.filings.api.common import FindingOut, VersionIn
from apps.filings.models import Filing
from apps.projects import selectors as projects
from apps.projects import transfers
from apps.projects.api import TagsIn
from apps.projects.models import Transfer, TransferFund
from apps.rules.decomposition import Value
from apps.targets import handed, handing, transfer_books, transfer_screen
from apps.targets.handing import ShareIn


def _yuan(label: str, **more: Any) -> serializers.DecimalField:
    return serializers.DecimalField(15, 2, label=label, min_value=0, **more)


class LevelsShape(Input):
    """Yuan by level."""

    def get_fields(self) -> dict[str, Any]:
        """One number a level."""
        return {
            level: _yuan(f"{label}（元）", required=False)
            for level, label in TransferFund.Level.choices
        }


class TransferFactsIn(TagsIn):
    """Facts to change; what is left out stays."""

    name = serializers.CharField(label="转移支付名称", max_length=120, required=False)
    document_number = serializers.CharField(label="下达文号", max_length=60, required=False)
    issued_on = DayField(label="下达日期", required=False)
    has_targets = serializers.BooleanField(label="目标随文下达", required=False)
    amounts = LevelsShape(label="下达资金", required=False)


class TransferIn(TransferFactsIn):
    """A transfer to register."""

    unit = serializers.UUIDField(label="业务主管部门", help_text="单位的公开标识")
    name = serializers.CharField(label="转移支付名称", max_length=120)
    document_number = serializers.CharField(label="下达文号", max_length=60)
    issued_on = DayField(label="下达日期")
    amounts = LevelsShape(label="下达资金")


class TransferOut(serializers.ModelSerializer[Transfer]):
    """A transfer as its document says it."""

    unit_code = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    amount = serializers.DecimalField(15, 2, default=None, help_text="各级合计（元）")

    class Meta:
        model = Transfer
        fields = [
            "public_id",
            "fiscal_year",
            "name",
            "document_number",
            "issued_on",
            "has_targets",
            "unit_code",
            "unit_name",
            "amount",
            "exempt_kind",
            "exempt_reason",
        ]
        read_only_fields = fields


class CombinedOut(serializers.Serializer[Any]):
    """An upper indicator with what its shares come to, and why."""

    indicator = serializers.CharField(source="line.key")
    name = serializers.CharField(source="line.name")
    upper = serializers.CharField(source="shown")
    way = serializers.CharField(source="combined.way")
    value = serializers.DecimalField(18, 4, source="combined.value", allow_null=True)
    gap = serializers.DecimalField(18, 4, source="combined.gap", allow_null=True)
    band = serializers.CharField(source="combined.band")
    trace = serializers.DictField(source="combined.trace")


class RecipientOut(serializers.Serializer[Any]):
    """A recipient with its yuan, and how far its own targets are."""

    code = serializers.CharField(source="share.code")
    name = serializers.CharField(source="share.recipient")
    amount = serializers.DecimalField(15, 2, source="share.amount")
    state = serializers.CharField()
    n_finer = serializers.IntegerField()
    n_departs = serializers.IntegerField()


class DecompositionOut(serializers.Serializer[Any]):
    """A transfer with its decomposition, as far as the caller may see it."""

    transfer = TransferOut()
    state = serializers.CharField()
    filing = serializers.UUIDField(source="filing.public_id", default=None, allow_null=True)
    assignment = serializers.UUIDField(source="assignment.public_id", default=None, allow_null=True)
    handed = serializers.DecimalField(15, 2, source="outcome.handed", default=None, allow_null=True)
    gap = serializers.DecimalField(15, 2, source="outcome.gap", default=None, allow_null=True)
    indicators = CombinedOut(source="rows", many=True)
    recipients = RecipientOut(many=True)
    findings = FindingOut(source="outcome.findings", many=True, default=list)


def _found(request: Request, year: int, public_id: UUID) -> Transfer:
    """The transfer that exists for the caller, with its amount, or 404."""
    return get_object_or_404(projects.transfers(caller(request), year), public_id=public_id)


def _shown(request: Request, year: int, public_id: UUID, status: int = 200) -> Response:
    screen = transfer_screen.screen_of(_found(request, year, public_id), caller(request))
    return Response(DecompositionOut(screen).data, status=status)


def _facts(told: dict[str, Any]) -> dict[str, Any]:
    """What was sent beside the facts: amounts by level, and tags; None where left out."""
    return {"amounts": told.pop("amounts", None), "fund_tags": told.pop("tags", None)}


class TransferList(ListAPIView[Transfer]):
    """转移支付：本人可见的，下达日期新的在前；POST 登记一项。"""

    serializer_class = TransferOut
    pagination_class = KeyPages
    queryset = Transfer.objects.none()

    def get_queryset(self) -> QuerySet[Transfer]:
        """The year's transfers."""
        return projects.transfers(caller(self.request), self.kwargs["year"])

    @extend_schema(summary="登记转移支付", request=TransferIn, responses={201: DecompositionOut})
    def post(self, request: Request, year: int) -> Response:
        """Register one; its unit owes the decomposition."""
        told = read(TransferIn, request)
        units = projects.units_to_transfer_to(caller(request)).select_related("jurisdiction")
        unit = get_object_or_404(units, public_id=told.pop("unit"))
        more = {key: value for key, value in _facts(told).items() if value is not None}
        made = transfers.register(actor=caller(request), unit=unit, year=year, **told, **more)
        return _shown(request, year, made.public_id, 201)


class TransferOne(APIView):
    """一项转移支付和它的分解：每个上级指标、合成值、差额、依据。"""

    @extend_schema(operation_id="transfer_read", responses=DecompositionOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The transfer as it stands."""
        return _shown(request, year, public_id)

    @extend_schema(
        summary="改转移支付的登记事实", request=TransferFactsIn, responses=DecompositionOut
    )
    def patch(self, request: Request, year: int, public_id: UUID) -> Response:
        """Change the given facts."""
        found = _found(request, year, public_id)
        told = read(TransferFactsIn, request)
        more = _facts(told)
        transfers.update(transfer=found, actor=caller(request), facts=told, **more)
        return _shown(request, year, public_id)


class NoTargetsIn(Input):
    """Why a transfer comes without targets, or why it has them after all."""

    kind = serializers.CharField(
        label="豁免类型", max_length=60, allow_blank=True, help_text="空：撤销豁免"
    )
    reason = serializers.CharField(label="理由", max_length=120)


class TransferExempt(APIView):
    """登记不用分解下达目标的转移支付；类型为空的，撤销豁免。"""

    @extend_schema(request=NoTargetsIn, responses=DecompositionOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """Nobody owes its decomposition any more, or its unit does again."""
        found = _found(request, year, public_id)
        told = read(NoTargetsIn, request)
        if told["kind"]:
            handing.exempt(transfer=found, actor=caller(request), **told)
        else:
            handing.end_exemption(transfer=found, actor=caller(request), reason=told["reason"])
        return _shown(request, year, public_id)


class TransferBook(APIView):
    """一项转移支付的分解表，Excel。"""

    @extend_schema(operation_id="transfer_book", request=None, responses=WORKBOOK)
    def post(self, request: Request, year: int, public_id: UUID) -> FileResponse:
        """The workbook; who took it is on record."""
        found = _found(request, year, public_id)
        made = transfer_books.decomposition(actor=caller(request), transfer=found)
        return workbook(made, f"{year}年度转移支付目标分解表.xlsx")


class TransferLedger(APIView):
    """年度转移支付目标台账，Excel。"""

    @extend_schema(operation_id="transfers_ledger", request=None, responses=WORKBOOK)
    def post(self, request: Request, year: int) -> FileResponse:
        """The workbook; who took it is on record."""
        made = transfer_books.ledger(actor=caller(request), year=year)
        return workbook(made, f"{year}年度转移支付目标台账.xlsx")


# --- handing down -----------------------------------------------------------------------------
class ValueShape(Input):
    """A value of one upper indicator; of 定性 the percent of completion."""

    indicator = serializers.UUIDField(label="上级指标", help_text="指标行的标识")
    value = serializers.DecimalField(15, 4, label="指标值")
    high = serializers.DecimalField(15, 4, label="区间上限", allow_null=True, default=None)


class ShareShape(Input):
    """One recipient by its official code, its yuan and its values."""

    code = serializers.CharField(label="接收方编码", max_length=30)
    amount = _yuan("资金（元）")
    values: Any = serializers.ListField(
        child=ValueShape(), label="指标值", max_length=100, required=False, default=list
    )


class SharesIn(VersionIn):
    """The whole decomposition."""

    shares = serializers.ListField(child=ShareShape(), label="接收方", max_length=200)


class ShareOut(serializers.Serializer[Any]):
    """A share as it is stored."""

    key = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField(source="recipient")
    amount = serializers.DecimalField(15, 2)
    values: Any = serializers.SerializerMethodField()

    @extend_schema_field(ValueShape(many=True))
    def get_values(self, share: handed.Share) -> list[dict[str, Any]]:
        """The values by the keys of the upper indicators."""
        return [
            {"indicator": key, "value": str(value.value), "high": _text(value.high)}
            for key, value in share.values.items()
        ]


class SharesOut(serializers.Serializer[Any]):
    """The newest revision's shares."""

    version = serializers.IntegerField()
    shares = ShareOut(many=True)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


class Shares(APIView):
    """分解到接收方；PUT 整表存为草稿，合计在提交时检查。"""

    @extend_schema(operation_id="transfer_shares_read", responses=SharesOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The newest revision's shares."""
        return _shares(request, self._filing(request, year, public_id))

    @extend_schema(
        operation_id="transfer_shares_save",
        summary="存分解的草稿",
        request=SharesIn,
        responses=SharesOut,
    )
    def put(self, request: Request, year: int, public_id: UUID) -> Response:
        """Make the shares exactly these."""
        filing = self._filing(request, year, public_id)
        told = read(SharesIn, request)
        rows = [_row(row) for row in told["shares"]]
        handing.hand_down(filing=filing, actor=caller(request), version=told["version"], rows=rows)
        return _shares(request, filing)

    def _filing(self, request: Request, year: int, public_id: UUID) -> Filing:
        rows = filings.shown(caller(request)).filter(fiscal_year=year, kind=handed.KIND)
        return get_object_or_404(rows, public_id=public_id)


def _row(told: dict[str, Any]) -> ShareIn:
    values = {str(row["indicator"]): Value(row["value"], row["high"]) for row in told["values"]}
    return ShareIn(told["code"], told["amount"], values)


def _shares(request: Request, filing: Filing) -> Response:
    revision = filings.newest(filing, caller(request))
    shown = {"version": revision.version, "shares": handed.shares_of(revision)}
    return Response(SharesOut(shown).data)
