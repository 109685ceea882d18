"""Whom a task reaches: units, projects, transfers or lower regions that match its scopes.

Includes are joined by "or", then excludes are taken away. A project task counts the projects that
stood in the budget on the cut-off day (Y-49, Y-114); a policy task those of them that are a policy.
A transfer task counts the year's registered transfers, owed by the units in charge of them; where
it is about targets, without those that are exempt (Y-43). Whatever the scopes say, classified units
and projects are counted apart and never assigned: their material is handed in on paper (U-35).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from django.db.models import Q, QuerySet

from apps.organizations.models import Jurisdiction, Unit
from apps.projects.models import Project, ProjectYear, Transfer
from apps.workplans.models import PlanTask, Stage, TaskScope

Field = TaskScope.Field
Kind = PlanTask.SubjectKind
PROJECT_KINDS = (Kind.PROJECT, Kind.POLICY)
UNIT_COLUMNS = {
    Field.UNIT_KIND: "kind",
    Field.UNIT: "code",
    Field.CLASSIFIED: "is_classified",
    Field.FUND_MANAGER: "is_fund_manager",
}
PROJECT_COLUMNS = {
    Field.BUDGET_TYPE: "project__budget_type",
    Field.ORIGIN: "origin",
    Field.ATTRIBUTE: "attribute",
    Field.PROJECT: "project__code",
}
MARKS = {
    "key": "project__is_key",
    "livelihood": "project__is_livelihood",
    "infrastructure": "project__is_infrastructure",
    "policy": "project__is_policy",
}
YES = "yes"
FLAGS = (Field.CLASSIFIED, Field.FUND_MANAGER)
SECRET = Q(project__is_classified=True) | Q(project__unit__is_classified=True)
LIVE = Q(  # not classified (counted apart), not cancelled, of a unit that still exists
    project__is_classified=False, project__unit__is_classified=False, project__unit__is_active=True
) & ~Q(project__state=Project.State.CANCELLED)
Subject = TypeVar("Subject", Unit, ProjectYear, Jurisdiction, Transfer)


def is_about_projects(task: PlanTask) -> bool:
    """Whether the task is owed once for each project."""
    return task.subject_kind in PROJECT_KINDS


def condition(scope: TaskScope, subject_kind: str) -> Q:
    """One scope as a filter on Unit, ProjectYear, Transfer or Jurisdiction."""
    field = Field(scope.field)
    if subject_kind == Kind.JURISDICTION:
        return Q(code=scope.value)
    if field in UNIT_COLUMNS:
        value: object = scope.value == YES if field in FLAGS else scope.value
        prefix = {Kind.UNIT: "", Kind.TRANSFER: "unit__"}.get(Kind(subject_kind), "project__unit__")
        return Q(**{prefix + UNIT_COLUMNS[field]: value})
    if field == Field.FUND_TAG and subject_kind == Kind.TRANSFER:
        bearing = Transfer.fund_tags.through.objects.filter(fundtag__code=scope.value)
        return Q(pk__in=bearing.values("transfer_id"))
    if field == Field.FUND_TAG:  # by key, so that a project with two tags counts once
        tagged = Project.fund_tags.through.objects.filter(fundtag__code=scope.value)
        return Q(project__in=tagged.values("project_id"))
    if field == Field.MARK:
        return Q(**{MARKS[scope.value]: True})
    return Q(**{PROJECT_COLUMNS[field]: scope.value})


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
    return rows.filter(reached(task.scopes.all(), Kind.UNIT))


def offline_units(task: PlanTask) -> QuerySet[Unit]:
    """The units that hand in on paper: classified ones, and those with a classified project.

    A unit task's other scopes hold for them too; nobody hands in for a section's own duty.
    """
    if task.subject_kind in (Kind.SECTION, Kind.JURISDICTION, Kind.TRANSFER):
        return Unit.objects.none()
    rows, apart = all_units(task), Q(is_classified=True)
    if is_about_projects(task):
        secret = all_projects(task).filter(project__is_classified=True)
        return rows.filter(apart | Q(pk__in=secret.values("project__unit")))
    scopes = [scope for scope in task.scopes.all() if scope.field != Field.CLASSIFIED]
    return rows.filter(apart, reached(scopes, Kind.UNIT))


def all_regions(task: PlanTask) -> QuerySet[Jurisdiction]:
    """The regions right below the plan's, with or without a finance bureau known here."""
    return Jurisdiction.objects.filter(parent=task.plan.jurisdiction_id)


def regions(task: PlanTask) -> QuerySet[Jurisdiction]:
    """The regions below that a task about them reaches; their bureaus owe it (B-42, W-02)."""
    open_bureau = Q(bureau__is_active=True, bureau__is_classified=False)
    rows = all_regions(task).filter(open_bureau).select_related("bureau__jurisdiction")
    return rows.filter(reached(task.scopes.all(), Kind.JURISDICTION))


def all_projects(task: PlanTask) -> QuerySet[ProjectYear]:
    """Every project of the year that the task speaks of, classified and cancelled ones too."""
    rows = ProjectYear.objects.filter(
        jurisdiction=task.plan.jurisdiction_id, fiscal_year=task.evaluated_year
    )
    if task.subject_kind == Kind.POLICY:
        return rows.filter(project__is_policy=True)
    return rows


def all_transfers(task: PlanTask) -> QuerySet[Transfer]:
    """Every transfer registered for the year that the task speaks of."""
    return Transfer.objects.filter(
        jurisdiction=task.plan.jurisdiction_id, fiscal_year=task.evaluated_year
    )


def owing_transfers(task: PlanTask) -> Q:
    """Which of them can be owed: of a unit that files here; of targets those that need any."""
    able = Q(unit__is_active=True, unit__is_classified=False)
    return able & Q(exempt_kind="") if task.stage == Stage.TARGETS else able


def transfers(task: PlanTask) -> QuerySet[Transfer]:
    """The transfers that a transfer task reaches."""
    rows = all_transfers(task).filter(owing_transfers(task))
    return rows.filter(reached(task.scopes.all(), Kind.TRANSFER))


def projects(task: PlanTask, cutoff: date) -> QuerySet[ProjectYear]:
    """The projects that a project task reaches as of the cut-off day; never a classified one."""
    rows = all_projects(task).filter(LIVE, joined_on__lte=cutoff)
    return rows.filter(reached(task.scopes.all(), Kind.PROJECT))
