"""Liaison officers for programs (B-33)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import DayField, Input, KeyPages, read, workbook
from apps.core.rest_schema import WORKBOOK
from apps.jobs.models import Job
from apps.jobs.tasks import run_job
from apps.organizations import liaison_list, selectors, services
from apps.organizations.models import Liaison, Unit, User

TEXT = OpenApiParameter("q", str, description="单位编码的开头、单位名称或姓名里的字")


def _text(request: Request) -> str:
    """What is looked for. Raises ValidationError when it is longer than a name."""
    text = request.query_params.get("q", "").replace("\x00", "").strip()
    if len(text) > 40:
        raise ValidationError({"q": [f"填了{len(text)}个字，最多40个。"]})
    return text


class LiaisonOut(serializers.ModelSerializer[Liaison]):
    """Who speaks for a unit."""

    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    username = serializers.CharField(source="user.username", default=None, allow_null=True)

    class Meta:
        model = Liaison
        fields = [
            "public_id",
            "unit",
            "unit_name",
            "name",
            "phone",
            "username",
            "starts_on",
            "ends_on",
        ]
        read_only_fields = fields


class LiaisonIn(Input):
    """A person for a unit of the caller's."""

    unit = serializers.UUIDField(label="单位")
    name = serializers.CharField(label="姓名", max_length=40)
    phone = serializers.CharField(label="电话", max_length=30)
    username = serializers.CharField(
        label="账号", max_length=40, required=False, allow_null=True, default=None
    )
    starts_on = DayField(label="起", required=False, allow_null=True, default=None)
    ends_on = DayField(label="止", required=False, allow_null=True, default=None)


class ByUnit(KeyPages):
    """Pages by the unit's code."""

    field = "unit__code"


@extend_schema_view(
    get=extend_schema(
        operation_id="liaisons_list",
        summary="联络员",
        parameters=[TEXT, OpenApiParameter("all", bool, description="含已经卸任的")],
    )
)
class Liaisons(ListAPIView[Liaison]):
    """联络员，按单位编码；POST 登记。"""

    serializer_class = LiaisonOut
    pagination_class = ByUnit
    queryset = Liaison.objects.none()

    def get_queryset(self) -> QuerySet[Liaison]:
        """Those of the units in the caller's directory. Raises ValidationError."""
        also_past = self.request.query_params.get("all", "") in ("1", "true")
        user = caller(self.request)
        return selectors.liaisons_seen(user, _text(self.request), also_past=also_past)

    @extend_schema(
        operation_id="liaisons_register",
        summary="登记联络员",
        request=LiaisonIn,
        responses={201: LiaisonOut},
    )
    def post(self, request: Request) -> Response:
        """The new liaison officer; 404 for a unit that is not the caller's to keep."""
        told, user = read(LiaisonIn, request), caller(request)
        key, username = told.pop("unit"), told.pop("username")
        unit = get_object_or_404(selectors.units_to_register_for(user), public_id=key)
        account = None
        if username:
            people = User.objects.filter(memberships__unit=unit).distinct()
            account = get_object_or_404(people, username=username)
        made = services.register_liaison(actor=user, unit=unit, user=account, **told)
        return Response(LiaisonOut(made).data, status=201)


class LiaisonOne(APIView):
    """一个联络员。"""

    @extend_schema(operation_id="liaisons_end", summary="联络员卸任", responses={204: None})
    def delete(self, request: Request, public_id: UUID) -> Response:
        """The post ended yesterday."""
        seen = Liaison.objects.visible_to(caller(request)).select_related("unit__jurisdiction")
        held = get_object_or_404(seen, public_id=public_id)
        services.end_liaison(actor=caller(request), liaison=held)
        return Response(status=204)


class UnitWithout(serializers.ModelSerializer[Unit]):
    """A unit that nobody speaks for."""

    class Meta:
        model = Unit
        fields = ["public_id", "code", "name", "kind"]
        read_only_fields = fields


class ByCode(KeyPages):
    """Pages by code."""

    field = "code"


@extend_schema_view(
    get=extend_schema(
        operation_id="liaisons_missing", summary="没有联络员的单位", parameters=[TEXT]
    )
)
class UnitsWithout(ListAPIView[Unit]):
    """没有联络员的单位，按编码。"""

    serializer_class = UnitWithout
    pagination_class = ByCode
    queryset = Unit.objects.none()

    def get_queryset(self) -> QuerySet[Unit]:
        """Of the caller's directory. Raises ValidationError."""
        return selectors.units_without(caller(self.request), _text(self.request))


class ListStartedOut(serializers.Serializer[Any]):
    """The job that makes the file; GET jobs/{job}/ says how far it is."""

    job = serializers.UUIDField(source="public_id")


class LiaisonsExport(APIView):
    """联络员名册。"""

    @extend_schema(
        operation_id="liaisons_export",
        summary="导出联络员名册",
        request=None,
        parameters=[TEXT],
        responses={**WORKBOOK, (202, "application/json"): ListStartedOut},
    )
    def post(self, request: Request) -> HttpResponseBase:
        """The workbook; 202 and a job when it is long."""
        made = liaison_list.export(actor=caller(request), text=_text(request))
        if isinstance(made, Job):
            run_job.delay_on_commit(made.pk)
            return Response(ListStartedOut(made).data, status=202)
        return workbook(made, liaison_list.NAME)
