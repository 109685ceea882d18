"""消息: what others did that concerns me."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.notifications import selectors, services


@login_required
@require_safe
def list_messages(request: UserRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    inbox = selectors.inbox(
        request.user, int(before) if before.isdecimal() and len(before) < 19 else None
    )
    return render_page(request, "notifications/list.html", {"inbox": inbox})


@login_required
@require_POST
def read(request: UserRequest, public_id: UUID) -> HttpResponse:
    message = get_object_or_404(selectors.messages_of(request.user), public_id=public_id)
    services.mark_read(message=message, actor=request.user)
    return redirect(message.url or "notifications:list")


@login_required
@require_POST
def read_all(request: UserRequest) -> HttpResponse:
    services.mark_all_read(actor=request.user)
    return redirect("notifications:list")
