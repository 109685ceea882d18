"""Making an edition: begun from the last one, written, sent for review, published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import page_of
from apps.core.uploads import XLSX_TYPE, guard_xlsx, received
from apps.indicators import candidates, exports, permissions, selectors, services
from apps.indicators.forms import (
    CategoryForm,
    EditionFilter,
    EditionForm,
    RefusedForm,
    RemarkForm,
    RowForm,
    TakeForm,
)
from apps.indicators.models import Indicator, Library
from apps.indicators.services.writing import NO_RIGHT
from apps.rules.errors import RuleError


def _edition(request: UserRequest, public_id: UUID) -> Library:
    """An edition in whose making the person takes part. Raises Http404."""
    rows = Library.objects.listed_to(request.user).select_related("jurisdiction", "unit")
    return get_object_or_404(rows, public_id=public_id)


def _draft(request: UserRequest, public_id: UUID) -> Library:
    """The same, for one who writes it. Raises Http404 or PermissionDenied."""
    library = _edition(request, public_id)
    if not permissions.may_edit(request.user, library):
        raise PermissionDenied(NO_RIGHT)
    return library


def _done(form: RefusedForm, act: Callable[[], Any]) -> bool:
    """Whether the form is filled well and the act was done; a refusal stands in the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except RuleError as error:
        form.refuse(error)
        return False
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def editions(request: UserRequest, year: int) -> HttpResponse:
    owners, user = selectors.owners(request.user), request.user
    if not owners:
        raise PermissionDenied(NO_RIGHT)
    form = EditionForm(
        request.POST or None,
        owners=owners,
        bases=selectors.bases(user),
        initial={"fiscal_year": year + 1},
    )
    if _done(form, lambda: services.start(actor=user, **form.values())):
        messages.success(request, "新版次已建，逐条核对后送审。")
        return redirect("indicators:editions", year=year)
    rows = page_of(request, Library.objects.listed_to(user), "id", descending=True)
    context = {"year": year, "form": form, "page": rows, "held": selectors.holdings(rows.rows)}
    return render_page(request, "indicators/editions.html", context)


