"""Days off: a year as it is known, a year announced, a day changed."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.days import FIRST_DAY, LAST_DAY
from apps.core.http import caller
from apps.core.rest import DayField, Input, read
from apps.workplans import services
from apps.workplans.models import Holiday, HolidayYear


class DayOffOut(serializers.Serializer[Any]):
    """One day: whether people work, and its holiday's name."""

    on = serializers.DateField()
    is_workday = serializers.BooleanField()
    name = serializers.CharField()


class HolidayYearOut(serializers.Serializer[Any]):
    """A year; of one not announced no day is known."""

    year = serializers.IntegerField()
    is_announced = serializers.BooleanField()
    basis = serializers.CharField(source="source")
    days = DayOffOut(many=True)


class AnnounceIn(Input):
    """The notice's lines, or one day a line; with `dry_run` they are only read."""

    year = serializers.IntegerField(label="年度", min_value=FIRST_DAY.year, max_value=LAST_DAY.year)
    text = serializers.CharField(label="放假安排", max_length=20_000)
    basis = serializers.CharField(label="依据", source="source", max_length=100)
    dry_run = serializers.BooleanField(label="只核对", default=False)


class DayIn(Input):
    """One day off or worked; null gives it back what was announced."""

    on = DayField(label="日期")
    is_workday = serializers.BooleanField(label="上班", allow_null=True)
    name = serializers.CharField(
        label="名称", max_length=40, required=False, allow_blank=True, default=""
    )
    basis = serializers.CharField(label="依据", source="source", max_length=100)


class LoadedOut(serializers.Serializer[Any]):
    """How many years are new."""

    n_years = serializers.IntegerField()


def _year(year: int) -> Response:
    found = HolidayYear.objects.filter(year=year).first()
    told = {
        "year": year,
        "is_announced": found is not None,
        "source": found.source if found else "",
        "days": Holiday.objects.filter(on__year=year) if found else [],
    }
    return Response(HolidayYearOut(told).data)


class HolidayYearOne(APIView):
    """一年的放假和调休；未公布的年份没有。"""

    @extend_schema(operation_id="holidays_read", responses=HolidayYearOut)
    def get(self, request: Request, year: int) -> Response:
        """The year as it is known."""
        return _year(year)


class YearAnnounce(APIView):
    """登记一年的放假安排，或只核对。"""

    @extend_schema(
        operation_id="holidays_announce", request=AnnounceIn, responses=DayOffOut(many=True)
    )
    def post(self, request: Request) -> Response:
        """The days that were read."""
        days = services.announce_year(actor=caller(request), **read(AnnounceIn, request))
        return Response(DayOffOut(days, many=True).data)


class DaySet(APIView):
    """改一天，或恢复原安排。"""

    @extend_schema(operation_id="holidays_set_day", request=DayIn, responses=HolidayYearOut)
    def post(self, request: Request) -> Response:
        """The year with the day changed."""
        told, actor = read(DayIn, request), caller(request)
        if told["is_workday"] is None:
            services.reset_day(on=told["on"], source=told["source"], actor=actor)
        else:
            services.set_day(actor=actor, **told)
        return _year(told["on"].year)


class YearsLoad(APIView):
    """载入自带的年份。"""

    @extend_schema(operation_id="holidays_load", request=None, responses=LoadedOut)
    def post(self, request: Request) -> Response:
        """How many years are new."""
        return Response({"n_years": services.load_years(actor=caller(request))})
