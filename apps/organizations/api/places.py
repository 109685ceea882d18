"""Units, finance sections and who first reviews what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import Input, KeyPages, read
from apps.organizations import selectors, services
from apps.organizations.models import Jurisdiction, Role, Section, SectionRoute, Unit
from apps.organizations.models.places import BUDGET_TYPES
from apps.organizations.services.places import UnitData

READERS = (Role.SYS_ADMIN, Role.SEC_ADMIN, Role.PLAN_ADMIN)


class ByCode(KeyPages):
    """Pages by code."""

    field = "code"


def served(request: Request, *wanted: str) -> Jurisdiction:
    """The jurisdiction that the caller serves in such a role. Raises PermissionDenied."""
    place = selectors.served_jurisdiction(caller(request), *wanted)
    if place is None:
        raise PermissionDenied("这项由管理员办理。")
    return place


# --- units ----------------------------------------------------------------------------------
class UnitOut(serializers.ModelSerializer[Unit]):
    """A unit that exists for the person."""

    jurisdiction = serializers.CharField(source="jurisdiction.code")
    parent_code = serializers.CharField(source="parent.code", default=None, allow_null=True)

    class Meta:
        model = Unit
        fields = [
            "public_id",
            "jurisdiction",
            "code",
            "name",
            "kind",
            "parent_code",
            "credit_code",
            "is_fund_manager",
            "is_classified",
            "is_active",
        ]
        read_only_fields = fields


class UnitChange(Input):
    """Particulars to change; what is left out stays."""

    name = serializers.CharField(label="单位名称", max_length=100, required=False)
    kind = serializers.ChoiceField(Unit.Kind.choices, label="单位类型", required=False)
    parent_code = serializers.CharField(
        label="主管部门编码", max_length=9, required=False, allow_blank=True
    )
    credit_code = serializers.RegexField(
        r"^([0-9A-Z]{18})?$",
        label="统一社会信用代码",
        required=False,
        allow_blank=True,
        error_messages={"invalid": "应为18位数字和大写字母。"},
    )
    is_fund_manager = serializers.BooleanField(label="资金主管部门", required=False)
    is_classified = serializers.BooleanField(label="涉密单位", required=False)
    is_active = serializers.BooleanField(label="在用", required=False)


class UnitIn(UnitChange):
    """A new unit."""

    code = serializers.CharField(label="预算单位编码", max_length=9)
    name = serializers.CharField(label="单位名称", max_length=100)
    kind = serializers.ChoiceField(Unit.Kind.choices, label="单位类型")


def _data(
    request: Request, place: Jurisdiction, told: dict[str, Any], known: dict[str, Any]
) -> UnitData:
    """The unit's particulars: what was told before what is known. Raises Http404 for the parent."""
    told = dict(told)
    if (above := told.pop("parent_code", None)) is not None:
        rows = Unit.objects.visible_to(caller(request)).active().filter(jurisdiction=place)
        told["parent"] = get_object_or_404(rows, code=above) if above else None
    return UnitData(**known | told)


class Units(ListAPIView[Unit]):
    """本人看得到的单位，按编码；POST 新建单位。"""

    serializer_class = UnitOut
    pagination_class = ByCode
    queryset = Unit.objects.none()

    def get_queryset(self) -> QuerySet[Unit]:
        """Units that exist for the caller."""
        return Unit.objects.visible_to(caller(self.request)).select_related(
            "jurisdiction", "parent"
        )

    @extend_schema(
        operation_id="units_create", summary="新建单位", request=UnitIn, responses={201: UnitOut}
    )
    def post(self, request: Request) -> Response:
        """The new unit."""
        place, told = served(request, Role.SYS_ADMIN), read(UnitIn, request)
        code = told.pop("code")
        data = _data(request, place, told, {})
        unit = services.create_unit(actor=caller(request), jurisdiction=place, code=code, data=data)
        return Response(UnitOut(unit).data, status=201)


