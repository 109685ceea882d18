"""The register of a year: counts, exceptions, the list, its workbook."""

from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import page_of
from apps.core.uploads import XLSX_TYPE
from apps.pre_assessment import register, selectors
from apps.pre_assessment.forms import RegisterFilter

MOST_EXCEPTIONS = 50  # on the page, the newest


@login_required
@require_safe
def listing(request: UserRequest, year: int) -> HttpResponse:
    form = RegisterFilter(request.GET)
    rows = register.listed(request.user, year, **form.chosen())
    page = page_of(request, rows, "id", descending=True)
    context = {
        "year": year,
        "filter": form,
        "page": page,
        "rows": register.rows_of(page.rows, request.user),
        "counts": selectors.counts(request.user, year),
        "exceptions": selectors.exceptions(request.user, year)[:MOST_EXCEPTIONS],
    }
    return render_page(request, "pre_assessment/register.html", context)


@login_required
@require_POST
def export(request: UserRequest, year: int) -> HttpResponse:
    chosen = RegisterFilter(request.POST).chosen()
    made = register.export(actor=request.user, year=year, chosen=chosen)
    response = HttpResponse(made, content_type=XLSX_TYPE)
    name = quote(register.name_of(year))
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
