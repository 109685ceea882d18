"""A filing from the unit's side: open, read, check, submit, receipt, take back."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import clock
from apps.core.http import caller
from apps.core.rest import KeyPages, asked_number, read
from apps.filings import permissions, selectors, services
from apps.filings.api import common
from apps.filings.api.common import FilingRow, found, newest
from apps.filings.models import Filing, Revision
from apps.filings.stages import hooks_for
from apps.rules.findings import Severity, ranked
from apps.workplans.models import Assignment

KEY = re.compile(r"[\x21-\x7e]{1,64}")


class SlotOut(serializers.Serializer[Any]):
    """A named place for files."""

    code = serializers.CharField()
    title = serializers.CharField()
    is_required = serializers.BooleanField()


class FigureOut(serializers.Serializer[Any]):
    """What a signer must know."""

    title = serializers.CharField()
    value = serializers.CharField()


class RightsOut(serializers.Serializer[Any]):
    """What the caller may do with it now, by right, state and day; each service decides again."""

    edit = serializers.BooleanField()
    comment = serializers.BooleanField()
    withdraw = serializers.BooleanField()
    review = serializers.BooleanField()
    reopen = serializers.BooleanField()
    end_reopening = serializers.BooleanField()
    cancel = serializers.BooleanField()
    waive = serializers.BooleanField()


class FilingOut(FilingRow):
    """A filing whole: where it lies, what locks it, what it says."""

    title = serializers.CharField()
    evaluated_year = serializers.IntegerField(source="assignment.task.evaluated_year")
    opens_at = serializers.DateTimeField(source="assignment.opens_at")
    due_at = serializers.DateTimeField(source="assignment.due_at")
    revision = serializers.IntegerField(source="newest.number")
    version = serializers.IntegerField(source="newest.version")
    revision_in_force = serializers.IntegerField(
        source="approved_revision.number", default=None, allow_null=True
    )
    lock = common.LockOut(allow_null=True)
    may = RightsOut()
    figures = FigureOut(many=True)
    slots = SlotOut(source="assignment.task.slots.all", many=True)
    items = common.ItemOut(source="return_items.all", many=True)

    class Meta(FilingRow.Meta):
        fields = [
            *FilingRow.Meta.fields,
            "title",
            "evaluated_year",
            "opens_at",
            "due_at",
            "revision",
            "version",
            "revision_in_force",
            "lock",
            "may",
            "figures",
            "slots",
            "items",
        ]
        read_only_fields = fields


def whole(filing: Filing, request: Request) -> dict[str, Any]:
    """The filing as the caller may see it."""
    user, hooks, revision = caller(request), hooks_for(filing.kind), newest(filing, request)
    more: dict[str, Any] = {
        "title": hooks.title,
        "newest": revision,
        "lock": selectors.lock_of(filing, clock.now()),
        "figures": [{"title": title, "value": value} for title, value in hooks.figures(revision)],
        "may": services.standing(filing=filing, actor=user),
    }
    for name, value in more.items():
        setattr(filing, name, value)
    return dict(FilingOut(filing).data)


def again(filing: Filing, request: Request, status: int = 200) -> Response:
    """The filing as it stands after a write."""
    rows = selectors.shown(caller(request))
    return Response(whole(rows.get(pk=filing.pk), request), status=status)


class Begin(APIView):
    """开始填报一件应报；已开始的，给回原来那件。"""

    @extend_schema(operation_id="filings_begin", request=None, responses=FilingOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The filing of the assignment, open as a draft."""
        owed = Assignment.objects.visible_to(caller(request))
        assignment = get_object_or_404(owed, public_id=public_id, fiscal_year=year)
        filing = services.open_filing(assignment=assignment, actor=caller(request))
        return again(filing, request)


class BySubmission(KeyPages):
    """The newest submission first."""

    field = "submitted_at"
    descending = True


class Sent(ListAPIView[Filing]):
    """本单位当年已报送的填报，新报的在前。"""

    serializer_class = FilingRow
    pagination_class = BySubmission
    queryset = Filing.objects.none()

    def get_queryset(self) -> QuerySet[Filing]:
        """What the caller's units have submitted in the year."""
        return selectors.sent(caller(self.request), self.kwargs["year"])


