"""Projects for programs: the same rows, rights and numbers as the pages; amounts in yuan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import uploads
from apps.core.http import caller
from apps.core.rest import KeyPages
from apps.jobs import selectors as jobs
from apps.projects import selectors, services
from apps.projects.forms import ProjectFilter
from apps.projects.imports import services as imports
from apps.projects.models import Execution, FundLine, FundTag, Project, ProjectYear
from apps.projects.services import MoneyLine


class MoneySerializer(serializers.Serializer[Any]):
    """One source and level of a year's money, in yuan."""

    source = serializers.ChoiceField(FundLine.Source.choices)  # type: ignore[assignment]
    level = serializers.ChoiceField(FundLine.Level.choices, default=FundLine.Level.COUNTY)
    initial = serializers.DecimalField(15, 2, min_value=0, default=Decimal(0))
    adjusted = serializers.DecimalField(15, 2, min_value=0, default=Decimal(0))
    arrived = serializers.DecimalField(15, 2, min_value=0, default=Decimal(0))


class ProjectSerializer(serializers.ModelSerializer[Project]):
    """A project as it stands in the year; amounts in yuan."""

    unit_code = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    tags: Any = serializers.SlugRelatedField("code", source="fund_tags", many=True, read_only=True)
    origin = serializers.CharField(default=None)
    attribute = serializers.CharField(default=None)
    joined_on = serializers.DateField(default=None)
    initial = serializers.DecimalField(15, 2, default=None)
    adjusted = serializers.DecimalField(15, 2, default=None)
    arrived = serializers.DecimalField(15, 2, default=None)

    class Meta:
        model = Project
        fields = [
            "public_id",
            "code",
            "name",
            "unit_code",
            "unit_name",
            "category",
            "budget_type",
            "tags",
            "state",
            "is_key",
            "is_livelihood",
            "is_infrastructure",
            "is_policy",
            "is_classified",
            "first_year",
            "last_year",
            "origin",
            "attribute",
            "joined_on",
            "initial",
            "adjusted",
            "arrived",
        ]
        read_only_fields = fields


class FactsSerializer(serializers.Serializer[Any]):
    """Facts to change; what is left out stays."""

    name = serializers.CharField(max_length=120, required=False)
    code = serializers.CharField(max_length=30, required=False)
    category = serializers.ChoiceField(Project.Category.choices, required=False)
    budget_type = serializers.CharField(max_length=12, required=False)
    first_year = serializers.IntegerField(min_value=2000, max_value=2100, required=False)
    last_year = serializers.IntegerField(
        min_value=2000, max_value=2100, required=False, allow_null=True
    )
    is_key = serializers.BooleanField(required=False)
    is_livelihood = serializers.BooleanField(required=False)
    is_infrastructure = serializers.BooleanField(required=False)
    is_policy = serializers.BooleanField(required=False)
    leader = serializers.CharField(max_length=40, required=False, allow_blank=True)
    leader_phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    total_investment = serializers.DecimalField(15, 2, min_value=0, required=False, allow_null=True)
    summary = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    tags: Any = serializers.SlugRelatedField(
        "code", queryset=FundTag.objects.all(), many=True, required=False
    )


class NewProjectSerializer(FactsSerializer):
    """A project to put into reserve."""

    unit = serializers.UUIDField(help_text="单位的公开标识")
    name = serializers.CharField(max_length=120)
    code = serializers.CharField(max_length=30)
    first_year = serializers.IntegerField(min_value=2000, max_value=2100)


class ConfirmSerializer(serializers.Serializer[Any]):
    """A place in the year's budget."""

    origin = serializers.ChoiceField(ProjectYear.Origin.choices)
    attribute = serializers.ChoiceField(ProjectYear.Attribute.choices)
    joined_on = serializers.DateField(required=False, allow_null=True, default=None)


class ExecutionSerializer(serializers.ModelSerializer[Execution]):
    """What had been paid up to a date, in yuan, cumulative."""

    amount = serializers.DecimalField(15, 2, min_value=0)

    class Meta:
        model = Execution
        fields = ["as_of", "amount", "source", "recorded_at"]
        read_only_fields = ["recorded_at"]


class FileSerializer(serializers.Serializer[Any]):
    """The workbook to check."""

    file = serializers.FileField()


class CheckedSerializer(serializers.Serializer[Any]):
    """The job that checked the list."""

    job = serializers.UUIDField()


class StartedSerializer(serializers.Serializer[Any]):
    """The job that was left; its page and /api/v1/jobs/ show how it goes."""

    job = serializers.UUIDField(source="public_id")


def _found(request: Request, public_id: UUID) -> Project:
    """The project if the caller may see it, else 404."""
    visible = Project.objects.visible_to(caller(request)).select_related("unit__jurisdiction")
    return get_object_or_404(visible, public_id=public_id)


def _shown(request: Request, year: int, project: Project) -> Response:
    """The project as it stands in the year, or in reserve."""
    rows = selectors.of_year(Project.objects.visible_to(caller(request)), year)
    return Response(ProjectSerializer(get_object_or_404(rows, pk=project.pk)).data)


def _valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


