"""Plans compared, taken in and out as files, amended: for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import clock, paging
from apps.core.http import caller
from apps.core.rest import FileIn, KeyPages, read, workbook
from apps.core.rest_schema import WORKBOOK
from apps.workplans import permissions, plan_uploads, selectors, services
from apps.workplans.api import inputs
from apps.workplans.api.common import PlanStartedOut, started
from apps.workplans.api.drafts import plans_seen, the_draft
from apps.workplans.api.reading import PlanSerializer
from apps.workplans.models import Amendment, Plan
from apps.workplans.services import amending, comparing, exporting, fingerprints, importing

OTHER = OpenApiParameter("with", OpenApiTypes.UUID, description="对照的计划，不填为上年的计划")
LISTED = OpenApiParameter(
    "list", str, enum=["inside", "outside"], description="inside收到的，outside没有收到的"
)


class ChangeOut(serializers.Serializer[Any]):
    """One difference in the words of the pages; empty old: added, empty new: gone."""

    task = serializers.CharField()
    where = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class AmendmentOut(serializers.ModelSerializer[Amendment]):
    """A numbered change of a published plan."""

    made_by = serializers.CharField(source="made_by.name")
    changes = ChangeOut(many=True)

    class Meta:
        model = Amendment
        fields = [
            "number",
            "reason",
            "document_number",
            "changes",
            "n_moved",
            "made_by",
            "made_at",
        ]
        read_only_fields = fields


class ConcernedOut(serializers.Serializer[Any]):
    """What applying the working copy would do, and why it cannot be applied as it is."""

    n_units = serializers.IntegerField()
    n_people = serializers.IntegerField()
    n_moved = serializers.IntegerField()
    n_cancelled = serializers.IntegerField()
    refusals = serializers.ListField(child=serializers.CharField())
    news = serializers.ListField(
        child=serializers.CharField(), help_text="修订稿开始以后，现行计划又定了的"
    )
    changes = ChangeOut(many=True)
    fingerprint = serializers.CharField()


class ReachedOut(serializers.Serializer[Any]):
    """Who is reached, or who is not and why."""

    code = serializers.CharField()
    name = serializers.CharField()
    place = serializers.CharField()
    reason = serializers.CharField()


# --- compare, export, import ------------------------------------------------------------------
class PlanCompare(APIView):
    """两个计划比较，只随年度移动的日期算相同。"""

    @extend_schema(parameters=[OTHER], responses=ChangeOut(many=True))
    def get(self, request: Request, public_id: UUID) -> Response:
        """The differences; none where there is no other plan."""
        seen = plans_seen(request)
        plan = get_object_or_404(seen, public_id=public_id)
        asked = request.query_params.get("with", "")
        others = seen.filter(jurisdiction=plan.jurisdiction_id)
        usual = plan.amends or selectors.year_before(caller(request), plan)
        other = next((one for one in others if str(one.public_id) == asked), usual)
        if other is None:
            return Response([])
        found = comparing.compare(exporting.profile_of(other), exporting.profile_of(plan))
        return Response([change.as_dict() for change in found])


class PlanYaml(APIView):
    """计划导出为YAML。"""

    @extend_schema(responses={(200, "application/yaml"): OpenApiTypes.STR})
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """The whole plan as a file that can be taken in again."""
        plan = get_object_or_404(plans_seen(request), public_id=public_id)
        body = exporting.to_yaml(exporting.profile_of(plan))
        return HttpResponse(body, content_type="application/yaml; charset=utf-8")


class PlanWorkbook(APIView):
    """计划导出为Excel。"""

    @extend_schema(responses=WORKBOOK)
    def get(self, request: Request, public_id: UUID) -> FileResponse:
        """The whole plan as a workbook."""
        plan = get_object_or_404(plans_seen(request), public_id=public_id)
        content = exporting.to_workbook(exporting.profile_of(plan))
        return workbook(content, f"plan-{plan.fiscal_year}.xlsx")


class PlanImport(APIView):
    """计划文件与草稿比较，不写入。"""

    parser_classes = [MultiPartParser, FormParser]
    writes = False

    @extend_schema(request=FileIn, responses=ChangeOut(many=True))
    def post(self, request: Request, public_id: UUID) -> Response:
        """The differences that taking the file in makes."""
        plan = the_draft(request, public_id)
        read(FileIn, request)
        name, content = plan_uploads.received(request._request)
        profile = importing.read_file(content=content, name=name, plan=plan)
        act = importing.import_profile if self.writes else importing.import_changes
        found = act(plan=plan, profile=profile, actor=caller(request))
        return Response([change.as_dict() for change in found])


class PlanImportConfirm(PlanImport):
    """计划文件写入草稿。"""

    writes = True


# --- amendments -------------------------------------------------------------------------------
class PlanAmend(APIView):
    """开始修订已发布的计划。"""

    @extend_schema(request=None, responses={201: PlanSerializer})
    def post(self, request: Request, public_id: UUID) -> Response:
        """The working copy, a draft; the one that is there already is answered again."""
        plan = get_object_or_404(plans_seen(request), public_id=public_id)
        copy = amending.begin_amendment(plan=plan, actor=caller(request))
        return Response(PlanSerializer(copy).data, status=201)


class PlanChanges(APIView):
    """修订稿：改了什么、影响谁，生效。"""

    @extend_schema(
        operation_id="plan_changes_read", summary="修订改了什么、影响谁", responses=ConcernedOut
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """The differences and whom they reach."""
        copy = self._copy(request, public_id)
        concerned = amending.whom_it_concerns(copy)
        changes = [change.as_dict() for change in amending.amendment_changes(copy)]
        names = ("n_units", "n_people", "n_moved", "n_cancelled", "refusals")
        told = {name: getattr(concerned, name) for name in names}
        told["fingerprint"] = fingerprints.of_plan(copy)
        news = selectors.moved_since(copy)
        return Response({**told, "news": news, "changes": changes})

    @extend_schema(
        operation_id="plan_changes_apply",
        summary="修订生效",
        request=inputs.AmendmentIn,
        responses={202: PlanStartedOut},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """A job that applies the amendment; what stands against it is refused at once."""
        copy, told = self._copy(request, public_id), read(inputs.AmendmentIn, request)
        job = services.start_amending(
            copy=copy,
            reason=told["reason"],
            document_number=told.get("document_number", ""),
            actor=caller(request),
            seen=told.get("fingerprint", ""),
        )
        return started(job)

    def _copy(self, request: Request, public_id: UUID) -> Plan:
        drafts = selectors.drafts(caller(request)).exclude(amends=None)
        return get_object_or_404(drafts, public_id=public_id)


class PlanAmendments(ListAPIView[Amendment]):
    """修订记录。"""

    serializer_class = AmendmentOut
    pagination_class = KeyPages
    queryset = Amendment.objects.none()

    def get_queryset(self) -> Any:
        """What was changed in the plan."""
        if "public_id" not in self.kwargs:
            return Amendment.objects.none()
        plan = get_object_or_404(plans_seen(self.request), public_id=self.kwargs["public_id"])
        return selectors.amendments(plan)


# --- whom -------------------------------------------------------------------------------------
class TaskReached(APIView):
    """派发名单：收到的，或没有收到的和理由。"""

    @extend_schema(parameters=[LISTED], responses=ReachedOut(many=True))
    def get(self, request: Request, public_id: UUID) -> Response:
        """Up to fifty after `?after=`; `next` is the address of those that follow."""
        tasks = selectors.whole_tasks(caller(request))
        task = get_object_or_404(tasks, public_id=public_id)
        if not permissions.may_edit(caller(request), task.plan):
            raise PermissionDenied("只有计划管理员可以看派发名单。")
        outside = request.query_params.get("list") == "outside"
        found = selectors.reach_list(task, clock.today(), outside=outside)
        page = paging.page_of(request._request, found.rows)
        lines = [selectors.reach_line(row, found.reasons) for row in page.rows]
        return Response(ReachedOut(lines, many=True).data)
