"""The 监控表 on paper for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import workbook
from apps.core.rest_schema import WORKBOOK
from apps.filings import selectors as filings
from apps.jobs.tasks import run_job
from apps.monitoring import paper
from apps.monitoring.api.sheet import found


class NodePaperJobOut(serializers.Serializer[Any]):
    """The job that makes the file; GET jobs/{job}/ says how far it is."""

    job = serializers.UUIDField(source="public_id")


class NodePdf(APIView):
    """生成监控表的PDF，由后台任务做。"""

    @extend_schema(operation_id="monitoring_pdf", request=None, responses={202: NodePaperJobOut})
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The job."""
        filing, user = found(request, year, public_id), caller(request)
        job = paper.start_pdf(actor=user, filing=filing, revision=filings.newest(filing, user))
        run_job.delay_on_commit(job.pk)
        return Response(NodePaperJobOut(job).data, status=202)


class NodeXlsx(APIView):
    """监控表的Excel。"""

    @extend_schema(operation_id="monitoring_xlsx", responses=WORKBOOK)
    def get(self, request: Request, year: int, public_id: UUID) -> FileResponse:
        """The money and the indicators."""
        filing, user = found(request, year, public_id), caller(request)
        shown = filings.newest(filing, user)
        made = paper.paper_of(filing, shown, user)
        return workbook(paper.form_xlsx(made), f"{paper.name_of(made, shown)}.xlsx")
