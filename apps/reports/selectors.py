"""Reads across the stages for the pages that show everything of somebody or something."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from apps.filings.models import DESK_STATES, OPEN_STATES, Filing, State
from apps.organizations import selectors as organizations
from apps.organizations.models import Role, User
from apps.workplans.models import Assignment

MANY = 1000  # the rail counts no further


def todo_count(user: User, year: int) -> int:
    """How many things wait for the user in the year, to file, to correct and to review."""
    return _owed(user, year) + _on_desk(user, year)


def _owed(user: User, year: int) -> int:
    """Assignments of the user's units that nobody has answered, or whose answer came back."""
    units = organizations.units_of(user, Role.FILER, Role.UNIT_HEAD)
    if not units:
        return 0
    answered = Filing.objects.filter(assignment=OuterRef("pk")).exclude(
        state__in=[*OPEN_STATES, State.CANCELLED]
    )
    owed = Assignment.objects.of_year(year).filter(
        ~Exists(answered), unit__in=units, exempt_reason="", due_at__isnull=False
    )
    return owed[:MANY].count()


def _on_desk(user: User, year: int) -> int:
    """Filings that lie with the user's section, or with the department the user reviews for."""
    sections = organizations.sections_of(user, Role.SECTION_REVIEWER, Role.PERFORMANCE_REVIEWER)
    desks = organizations.units_of(user, Role.SUPERVISOR)
    if not sections and not desks:
        return 0
    here = Q(desk_section__in=sections) | Q(desk_unit__in=desks)
    waiting = Filing.objects.filter(here, fiscal_year=year, state__in=DESK_STATES)
    return waiting[:MANY].count()