class UnitOne(APIView):
    """一个单位；PATCH 改它的资料。"""

    @extend_schema(operation_id="units_read", responses=UnitOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """A unit that exists for the caller."""
        reach = Unit.objects.visible_to(caller(request)).select_related("jurisdiction", "parent")
        return Response(UnitOut(get_object_or_404(reach, public_id=public_id)).data)

    @extend_schema(
        operation_id="units_change",
        summary="改单位的资料",
        request=UnitChange,
        responses=UnitOut,
    )
    @transaction.atomic  # what is left out is read and written back under one lock
    def patch(self, request: Request, public_id: UUID) -> Response:
        """The unit with the particulars changed."""
        place = served(request, *READERS)
        reach = Unit.objects.visible_to(caller(request)).filter(jurisdiction=place)
        reach = reach.select_related("parent").select_for_update(of=("self",))
        unit = get_object_or_404(reach, public_id=public_id)
        known = {name: getattr(unit, name) for name in UnitData.__dataclass_fields__}
        data = _data(request, place, read(UnitChange, request), known)
        changed = services.update_unit(actor=caller(request), unit=unit, data=data)
        return Response(UnitOut(changed).data)


# --- sections -------------------------------------------------------------------------------
class SectionOut(serializers.ModelSerializer[Section]):
    """A finance section with the names papers use for it."""

    aliases = serializers.SlugRelatedField("name", many=True, read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = Section
        fields = ["public_id", "code", "name", "kind", "aliases"]
        read_only_fields = fields


class SectionChange(Input):
    """The section's local name and the other names that papers use."""

    name = serializers.CharField(label="科室名称", max_length=40)
    aliases = serializers.ListField(
        child=serializers.CharField(max_length=40),
        label="别名",
        required=False,
        default=list,
        max_length=20,
    )

    def validate_name(self, name: str) -> str:
        """The name without blanks, as aliases are compared."""
        return "".join(name.split())


class SectionIn(SectionChange):
    """A new section; its code stays for good."""

    code = serializers.SlugField(label="标识", max_length=20)
    kind = serializers.ChoiceField(Section.Kind.choices, label="类别")


class Sections(ListAPIView[Section]):
    """本级财政的科室和别名；POST 新建科室。"""

    serializer_class = SectionOut
    pagination_class = ByCode
    queryset = Section.objects.none()

    def get_queryset(self) -> QuerySet[Section]:
        """The finance sections of the caller's jurisdictions."""
        reach = selectors.jurisdictions_of(caller(self.request))
        return Section.objects.filter(jurisdiction__in=reach).prefetch_related("aliases")

    @extend_schema(
        operation_id="sections_create",
        summary="新建科室",
        request=SectionIn,
        responses={201: SectionOut},
    )
    def post(self, request: Request) -> Response:
        """The new section."""
        place, told = served(request, Role.SYS_ADMIN), read(SectionIn, request)
        section = services.create_section(actor=caller(request), jurisdiction=place, **told)
        return Response(SectionOut(section).data, status=201)


class SectionOne(APIView):
    """改科室的名称和别名。"""

    @extend_schema(operation_id="sections_rename", request=SectionChange, responses=SectionOut)
    def put(self, request: Request, public_id: UUID) -> Response:
        """The section under its new names."""
        place = served(request, Role.SYS_ADMIN)
        rows = Section.objects.filter(jurisdiction=place).select_related("jurisdiction")
        section = get_object_or_404(rows, public_id=public_id)
        told = read(SectionChange, request)
        renamed = services.rename_section(actor=caller(request), section=section, **told)
        return Response(SectionOut(renamed).data)


# --- routes ---------------------------------------------------------------------------------
class RouteOut(serializers.ModelSerializer[SectionRoute]):
    """Which section first reviews what: one of the three keys is filled."""

    section = serializers.CharField(source="section.code")
    unit = serializers.CharField(source="unit.code", default=None, allow_null=True)

    class Meta:
        model = SectionRoute
        fields = ["id", "section", "fund_tag", "budget_type", "unit"]
        read_only_fields = fields


class RouteIn(Input):
    """The section and exactly one of the three keys; by their codes."""

    section = serializers.CharField(label="科室标识", max_length=20)
    fund_tag = serializers.CharField(
        label="资金标签", max_length=40, required=False, allow_blank=True, default=""
    )
    budget_type = serializers.ChoiceField(
        list(BUDGET_TYPES.items()), label="预算类型", required=False, allow_blank=True, default=""
    )
    unit = serializers.CharField(
        label="单位编码", max_length=9, required=False, allow_blank=True, default=""
    )


class Routes(APIView):
    """初审分工；哪项资金、哪个单位先到哪个科室。"""

    @extend_schema(operation_id="routes_list", responses=RouteOut(many=True))
    def get(self, request: Request) -> Response:
        """The routes of the jurisdiction, by fund first."""
        page = selectors.sections_page(caller(request), served(request, *READERS))
        return Response(RouteOut([*page.by_fund, *page.by_unit], many=True).data)

    @extend_schema(
        operation_id="routes_set", summary="定一条初审分工", request=RouteIn, responses=RouteOut
    )
    def post(self, request: Request) -> Response:
        """The route; an older one of the same key gives way."""
        place, told = served(request, Role.SYS_ADMIN), read(RouteIn, request)
        rows = Section.objects.filter(jurisdiction=place, kind=Section.Kind.BUSINESS)
        told["section"] = get_object_or_404(
            rows.select_related("jurisdiction"), code=told["section"]
        )
        units = Unit.objects.visible_to(caller(request)).active().filter(jurisdiction=place)
        told["unit"] = get_object_or_404(units, code=told["unit"]) if told["unit"] else None
        return Response(RouteOut(services.set_route(actor=caller(request), **told)).data)


class RouteOne(APIView):
    """取消一条初审分工。"""

    @extend_schema(operation_id="routes_remove", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """The key has no route of its own any more."""
        rows = SectionRoute.objects.filter(jurisdiction=served(request, Role.SYS_ADMIN))
        route = get_object_or_404(rows.select_related("jurisdiction", "section"), pk=pk)
        services.remove_route(actor=caller(request), route=route)
        return Response(status=204)
