"""Files of the payment system and 用款计划 for programs, as the pages have them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import uploads
from apps.core.http import caller
from apps.core.json_body import PlainMultiPartParser
from apps.core.rest import DayField, FileIn, Input, KeyPages, read
from apps.jobs.tasks import run_job
from apps.organizations.models import Jurisdiction
from apps.projects import paid, selectors
from apps.projects.models import PaymentFile, Project
from apps.projects.payments import services
from apps.projects.payments.services import Layout

KEEPERS = "集中支付数据由计划管理员或预算科导入。"


class ColumnsIn(Input):
    """The head's label of each column that the file has."""

    code = serializers.CharField(label="项目编码", max_length=40, required=False)
    name = serializers.CharField(label="项目名称", max_length=40, required=False)
    amount = serializers.CharField(label="金额", max_length=40)
    as_of = serializers.CharField(label="截至日期或付款日期", max_length=40, required=False)
    fund = serializers.CharField(label="资金来源", max_length=40, required=False)
    voucher = serializers.CharField(label="凭证号", max_length=40, required=False)


class LayoutIn(Input):
    """How the file is to be read."""

    columns = ColumnsIn(label="各列")
    kind = serializers.ChoiceField(PaymentFile.Kind.choices, label="数的口径")
    unit = serializers.ChoiceField(PaymentFile.Unit.choices, label="金额单位")
    is_unit_checked = serializers.BooleanField(label="金额单位已核对", default=False)
    as_of = DayField(label="截至日期", required=False, allow_null=True, default=None)
    total = serializers.DecimalField(
        15, 2, label="封面合计（元）", required=False, allow_null=True, default=None
    )


class PaymentReasonIn(Input):
    """Why what is marked or does not add up is imported all the same."""

    reason = serializers.CharField(label="理由", max_length=300, allow_blank=True, default="")


class PaymentFileOut(serializers.ModelSerializer[PaymentFile]):
    """A file with what it seems to say, what was confirmed, and how its last step went."""

    state = serializers.CharField()
    job = serializers.UUIDField(source="job.public_id", default=None)
    message = serializers.CharField(source="job.message", default="")
    result = serializers.JSONField(source="job.result", default=dict)
    uploaded_by = serializers.CharField(source="uploaded_by.name")
    imported_by = serializers.CharField(source="imported_by.name", default=None)

    class Meta:
        model = PaymentFile
        fields = ["public_id", "name", "sha256", "state", "job", "message", "result", "found"]
        fields += ["columns", "kind", "unit", "is_unit_checked", "as_of", "total", "reason"]
        fields += ["uploaded_at", "uploaded_by", "imported_at", "imported_by"]
        read_only_fields = fields


class NewestFirst(KeyPages):
    """Latest first."""

    field = "uploaded_at"
    descending = True


def _region(request: Request) -> Jurisdiction:
    region = selectors.paying_region(caller(request))
    if region is None:
        raise PermissionDenied(KEEPERS)
    return region


def _seen(request: Request, year: int, public_id: UUID) -> PaymentFile:
    rows = PaymentFile.objects.visible_to(caller(request)).select_related(
        "jurisdiction", "job", "file", "uploaded_by", "imported_by"
    )
    return get_object_or_404(rows, public_id=public_id, fiscal_year=year)


def _begun(file: PaymentFile) -> Response:
    """The file; its job starts with the commit."""
    run_job.delay_on_commit(file.job_id)
    return Response(PaymentFileOut(file).data, status=202)


class PaymentFiles(ListAPIView[PaymentFile]):
    """当年的集中支付文件，近的在前；POST 上传一份。"""

    serializer_class = PaymentFileOut
    pagination_class = NewestFirst
    parser_classes = [PlainMultiPartParser]
    queryset = PaymentFile.objects.none()  # for the schema; rows come from get_queryset

    def get_queryset(self) -> QuerySet[PaymentFile]:
        """The files of the jurisdiction whose money the caller writes."""
        return paid.files_of(_region(self.request), self.kwargs["year"])

    @extend_schema(
        summary="上传集中支付文件，先读表头",
        request={"multipart/form-data": FileIn},
        responses={202: PaymentFileOut},
    )
    def post(self, request: Request, year: int) -> Response:
        """Keep the file and leave a job that reads its head."""
        region = _region(request)
        read(FileIn, request)
        sent = uploads.received(request._request, "file")
        upload = uploads.guard_table(sent, sent.name or "")
        return _begun(
            services.upload(actor=caller(request), region=region, year=year, upload=upload)
        )


class PaymentFileOne(APIView):
    """一份集中支付文件：读到了什么，怎样对照，核对和导入的结果。"""

    @extend_schema(responses=PaymentFileOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The file as it stands."""
        return Response(PaymentFileOut(_seen(request, year, public_id)).data)


class PaymentFileCheck(APIView):
    """定下各列和金额单位，核对每一行，不导入。"""

    @extend_schema(request=LayoutIn, responses={202: PaymentFileOut})
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """Leave a job that checks the rows by these columns."""
        file = _seen(request, year, public_id)
        layout = Layout(**read(LayoutIn, request))
        return _begun(services.check(actor=caller(request), file=file, layout=layout))


class PaymentFileConfirm(APIView):
    """把核对通过的集中支付文件整体导入；有标出的行或合计不符的写明理由。"""

    @extend_schema(request=PaymentReasonIn, responses={202: PaymentFileOut})
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """Leave a job that imports the checked file."""
        file = _seen(request, year, public_id)
        told = read(PaymentReasonIn, request)
        return _begun(services.start_import(actor=caller(request), file=file, **told))


# --- 用款计划 -------------------------------------------------------------------------------
class SpendingMonthOut(serializers.Serializer[Any]):
    """What is planned to be paid by the end of a month, in yuan, since January."""

    month = serializers.IntegerField()
    amount = serializers.DecimalField(15, 2)


class ProjectSpending(APIView):
    """项目当年的用款计划：各月底的累计数，单位元。"""

    @extend_schema(responses=SpendingMonthOut(many=True))
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The plan by month; empty without one."""
        visible = Project.objects.visible_to(caller(request))
        project = get_object_or_404(visible, public_id=public_id)
        pace = paid.planned_pace(project, year)
        rows = [{"month": month, "amount": amount} for month, amount in pace.items()]
        return Response(SpendingMonthOut(rows, many=True).data)
