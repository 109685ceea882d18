"""Home, dossiers and search for programs: the pages' own numbers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import KeyPages
from apps.filings import selectors as filings
from apps.filings.api.common import FilingRow, ItemOut
from apps.filings.models import Filing
from apps.organizations import selectors as people
from apps.organizations.models import Role, Unit
from apps.projects import selectors as projects
from apps.projects.api import MoneySerializer
from apps.projects.models import Project
from apps.reports import dossier, selectors, waiting
from apps.targets.api import FormShape
from apps.targets.form_json import form_as
from apps.workplans.models import Assignment

STATES = ("returned", "overdue", "draft", "todo", "locked")


# --- the work list --------------------------------------------------------------------------
class TodoOut(serializers.Serializer[Any]):
    """One thing that a unit owes: its derived state, the working days left, what to do."""

    assignment = serializers.UUIDField(source="owed.public_id")
    task = serializers.CharField(source="owed.task_title")
    kind = serializers.CharField(source="owed.kind")
    window = serializers.CharField(source="owed.window")
    unit = serializers.CharField(source="owed.unit_code")
    unit_name = serializers.CharField(source="owed.unit_name")
    subject = serializers.CharField()
    project = serializers.UUIDField(source="owed.project", allow_null=True)
    is_added = serializers.BooleanField(source="owed.is_added")
    filing = serializers.UUIDField(allow_null=True)
    state = serializers.CharField()
    group = serializers.CharField()
    verb = serializers.CharField()
    opens_at = serializers.DateTimeField(source="owed.opens_at", allow_null=True)
    due_at = serializers.DateTimeField(source="owed.due_at", allow_null=True)
    remaining = serializers.IntegerField(allow_null=True)
    may_file = serializers.BooleanField()


class ByDeadline(KeyPages):
    """What is due first."""

    field = "due_at"


@extend_schema(parameters=[OpenApiParameter("state", str, enum=STATES)])
class Todo(ListAPIView[Assignment]):
    """待办：本单位当年还欠的，先到期的在前。"""

    serializer_class = TodoOut
    pagination_class = ByDeadline
    queryset = Assignment.objects.none()

    def get_queryset(self) -> QuerySet[Assignment]:
        """What the caller's units owe, cut down to one state. Raises ValidationError."""
        state = self.request.query_params.get("state", "")
        if state and state not in STATES:
            raise ValidationError({"state": [f"应为{'、'.join(STATES)}之一。"]})
        owed = filings.todo(caller(self.request), self.kwargs["year"])
        return selectors.todo_filtered(owed, state)

    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        """One page with state and working days left."""
        page = self.paginate_queryset(self.get_queryset()) or []
        rows = selectors.todo_rows(list(page), caller(request))
        return self.get_paginated_response(TodoOut(rows, many=True).data)


# --- home -----------------------------------------------------------------------------------
class StageOut(serializers.Serializer[Any]):
    """One of the six stages: approved of owed."""

    title = serializers.CharField()
    n_owed = serializers.IntegerField()
    n_done = serializers.IntegerField()
    n_returned = serializers.IntegerField()


class ProgressOut(serializers.Serializer[Any]):
    """How far one task is in the region."""

    task = serializers.UUIDField(source="public_id")
    title = serializers.CharField()
    n_owed = serializers.IntegerField()
    n_filed = serializers.IntegerField()
    n_approved = serializers.IntegerField()
    n_returned = serializers.IntegerField()
    n_silent = serializers.IntegerField()


class LastReceiptOut(serializers.Serializer[Any]):
    """A receipt of the caller's units."""

    receipt_number = serializers.CharField()
    filing = serializers.UUIDField()
    task = serializers.CharField()
    submitted_at = serializers.DateTimeField()


class FirstOut(serializers.Serializer[Any]):
    """先办这一件: the returned filing due first, with the reasons."""

    todo = TodoOut()
    items = ItemOut(many=True)


class MistakeOut(serializers.Serializer[Any]):
    """What the units were most often sent back for last year."""

    message = serializers.CharField()
    n = serializers.IntegerField()


