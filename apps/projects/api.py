"""Projects for programs: the same rows, rights and numbers as the pages; amounts in yuan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import (
    DayField,
    Input,
    KeyPages,
    demand_valid,
    read,
    read_rows,
    workbook,
)
from apps.core.rest_schema import WORKBOOK
from apps.jobs.tasks import run_job
from apps.projects import exports, selectors, services
from apps.projects.forms import ProjectFilter
from apps.projects.funds import MoneyLine
from apps.projects.models import BudgetType, Execution, FundLine, FundTag, Project, ProjectYear
from apps.projects.selectors import Filter


def _yuan(label: str) -> serializers.DecimalField:
    return serializers.DecimalField(15, 2, label=label, min_value=0, default=Decimal(0))


class MoneySerializer(Input):
    """One source and level of a year's money, in yuan."""

    source = serializers.ChoiceField(FundLine.Source.choices, label="资金来源")  # type: ignore[assignment]
    level = serializers.ChoiceField(
        FundLine.Level.choices, label="级次", default=FundLine.Level.COUNTY
    )
    initial = _yuan("年初预算数（元）")
    adjusted = _yuan("调整后预算数（元）")
    arrived = _yuan("到位数（元）")


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


class TagsIn(Input):
    """Kinds of money by their codes."""

    tags: Any = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=20, label="资金标签", required=False
    )

    def validate_tags(self, codes: list[str]) -> list[FundTag]:
        """The tags of these codes, in one query. Raises ValidationError that names the unknown."""
        found = list(FundTag.objects.filter(code__in=codes))
        if unknown := set(codes) - {tag.code for tag in found}:
            raise serializers.ValidationError(f"没有标识为“{min(unknown)}”的资金标签。")
        return found


class FactsIn(TagsIn):
    """Facts to change; what is left out stays."""

    name = serializers.CharField(label="项目名称", max_length=120, required=False)
    code = serializers.CharField(label="项目编码", max_length=30, required=False)
    category = serializers.ChoiceField(Project.Category.choices, label="项目类别", required=False)
    budget_type = serializers.ChoiceField(BudgetType.choices, label="预算类型", required=False)
    first_year = serializers.IntegerField(
        label="起始年度", min_value=2000, max_value=2100, required=False
    )
    last_year = serializers.IntegerField(
        label="终止年度", min_value=2000, max_value=2100, required=False, allow_null=True
    )
    is_key = serializers.BooleanField(label="重点项目", required=False)
    is_livelihood = serializers.BooleanField(label="民生项目", required=False)
    is_infrastructure = serializers.BooleanField(label="基建项目", required=False)
    is_policy = serializers.BooleanField(label="政策", required=False)
    leader = serializers.CharField(
        label="项目负责人", max_length=40, required=False, allow_blank=True
    )
    leader_phone = serializers.CharField(
        label="联系电话", max_length=30, required=False, allow_blank=True
    )
    total_investment = serializers.DecimalField(
        15, 2, label="总投资（元）", min_value=0, required=False, allow_null=True
    )
    summary = serializers.CharField(
        label="项目概况", max_length=5000, required=False, allow_blank=True
    )


class ProjectIn(FactsIn):
    """A project to put into reserve."""

    unit = serializers.UUIDField(label="实施单位", help_text="单位的公开标识")
    name = serializers.CharField(label="项目名称", max_length=120)
    code = serializers.CharField(label="项目编码", max_length=30)
    first_year = serializers.IntegerField(label="起始年度", min_value=2000, max_value=2100)


class ConfirmIn(Input):
    """A place in the year's budget."""

    origin = serializers.ChoiceField(ProjectYear.Origin.choices, label="来源")
    attribute = serializers.ChoiceField(ProjectYear.Attribute.choices, label="项目属性")
    joined_on = DayField(label="列入日期", required=False, allow_null=True, default=None)


class ExecutionIn(Input):
    """What had been paid up to a date, in yuan, cumulative."""

    as_of = DayField(label="截至日期")
    amount = serializers.DecimalField(15, 2, label="累计执行数（元）", min_value=0)
    source: Any = serializers.CharField(label="数据来源", max_length=60)


class ExecutionOut(serializers.ModelSerializer[Execution]):
    """An execution as it was recorded."""

    recorded_by = serializers.CharField(source="recorded_by.name", default=None)
    is_superseded = serializers.BooleanField(default=False, help_text="同一截止日后来又更正过")
    file = serializers.UUIDField(
        source="file.public_id", default=None, help_text="由哪份集中支付文件导入"
    )

    class Meta:
        model = Execution
        fields = [
            "as_of",
            "fund",
            "amount",
            "source",
            "recorded_at",
            "recorded_by",
            "is_superseded",
        ]
        fields += ["file"]
        read_only_fields = fields


