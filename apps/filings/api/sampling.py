"""Sample checks for programs: prepared, drawn by a second person, checked, recounted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import DayField, Input, KeyPages, read, workbook
from apps.core.rest_schema import WORKBOOK
from apps.filings import sample_paper
from apps.filings.api.common import MOST
from apps.filings.models import ReturnItem, SampleDraw, SampleItem
from apps.filings.sampling_forms import CHECKED
from apps.filings.selectors import sampling as selectors
from apps.filings.selectors.sampling import Scope
from apps.filings.services import sample_checks, sampling, unfit
from apps.filings.services.reviewing import Wanted
from apps.rules.sampling import WORDS, Design, Method


# --- input ------------------------------------------------------------------------------------
class SampleIn(Input):
    """What is drawn from and how; `share` is a fraction, `limits` are 万元."""

    task = serializers.UUIDField(label="任务")
    title = serializers.CharField(label="抽审名称", max_length=80)
    method = serializers.ChoiceField(label="方式", choices=[(m.value, w) for m, w in WORDS.items()])
    share = serializers.DecimalField(
        5,
        4,
        label="抽取比例",
        min_value=0,
        max_value=1,
        required=False,
        allow_null=True,
        default=None,
    )
    count = serializers.IntegerField(
        label="抽取条数",
        min_value=0,
        max_value=MOST,
        required=False,
        allow_null=True,
        default=None,
    )
    by = serializers.ChoiceField(
        label="按什么分层",
        choices=SampleDraw.By.choices,
        required=False,
        allow_blank=True,
        default="",
    )
    limits = serializers.ListField(
        child=serializers.DecimalField(12, 2, min_value=Decimal("0.01")),
        label="金额档",
        required=False,
        default=list,
        max_length=10,
    )
    window = serializers.CharField(
        label="节点", max_length=20, required=False, allow_blank=True, default=""
    )
    reason = serializers.CharField(
        label="再次抽取的理由", max_length=300, required=False, allow_blank=True, default=""
    )


class VoidIn(Input):
    """Why a draw counts no more."""

    reason = serializers.CharField(label="作废理由", max_length=300)


class CheckersIn(Input):
    """Who checks; the drawn filings are dealt among them."""

    checkers = serializers.ListField(
        child=serializers.UUIDField(), label="检查人", max_length=100, allow_empty=False
    )


class ProblemIn(Input):
    """What is wrong at which place."""

    path = serializers.CharField(label="位置", max_length=120)
    message = serializers.CharField(label="问题", max_length=500)
    severity = serializers.ChoiceField(
        choices=ReturnItem.Severity.choices, label="轻重", default=ReturnItem.Severity.MUST
    )


class SampleCheckIn(Input):
    """What the check found."""

    result = serializers.ChoiceField(label="检查结果", choices=CHECKED)
    opinion = serializers.CharField(
        label="检查意见", max_length=1000, required=False, allow_blank=True, default=""
    )
    problems = serializers.ListField(
        child=ProblemIn(), label="问题", required=False, default=list, max_length=50
    )


class ExcuseIn(Input):
    """Why a drawn filing that nobody may check is left out."""

    reason = serializers.CharField(label="理由", max_length=300)


class DueIn(Input):
    """The last day for filing again."""

    due_on = DayField(label="重报截止")


# --- output -----------------------------------------------------------------------------------
class SampleRow(serializers.ModelSerializer[SampleDraw]):
    """A draw with its counts."""

    task = serializers.CharField(source="task.title")
    method_text = serializers.CharField()
    state_label = serializers.CharField(source="get_state_display")
    n = serializers.IntegerField()
    n_checked = serializers.IntegerField()
    n_faulty = serializers.IntegerField()

    class Meta:
        model = SampleDraw
        fields = [
            "public_id",
            "title",
            "task",
            "window",
            "method",
            "method_text",
            "share",
            "count",
            "by",
            "limits",
            "reason",
            "state",
            "state_label",
            "population_at",
            "drawn_at",
            "ended_at",
            "void_reason",
            "n",
            "n_checked",
            "n_faulty",
        ]
        read_only_fields = fields


class SampleItemOut(serializers.ModelSerializer[SampleItem]):
    """A drawn filing; `trace` says by which number it was drawn."""

    filing = serializers.UUIDField(source="filing.public_id")
    revision = serializers.IntegerField(source="revision.number")
    subject = serializers.SerializerMethodField()
    unit_name = serializers.CharField(source="filing.unit.name")
    trace = serializers.JSONField()
    problems = serializers.JSONField()
    checker = serializers.CharField(source="checker.name", default=None, allow_null=True)
    result_label = serializers.CharField(source="get_result_display")

    class Meta:
        model = SampleItem
        fields = [
            "public_id",
            "filing",
            "revision",
            "position",
            "stratum",
            "subject",
            "unit_name",
            "trace",
            "checker",
            "result",
            "result_label",
            "opinion",
            "problems",
            "checked_at",
            "sent_back_at",
        ]
        read_only_fields = fields

    def get_subject(self, item: SampleItem) -> str:
        """The project, or the unit itself."""
        return str(item.filing.assignment.subject or item.filing.unit)


class RecountOut(serializers.Serializer[Any]):
    """The draw made again from seed and snapshot, compared with what is stored."""

    is_equal = serializers.BooleanField()
    is_same_population = serializers.BooleanField()
    is_same_draw = serializers.BooleanField()
    hash_now = serializers.CharField()
    first_difference = serializers.CharField()


class SampleOut(SampleRow):
    """A draw with seed, population, what was drawn, and its recount."""

    seed = serializers.CharField()
    population = serializers.JSONField()
    population_hash = serializers.CharField()
    prepared_by = serializers.CharField(source="prepared_by.name")
    drawn_by = serializers.CharField(source="drawn_by.name", default=None, allow_null=True)
    items = SampleItemOut(many=True, source="shown_items")
    recount = RecountOut(source="shown_recount")

    class Meta(SampleRow.Meta):
        fields = [
            *SampleRow.Meta.fields,
            "seed",
            "population",
            "population_hash",
            "prepared_by",
            "drawn_by",
            "items",
            "recount",
        ]
        read_only_fields = fields


def found(request: Request, year: int, public_id: UUID) -> SampleDraw:
    """The draw of that year if it exists for the caller, with its counts, or 404."""
    rows = selectors.draws(caller(request), year).select_related("task__plan", "drawn_by")
    return get_object_or_404(rows, public_id=public_id)


def _shown(request: Request, draw: SampleDraw, status: int = 200) -> Response:
    """The draw as it stands now."""
    draw = found(request, draw.fiscal_year, draw.public_id)
    items = selectors.items(caller(request)).filter(draw=draw).order_by("position")
    draw.shown_items = list(items)  # type: ignore[attr-defined]  # read by SampleOut
    draw.shown_recount = selectors.recount(draw)  # type: ignore[attr-defined]
    return Response(SampleOut(draw).data, status=status)


# --- draws ------------------------------------------------------------------------------------
class Newest(KeyPages):
    """The newest first."""

    descending = True


@extend_schema_view(get=extend_schema(operation_id="samples_list", summary="年度抽审清单"))
class Samples(ListAPIView[SampleDraw]):
    """年度抽审，新的在前。"""

    serializer_class = SampleRow
    pagination_class = Newest
    queryset = SampleDraw.objects.none()

    def get_queryset(self) -> QuerySet[SampleDraw]:
        """The draws that exist for the caller."""
        return selectors.draws(caller(self.request), self.kwargs["year"])

    @extend_schema(
        operation_id="samples_prepare",
        summary="备一次抽审",
        request=SampleIn,
        responses={201: SampleOut},
    )
    def post(self, request: Request, year: int) -> Response:
        """Population, method and seed are fixed; somebody else draws."""
        told, actor = read(SampleIn, request), caller(request)
        if not selectors.may_sample_somewhere(actor):
            self.permission_denied(request, message=sampling.NOT_YOURS)
        tasks = selectors.tasks_to_sample(actor, year)
        draw = sampling.prepare_sample(
            task=get_object_or_404(tasks, public_id=told["task"]),
            title=told["title"],
            design=Design(Method(told["method"]), told["share"], told["count"]),
            scope=Scope(told["window"], told["by"], tuple(str(end) for end in told["limits"])),
            reason=told["reason"],
            actor=actor,
        )
        return _shown(request, draw, status=201)


class Sample(APIView):
    """一次抽审：种子、总体、名单、重算。"""

    @extend_schema(operation_id="samples_read", summary="一次抽审", responses=SampleOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The draw with what was drawn, and whether a recount says the same."""
        return _shown(request, found(request, year, public_id))