class SilentOut(serializers.Serializer[Any]):
    """A unit with assignments past their deadline and never filed."""

    unit = serializers.CharField()
    unit_name = serializers.CharField()
    n = serializers.IntegerField()


class HomeOut(serializers.Serializer[Any]):
    """Home by role; parts that are not the caller's are empty."""

    n_waiting = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    first = FirstOut(allow_null=True)
    stages = StageOut(many=True)
    receipts = LastReceiptOut(many=True)
    mistakes = MistakeOut(many=True)
    progress = ProgressOut(many=True)
    silent = SilentOut(many=True)


class Home(APIView):
    """首页：待办数、先办的一件、六个环节、近期回执；财政一侧是任务进度和未报单位。"""

    @extend_schema(operation_id="home", responses=HomeOut)
    def get(self, request: Request, year: int) -> Response:
        """The caller's home of the year."""
        user = caller(request)
        told: dict[str, Any] = {
            "n_waiting": waiting.todo_count(user, year),
            "receipts": selectors.last_receipts(user, year),
            **_unit_side(request, year),
            **_region_side(request, year),
        }
        return Response(HomeOut(told).data)


def _unit_side(request: Request, year: int) -> dict[str, Any]:
    user = caller(request)
    units = people.units_of(user, Role.FILER, Role.UNIT_HEAD, Role.SUPERVISOR)
    if not units:
        return {"counts": {}, "first": None, "stages": [], "mistakes": []}
    first = selectors.first_thing(user, year)
    tally = selectors.tally(units, year, people.units_of(user, Role.FILER, Role.UNIT_HEAD))
    return {
        "counts": selectors.todo_counts(tally),
        "first": {"todo": first[0], "items": first[1]} if first else None,
        "stages": selectors.stage_counts(tally),
        "mistakes": [{"message": m, "n": n} for m, n in selectors.frequent_returns(user, year)],
    }


def _region_side(request: Request, year: int) -> dict[str, Any]:
    regions = people.whole_region_jurisdictions(caller(request))
    if not regions:
        return {"progress": [], "silent": []}
    silent = selectors.silent_units(regions, year)
    return {
        "progress": selectors.task_progress(regions, year),
        "silent": [{"unit": u.code, "unit_name": u.name, "n": n} for u, n in silent],
    }


# --- dossiers -------------------------------------------------------------------------------
class StageCellOut(serializers.Serializer[Any]):
    """One stage of one year: done, now, later or none."""

    title = serializers.CharField()
    state = serializers.CharField()
    lines = serializers.ListField(child=serializers.CharField())


class YearLineOut(serializers.Serializer[Any]):
    """A year of the project with its six stages."""

    year = serializers.IntegerField()
    origin = serializers.CharField()
    stages = StageCellOut(many=True)


class EventOut(serializers.Serializer[Any]):
    """One thing that happened."""

    on = serializers.DateTimeField()
    kind = serializers.CharField(source="glyph")
    title = serializers.CharField()
    detail = serializers.CharField()


class DossierOut(serializers.Serializer[Any]):
    """一项目一档: stages over the years, money in 元, the promise in force, filings, events."""

    project = serializers.UUIDField(source="project.public_id")
    name = serializers.CharField(source="project.__str__")
    code = serializers.CharField(source="project.code", allow_null=True)
    unit = serializers.CharField(source="project.unit.code")
    year = serializers.IntegerField()
    years = YearLineOut(many=True)
    funds = MoneySerializer(many=True)
    total = serializers.DecimalField(15, 2)
    executed = serializers.DecimalField(15, 2, source="execution.amount", default=None)
    rate = serializers.DecimalField(9, 4, allow_null=True)
    filings = FilingRow(many=True)
    promise = serializers.SerializerMethodField()
    events = EventOut(many=True)

    @extend_schema_field(FormShape(allow_null=True))
    def get_promise(self, told: dossier.Dossier) -> dict[str, Any] | None:
        """The targets in force, null before any."""
        return form_as(told.promise) if told.promise else None