class FilingOne(APIView):
    """一件填报：状态、锁定、要点、退回意见、材料栏。"""

    @extend_schema(operation_id="filings_read", responses=FilingOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The filing whole."""
        return Response(whole(found(request, year, public_id), request))


def key_of(request: Request) -> str:
    """The request's own name. Raises ValidationError when it is missing or odd."""
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        text = "请求头未填或不合格：1–64个可见的ASCII字符，每次提交换一个，例如UUID。"
        raise ValidationError({"Idempotency-Key": [text]})
    return key


class ReceiptOut(serializers.Serializer[Any]):
    """A receipt: number, moment, content hash."""

    receipt_number = serializers.CharField()
    filing = serializers.UUIDField(source="filing.public_id")
    revision = serializers.IntegerField(source="number")
    submitted_at = serializers.DateTimeField()
    submitted_by = serializers.CharField(source="submitted_by.name")
    due_at = serializers.DateTimeField()
    is_late = serializers.BooleanField()
    n_days_late = serializers.IntegerField(allow_null=True)
    content_hash = serializers.CharField()


class ConfirmOut(serializers.Serializer[Any]):
    """What the submitter reads last; `seen` sent with the submission vouches for having read it."""

    revision = serializers.IntegerField()
    version = serializers.IntegerField()
    figures = FigureOut(many=True)
    findings = common.FindingOut(many=True)
    n_blocking = serializers.IntegerField()
    n_changes = serializers.IntegerField()
    items = common.ItemOut(many=True)
    attachments = common.AttachmentOut(many=True)
    lock = common.LockOut(allow_null=True)
    seen = serializers.CharField()


class Confirm(APIView):
    """提交之前核对；要点、检查意见、与上一版的不同、未答的退回意见、材料。"""

    @extend_schema(operation_id="filings_confirm", responses=ConfirmOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The confirmation page's content; 403 for anyone but a filer."""
        filing = found(request, year, public_id)
        if not permissions.may_file(caller(request), filing):
            raise PermissionDenied("只有本单位填报员可以提交。")
        hooks, revision = hooks_for(filing.kind), newest(filing, request)
        seen = services.content_hash(revision)  # before what is shown: a later change is refused
        base = hooks.base(filing)
        previous = selectors.began_from(filing, revision) or (base and base.revision)
        findings = ranked(services.findings_of(revision=revision))
        figures = [{"title": title, "value": value} for title, value in hooks.figures(revision)]
        told = {
            "revision": revision.number,
            "version": revision.version,
            "figures": figures,
            "findings": [finding.as_dict() for finding in findings],
            "n_blocking": sum(finding.severity == Severity.BLOCK for finding in findings),
            "n_changes": hooks.diff(previous, revision).n_changes if previous else 0,
            "items": selectors.open_items(filing),
            "attachments": selectors.attachments(revision),
            "lock": selectors.lock_of(filing, clock.now()),
            "seen": seen,
        }
        return Response(ConfirmOut(told).data)


class SubmitIn(common.VersionIn):
    """The version, and the digest of what the submitter read, when that is to be compared too."""

    seen = serializers.CharField(
        label="核对过的摘要", max_length=64, required=False, allow_null=True, default=None
    )


class Submit(APIView):
    """提交：同一个人、同一标识、同一版本重复提交，得到同一张回执。"""

    @extend_schema(
        operation_id="filings_submit",
        parameters=[OpenApiParameter("Idempotency-Key", str, "header", required=True)],
        request=SubmitIn,
        responses=ReceiptOut,
    )
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The receipt; 409 while a finding blocks, outside the window, for a stale version."""
        filing = found(request, year, public_id)
        told, key = read(SubmitIn, request), key_of(request)
        revision = services.submit(filing=filing, actor=caller(request), key=key, **told)
        return Response(ReceiptOut(revision).data)


class CheckedReceiptOut(ReceiptOut):
    """A receipt with its verification: the hash of what is stored today, and whether it holds."""

    computed_hash = serializers.CharField()
    holds = serializers.BooleanField()


class Receipt(APIView):
    """回执，并重新核对内容摘要。"""

    @extend_schema(operation_id="receipts_read", responses=CheckedReceiptOut)
    def get(self, request: Request, year: int, number: str) -> Response:
        """The receipt, computed again."""
        rows = Revision.objects.visible_to(caller(request)).filter(filing__fiscal_year=year)
        rows = rows.select_related("filing", "submitted_by")
        check = services.verify_receipt(revision=get_object_or_404(rows, receipt_number=number))
        told = ReceiptOut(check.revision).data
        return Response({**told, "computed_hash": check.computed, "holds": check.holds})


class Withdraw(APIView):
    """审核开始之前撤回。"""

    @extend_schema(operation_id="filings_withdraw", request=common.ReasonIn, responses=FilingOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The filing, a draft again."""
        filing = found(request, year, public_id)
        told = read(common.ReasonIn, request)
        return again(services.withdraw(filing=filing, actor=caller(request), **told), request)


class History(APIView):
    """全部版次，新的在前：回执、审核结论、得分和计算过程。"""

    @extend_schema(operation_id="filings_revisions", responses=common.RevisionOut(many=True))
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """Every revision with its decided reviews."""
        rows = selectors.history(found(request, year, public_id), caller(request))
        return Response(common.RevisionOut(rows, many=True).data)


class Diff(APIView):
    """一个版次与另一版次（不填为前一版）的不同，逐行。"""

    @extend_schema(
        operation_id="filings_diff",
        parameters=[OpenApiParameter("against", int, description="对照的版次；0为与空表对照")],
        responses=common.DiffOut,
    )
    def get(self, request: Request, year: int, public_id: UUID, number: int) -> Response:
        """Both revisions side by side."""
        filing = found(request, year, public_id)
        seen = filing.revisions.visible_to(caller(request))
        new = get_object_or_404(seen, number=number)
        against = asked_number(request, "against")
        against = number - 1 if against is None else against
        old = get_object_or_404(seen, number=against) if against else None
        diff = hooks_for(filing.kind).diff(old, new)
        told = {"old": old.number if old else None, "new": number, "diff": diff}
        return Response(common.DiffOut(told).data)