@login_required
@require_safe
def edition(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    library = _edition(request, public_id)
    form = EditionFilter(request.GET, auto_id="rows_%s")
    form.is_valid()
    return render_page(request, "indicators/edition.html", _screen(request, year, library, form))


def _screen(
    request: UserRequest, year: int, library: Library, form: EditionFilter
) -> dict[str, Any]:
    """What the edition's page shows: rows by category, counts, what may be done."""
    unfinished = bool(form.cleaned_data.get("unfinished"))
    rows = selectors.edition_rows(library, form.wanted(), unfinished=unfinished)
    page = page_of(request, rows.order_by(), "code")
    return {
        "year": year,
        "library": library,
        "form": form,
        "wanted": form.wanted(),
        "page": page,
        "uses": selectors.with_uses(request.user, page.rows),
        "held": selectors.holdings([library])[library.pk],
        "counts": selectors.edition_categories(library),
        "n_unfinished": selectors.edition_rows(
            library, selectors.Wanted(), unfinished=True
        ).count(),
        "may_edit": permissions.may_edit(request.user, library) and library.is_draft,
        "may_judge": permissions.may_judge(request.user, library)
        and library.state == Library.State.REVIEW,
        "category_form": CategoryForm(auto_id="category_%s"),
        "remark_form": RemarkForm(auto_id="remark_%s"),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_row(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    library, user = _draft(request, public_id), request.user
    chosen = request.GET.get("category", "")
    initial = {"category": chosen if chosen.isdecimal() else None}
    form = RowForm(request.POST or None, library=library, initial=initial)

    def add() -> None:
        place = form.cleaned_data["category"]
        services.add_row(actor=user, library=library, category=place, values=form.values())

    if _done(form, add):
        messages.success(request, f"已加“{form.cleaned_data['name']}”。")
        return redirect("indicators:edition", year=year, public_id=public_id)
    context = {"year": year, "library": library, "form": form, "row": None}
    return render_page(request, "indicators/row.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: UserRequest, year: int, pk: int) -> HttpResponse:
    held = _row(request, pk)
    library = held.category.library
    if "remove" in request.POST:
        services.withdraw_row(actor=request.user, row=held)
        messages.success(request, f"本版不再有“{held.name}”，以前的版次不变。")
        return redirect("indicators:edition", year=year, public_id=library.public_id)
    form = RowForm(request.POST or None, library=library, row=held)
    if _done(form, lambda: _keep(request, held, form)):
        messages.success(request, f"“{held.name}”已存下。")
        return redirect("indicators:edition", year=year, public_id=library.public_id)
    context = {"year": year, "library": library, "form": form, "row": held}
    return render_page(request, "indicators/row.html", context)


def _row(request: UserRequest, pk: int) -> Indicator:
    """The row, for one who writes its edition. Raises Http404 or PermissionDenied."""
    held = get_object_or_404(selectors.rows_kept(request.user), pk=pk)
    if not permissions.may_edit(request.user, held.category.library):
        raise PermissionDenied(NO_RIGHT)
    return held


def _keep(request: UserRequest, held: Indicator, form: RowForm) -> None:
    place = form.cleaned_data["category"]
    services.edit_row(actor=request.user, row=held, values=form.values(), category=place)


@login_required
@require_POST
def add_category(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    library, form = _draft(request, public_id), CategoryForm(request.POST)
    user = request.user
    if _done(form, lambda: services.add_category(actor=user, library=library, **form.cleaned_data)):
        messages.success(request, f"已加类别“{form.cleaned_data['name']}”。")
        return redirect("indicators:edition", year=year, public_id=public_id)
    return _refused(request, year, library, form)


def _refused(request: UserRequest, year: int, library: Library, form: RefusedForm) -> HttpResponse:
    """A small form of the edition's page by itself, with what is wrong."""
    context = {"year": year, "library": library, "form": form}
    return render_page(request, "indicators/refused.html", context)


@login_required
@require_safe
def workbook(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    library = _edition(request, public_id)
    name = f"indicators-{library.fiscal_year}-{library.number}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(exports.edition(library), content_type=XLSX_TYPE, headers=headers)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    library = _draft(request, public_id)
    context: dict[str, Any] = {"year": year, "library": library}
    if request.method != "POST":
        return render_page(request, "indicators/import.html", context)
    try:
        file = received(request, "file")
        content = guard_xlsx(file, file.name or "").content
        if request.POST.get("only") == "check":
            return _checked(request, context, content)
        outcome = services.import_rows(actor=request.user, library=library, content=content)
    except RuleError as error:
        return render_page(request, "indicators/import.html", context | {"error": error}, 422)
    if outcome.errors:
        return render_page(request, "indicators/import.html", context | {"outcome": outcome}, 422)
    told = f"新增{outcome.n_new}条，更新{outcome.n_changed}条，不变{outcome.n_same}条。"
    messages.success(request, told)
    return redirect("indicators:edition", year=year, public_id=public_id)


def _checked(request: UserRequest, context: dict[str, Any], content: bytes) -> HttpResponse:
    """The dry run: the sheet with its wrong cells marked, or that nothing is wrong."""
    library = context["library"]
    outcome = services.check_rows(actor=request.user, library=library, content=content)
    if not outcome.errors:
        return render_page(request, "indicators/import.html", context | {"checked": outcome})
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote('错误清单.xlsx')}"}
    return HttpResponse(outcome.marked, content_type=XLSX_TYPE, headers=headers)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def harvest(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    library, user = _draft(request, public_id), request.user
    found = candidates.candidates(library)
    form = TakeForm(request.POST or None, library=library, keys=[one.key for one in found])
    if _done(form, lambda: services.take(actor=user, library=library, **form.cleaned_data)):
        n_taken = len(form.cleaned_data["keys"])
        messages.success(request, f"已采入{n_taken}条，补上解释、计算方法和数据来源后送审。")
        return redirect("indicators:edition", year=year, public_id=public_id)
    context = {"year": year, "library": library, "form": form, "found": found[:200]}
    context |= {"n_found": len(found)}
    return render_page(request, "indicators/candidates.html", context)


@login_required
@require_POST
def submit(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    services.submit(actor=request.user, library=_edition(request, public_id))
    messages.success(request, "已送审，由没有参加编制的人发布。")
    return redirect("indicators:edition", year=year, public_id=public_id)


@login_required
@require_POST
def send_back(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    library, form = _edition(request, public_id), RemarkForm(request.POST)
    user = request.user
    if _done(form, lambda: services.send_back(actor=user, library=library, **form.cleaned_data)):
        messages.success(request, "已退回编制人修改。")
        return redirect("indicators:edition", year=year, public_id=public_id)
    return _refused(request, year, library, form)


@login_required
@require_POST
def publish(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    made = services.publish(actor=request.user, library=_edition(request, public_id))
    messages.success(request, f"已发布，{made.fiscal_year}年度起选用。")
    return redirect("indicators:edition", year=year, public_id=public_id)


@login_required
@require_POST
def drop(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    services.drop(actor=request.user, library=_edition(request, public_id))
    messages.success(request, "编制中的版次已删除，已发布的版次不变。")
    return redirect("indicators:editions", year=year)