@extend_schema(
    parameters=[
        OpenApiParameter("q", str, description="名称里的字，或项目编码的开头"),
        OpenApiParameter("unit", str, description="单位的公开标识"),
        OpenApiParameter("budget_type", str),
        OpenApiParameter("tag", str),
        OpenApiParameter("origin", str, description="initial、added 或 reserve"),
    ]
)
class ProjectList(ListAPIView[Project]):
    """项目清单：本人可见、列入当年的项目；POST 新建储备项目。"""

    serializer_class = ProjectSerializer
    pagination_class = KeyPages
    queryset = Project.objects.none()  # for the schema; rows come from get_queryset

    def get_queryset(self) -> QuerySet[Project]:
        """Visible projects under the page's own filter."""
        user = caller(self.request)
        form = ProjectFilter(self.request.GET, units=selectors.units_listed(user))
        rows = selectors.listed(
            Project.objects.visible_to(user), self.kwargs["year"], form.chosen()
        )
        return rows.prefetch_related("fund_tags")

    @extend_schema(request=NewProjectSerializer, responses={201: ProjectSerializer})
    def post(self, request: Request, year: int) -> Response:
        """Put a project into reserve."""
        facts = _valid(NewProjectSerializer(data=request.data))
        units = selectors.units_to_create_in(caller(request)).select_related("jurisdiction")
        unit = get_object_or_404(units, public_id=facts.pop("unit"))
        tags = facts.pop("tags", ())
        project = services.create_project(actor=caller(request), unit=unit, fund_tags=tags, **facts)
        response = _shown(request, year, project)
        response.status_code = 201
        return response


class ProjectOne(APIView):
    """一个项目在当年的情况。"""

    @extend_schema(responses=ProjectSerializer)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The project as it stands in the year."""
        return _shown(request, year, _found(request, public_id))

    @extend_schema(request=FactsSerializer, responses=ProjectSerializer)
    def patch(self, request: Request, year: int, public_id: UUID) -> Response:
        """Change the given facts."""
        project = _found(request, public_id)
        facts = _valid(FactsSerializer(data=request.data))
        tags = facts.pop("tags", None)
        services.update_project(project=project, actor=caller(request), facts=facts, fund_tags=tags)
        return _shown(request, year, project)


class ProjectConfirm(APIView):
    """把项目列入当年预算。"""

    @extend_schema(request=ConfirmSerializer, responses=ProjectSerializer)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """Put the project into the year's budget."""
        project = _found(request, public_id)
        place = _valid(ConfirmSerializer(data=request.data))
        services.confirm(project=project, actor=caller(request), year=year, **place)
        return _shown(request, year, project)


class ProjectMoney(APIView):
    """项目当年的资金，按来源和级次，单位元。"""

    @extend_schema(responses=MoneySerializer(many=True))
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The year's money lines."""
        lines = selectors.funds_of(_found(request, public_id), year)
        return Response(MoneySerializer(lines, many=True).data)

    @extend_schema(request=MoneySerializer(many=True), responses=MoneySerializer(many=True))
    def put(self, request: Request, year: int, public_id: UUID) -> Response:
        """Make the year's money exactly these lines."""
        project = _found(request, public_id)
        serializer = MoneySerializer(data=request.data, many=True)
        serializer.is_valid(raise_exception=True)
        lines = [MoneyLine(**line) for line in serializer.validated_data]
        services.set_money(project=project, actor=caller(request), year=year, lines=lines)
        return self.get(request, year, public_id)


class ProjectExecutions(APIView):
    """项目当年的累计执行数，单位元；更正是新的一行。"""

    @extend_schema(responses=ExecutionSerializer(many=True))
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """Every recorded execution, newest first."""
        rows = selectors.executions_of(_found(request, public_id), year)
        return Response(ExecutionSerializer(rows[:200], many=True).data)

    @extend_schema(request=ExecutionSerializer, responses={201: ExecutionSerializer})
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """Record what had been paid up to a date."""
        project = _found(request, public_id)
        row = _valid(ExecutionSerializer(data=request.data))
        made = services.record_execution(project=project, actor=caller(request), year=year, **row)
        return Response(ExecutionSerializer(made).data, status=201)


class ImportList(APIView):
    """上传项目清单，先核对，不导入。"""

    @extend_schema(
        request={"multipart/form-data": FileSerializer}, responses={202: StartedSerializer}
    )
    def post(self, request: Request, year: int) -> Response:
        """Leave a job that checks the workbook."""
        region = selectors.managed_region(caller(request))
        if region is None:
            raise PermissionDenied
        file = uploads.received(request._request, "file")
        job = imports.start_check(
            actor=caller(request),
            jurisdiction=region,
            year=year,
            upload=uploads.guard_xlsx(file, file.name or ""),
        )
        return Response(StartedSerializer(job).data, status=202)


class ImportConfirm(APIView):
    """把核对通过的清单整体导入。"""

    @extend_schema(request=CheckedSerializer, responses={202: StartedSerializer})
    def post(self, request: Request, year: int) -> Response:
        """Leave a job that imports the checked list."""
        asked = _valid(CheckedSerializer(data=request.data))
        checked = get_object_or_404(
            jobs.jobs_of(caller(request)), public_id=asked["job"], kind=imports.CHECK
        )
        job = imports.start_import(actor=caller(request), checked=checked)
        return Response(StartedSerializer(job).data, status=202)
