"""Pages of projects: list, form, money, executions, imports."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import uploads
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import page_of
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.jobs.tasks import run_job
from apps.organizations.models import Jurisdiction
from apps.organizations.selectors import Person
from apps.projects import (
    controls,
    exports,
    gates,
    paid,
    permissions,
    selectors,
    services,
    transfers,
    unit_budgets,
)
from apps.projects.forms import (
    ConfirmForm,
    ExecutionForm,
    MoneyForm,
    ProjectFilter,
    ProjectForm,
    TransferForm,
    UnitBudgetForm,
)
from apps.projects.imports import columns
from apps.projects.imports import services as imports
from apps.projects.imports.listings import BY_KIND, Listing
from apps.projects.models import Project, Transfer
from apps.rules.errors import RuleError


@login_required
@require_safe
def list_projects(request: UserRequest, year: int) -> HttpResponse:
    form = ProjectFilter(request.GET, units=selectors.units_listed(request.user))
    visible = Project.objects.listed_to(request.user)
    rows = selectors.listed(visible, year, form.chosen())
    page = page_of(request, rows, "name")
    context = {
        "year": year,
        "filter": form,
        "page": page,
        "summary": selectors.summary(rows),
        "may_import": selectors.managed_region(request.user) is not None,
        "may_pay": selectors.paying_region(request.user) is not None,
        "may_create": selectors.units_to_create_in(request.user).exists(),
    }
    return render_page(request, "projects/list.html", context)


@login_required
@require_POST
def export(request: UserRequest, year: int) -> HttpResponse:
    form = ProjectFilter(request.POST, units=selectors.units_listed(request.user))
    made = exports.export(actor=request.user, year=year, chosen=form.chosen())
    if isinstance(made, Job):
        run_job.delay_on_commit(made.pk)
        return redirect("jobs:detail", made.public_id)
    return _workbook(made, f"{year}年度项目清单.xlsx")


def _workbook(content: bytes, name: str) -> HttpResponse:
    """A workbook as a download that the browser does not guess at."""
    response = HttpResponse(content, content_type=uploads.XLSX_TYPE)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


# --- one project ----------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def new(request: UserRequest, year: int) -> HttpResponse:
    units = selectors.units_to_create_in(request.user)
    if not units.exists():
        raise PermissionDenied
    form = ProjectForm.to_create(request.POST or None, units=units, year=year)
    if request.method == "POST" and form.is_valid():
        try:
            project = services.create_project(actor=request.user, **form.cleaned_data)
            return redirect("projects:edit", year, project.public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return render_page(request, "projects/new.html", {"year": year, "form": form})


def _seen(request: UserRequest, public_id: UUID) -> Project:
    """The project, if the user sees it (404)."""
    visible = Project.objects.visible_to(request.user).select_related("unit__jurisdiction")
    return get_object_or_404(visible, public_id=public_id)


def _editable(request: UserRequest, public_id: UUID) -> Project:
    """The project, if the user sees it (404) and may edit it (403)."""
    project = _seen(request, public_id)
    if not _may_open(request.user, project):
        raise PermissionDenied
    return project


def _may_open(user: Person, project: Project) -> bool:
    """Whether the project's forms have anything for the user."""
    return permissions.may_edit(user, project) or permissions.may_set_money(user, project)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    project = _editable(request, public_id)
    office = permissions.may_manage(request.user, project.jurisdiction_id)
    form = ProjectForm.to_edit(request.POST or None, project=project, office=office)
    if request.method == "POST" and form.is_valid():
        try:
            tags = form.cleaned_data.get("fund_tags")
            services.update_project(
                project=project, actor=request.user, facts=form.facts(), fund_tags=tags
            )
            return redirect("projects:edit", year, public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return _edit_page(request, year, project, form=form)


@login_required
@require_POST
def confirm(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    project = _editable(request, public_id)
    form = ConfirmForm(request.POST)
    if form.is_valid():
        try:
            services.confirm(project=project, actor=request.user, year=year, **form.cleaned_data)
            return redirect("projects:edit", year, public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return _edit_page(request, year, project, confirm_form=form)


@login_required
@require_POST
def money(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    project = _editable(request, public_id)
    form = MoneyForm(request.POST, purses=columns.PURSES)
    if form.is_valid():
        try:
            services.set_money(project=project, actor=request.user, year=year, lines=form.lines())
            return redirect("projects:edit", year, public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return _edit_page(request, year, project, money_form=form)


def _edit_page(request: UserRequest, year: int, project: Project, **bound: Any) -> HttpResponse:
    """The project's forms: the one that was sent as it is, the others fresh; 422 on errors."""
    place = selectors.year_of(project, year)
    user = request.user
    office = permissions.may_manage(user, project.jurisdiction_id)
    context: dict[str, Any] = {
        "year": year,
        "project": project,
        "place": place,
        "may_edit": permissions.may_edit(user, project),
        "may_confirm": permissions.may_confirm(user, project) and place is None,
        "may_set_money": permissions.may_set_money(user, project) and place is not None,
        "form": ProjectForm.to_edit(None, project=project, office=office),
        "confirm_form": ConfirmForm(),
        "money_form": MoneyForm(
            purses=columns.PURSES, initial=selectors.money_inputs(project, year)
        ),
        "refusal": "" if place else gates.refusal_of(project, year),
        **bound,
    }
    wrong = any(form.errors for form in bound.values())
    return render_page(request, "projects/edit.html", context, 422 if wrong else None)


# --- what was paid --------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def executions(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    project = _seen(request, public_id)
    form = ExecutionForm(request.POST or None)
    if request.method == "POST":
        if not permissions.may_record_execution(request.user, project):
            raise PermissionDenied
        if form.is_valid():
            try:
                told = form.cleaned_data
                services.record_execution(project=project, actor=request.user, year=year, **told)
                return redirect("projects:executions", year, public_id)
            except RuleError as error:
                form.add_error(None, str(error))
    return _executions_page(request, year, project, form)


def _executions_page(
    request: UserRequest, year: int, project: Project, form: ExecutionForm
) -> HttpResponse:
    """The year's executions with the form for who may record one; 422 on errors."""
    page = page_of(request, selectors.executions_of(project, year), "as_of", descending=True)
    standing = selectors.standing_of(project, year)
    may_record = permissions.may_record_execution(request.user, project)
    context = {
        "year": year,
        "project": project,
        "payment_state": controls.payment_state(project, year),
        "standing": standing,
        "page": page,
        "rows": selectors.rated(page.rows, standing.budget),
        "pace": paid.pace_of(project, year),
        "may_record": may_record and standing.place is not None and not project.is_classified,
        "may_import": permissions.may_import_executions(request.user, project.jurisdiction),
        "may_keep": _may_open(request.user, project),
        "form": form,
    }
    return render_page(request, "projects/executions.html", context)


# --- whole units ----------------------------------------------------------------------------
@login_required
@require_safe
def unit_list(request: UserRequest, year: int) -> HttpResponse:
    if selectors.paying_region(request.user) is None:
        raise PermissionDenied("只有预算股和计划管理员可以登记部门预算。")
    page = page_of(request, unit_budgets.units_to_budget(request.user), "code")
    context = {"year": year, "page": page, "lines": unit_budgets.lines_of(page.rows, year)}
    return render_page(request, "projects/unit_budgets.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def unit_one(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    unit = get_object_or_404(unit_budgets.units_to_budget(request.user), public_id=public_id)
    (line,) = unit_budgets.lines_of([unit], year)
    form = UnitBudgetForm(request.POST or None, initial={**line.amounts, "basis": line.basis})
    if request.method == "POST" and form.is_valid():
        try:
            unit_budgets.set_unit_budget(unit=unit, actor=request.user, year=year, **form.budget())
            return redirect("projects:unit_budgets", year)
        except RuleError as error:
            form.add_error(None, str(error))
    context = {"year": year, "unit": unit, "line": line, "form": form}
    return render_page(request, "projects/unit_budget.html", context)


# --- import ---------------------------------------------------------------------------------
def _region(request: UserRequest, listing: Listing) -> Jurisdiction:
    region = listing.region_of(request.user)
    if region is None:
        raise PermissionDenied
    return region


@login_required
@require_http_methods(["GET", "POST"])
def import_list(request: UserRequest, year: int, kind: str) -> HttpResponse:
    listing = BY_KIND[kind]
    region = _region(request, listing)
    error = ""
    if request.method == "POST":
        try:
            return redirect(_job_url(listing, _uploaded(request, listing, region, year)))
        except RuleError as refusal:
            error = str(refusal)
    job = _job(request, listing, year)
    context = {"year": year, "listing": listing, "region": region, "error": error, "job": job}
    return render_page(request, "projects/import.html", context, 422 if error else 200)


def _uploaded(request: UserRequest, listing: Listing, region: Jurisdiction, year: int) -> Job:
    """The job that checks the workbook that was sent. Raises RuleError."""
    file = uploads.received(request, "file")
    upload = uploads.guard_xlsx(file, file.name or "")
    job = imports.start_check(
        listing=listing, actor=request.user, jurisdiction=region, year=year, upload=upload
    )
    run_job.delay_on_commit(job.pk)
    return job


def _job_url(listing: Listing, job: Job) -> str:
    return f"{reverse(listing.page, args=[job.params['year']])}?job={job.public_id}"


def _job(request: UserRequest, listing: Listing, year: int) -> Job | None:
    """The import job that the address names, or the latest of this year (pain 24)."""
    own = jobs.jobs_of(request.user).filter(
        kind__in=(listing.check, listing.run), params__year=year
    )
    asked = request.GET.get("job")
    if not asked:
        return own.first()
    try:
        return get_object_or_404(own, public_id=UUID(asked))
    except ValueError as error:
        raise Http404 from error


@login_required
@require_POST
def import_confirm(request: UserRequest, year: int, kind: str) -> HttpResponse:
    listing = BY_KIND[kind]
    _region(request, listing)
    try:
        asked = UUID(request.POST.get("job", ""))
    except ValueError as error:
        raise Http404 from error
    own = jobs.jobs_of(request.user)
    checked = get_object_or_404(own, public_id=asked, kind=listing.check, params__year=year)
    job = imports.start_import(actor=request.user, checked=checked)
    run_job.delay_on_commit(job.pk)
    return redirect(_job_url(listing, job))


@login_required
@require_safe
def template(request: UserRequest, year: int, kind: str) -> HttpResponse:
    listing = BY_KIND[kind]
    region = _region(request, listing)
    name = f"{region.name}{year}年度{listing.title}模板.xlsx"
    return _workbook(listing.template(region, year), name)


# --- transfers ------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def new_transfer(request: UserRequest, year: int) -> HttpResponse:
    units = selectors.units_to_transfer_to(request.user)
    if not units.exists():
        raise PermissionDenied("只有财政计划、预算人员和分管科室可以登记转移支付。")
    form = TransferForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        told = {**form.facts(), "unit": form.cleaned_data["unit"], "amounts": form.amounts()}
        told["fund_tags"] = form.cleaned_data["fund_tags"]
        try:
            made = transfers.register(actor=request.user, year=year, **told)
            return redirect("targets:transfer", year, made.public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return render_page(request, "projects/transfer.html", {"year": year, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def edit_transfer(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    rows = Transfer.objects.visible_to(request.user).select_related("unit")
    transfer = get_object_or_404(rows, public_id=public_id, fiscal_year=year)
    if not permissions.may_keep_transfer(request.user, transfer):
        raise PermissionDenied("只有财政计划、预算人员和分管科室可以修改转移支付。")
    form = TransferForm.to_edit(request.POST or None, transfer=transfer)
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {"facts": form.facts(), "amounts": form.amounts()}
        told["fund_tags"] = form.cleaned_data["fund_tags"]
        try:
            transfers.update(transfer=transfer, actor=request.user, **told)
            return redirect("targets:transfer", year, public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    context = {"year": year, "form": form, "transfer": transfer}
    return render_page(request, "projects/transfer.html", context)
