"""系统日志, for the audit administrator alone."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from apps.audit import export as csv_lines
from apps.audit import permissions, selectors, services
from apps.audit.forms import FilterForm
from apps.core.http import UserRequest
from apps.core.pages import render_page


@login_required
@require_safe
def log(request: UserRequest) -> HttpResponse:
    if not permissions.may_read(request.user):
        raise PermissionDenied("系统日志只供审计管理员查看。")
    form = FilterForm(request.GET)
    entries = selectors.filtered(selectors.visible_entries(request.user), form.wanted())
    before = request.GET.get("before", "")
    page = selectors.page(entries, int(before) if before.isdecimal() and len(before) < 19 else None)
    asked = request.GET.copy()
    asked.pop("before", None)
    context = {"form": form, "page": page, "asked": asked}
    return render_page(request, "audit/log.html", context)


@login_required
@require_POST
def export(request: UserRequest) -> HttpResponseBase:
    entries = services.export(actor=request.user, wanted=FilterForm(request.POST).wanted())
    lines = csv_lines.lines(entries.iterator(chunk_size=2000))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response
