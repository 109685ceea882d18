"""The page that shows a form beside those it is like."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.targets import alike_screen
from apps.targets.views.sheet import target_filing


@login_required
@require_safe
def alike(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = target_filing(request, year, public_id)
    context = {"screen": alike_screen.alike_screen(filing, request.user)}
    return render_page(request, "targets/alike.html", context)
