"""Whom a task reaches by name, and who stays outside with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Case, IntegerField, Model, Q, QuerySet, Value, When

from apps.organizations.models import Jurisdiction, Unit
from apps.projects.models import ProjectYear, Transfer
from apps.workplans import population
from apps.workplans.models import PlanTask
from apps.workplans.selectors.reach import scope_steps

INSIDE = -1
Rows = QuerySet[Any]  # units, projects of a year, transfers, or regions


@dataclass(frozen=True)
class ReachList:
    """The subjects of a list, and the words for the number that each carries as `step`."""

    rows: Rows
    reasons: list[str]


@dataclass(frozen=True)
class ReachLine:
    """One subject as a list shows it; the reason is empty for who is reached."""

    code: str
    name: str
    place: str
    reason: str


def reach_list(task: PlanTask, on: date, *, outside: bool) -> ReachList:
    """Those whom the task reaches on the day, or those whom it does not reach.

    Classified units and projects stand in neither: nothing of them is shown but their number.
    """
    rows, steps = _base(task, on)
    steps = steps + scope_steps(task, list(task.scopes.all()))
    whens = [When(~kept, then=Value(number)) for number, (_, kept) in enumerate(steps)]
    marked = rows.annotate(
        step=Case(*whens, default=Value(INSIDE), output_field=IntegerField())
    ).filter(Q(step__gt=INSIDE) if outside else Q(step=INSIDE))
    return ReachList(marked, [label for label, _ in steps])


def _base(task: PlanTask, on: date) -> tuple[Rows, list[tuple[str, Q]]]:
    """Everybody whom the kind of task could reach, and what takes away before any scope."""
    kind = PlanTask.SubjectKind
    if task.subject_kind == kind.SECTION:
        return Unit.objects.none(), []
    if task.subject_kind == kind.UNIT:
        return population.all_units(task).filter(is_classified=False), []
    if task.subject_kind == kind.JURISDICTION:
        known = Q(bureau__is_active=True, bureau__is_classified=False)
        return population.all_regions(task).select_related("bureau"), [("没有登记财政部门", known)]
    if task.subject_kind == kind.TRANSFER:
        able = population.owing_transfers(task)
        money = population.all_transfers(task).filter(unit__is_classified=False)
        return money.select_related("unit"), [("已豁免、单位已停用", able)]
    rows = population.all_projects(task).exclude(population.SECRET)
    late = f"{on.month}月{on.day}日后列入"
    steps = [("已取消、单位已停用", population.LIVE), (late, Q(joined_on__lte=on))]
    return rows.select_related("project__unit"), steps


def reach_line(row: Model, reasons: list[str]) -> ReachLine:
    """The row in words."""
    step: int = getattr(row, "step", INSIDE)
    reason = "" if step == INSIDE else reasons[step]
    if isinstance(row, ProjectYear):
        project = row.project
        return ReachLine(project.code or "", project.name or "", str(project.unit), reason)
    if isinstance(row, Transfer):
        return ReachLine(row.document_number, row.name, str(row.unit), reason)
    if isinstance(row, Unit):
        return ReachLine(row.code, row.name, row.get_kind_display(), reason)
    place = cast("Jurisdiction", row)
    return ReachLine(place.code, place.name, str(place.bureau or ""), reason)
