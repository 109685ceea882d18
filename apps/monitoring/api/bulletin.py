"""The county's notice of flagged projects for programs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import Input, read
from apps.jobs.tasks import run_job
from apps.monitoring import bulletin as notice
from apps.monitoring.api.paper import NodePaperJobOut


class BulletinIn(Input):
    """The node, as a day; empty for the last closed one."""

    node = serializers.CharField(
        label="节点", max_length=10, required=False, allow_blank=True, default=""
    )


class FlaggedOut(serializers.Serializer[Any]):
    """A project that carries a flag after the node."""

    project = serializers.UUIDField(source="project.public_id")
    project_name = serializers.CharField(source="project.name")
    unit = serializers.UUIDField(source="unit.public_id")
    unit_name = serializers.CharField(source="unit.name")
    flag = serializers.CharField(source="flag.value")
    move = serializers.CharField(source="move.value")
    reason = serializers.CharField()


class BulletinOut(serializers.Serializer[Any]):
    """What the notice says; `node` is null while no node is closed."""

    node = serializers.DateField(allow_null=True)
    n_checked = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    flagged = FlaggedOut(many=True)


class BulletinView(APIView):
    """一个监控节点的黄标、红标项目，全县通报用；POST生成PDF。"""

    @extend_schema(
        operation_id="monitoring_bulletin",
        summary="监控节点的黄标、红标项目",
        parameters=[OpenApiParameter("node", str, description="节点日期，如2024-05-31")],
        responses=BulletinOut,
    )
    def get(self, request: Request, year: int) -> Response:
        """What the notice says."""
        region = notice.region_of(caller(request))
        node = notice.asked(region, year, request.query_params.get("node", ""))
        if node is None:
            return Response({"node": None, "n_checked": 0, "counts": {}, "flagged": []})
        made = notice.build(region, year, node)
        told = {"node": node, "n_checked": made.n_checked, "counts": dict(made.counts)}
        return Response(BulletinOut({**told, "flagged": made.flagged}).data)

    @extend_schema(
        operation_id="monitoring_bulletin_pdf",
        summary="生成监控通报的PDF，由后台任务做",
        request=BulletinIn,
        responses={202: NodePaperJobOut},
    )
    def post(self, request: Request, year: int) -> Response:
        """The job."""
        said = read(BulletinIn, request)
        job = notice.start(actor=caller(request), year=year, node=said["node"])
        run_job.delay_on_commit(job.pk)
        return Response(NodePaperJobOut(job).data, status=202)
