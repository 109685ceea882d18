"""消息: what others did that concerns me, how it reaches me, and the region's robots."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.notifications import permissions, selectors, services
from apps.notifications.forms import ChannelForm, PreferenceForm, TimesForm
from apps.notifications.models import Channel
from apps.notifications.topics import Topic
from apps.rules.errors import RuleError

FORM = ["GET", "HEAD", "POST"]


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


# --- my wishes ------------------------------------------------------------------------------
@login_required
@require_http_methods(FORM)
def settings(request: UserRequest) -> HttpResponse:
    form = PreferenceForm(request.POST or None, initial=_wish(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_preference(actor=request.user, **form.wish())
            messages.success(request, "已存，从下一条消息起照此发。")
            return redirect("notifications:settings")
        except RuleError as error:
            form.add_error("quiet_until", str(error))
    context = {"form": form, "habit": selectors.habit_of(request.user), "user": request.user}
    return render_page(request, "notifications/settings.html", context)


def _wish(request: UserRequest) -> dict[str, object]:
    """What was said before, as the form shows it."""
    said = selectors.preference_of(request.user)
    names = ("pace", "days", "digest_at", "quiet_from", "quiet_until")
    chosen = [topic for topic in Topic.values if topic not in said.muted]
    return {**{name: getattr(said, name) for name in names}, "topics": chosen}


# --- robots ---------------------------------------------------------------------------------
@login_required
@sensitive_post_parameters("address", "secret")
@require_http_methods(FORM)
def channels(request: UserRequest) -> HttpResponse:
    place = permissions.served_place(request.user)
    if place is None:
        raise PermissionDenied("通知渠道由系统管理员维护。")
    form = ChannelForm(request.POST or None, is_new=True)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_channel(jurisdiction=place, data=form.data_of(), actor=request.user)
            return redirect("notifications:channels")
        except RuleError as error:
            form.add_error(_field(error), str(error))
    table = selectors.timetable_of(place)
    times = TimesForm(initial={name: getattr(table, name) for name in TimesForm.base_fields})
    context = {"form": form, "times": times, "lines": selectors.channels_of(place), "place": place}
    return render_page(request, "notifications/channels.html", context)


def _field(error: RuleError) -> str:
    """The field that a refusal speaks of."""
    names = {"channel.name": "name", "channel.topic": "topics"}
    return names.get(error.code, "address")


@login_required
@require_POST
def times(request: UserRequest) -> HttpResponse:
    place = permissions.served_place(request.user)
    if place is None:
        raise PermissionDenied("通知时间由系统管理员维护。")
    form = TimesForm(request.POST)
    if form.is_valid():
        services.set_times(jurisdiction=place, actor=request.user, **form.cleaned_data)
        messages.success(request, "通知时间已存。")
        return redirect("notifications:channels")
    lines = selectors.channels_of(place)
    context = {"form": ChannelForm(is_new=True), "times": form, "lines": lines, "place": place}
    return render_page(request, "notifications/channels.html", context, status=422)


@login_required
@sensitive_post_parameters("address", "secret")
@require_http_methods(FORM)
def channel(request: UserRequest, public_id: UUID) -> HttpResponse:
    kept = _kept(request, public_id)
    names = ("kind", "name", "format", "topics", "is_active")
    form = ChannelForm(request.POST or None, initial={n: getattr(kept, n) for n in names})
    if request.method == "POST" and form.is_valid():
        try:
            services.update_channel(channel=kept, data=form.data_of(), actor=request.user)
            return redirect("notifications:channels")
        except RuleError as error:
            form.add_error(_field(error), str(error))
    context = {"form": form, "channel": kept, "latest": selectors.latest_of(kept)}
    return render_page(request, "notifications/channel.html", context)


@login_required
@require_POST
def test(request: UserRequest, public_id: UUID) -> HttpResponse:
    kept = _kept(request, public_id)
    services.test_channel(channel=kept, actor=request.user)
    messages.success(request, "一分钟内发出，刷新看状态。")
    return redirect("notifications:channel", kept.public_id)


@login_required
@require_POST
def resend(request: UserRequest, public_id: UUID) -> HttpResponse:
    kept = _kept(request, public_id)
    n_again = services.resend(channel=kept, actor=request.user)
    messages.success(request, f"{n_again}条重发，可能有人收到第二遍。")
    return redirect("notifications:channel", kept.public_id)


def _kept(request: UserRequest, public_id: UUID) -> Channel:
    """A robot of the region that the person looks after; others' are as if missing."""
    place = permissions.served_place(request.user)
    if place is None:
        raise PermissionDenied("通知渠道由系统管理员维护。")
    mine: QuerySet[Channel] = Channel.objects.filter(jurisdiction=place)
    return get_object_or_404(mine.select_related("jurisdiction"), public_id=public_id)
