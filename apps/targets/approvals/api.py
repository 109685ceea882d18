"""目标批复 for programs: documents, what waits, issuing, the book for the congress."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import DayField, Input, KeyPages, read
from apps.core.rest_schema import WORKBOOK
from apps.jobs.downloads import file_response
from apps.jobs.models import Job
from apps.jobs.tasks import run_job
from apps.organizations.models import Jurisdiction, Unit
from apps.projects import selectors as projects
from apps.targets.approvals import congress, permissions, reading, services
from apps.targets.approvals.services import Order
from apps.targets.models import Approval

PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}


class ApprovalOut(serializers.Serializer[Any]):
    """A document of approval; `replaced_by` names the one that took its place."""

    public_id = serializers.UUIDField()
    number = serializers.CharField()
    issued_on = serializers.DateField()
    is_with_budget = serializers.BooleanField()
    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    replaces = serializers.UUIDField(source="replaces.public_id", default=None)
    replaced_by = serializers.UUIDField(source="replaced_by.public_id", default=None)
    reason = serializers.CharField()
    digest = serializers.CharField()


class ApprovalRowOut(serializers.Serializer[Any]):
    """A project of a document; amounts in 元, null where no money is on record."""

    project = serializers.UUIDField(source="project.public_id")
    code = serializers.CharField(source="project.code")
    name = serializers.CharField(source="project.name")
    revision = serializers.IntegerField(source="revision.number")
    total = serializers.DecimalField(15, 2, allow_null=True)
    fiscal = serializers.DecimalField(15, 2, allow_null=True)


class ApprovalWhole(ApprovalOut):
    """A document with its projects and the digests of its files."""

    pdf_sha256 = serializers.CharField(source="pdf.sha256")
    xlsx_sha256 = serializers.CharField(source="xlsx.sha256")
    rows = ApprovalRowOut(many=True)


class WaitingOut(serializers.Serializer[Any]):
    """A unit with targets in force that no document covers."""

    unit = serializers.UUIDField(source="unit.public_id")
    code = serializers.CharField(source="unit.code")
    name = serializers.CharField(source="unit.name")
    n_projects = serializers.IntegerField()
    n_settled = serializers.IntegerField()
    n_waiting = serializers.IntegerField()


class DraftOut(serializers.Serializer[Any]):
    """What a document would approve now; `digest` is to be sent back as `seen`."""

    digest = serializers.CharField()
    rows = ApprovalRowOut(many=True, source="lines")
    left_out = serializers.SerializerMethodField()

    def get_left_out(self, draft: reading.Draft) -> list[str]:
        """Projects of the budget without targets in force."""
        return [str(project.public_id) for project in draft.left_out]


class OrderIn(Input):
    """Number and day of the document."""

    number = serializers.CharField(label="文号", max_length=60)
    issued_on = DayField(label="批复日期")
    is_with_budget = serializers.BooleanField(label="与部门预算同一文件批复", default=False)


class IssueIn(OrderIn):
    """The document of one unit: the list that was seen; what it corrects, and why."""

    seen = serializers.CharField(label="看到的清单", max_length=64)
    replaces = serializers.UUIDField(
        label="更正哪一份", required=False, allow_null=True, default=None
    )
    reason = serializers.CharField(
        label="更正理由", max_length=200, required=False, allow_blank=True, default=""
    )


class BookIn(Input):
    """Which projects the book tells of."""

    scope = serializers.ChoiceField(list(congress.SCOPES.items()), label="范围")


class ApprovalJobOut(serializers.Serializer[Any]):
    """The job that makes it; GET jobs/{job}/ says how far it is."""

    job = serializers.UUIDField(source="public_id")


def _left(job: Job) -> Response:
    run_job.delay_on_commit(job.pk)
    return Response(ApprovalJobOut(job).data, status=202)


class NewestFirst(KeyPages):
    """The newest first."""

    field = "issued_at"
    descending = True


@extend_schema_view(get=extend_schema(operation_id="approvals_list", summary="目标批复"))
class Approvals(ListAPIView[Approval]):
    """年度目标批复，新的在前。"""

    serializer_class = ApprovalOut
    pagination_class = NewestFirst
    queryset = Approval.objects.none()

    def get_queryset(self) -> QuerySet[Approval]:
        """The documents that exist for the caller."""
        rows = Approval.objects.visible_to(caller(self.request))
        rows = rows.filter(fiscal_year=self.kwargs["year"])
        return rows.select_related("unit", "replaces", "replaced_by")


class ApprovalOne(APIView):
    """一份目标批复和它的项目清单。"""

    @extend_schema(operation_id="approvals_read", responses=ApprovalWhole)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The document with its rows."""
        return Response(ApprovalWhole(_document(request, year, public_id)).data)


