"""The plan's calendar for programs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.reports.months import month
from apps.workplans import selectors


class DayEntryOut(serializers.Serializer[Any]):
    """One deadline of the day; a plan's own line counts nothing."""

    task = serializers.UUIDField()
    title = serializers.CharField()
    due_at = serializers.DateTimeField()
    n_owed = serializers.IntegerField()
    n_open = serializers.IntegerField()
    state = serializers.CharField()


class DayOut(serializers.Serializer[Any]):
    """One day; `is_working` is null in a year that is not announced."""

    on = serializers.DateField()
    is_working = serializers.SerializerMethodField()
    word = serializers.CharField()
    entries = DayEntryOut(many=True)

    def get_is_working(self, day: month.Day) -> bool | None:
        """Whether offices are open."""
        return day.is_working if day.is_known else None


class MonthOut(serializers.Serializer[Any]):
    """The days of a month."""

    month = serializers.DateField(source="first")
    unannounced = serializers.ListField(child=serializers.IntegerField())
    days = DayOut(many=True)


class Calendar(APIView):
    """计划日历：一个月的截止日和节假日。"""

    @extend_schema(
        operation_id="calendar_month",
        parameters=[
            OpenApiParameter("month", str, description="例如2024-04，不填为本月"),
            OpenApiParameter("of", str, enum=[month.MINE, month.PLAN]),
            OpenApiParameter("region", str, description="区划代码，看得见几个计划时选一个"),
        ],
        responses=MonthOut,
    )
    def get(self, request: Request, year: int) -> Response:
        """The month, of the caller's units or of the plan, which who has no unit sees at first."""
        month.demand_year(year)
        user, of = caller(request), request.query_params.get("of")
        if of not in (None, month.MINE, month.PLAN):
            raise ValidationError({"of": [f"应为{month.MINE}或{month.PLAN}。"]})
        first = month.chosen_month(request.query_params.get("month", ""), year)
        plan = selectors.visible_plan(user, year, request.query_params.get("region", ""))
        side = month.chosen_side(user, of or "")
        return Response(MonthOut(month.month_of(user, year, first, side, plan)).data)