class StartedOut(serializers.Serializer[Any]):
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


FILTERS = [
    OpenApiParameter("q", str, description="名称里的字，或项目编码的开头"),
    OpenApiParameter("unit", str, description="单位的公开标识"),
    OpenApiParameter("budget_type", str),
    OpenApiParameter("tag", str),
    OpenApiParameter("origin", str, description="initial、added 或 reserve"),
]


def _chosen(request: Request) -> Filter:
    """The page's own filter; what is none answers 400. Raises ValidationError."""
    form = ProjectFilter(request.query_params, units=selectors.units_listed(caller(request)))
    demand_valid(form)
    return form.chosen()


@extend_schema(parameters=FILTERS)
class ProjectList(ListAPIView[Project]):
    """项目清单：本人可见、列入当年的项目；POST 新建储备项目。"""

    serializer_class = ProjectSerializer
    pagination_class = KeyPages
    queryset = Project.objects.none()  # for the schema; rows come from get_queryset

    def get_queryset(self) -> QuerySet[Project]:
        """Visible projects under the page's own filter."""
        user = caller(self.request)
        visible = Project.objects.listed_to(user)
        rows = selectors.listed(visible, self.kwargs["year"], _chosen(self.request))
        return rows.prefetch_related("fund_tags")

    @extend_schema(summary="新建储备项目", request=ProjectIn, responses={201: ProjectSerializer})
    def post(self, request: Request, year: int) -> Response:
        """Put a project into reserve."""
        facts = read(ProjectIn, request)
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

    @extend_schema(summary="改项目的事实", request=FactsIn, responses=ProjectSerializer)
    def patch(self, request: Request, year: int, public_id: UUID) -> Response:
        """Change the given facts."""
        project = _found(request, public_id)
        facts = read(FactsIn, request)
        tags = facts.pop("tags", None)
        services.update_project(project=project, actor=caller(request), facts=facts, fund_tags=tags)
        return _shown(request, year, project)


class ProjectConfirm(APIView):
    """把项目列入当年预算。"""

    @extend_schema(request=ConfirmIn, responses=ProjectSerializer)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """Put the project into the year's budget."""
        project = _found(request, public_id)
        place = read(ConfirmIn, request)
        services.confirm(project=project, actor=caller(request), year=year, **place)
        return _shown(request, year, project)


class ProjectMoney(APIView):
    """项目当年的资金，按来源和级次，单位元。"""

    @extend_schema(responses=MoneySerializer(many=True))
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The year's money lines."""
        lines = selectors.funds_of(_found(request, public_id), year)
        return Response(MoneySerializer(lines, many=True).data)

    @extend_schema(
        summary="写项目当年的资金",
        request=MoneySerializer(many=True),
        responses=MoneySerializer(many=True),
    )
    def put(self, request: Request, year: int, public_id: UUID) -> Response:
        """Make the year's money exactly these lines."""
        project = _found(request, public_id)
        lines = [MoneyLine(**line) for line in read_rows(MoneySerializer, request)]
        services.set_money(project=project, actor=caller(request), year=year, lines=lines)
        return self.get(request, year, public_id)


class ProjectExecutions(APIView):
    """项目当年的累计执行数，单位元；更正是新的一行。"""

    @extend_schema(responses=ExecutionOut(many=True))
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """Every recorded execution, newest first."""
        rows = selectors.executions_of(_found(request, public_id), year)
        return Response(ExecutionOut(rows[:200], many=True).data)

    @extend_schema(summary="登记执行数", request=ExecutionIn, responses={201: ExecutionOut})
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """Record what had been paid up to a date."""
        project = _found(request, public_id)
        row = read(ExecutionIn, request)
        made = services.record_execution(project=project, actor=caller(request), year=year, **row)
        return Response(ExecutionOut(made).data, status=201)


class ProjectExport(APIView):
    """导出项目清单；少则直接给工作簿，多则由后台任务做。"""

    @extend_schema(
        parameters=FILTERS,
        request=None,
        responses={**WORKBOOK, (202, "application/json"): StartedOut},
    )
    def post(self, request: Request, year: int) -> HttpResponseBase:
        """The workbook, or the job that makes it; who took what is on record."""
        made = exports.export(actor=caller(request), year=year, chosen=_chosen(request))
        if isinstance(made, bytes):
            return workbook(made, f"{year}年度项目清单.xlsx")
        run_job.delay_on_commit(made.pk)
        return Response(StartedOut(made).data, status=202)
