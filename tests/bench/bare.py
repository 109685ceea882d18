"""What a page is compared with: the same rows, one hand-written query, a template of its own."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.template.backends.django import Template
from django.urls import include, path

from apps.core.http import UserRequest
from apps.reports.selectors import Owed, TodoRow

QUEUE = """
SELECT f.public_id, p.name, t.title, u.name, s.title, f.desk_due_at
FROM filings_filing f
JOIN workplans_assignment a ON a.id = f.assignment_id
JOIN workplans_plantask t ON t.id = a.task_id
JOIN workplans_reviewstep s ON s.id = f.step_id
JOIN organizations_unit u ON u.id = f.unit_id
LEFT JOIN projects_project p ON p.id = a.project_id
WHERE f.fiscal_year = %s AND f.state IN ('submitted', 'in_review') AND s.role = 'section_reviewer'
  AND f.desk_section_id = (SELECT section_id FROM organizations_membership
                           WHERE user_id = %s AND role = 'section_reviewer')
ORDER BY f.desk_due_at, f.id LIMIT 51
"""
WORK = """
SELECT f.public_id, p.name, t.title, t.stage, a.due_at, coalesce(f.state, 'todo')
FROM workplans_assignment a
JOIN workplans_plantask t ON t.id = a.task_id
LEFT JOIN projects_project p ON p.id = a.project_id
LEFT JOIN filings_filing f ON f.assignment_id = a.id AND f.state <> 'cancelled'
WHERE a.fiscal_year = %s AND a.exempt_reason = ''
  AND a.unit_id = (SELECT unit_id FROM organizations_membership
                   WHERE user_id = %s AND role = 'filer')
  AND (f.id IS NULL OR f.state IN ('draft', 'returned'))
ORDER BY a.due_at, a.id LIMIT 51
"""
ROWS = """
SELECT a.id, a.public_id, a.opens_at, a.due_at, u.id, u.code, u.name, t.title, t.kind, t.stage,
       w.label, p.public_id, p.name, p.classified_serial, f.id, f.public_id, f.state,
       t.accepts_late
FROM workplans_assignment a
JOIN workplans_plantask t ON t.id = a.task_id
JOIN workplans_taskwindow w ON w.id = a.window_id
JOIN organizations_unit u ON u.id = a.unit_id
LEFT JOIN projects_project p ON p.id = a.project_id
LEFT JOIN filings_filing f ON f.assignment_id = a.id AND f.state <> 'cancelled'
WHERE a.fiscal_year = %s AND a.exempt_reason = '' AND a.cancelled_at IS NULL
  AND a.unit_id = (SELECT unit_id FROM organizations_membership
                   WHERE user_id = %s AND role = 'filer')
  AND (f.id IS NULL OR f.state IN ('draft', 'returned'))
ORDER BY a.due_at, a.id LIMIT 51
"""
LIST = """<!doctype html><title>{{ title }}</title>
<table>{% include "reports/_todo_rows.html" %}</table>"""
PAGE = """<!doctype html><title>{{ title }}</title><table>{% for row in rows %}<tr>
<th><a href="/{{ year }}/filings/{{ row.0 }}/">{{ row.1 }}</a> {{ row.2 }}</th><td>{{ row.3 }}</td>
<td>{{ row.4 }}</td><td>{{ row.5 }}</td><td><a href="/{{ year }}/filings/{{ row.0 }}/">打开</a></td>
</tr>{% endfor %}</table>"""


@cache
def _template(text: str) -> Template:
    """Compiled once, as the app's own templates are."""
    return engines["django"].from_string(text)


def _fetched(request: UserRequest, year: int, statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [year, request.user.pk])
        return cursor.fetchall()[:50]


def _rows(request: UserRequest, year: int, statement: str) -> HttpResponse:
    rows = _fetched(request, year, statement)
    context = {"rows": rows, "year": year, "title": "清单"}
    return HttpResponse(_template(PAGE).render(context))


@login_required
def queue(request: UserRequest, year: int) -> HttpResponse:
    """The reviewer's desk."""
    return _rows(request, year, QUEUE)


@login_required
def work(request: UserRequest, year: int) -> HttpResponse:
    """What the clerk's unit still owes."""
    return _rows(request, year, WORK)


@login_required
def owed(request: UserRequest, year: int) -> HttpResponse:
    """The same list, drawn with the rows of the page: signs, countdowns, buttons."""
    today = date(year, 4, 8)
    rows = [_todo(Owed(*row), today) for row in _fetched(request, year, ROWS)]
    context = {"rows": rows, "year": year, "title": "清单"}
    return HttpResponse(_template(LIST).render(context, request))


def _todo(owed: Owed, today: date) -> TodoRow:
    """Calendar days where the page counts working days."""
    left = (owed.due_at.date() - today).days if owed.due_at else None
    state = owed.filing_state or "todo"
    verb = {"draft": "继续", "returned": "去修改"}.get(state, "去填报")
    return TodoRow(owed, state, "以后", left, verb, may_file=True)


urlpatterns = [
    path("bare/<int:year>/rows/", owed),
    path("bare/<int:year>/queue/", queue),
    path("bare/<int:year>/owed/", work),
    path("", include("perf_mgmt.urls")),
]
