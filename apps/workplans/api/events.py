"""The events that windows count from, and their dates."""

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
from apps.core.rest import DayField, read
from apps.workplans import selectors, services
from apps.workplans.api.common import PlanStartedOut, started
from apps.workplans.api.inputs import SeenIn
from apps.workplans.models import Plan, PlanEvent
from apps.workplans.services import fingerprints


class EventStateOut(serializers.ModelSerializer[PlanEvent]):
    """An event, and its date once it has happened."""

    class Meta:
        model = PlanEvent
        fields = ["code", "title", "happened_on", "clause"]
        read_only_fields = fields


class EffectOut(serializers.Serializer[Any]):
    """What the date means for one window."""

    task = serializers.CharField(source="window.task.code")
    window = serializers.CharField(source="window.key")
    opens_at = serializers.DateTimeField(source="window.opens_at")
    due_at = serializers.DateTimeField(source="due.in_force", default=None)
    n_new = serializers.IntegerField()
    n_moved = serializers.IntegerField()
    is_over = serializers.BooleanField()


class EventDateIn(SeenIn):
    """When it happened; why, where a date is corrected; `dry_run` only says what would be."""

    event = serializers.CharField(label="事件", max_length=40)
    happened_on = DayField(label="发生日期")
    reason = serializers.CharField(
        label="更正理由", max_length=200, required=False, allow_blank=True, default=""
    )
    dry_run = serializers.BooleanField(label="只看结果", default=False)


class DatedOut(serializers.Serializer[Any]):
    """The event, and what its date would do."""

    event = EventStateOut()
    effects = EffectOut(many=True)
    fingerprint = serializers.CharField()


class EventDates(APIView):
    """计划的事件和日期。"""

    @extend_schema(operation_id="plans_events", responses=EventStateOut(many=True))
    def get(self, request: Request, public_id: UUID) -> Response:
        """The plan's events."""
        plan = get_object_or_404(Plan.objects.visible_to(caller(request)), public_id=public_id)
        return Response(EventStateOut(selectors.events_of(plan), many=True).data)

    @extend_schema(
        operation_id="plans_date_event",
        summary="填事件日期，或先看影响",
        request=EventDateIn,
        responses={200: DatedOut, 202: PlanStartedOut},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """A job that dates the event, or what its date would do."""
        plan = get_object_or_404(Plan.objects.visible_to(caller(request)), public_id=public_id)
        told = read(EventDateIn, request)
        event = get_object_or_404(plan.events, code=told["event"])
        on, actor = told["happened_on"], caller(request)
        if told["dry_run"]:
            found = services.foreseen(event=event, happened_on=on, actor=actor)
            seen = fingerprints.of_event(event)
            answer = {"event": event, "effects": found, "fingerprint": seen}
            return Response(DatedOut(answer).data)
        more = {"reason": told["reason"], "seen": told.get("fingerprint", "")}
        return started(services.start_dating(event=event, happened_on=on, actor=actor, **more))
