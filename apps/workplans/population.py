"""Whom a task reaches: the units or projects of the plan's jurisdiction that match its scopes.

Includes are joined by "or", then excludes are taken away. A project task counts the projects that
stood in the budget on the cut-off day (Y-49, Y-114). Whatever the scopes say, classified units and
projects are counted apart and never assigned: their material is handed in on paper (U-35).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from django.db.models import Q, QuerySet

from apps.organizations.models import Unit
from apps.projects.models import Project, ProjectYear
from apps.workplans.models import PlanTask, TaskScope

Field = TaskScope.Field
UNIT_COLUMNS = {Field.UNIT_KIND: "kind", Field.UNIT: "code", Field.CLASSIFIED: "is_classified"}
PROJECT_COLUMNS = {
    Field.BUDGET_TYPE: "project__budget_type",
    Field.ORIGIN: "origin",
    Field.ATTRIBUTE: "attribute",
}
YES = "yes"
SECRET = Q(project__is_classified=True) | Q(project__unit__is_classified=True)
LIVE = Q(  # not classified (counted apart), not cancelled, of a unit that still exists
    project__is_classified=False, project__unit__is_classified=False, project__unit__is_active=True
) & ~Q(project__state=Project.State.CANCELLED)
Subject = TypeVar("Subject", Unit, ProjectYear)


def condition(scope: TaskScope, subject_kind: str) -> Q:
    """One scope as a filter on Unit or on ProjectYear."""
    value: object = scope.value == YES if scope.field == Field.CLASSIFIED else scope.value
    if scope.field in UNIT_COLUMNS:
        prefix = "" if subject_kind == PlanTask.SubjectKind.UNIT else "project__unit__"
        return Q(**{prefix + UNIT_COLUMNS[Field(scope.field)]: value})
    if scope.field == Field.FUND_TAG:  # by key, so that a project with two tags counts once
        tagged = Project.fund_tags.through.objects.filter(fundtag__code=scope.value)
        return Q(project__in=tagged.values("project_id"))
    return Q(**{PROJECT_COLUMNS[Field(scope.field)]: value})


def reached(scopes: Iterable[TaskScope], subject_kind: str) -> Q:
    """All scopes of a task as one filter."""
    wanted, taken = Q(), Q()
    for scope in scopes:
        if scope.is_exclude:
            taken |= condition(scope, subject_kind)
        else:
            wanted |= condition(scope, subject_kind)
    return wanted & ~taken if taken else wanted


def all_units(task: PlanTask) -> QuerySet[Unit]:
    """The active units of the plan's jurisdiction, classified ones too."""
    return Unit.objects.filter(jurisdiction=task.plan.jurisdiction_id, is_active=True)


def units(task: PlanTask) -> QuerySet[Unit]:
    """The units that owe a unit task; never a classified one."""
    rows = all_units(task).filter(is_classified=False)
    return rows.filter(reached(task.scopes.all(), PlanTask.SubjectKind.UNIT))


def offline_units(task: PlanTask) -> QuerySet[Unit]:
    """The units that hand in on paper: classified ones, and those with a classified project.

    A unit task's other scopes hold for them too; nobody hands in for a section's own duty.
    """
    if task.subject_kind == PlanTask.SubjectKind.SECTION:
        return Unit.objects.none()
    rows, apart = all_units(task), Q(is_classified=True)
    if task.subject_kind == PlanTask.SubjectKind.PROJECT:
        secret = all_projects(task).filter(project__is_classified=True)
        return rows.filter(apart | Q(pk__in=secret.values("project__unit")))
    scopes = [scope for scope in task.scopes.all() if scope.field != Field.CLASSIFIED]
    return rows.filter(apart, reached(scopes, PlanTask.SubjectKind.UNIT))


def all_projects(task: PlanTask) -> QuerySet[ProjectYear]:
    """Every project of the year that the task speaks of, classified and cancelled ones too."""
    return ProjectYear.objects.filter(
        jurisdiction=task.plan.jurisdiction_id, fiscal_year=task.evaluated_year
    )


def projects(task: PlanTask, cutoff: date) -> QuerySet[ProjectYear]:
    """The projects that a project task reaches as of the cut-off day; never a classified one."""
    rows = all_projects(task).filter(LIVE, joined_on__lte=cutoff)
    return rows.filter(reached(task.scopes.all(), PlanTask.SubjectKind.PROJECT))
