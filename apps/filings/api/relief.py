"""Relief in batches for programs: a preview, or a job."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import DayField, Input, read
from apps.filings.services import relief
from apps.jobs.tasks import run_job
from apps.workplans.models import PlanTask


class ReliefIn(Input):
    """What is done to which assignments, until when, why; `dry_run` only says what would be."""

    act = serializers.ChoiceField(label="办什么", choices=[*relief.WORDS.items()])
    assignments = serializers.ListField(
        label="应报", child=serializers.UUIDField(), max_length=relief.MOST_ROWS
    )
    until = DayField(label="到哪一天", required=False, allow_null=True, default=None)
    reason = serializers.CharField(label="理由", max_length=200)
    dry_run = serializers.BooleanField(label="只看结果", default=False)


class VerdictOut(serializers.Serializer[Any]):
    """What becomes of one assignment."""

    assignment = serializers.UUIDField()
    subject = serializers.CharField()
    unit = serializers.CharField()
    text = serializers.CharField()
    is_done = serializers.BooleanField()


class ReliefOut(serializers.Serializer[Any]):
    """The job that does it, none of a dry run; what becomes of each row as far as is foreseen."""

    job = serializers.UUIDField(allow_null=True)
    rows = VerdictOut(many=True)


class TaskRelief(APIView):
    """批量延期、豁免、撤销、恢复、重新开放一项任务的应报。"""

    @extend_schema(operation_id="tasks_relief", request=ReliefIn, responses=ReliefOut)
    def post(self, request: Request, public_id: UUID) -> Response:
        """The preview, and unless it is a dry run the job; its results stand in jobs/."""
        task = get_object_or_404(PlanTask.objects.visible_to(caller(request)), public_id=public_id)
        told, actor = read(ReliefIn, request), caller(request)
        decided = relief.Relief(relief.Act(told["act"]), told["reason"], told["until"])
        chosen = told["assignments"]
        rows = relief.preview(task=task, assignments=chosen, relief=decided, actor=actor)
        job = None
        if not told["dry_run"]:
            job = relief.start(task=task, assignments=chosen, relief=decided, actor=actor)
            run_job.delay_on_commit(job.pk)
        return Response(ReliefOut({"job": job and job.public_id, "rows": rows}).data)
