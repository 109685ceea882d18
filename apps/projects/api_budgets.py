"""What whole units may spend in a year, for programs; amounts in yuan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import Input, read
from apps.projects import selectors, unit_budgets
from apps.projects.models import FundLine


def _yuan(label: str) -> Any:
    return serializers.DecimalField(
        15, 2, label=label, min_value=0, required=False, allow_null=True, default=None
    )


class UnitBudgetIn(Input):
    """What was approved; a source that is left out has none."""

    fiscal = _yuan("财政拨款（元）")
    carryover = _yuan("上年结转（元）")
    other = _yuan("其他资金（元）")
    basis = serializers.CharField(label="批复文号", max_length=100)


class UnitBudgetOut(serializers.Serializer[Any]):
    """A unit's budget of the year; no amounts while none is on record."""

    unit = serializers.UUIDField(source="unit.public_id")
    code = serializers.CharField(source="unit.code")
    name = serializers.CharField(source="unit.name")
    amounts = serializers.DictField(child=serializers.DecimalField(15, 2))
    total = serializers.DecimalField(15, 2, allow_null=True)
    basis = serializers.CharField()


class UnitBudgets(APIView):
    """各单位当年的部门预算批复数，单位元。"""

    @extend_schema(operation_id="unit_budgets_list", responses=UnitBudgetOut(many=True))
    def get(self, request: Request, year: int) -> Response:
        """Every unit whose budget the caller writes."""
        user = caller(request)
        if selectors.paying_region(user) is None:
            raise PermissionDenied("只有预算股和计划管理员可以登记部门预算。")
        units = list(unit_budgets.units_to_budget(user).order_by("code"))
        return Response(UnitBudgetOut(unit_budgets.lines_of(units, year), many=True).data)


class UnitBudgetOne(APIView):
    """一个单位当年的部门预算批复数，单位元。"""

    @extend_schema(operation_id="unit_budget_read", responses=UnitBudgetOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """What is on record."""
        units = unit_budgets.units_to_budget(caller(request))
        unit = get_object_or_404(units, public_id=public_id)
        return Response(UnitBudgetOut(unit_budgets.lines_of([unit], year)[0]).data)

    @extend_schema(
        operation_id="unit_budget_set",
        summary="登记部门预算",
        request=UnitBudgetIn,
        responses=UnitBudgetOut,
    )
    def put(self, request: Request, year: int, public_id: UUID) -> Response:
        """Make the unit's budget exactly these amounts."""
        user = caller(request)
        unit = get_object_or_404(unit_budgets.units_to_budget(user), public_id=public_id)
        told = read(UnitBudgetIn, request)
        amounts: dict[str, Decimal] = {
            source: told[source] for source in FundLine.Source.values if told[source] is not None
        }
        unit_budgets.set_unit_budget(
            unit=unit, actor=user, year=year, amounts=amounts, basis=told["basis"]
        )
        return Response(UnitBudgetOut(unit_budgets.lines_of([unit], year)[0]).data)