class Draw(APIView):
    """由第二个人按种子抽取。"""

    @extend_schema(operation_id="samples_draw", request=None, responses=SampleOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The draw with what was drawn."""
        draw = found(request, year, public_id)
        return _shown(request, sampling.draw_sample(draw=draw, actor=caller(request)))


class Void(APIView):
    """作废抽审，须写理由。"""

    @extend_schema(operation_id="samples_void", request=VoidIn, responses=SampleOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The draw, void."""
        draw, told = found(request, year, public_id), read(VoidIn, request)
        return _shown(request, sampling.void_sample(draw=draw, actor=caller(request), **told))


class Assign(APIView):
    """指定检查人，没有结果的件在所选的人里平分。"""

    @extend_schema(operation_id="samples_assign", request=CheckersIn, responses=SampleOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The draw with its checkers."""
        draw, told = found(request, year, public_id), read(CheckersIn, request)
        wanted = set(told["checkers"])
        chosen = [p for p in selectors.may_be_checkers(draw) if p.public_id in wanted]
        sample_checks.assign_checkers(draw=draw, actor=caller(request), checkers=chosen)
        return _shown(request, draw)


class Close(APIView):
    """结束抽审。"""

    @extend_schema(operation_id="samples_close", request=None, responses=SampleOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The draw, closed."""
        draw = found(request, year, public_id)
        return _shown(request, sampling.close_sample(draw=draw, actor=caller(request)))


class Export(APIView):
    """导出抽样记录的Excel。"""

    @extend_schema(operation_id="samples_export", request=None, responses=WORKBOOK)
    def post(self, request: Request, year: int, public_id: UUID) -> FileResponse:
        """Facts, population and drawn as a workbook."""
        draw = found(request, year, public_id)
        made = sample_paper.workbook(draw=draw, actor=caller(request))
        return workbook(made, sample_paper.name_of(draw, "xlsx"))


# --- drawn filings ----------------------------------------------------------------------------
def _item(request: Request, year: int, public_id: UUID) -> SampleItem:
    rows = selectors.items(caller(request)).filter(draw__fiscal_year=year)
    return get_object_or_404(rows, public_id=public_id)


class Item(APIView):
    """抽中的一件。"""

    @extend_schema(operation_id="sample_items_read", responses=SampleItemOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The drawn filing with what the check found."""
        return Response(SampleItemOut(_item(request, year, public_id)).data)


class Check(APIView):
    """记录检查结果。"""

    @extend_schema(
        operation_id="sample_items_check", request=SampleCheckIn, responses=SampleItemOut
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The drawn filing with its result."""
        item, told = _item(request, year, public_id), read(SampleCheckIn, request)
        told["problems"] = [Wanted(**problem) for problem in told["problems"]]
        sample_checks.record_check(item=item, actor=caller(request), **told)
        return Response(SampleItemOut(_item(request, year, public_id)).data)


class Excuse(APIView):
    """抽中而没有人能查的，写明理由不查。"""

    @extend_schema(operation_id="sample_items_excuse", request=ExcuseIn, responses=SampleItemOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The drawn filing, left out."""
        item, told = _item(request, year, public_id), read(ExcuseIn, request)
        unfit.excuse(item=item, actor=caller(request), **told)
        return Response(SampleItemOut(_item(request, year, public_id)).data)


class SendBack(APIView):
    """抽审不合格的退回单位。"""

    @extend_schema(operation_id="sample_items_return", request=DueIn, responses=SampleItemOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The drawn filing, sent back."""
        item, told = _item(request, year, public_id), read(DueIn, request)
        sample_checks.send_back_faulty(item=item, actor=caller(request), **told)
        return Response(SampleItemOut(_item(request, year, public_id)).data)
