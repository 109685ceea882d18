"""Lists of filings: what a person sees, owes, sent, has on the desk."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from apps.filings.models import OPEN_STATES, Filing, State
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.projects.selectors import added_in
from apps.workplans.models import Assignment, Extension


def shown(user: User) -> QuerySet[Filing]:
    """Filings that exist for the person, each with what its page and its API answer show.

    `granted_at` is the end of the latest extension, None where there was none.
    """
    granted = Extension.objects.filter(assignment=OuterRef("assignment")).order_by("-new_due_at")
    rows = Filing.objects.visible_to(user).annotate(
        granted_at=Subquery(granted.values("new_due_at")[:1])
    )
    return rows.select_related(
        "assignment__task__plan",
        "assignment__task__section",
        "assignment__window",
        "assignment__project",
        "assignment__transfer",
        "unit__parent",
        "jurisdiction",
        "step__sheet",
        "desk_section",
        "desk_unit",
        "approved_revision",
    )


# What a list names of the things around its rows; the rest of them stays in the database.
WAITING = {
    "assignment": ("public_id",),
    "assignment__task": ("public_id", "title"),
    "assignment__project": ("public_id", "name", "classified_serial"),
    "assignment__transfer": ("name",),
    "unit": ("code", "name"),
    "step": ("title", "role"),
}


def _named(around: dict[str, tuple[str, ...]]) -> list[str]:
    return [f"{thing}__{field}" for thing, fields in around.items() for field in fields]


def todo(user: User, year: int) -> QuerySet[Assignment]:
    """What the person's units still owe in a year, by deadline; nothing on a desk or done."""
    units = people.units_of(user, Role.FILER, Role.UNIT_HEAD)
    # A filing has the unit and year of its assignment: said, they spare a scan of all filings.
    filed = Filing.objects.filter(unit__in=units, fiscal_year=year)
    filed = filed.exclude(state__in=[State.CANCELLED, *OPEN_STATES])
    return (
        Assignment.objects.owed()
        .filter(unit__in=units, fiscal_year=year)
        .exclude(pk__in=filed.values("assignment"))
        .order_by("due_at", "id")
    )


def sent(user: User, year: int) -> QuerySet[Filing]:
    """What the person's units have submitted in a year; the newest submission first."""
    units = people.units_of(user)
    return (
        Filing.objects.filter(unit__in=units, fiscal_year=year, submitted_at__isnull=False)
        .select_related(*WAITING)
        .annotate(is_added=added_in("assignment__task__evaluated_year", "assignment__project"))
        .order_by("-submitted_at", "-id")
    )


def queue(user: User, year: int) -> QuerySet[Filing]:
    """Filings that lie on the person's desks in a year, the most urgent first."""
    desks = Q()
    for role in (Role.SECTION_REVIEWER, Role.PERFORMANCE_REVIEWER, Role.BUDGET_OFFICER):
        sections = people.sections_of(user, role)
        if sections:
            desks |= Q(desk_section__in=sections, step__role=role)
    for role in (Role.UNIT_HEAD, Role.SUPERVISOR):
        units = people.units_of(user, role)
        if units:
            desks |= Q(desk_unit__in=units, step__role=role)
    if not desks:
        return Filing.objects.none()
    return (
        Filing.objects.on_a_desk()
        .filter(desks, fiscal_year=year)
        .select_related(*WAITING)
        .only(*(field.attname for field in Filing._meta.concrete_fields), *_named(WAITING))
        .order_by("desk_due_at", "id")
    )
