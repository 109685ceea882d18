"""All projects of the person's units at one node: opened, filled in and saved in one grid."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.monitoring import batch, overview
from apps.monitoring.views.sheet import CHOICES


@login_required
@require_http_methods(["GET", "POST"])
def grid(request: UserRequest, year: int) -> HttpResponse:
    if request.method == "POST":
        return _open(request, year) if request.POST.get("act") == "open" else _save(request, year)
    shown = overview.grid_screen(request.user, year, request.GET.get("node", ""))
    return render_page(request, "monitoring/grid.html", {"screen": shown, "choices": CHOICES})


def _open(request: UserRequest, year: int) -> HttpResponse:
    """A draft for every project of the node that has none."""
    shown = overview.grid_screen(request.user, year, request.POST.get("node", ""))
    wanted = [entry.assignment for entry in shown.entries if entry.filing is None]
    done = batch.open_each(actor=request.user, assignments=wanted)
    for each in done:
        if each.error:
            messages.warning(request, f"{each.subject}：{each.error}")
    messages.info(request, f"已开出{sum(not each.error for each in done)}份草稿。")
    return _back(year, shown.key)


def _save(request: UserRequest, year: int) -> HttpResponse:
    """Each filing for itself; what could not be stored stands on the page as it was typed."""
    typed = {entry.filing: entry for entry in overview.posted(request.POST)}
    done = batch.save_each(actor=request.user, entries=typed.values())
    errors = {each.key: each.error for each in done if each.error}
    node = request.POST.get("node", "")
    if not errors:
        messages.info(request, f"已保存{sum(each.is_changed for each in done)}个项目。")
        return _back(year, node)
    kept = {key: typed[key] for key in errors}
    shown = overview.grid_screen(request.user, year, node, kept, errors)
    context = {"screen": shown, "choices": CHOICES, "n_failed": len(errors)}
    return render_page(request, "monitoring/grid.html", context, status=409)


def _back(year: int, node: str) -> HttpResponse:
    return redirect(f"{reverse('monitoring:grid', args=[year])}?{urlencode({'node': node})}")
