"""The findings of a filing with answers, and what came of the checks of a year."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import Input, read, workbook
from apps.core.rest_schema import WORKBOOK
from apps.filings import check_counts, findings_screen, services
from apps.filings.api.common import FindingLineOut, found
from apps.filings.models import Filing
from apps.jobs.tasks import run_job
from apps.workplans import selectors as plans


class FindingAnswerIn(Input):
    """Which finding is answered, and how; an empty text takes the answer away."""

    code = serializers.CharField(label="检查项", max_length=60)
    path = serializers.CharField(label="位置", max_length=120)
    text = serializers.CharField(label="答复", max_length=500, allow_blank=True)


class RuleCountOut(serializers.Serializer[Any]):
    """A check over the year's submissions; `hit_rate` is null while nothing is settled."""

    code = serializers.CharField(source="count.code")
    title = serializers.CharField()
    clause = serializers.CharField()
    n_found = serializers.IntegerField(source="count.n_found")
    n_answered = serializers.IntegerField(source="count.n_answered")
    n_waived = serializers.IntegerField(source="count.n_waived")
    n_changed = serializers.IntegerField(source="count.n_changed")
    n_settled = serializers.IntegerField(source="count.n_settled")
    hit_rate = serializers.DecimalField(
        source="count.hit_rate", max_digits=4, decimal_places=3, allow_null=True
    )


def _answer(filing: Filing, request: Request) -> Response:
    lines = findings_screen.findings_screen(filing, caller(request)).lines
    return Response(FindingLineOut(lines, many=True).data)


class Findings(APIView):
    """最新版次的检查意见，阻断在前；已报送的是报送时的。"""

    @extend_schema(operation_id="filings_findings", responses=FindingLineOut(many=True))
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """What the checks say of the newest revision."""
        return _answer(found(request, year, public_id), request)


class AnswerFinding(APIView):
    """答复一条不阻断的检查意见。"""

    @extend_schema(
        operation_id="filings_finding_answer",
        request=FindingAnswerIn,
        responses=FindingLineOut(many=True),
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The findings with the answer."""
        filing, told = found(request, year, public_id), read(FindingAnswerIn, request)
        services.answer_finding(filing=filing, actor=caller(request), **told)
        return _answer(filing, request)


class CheckCounts(APIView):
    """当年智能审核各项检查的次数、答复、豁免和命中率。"""

    @extend_schema(operation_id="check_counts", responses=RuleCountOut(many=True))
    def get(self, request: Request, year: int) -> Response:
        """Each check that spoke."""
        check_counts.demand_right(caller(request))
        lines = check_counts.rule_counts(caller(request), year)
        return Response(RuleCountOut(lines, many=True).data)


class RecheckIn(Input):
    """Whose plan; empty means the first that the caller sees."""

    region = serializers.CharField(label="行政区划", max_length=6, required=False, default="")


class RecheckOut(serializers.Serializer[Any]):
    """The job that does it; GET jobs/{job}/ says how far it is."""

    job = serializers.UUIDField(source="public_id")


class CheckAgain(APIView):
    """计划的检查规则改了以后，把已有的填报重新审核一遍。"""

    @extend_schema(operation_id="recheck", request=RecheckIn, responses={202: RecheckOut})
    def post(self, request: Request, year: int) -> Response:
        """202 with the job."""
        told = read(RecheckIn, request)
        plan = plans.visible_plan(caller(request), year, told["region"])
        if plan is None:
            raise Http404
        job = services.start_recheck(plan=plan, actor=caller(request))
        run_job.delay_on_commit(job.pk)
        return Response(RecheckOut(job).data, status=202)


class CheckCountsFile(APIView):
    """智能审核统计的Excel。"""

    @extend_schema(
        operation_id="check_counts_export",
        request=None,
        responses=WORKBOOK,
    )
    def post(self, request: Request, year: int) -> Any:
        """The workbook."""
        made = check_counts.export(actor=caller(request), year=year)
        return workbook(made, check_counts.name_of(year))
