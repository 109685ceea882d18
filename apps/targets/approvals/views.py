"""Pages of 目标批复: the year's documents, a unit's list, one document, the book."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import page_of
from apps.jobs.downloads import file_response
from apps.jobs.models import Job
from apps.jobs.tasks import run_job
from apps.organizations.models import Unit
from apps.projects import selectors as projects
from apps.rules.errors import RuleError
from apps.targets.approvals import congress, permissions, reading, services
from apps.targets.approvals.forms import BookForm, OrderForm
from apps.targets.approvals.reading import Draft
from apps.targets.models import Approval


@login_required
@require_safe
def listing(request: UserRequest, year: int) -> HttpResponse:
    return _list_page(request, year)


def _list_page(request: UserRequest, year: int, **bound: Any) -> HttpResponse:
    """The year's documents; the units that wait for whoever may approve; 422 on errors."""
    rows = Approval.objects.visible_to(request.user).filter(fiscal_year=year)
    rows = rows.select_related("unit", "issued_by", "replaces", "replaced_by")
    region = projects.paying_region(request.user)
    context = {
        "year": year,
        "page": page_of(request, rows, "issued_at", descending=True),
        "region": region,
        "waiting": reading.waiting(region, year) if region else [],
        "order_form": OrderForm(),
        "book_form": BookForm() if permissions.may_make_book(request.user) else None,
        **bound,
    }
    wrong = any(form.errors for form in bound.values())
    return render_page(request, "targets/approvals.html", context, 422 if wrong else None)


@login_required
@require_POST
def batch(request: UserRequest, year: int) -> HttpResponse:
    region = projects.paying_region(request.user)
    if region is None:
        raise PermissionDenied(services.ISSUERS)
    form = OrderForm(request.POST)
    if form.is_valid():
        try:
            job = services.start_batch(
                actor=request.user, jurisdiction=region, year=year, order=form.order()
            )
            return _to(job)
        except RuleError as error:
            form.add_error(None, str(error))
    return _list_page(request, year, order_form=form)


@login_required
@require_POST
def book(request: UserRequest, year: int) -> HttpResponse:
    if not permissions.may_make_book(request.user):
        raise PermissionDenied(congress.READERS)
    form = BookForm(request.POST)
    if form.is_valid():
        try:
            return _to(congress.start(actor=request.user, year=year, **form.cleaned_data))
        except RuleError as error:
            form.add_error(None, str(error))
    return _list_page(request, year, book_form=form)


def _to(job: Job) -> HttpResponse:
    """Hurry the job, and show how far it is."""
    run_job.delay_on_commit(job.pk)
    return redirect("jobs:detail", job.public_id)


# --- one unit -------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    draft = _draft(request, year, public_id)
    form = OrderForm(request.POST or None, is_correction=draft.replaces is not None)
    if request.method == "POST" and form.is_valid():
        try:
            job = services.start(
                actor=request.user,
                unit=draft.unit,
                year=year,
                order=form.order(),
                seen=request.POST.get("seen", ""),
                replaces=draft.replaces,
            )
            return _to(job)
        except RuleError as error:
            form.add_error(None, str(error))
    context = {"year": year, "draft": draft, "form": form}
    return render_page(request, "targets/approval_new.html", context)


def _draft(request: UserRequest, year: int, public_id: UUID) -> Draft:
    """The unit's list, or that of the document which is to be corrected (404, 403)."""
    seen = projects.units_known(request.user).select_related("jurisdiction").distinct()
    found: Unit = get_object_or_404(seen, public_id=public_id)
    if not permissions.may_issue(request.user, found.jurisdiction_id):
        raise PermissionDenied(services.ISSUERS)
    asked = request.GET.get("replaces") or request.POST.get("replaces")
    return reading.draft_of(found, year, _replaced(found, year, asked) if asked else None)


def _replaced(found: Unit, year: int, asked: str) -> Approval:
    try:
        key = UUID(asked)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(Approval, unit=found, fiscal_year=year, public_id=key)


# --- one document ---------------------------------------------------------------------------
def _document(request: UserRequest, year: int, public_id: UUID) -> Approval:
    rows = Approval.objects.visible_to(request.user).filter(fiscal_year=year)
    around = ("unit", "issued_by", "replaces", "replaced_by", "pdf", "xlsx")
    return get_object_or_404(rows.select_related(*around), public_id=public_id)


@login_required
@require_safe
def document(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    approval = _document(request, year, public_id)
    is_last = not Approval.objects.filter(replaces=approval).exists()
    context = {
        "year": year,
        "approval": approval,
        "rows": approval.rows.select_related("project", "revision__filing"),
        "may_correct": is_last and permissions.may_issue(request.user, approval.jurisdiction_id),
    }
    return render_page(request, "targets/approval.html", context)


@login_required
@require_safe
def file(request: UserRequest, year: int, public_id: UUID, kind: str) -> HttpResponseBase:
    approval = _document(request, year, public_id)
    return file_response(approval.pdf if kind == "pdf" else approval.xlsx)