class ApprovalPdf(APIView):
    """目标批复的PDF。"""

    @extend_schema(operation_id="approvals_pdf", responses=PDF)
    def get(self, request: Request, year: int, public_id: UUID) -> FileResponse:
        """The file as it was issued."""
        return file_response(_document(request, year, public_id).pdf)


class ApprovalXlsx(APIView):
    """目标批复的Excel。"""

    @extend_schema(operation_id="approvals_xlsx", responses=WORKBOOK)
    def get(self, request: Request, year: int, public_id: UUID) -> FileResponse:
        """The file as it was issued."""
        return file_response(_document(request, year, public_id).xlsx)


def _document(request: Request, year: int, public_id: UUID) -> Approval:
    rows = Approval.objects.visible_to(caller(request)).filter(fiscal_year=year)
    rows = rows.select_related("unit", "replaces", "replaced_by", "pdf", "xlsx")
    return get_object_or_404(
        rows.prefetch_related("rows__project", "rows__revision"), public_id=public_id
    )


def _region(request: Request) -> Jurisdiction:
    """Where the caller approves. Raises PermissionDenied."""
    region = projects.paying_region(caller(request))
    if region is None:
        raise PermissionDenied(services.ISSUERS)
    return region


class ApprovalsWaiting(APIView):
    """有定稿目标等批复的单位。"""

    @extend_schema(operation_id="approvals_waiting", responses=WaitingOut(many=True))
    def get(self, request: Request, year: int) -> Response:
        """Every unit that waits."""
        return Response(WaitingOut(reading.waiting(_region(request), year), many=True).data)


class ApprovalsBatch(APIView):
    """给等批复的单位各下达一份批复，由后台任务做。"""

    @extend_schema(operation_id="approvals_batch", request=OrderIn, responses={202: ApprovalJobOut})
    def post(self, request: Request, year: int) -> Response:
        """The job."""
        region, order = _region(request), Order(**read(OrderIn, request))
        return _left(
            services.start_batch(actor=caller(request), jurisdiction=region, year=year, order=order)
        )


class ApprovalOfUnit(APIView):
    """一个单位等批复的清单；POST 下达或更正，由后台任务做。"""

    @extend_schema(
        operation_id="approvals_draft",
        parameters=[OpenApiParameter("replaces", UUID, description="更正哪一份")],
        responses=DraftOut,
    )
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The list as it stands."""
        unit = _unit(request, public_id)
        asked = serializers.UUIDField(allow_null=True).run_validation(
            request.query_params.get("replaces")
        )
        return Response(DraftOut(reading.draft_of(unit, year, _old(unit, year, asked))).data)

    @extend_schema(
        operation_id="approvals_issue",
        summary="下达目标批复",
        request=IssueIn,
        responses={202: ApprovalJobOut},
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The job."""
        unit, told = _unit(request, public_id), read(IssueIn, request)
        replaces, seen = _old(unit, year, told.pop("replaces")), told.pop("seen")
        return _left(
            services.start(
                actor=caller(request),
                unit=unit,
                year=year,
                order=Order(**told),
                seen=seen,
                replaces=replaces,
            )
        )


def _unit(request: Request, public_id: UUID) -> Unit:
    """The unit that the caller knows (404) and approves for (403)."""
    seen = projects.units_known(caller(request)).select_related("jurisdiction").distinct()
    found: Unit = get_object_or_404(seen, public_id=public_id)
    if not permissions.may_issue(caller(request), found.jurisdiction_id):
        raise PermissionDenied(services.ISSUERS)
    return found


def _old(unit: Unit, year: int, key: UUID | None) -> Approval | None:
    if key is None:
        return None
    return get_object_or_404(Approval, unit=unit, fiscal_year=year, public_id=key)


class CongressBook(APIView):
    """生成报人大材料，由后台任务做。"""

    @extend_schema(operation_id="congress_book", request=BookIn, responses={202: ApprovalJobOut})
    def post(self, request: Request, year: int) -> Response:
        """The job whose file is a package of PDF and workbook."""
        if not permissions.may_make_book(caller(request)):
            raise PermissionDenied(congress.READERS)
        return _left(congress.start(actor=caller(request), year=year, **read(BookIn, request)))
