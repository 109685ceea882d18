"""The regions right below, for programs."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import Input, read
from apps.organizations import selectors, services
from apps.organizations.api.places import READERS, served
from apps.organizations.models import Jurisdiction, Role


class RegionOut(serializers.ModelSerializer[Jurisdiction]):
    """A region and the finance bureau that answers for it."""

    bureau = serializers.CharField(source="bureau.code", default=None, allow_null=True)
    bureau_name = serializers.CharField(source="bureau.name", default=None, allow_null=True)

    class Meta:
        model = Jurisdiction
        fields = ["code", "name", "level", "bureau", "bureau_name"]
        read_only_fields = fields


class RegionIn(Input):
    """A region by its code, and its finance bureau."""

    code = serializers.CharField(label="区划代码", max_length=6)
    name = serializers.CharField(label="名称", max_length=60)
    bureau_code = serializers.CharField(label="财政部门编码", max_length=12)
    bureau_name = serializers.CharField(label="财政部门名称", max_length=100)


class Regions(APIView):
    """下级地区和其财政部门；POST 登记。"""

    @extend_schema(operation_id="regions_list", responses=RegionOut(many=True))
    def get(self, request: Request) -> Response:
        """All regions right below, by code."""
        rows = selectors.regions_below(served(request, *READERS))
        return Response(RegionOut(rows, many=True).data)

    @extend_schema(
        operation_id="regions_register",
        summary="登记下级地区和其财政部门",
        request=RegionIn,
        responses={201: RegionOut},
    )
    def post(self, request: Request) -> Response:
        """The region as it stands now."""
        place, told = served(request, Role.SYS_ADMIN), read(RegionIn, request)
        region = services.register_region(actor=caller(request), above=place, **told)
        return Response(RegionOut(region).data, status=201)
