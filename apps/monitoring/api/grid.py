"""What the caller's units owe at the nodes, for programs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import Input, read
from apps.filings.models import State
from apps.monitoring import batch, overview
from apps.workplans.models import Assignment


class NodeOwedOut(serializers.Serializer[Any]):
    """A project at a node; filing, state and version are null until it is opened."""

    assignment = serializers.UUIDField(source="assignment.public_id")
    project = serializers.CharField(source="assignment.project.name")
    project_code = serializers.CharField(source="assignment.project.code")
    unit = serializers.CharField(source="assignment.unit.code")
    filing = serializers.UUIDField(source="filing.public_id", default=None)
    state = serializers.ChoiceField(State.choices, source="filing.state", default=None)
    version = serializers.IntegerField(source="revision.version", default=None)
    may_edit = serializers.BooleanField()


class NodeGridOut(serializers.Serializer[Any]):
    """The projects of one node, at most 80."""

    node = serializers.CharField(source="key")
    data_until = serializers.DateField(source="node.ends", default=None)
    nodes = serializers.SerializerMethodField()
    entries = NodeOwedOut(many=True)
    is_cut = serializers.BooleanField()

    def get_nodes(self, shown: overview.GridScreen) -> list[str]:
        """The keys of all nodes at which something is owed."""
        return [choice.key for choice in shown.choices]


class OpenNodeIn(Input):
    """At which node."""

    node = serializers.CharField(label="节点", max_length=20)


class NodeDoneOut(serializers.Serializer[Any]):
    """What became of one assignment; `error` is empty where its draft stands."""

    assignment = serializers.CharField(source="key")
    subject = serializers.CharField()
    error = serializers.CharField()


class Grid(APIView):
    """本单位各节点应填的监控表；POST 为一个节点的全部项目开出草稿。"""

    @extend_schema(
        operation_id="monitoring_owed",
        summary="本单位各节点应填的监控表",
        parameters=[OpenApiParameter("node", str)],
        responses=NodeGridOut,
    )
    def get(self, request: Request, year: int) -> Response:
        """The node asked for, or the last that has opened."""
        node = request.query_params.get("node", "")
        return Response(NodeGridOut(overview.grid_screen(caller(request), year, node)).data)

    @extend_schema(
        operation_id="monitoring_open",
        summary="为一个节点的全部项目开出监控表草稿",
        request=OpenNodeIn,
        responses=NodeDoneOut(many=True),
    )
    def post(self, request: Request, year: int) -> Response:
        """One result for each project, in transactions of their own."""
        node = read(OpenNodeIn, request)["node"]
        rows: QuerySet[Assignment] = overview.owed(caller(request), year)
        wanted = rows.filter(window__key=node)[: overview.MOST]
        done = batch.open_each(actor=caller(request), assignments=wanted)
        return Response(NodeDoneOut(done, many=True).data)
