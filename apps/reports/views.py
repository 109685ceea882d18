"""Home by role, project and unit dossiers, search."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import keys_of, page_of
from apps.filings import queue_screen
from apps.filings import selectors as filings
from apps.filings.models import Filing, State
from apps.organizations import selectors as people
from apps.organizations.models import Role
from apps.projects import permissions as keeping
from apps.projects import selectors as projects
from apps.projects.models import Project
from apps.rectification import permissions as rectifying
from apps.rectification import selectors as rectification
from apps.reports import dossier, selectors, waiting
from apps.reports.context import Shell
from apps.targets import selectors as targets

TABS = (
    ("", "全部待办", "all"),
    ("returned", "已退回", "returned"),
    ("overdue", "逾期", "overdue"),
    ("draft", "草稿", "draft"),
    ("todo", "未开始", "todo"),
    ("locked", "未到填报期", "locked"),
)
REVIEWERS = frozenset({Role.SECTION_REVIEWER, Role.PERFORMANCE_REVIEWER})
HOMES = {
    Role.SYS_ADMIN: "organizations:units",
    Role.SEC_ADMIN: "organizations:people",
    Role.AUDIT_ADMIN: "audit:log",
}


@login_required
@require_safe
def start(request: UserRequest) -> HttpResponse:
    """The year in progress, or an administrator's own place."""
    held = people.roles(request.user)
    for role, page in HOMES.items():
        if role in held:
            return redirect(page)
    year = Shell(request).current_year or clock.today().year
    return redirect("reports:home", year=year)


@login_required
@require_safe
def home(request: UserRequest, year: int) -> HttpResponse:
    user = request.user
    owed = filings.todo(user, year)
    state = request.GET.get("state", "")
    page = keys_of(request, selectors.todo_filtered(owed, state), "due_at")
    units = people.units_of(user, Role.FILER, Role.UNIT_HEAD, Role.SUPERVISOR)
    regions = people.whole_region_jurisdictions(user)
    desk = filings.queue(user, year).values_list("pk", flat=True)[:20]
    rows = selectors.todo_rows(page.rows, user)
    mine = people.units_of(user, Role.FILER, Role.UNIT_HEAD)
    tally = selectors.tally(units, year, mine) if units else []
    counts = selectors.todo_counts(tally)
    waiting.counted(year, counts["all"])
    is_start = state in ("", State.RETURNED) and not page.prev_url
    context = {
        "year": year,
        "state": state,
        "page": page,
        "rows": rows,
        "tabs": [(code, word, counts[key]) for code, word, key in TABS],
        "is_unit_side": bool(units),
        "is_reviewer": not REVIEWERS.isdisjoint(people.roles(user)),
        "first": counts["returned"] and selectors.first_thing(user, year, rows if is_start else ()),
        "stages": selectors.stage_counts(tally) if units else [],
        "problems": rectification.mine(user, year)[:20] if mine else [],
        "receipts": selectors.last_receipts(user, year) if units else [],
        "mistakes": selectors.frequent_returns(user, year) if units else [],
        "desk": queue_screen.queue_rows(desk),
        "progress": selectors.task_progress(regions, year) if regions else [],
        "silent": selectors.silent_units(regions, year) if regions else [],
    }
    return render_page(request, "reports/home.html", context)


@login_required
@require_safe
def project(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    rows = Project.objects.visible_to(request.user).select_related("unit__parent", "jurisdiction")
    found = get_object_or_404(rows, public_id=public_id)
    context = {
        "dossier": dossier.dossier_of(found, year, request.user),
        "year": year,
        "may_open_problem": not found.is_classified
        and rectifying.may_open(request.user, found.unit, found),
        "may_keep": not found.is_classified
        and (keeping.may_edit(request.user, found) or keeping.may_set_money(request.user, found)),
    }
    return render_page(request, "reports/project.html", context)


@login_required
@require_safe
def units(request: UserRequest, year: int) -> HttpResponse:
    page = page_of(request, projects.units_known(request.user).filter(is_active=True), "code")
    return render_page(request, "reports/units.html", {"page": page, "year": year})


@login_required
@require_safe
def unit(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    user = request.user
    rows = projects.units_known(user).select_related("parent", "jurisdiction")
    found = get_object_or_404(rows, public_id=public_id)
    sent = Filing.objects.visible_to(user).filter(unit=found, fiscal_year=year)
    page = page_of(
        request,
        sent.select_related(
            "assignment__task", "assignment__project", "assignment__transfer", "step"
        ).distinct(),
        "id",
        descending=True,
    )
    context = {
        "unit": found,
        "year": year,
        "page": page,
        "stages": selectors.stage_counts(selectors.tally([found.pk], year, user=user)),
        "problems": rectification.problems_of_unit(found, year).visible_to(user)[:20],
        "owed": selectors.todo_rows(selectors.unanswered(found, year, user)[:50], user),
        "versions": targets.unit_chain(found, year),
        "may_extend": found.jurisdiction_id in people.jurisdictions_of(user, Role.PLAN_ADMIN),
    }
    return render_page(request, "reports/unit.html", context)


@login_required
@require_safe
def search(request: UserRequest, year: int) -> HttpResponse:
    text = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    context = {
        "year": year,
        "text": text,
        "projects": selectors.found_projects(request.user, text) if text else [],
        "units": selectors.found_units(request.user, text) if text else [],
    }
    return render_page(request, "reports/search.html", context)
