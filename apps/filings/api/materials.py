"""The generic materials form."""

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
from apps.core.rest import read
from apps.filings import materials, selectors, services
from apps.filings.api.common import FindingOut, VersionIn, newest
from apps.filings.models import Filing, MaterialSheet
from apps.rules.findings import ranked
from apps.rules.numbers import plain


class MaterialsIn(VersionIn):
    """The whole form; a number cell takes any text, what is no number is kept as typed."""

    summary = serializers.CharField(
        label="情况说明", max_length=8000, required=False, allow_blank=True, default=""
    )
    facts = serializers.DictField(
        child=serializers.CharField(max_length=40, allow_blank=True),
        label="数据",
        required=False,
        default=dict,
    )


class FactOut(serializers.Serializer[Any]):
    """A named number that the task asks for."""

    code = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField()
    is_required = serializers.BooleanField()


class MaterialsOut(serializers.Serializer[Any]):
    """The newest revision's form: numbers as text, what could not be read in `unread`."""

    revision = serializers.IntegerField()
    version = serializers.IntegerField()
    saved_at = serializers.DateTimeField(allow_null=True)
    may_edit = serializers.BooleanField()
    summary = serializers.CharField()
    facts = serializers.DictField(child=serializers.CharField())
    unread = serializers.DictField(child=serializers.CharField())
    asked = FactOut(many=True)
    findings = FindingOut(many=True)


class Materials(APIView):
    """工作材料表：情况说明和数据；PUT 存为草稿。"""

    @extend_schema(operation_id="materials_read", responses=MaterialsOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The newest revision's form."""
        return self._shown(request, self._filing(request, year, public_id))

    @extend_schema(
        operation_id="materials_save",
        summary="存工作材料表的草稿",
        request=MaterialsIn,
        responses=MaterialsOut,
    )
    def put(self, request: Request, year: int, public_id: UUID) -> Response:
        """Save the draft, one version further; 409 for a stale one."""
        filing = self._filing(request, year, public_id)
        told = read(MaterialsIn, request)
        services.save_materials(filing=filing, actor=caller(request), **told)
        return self._shown(request, filing)

    def _filing(self, request: Request, year: int, public_id: UUID) -> Filing:
        rows = selectors.shown(caller(request)).filter(fiscal_year=year, kind=materials.KIND)
        return get_object_or_404(rows, public_id=public_id)

    def _shown(self, request: Request, filing: Filing) -> Response:
        revision = newest(filing, request)
        sheet = MaterialSheet.objects.get(revision=revision)
        findings = services.findings_of(revision=revision) if revision.is_open else []
        held = materials.values(revision)
        told = {
            "revision": revision.number,
            "version": revision.version,
            "saved_at": revision.saved_at,
            "may_edit": services.standing(filing=filing, actor=caller(request)).edit,
            "summary": sheet.summary,
            "facts": {code: plain(value) for code, value in held.items()},
            "unread": sheet.unread,
            "asked": filing.assignment.task.facts.all(),
            "findings": ranked(findings),
        }
        return Response(MaterialsOut(told).data)
