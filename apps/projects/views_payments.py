"""Pages of the payment system's files: the list with the upload, and each file's way."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import uploads
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import page_of
from apps.jobs.tasks import run_job
from apps.organizations.models import Jurisdiction
from apps.projects import paid, selectors
from apps.projects.forms_payments import LayoutForm, ReasonForm
from apps.projects.models import PaymentFile
from apps.projects.payments import services
from apps.rules.errors import RuleError

KEEPERS = "集中支付数据由计划管理员或预算科导入。"


def _region(request: UserRequest) -> Jurisdiction:
    region = selectors.paying_region(request.user)
    if region is None:
        raise PermissionDenied(KEEPERS)
    return region


@login_required
@require_http_methods(["GET", "POST"])
def list_files(request: UserRequest, year: int) -> HttpResponse:
    """The year's files, and the upload of one."""
    region, error = _region(request), ""
    if request.method == "POST":
        try:
            sent = uploads.received(request, "file")
            upload = uploads.guard_table(sent, sent.name or "")
            made = services.upload(actor=request.user, region=region, year=year, upload=upload)
            return _begun(made)
        except RuleError as refusal:
            error = str(refusal)
    page = page_of(request, paid.files_of(region, year), "uploaded_at", descending=True)
    context = {"year": year, "region": region, "page": page, "error": error}
    return render_page(request, "projects/payments.html", context, 422 if error else 200)


def _begun(file: PaymentFile) -> HttpResponse:
    """To the file's page; its job starts with the commit."""
    run_job.delay_on_commit(file.job_id)
    return redirect("projects:payment_file", file.fiscal_year, file.public_id)


def _seen(request: UserRequest, year: int, public_id: UUID) -> PaymentFile:
    rows = PaymentFile.objects.visible_to(request.user).select_related(
        "jurisdiction", "job", "file", "uploaded_by", "imported_by"
    )
    return get_object_or_404(rows, public_id=public_id, fiscal_year=year)


@login_required
@require_safe
def one(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    """One file, with what its step asks of the person."""
    file = _seen(request, year, public_id)
    return _page(request, file, LayoutForm.starting(file), ReasonForm(file=file))


def _page(
    request: UserRequest, file: PaymentFile, form: LayoutForm, reason: ReasonForm
) -> HttpResponse:
    """The file with the forms of its present step; 422 on errors."""
    context = {
        "year": file.fiscal_year,
        "file": file,
        "job": file.job,
        "form": form,
        "reason_form": reason,
        "same": paid.imported_before(file),
        "last": paid.last_imported(file.jurisdiction),
        "may_take_file": file.job is not None and file.job.owner_id == request.user.pk,
    }
    wrong = form.errors or reason.errors
    return render_page(request, "projects/payment_file.html", context, 422 if wrong else None)


@login_required
@require_POST
def check(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    """Confirm the columns and have the rows checked."""
    file = _seen(request, year, public_id)
    form = LayoutForm(request.POST, file=file)
    if form.is_valid():
        try:
            return _begun(services.check(actor=request.user, file=file, layout=form.layout()))
        except RuleError as error:
            form.add_error(None, str(error))
    return _page(request, file, form, ReasonForm(file=file))


@login_required
@require_POST
def confirm(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    """Have the checked file imported."""
    file = _seen(request, year, public_id)
    form = ReasonForm(request.POST, file=file)
    if form.is_valid():
        try:
            return _begun(services.start_import(actor=request.user, file=file, **form.cleaned_data))
        except RuleError as error:
            form.add_error(None, str(error))
    return _page(request, file, LayoutForm.starting(file), form)