class ProjectDossier(APIView):
    """一项目一档。"""

    @extend_schema(operation_id="projects_dossier", responses=DossierOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The dossier as the caller may see it."""
        user = caller(request)
        rows = Project.objects.visible_to(user).select_related("unit__parent", "jurisdiction")
        project = get_object_or_404(rows, public_id=public_id)
        return Response(DossierOut(dossier.dossier_of(project, year, user)).data)


def _unit(request: Request, public_id: UUID) -> Unit:
    rows = projects.units_known(caller(request)).select_related("parent", "jurisdiction")
    return get_object_or_404(rows, public_id=public_id)


class UnitStagesOut(serializers.Serializer[Any]):
    """How far a unit is in each of the six stages."""

    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    year = serializers.IntegerField()
    stages = StageOut(many=True)


class UnitStages(APIView):
    """单位当年六个环节各报了多少。"""

    @extend_schema(operation_id="units_stages", responses=UnitStagesOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The unit's stage counts."""
        unit = _unit(request, public_id)
        stages = selectors.stage_counts(selectors.tally([unit.pk], year, user=caller(request)))
        return Response(UnitStagesOut({"unit": unit, "year": year, "stages": stages}).data)


class Latest(KeyPages):
    """The newest first."""

    descending = True


class UnitFilings(ListAPIView[Filing]):
    """单位当年的填报，新的在前。"""

    serializer_class = FilingRow
    pagination_class = Latest
    queryset = Filing.objects.none()

    def get_queryset(self) -> QuerySet[Filing]:
        """Filings of the unit that exist for the caller."""
        unit = _unit(self.request, self.kwargs["public_id"])
        rows = filings.shown(caller(self.request))
        return rows.filter(unit=unit, fiscal_year=self.kwargs["year"]).distinct()


class UnitOwed(APIView):
    """单位当年还没有开始填报的应报，先到期的在前。"""

    @extend_schema(operation_id="units_owed", responses=TodoOut(many=True))
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """At most fifty, as on the unit's page."""
        unit, user = _unit(request, public_id), caller(request)
        rows = selectors.todo_rows(selectors.unanswered(unit, year, user)[:50], user)
        return Response(TodoOut(rows, many=True).data)


class UnitRow(serializers.ModelSerializer[Unit]):
    """A unit whose work the caller may see."""

    class Meta:
        model = Unit
        fields = ["public_id", "code", "name", "kind"]
        read_only_fields = fields


class ByCode(KeyPages):
    """Pages by code."""

    field = "code"


@extend_schema_view(get=extend_schema(operation_id="units_of_year"))
class UnitsKnown(ListAPIView[Unit]):
    """本人看得到其工作的单位，按编码。"""

    serializer_class = UnitRow
    pagination_class = ByCode
    queryset = Unit.objects.none()

    def get_queryset(self) -> QuerySet[Unit]:
        """The rows of the page of units."""
        return projects.units_known(caller(self.request)).filter(is_active=True)


class FoundOut(serializers.Serializer[Any]):
    """A project or a unit that was found."""

    public_id = serializers.UUIDField()
    code = serializers.CharField(allow_null=True)
    name = serializers.CharField(source="__str__")


class SearchOut(serializers.Serializer[Any]):
    """Projects and units, at most 50 each."""

    projects = FoundOut(many=True)
    units = FoundOut(many=True)


class Search(APIView):
    """按名称里的字或编码的开头找项目和单位。"""

    @extend_schema(
        operation_id="search",
        parameters=[OpenApiParameter("q", str, required=True)],
        responses=SearchOut,
    )
    def get(self, request: Request, year: int) -> Response:
        """What the caller may see of it."""
        text = request.query_params.get("q", "").replace("\x00", "").strip()[:60]
        if not text:
            raise ValidationError({"q": ["未填。请填名称里的字或编码的开头。"]})
        user = caller(request)
        told = {
            "projects": selectors.found_projects(user, text),
            "units": selectors.found_units(user, text),
        }
        return Response(SearchOut(told).data)
