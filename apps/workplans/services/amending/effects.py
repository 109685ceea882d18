"""What an amendment does to those who already owe: what moves, what falls away, what refuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from apps.core import clock
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role, Unit, User
from apps.projects.models import ProjectYear, Transfer
from apps.workplans import population, rolling
from apps.workplans.models import (
    Assignment,
    AssignmentQuerySet,
    OfflineReceipt,
    Plan,
    PlanTask,
    TaskWindow,
)
from apps.workplans.profiles import Profile
from apps.workplans.services.amending.copies import both
from apps.workplans.services.comparing import compare
from apps.workplans.services.rolled import ANEW, DONE

IDENTITY = ("kind", "subject_kind", "evaluated_year")
LIVING = ~Q(filings__state="cancelled") & Q(filings__isnull=False)  # the engine's, by their name
BY_AMENDMENT = r"^第[0-9]+次修订："  # the cancel_reason of what an amendment made void
RELIEVED = Q(extensions__isnull=False) | ~Q(exempt_reason="") | Q(cancelled_at__isnull=False)


@dataclass(frozen=True)
class Concerned:
    """Whom an amendment reaches: the units and people told, and what happens to assignments."""

    n_units: int
    n_people: int
    n_moved: int  # deadlines that move
    n_cancelled: int  # assignments that are no longer owed
    refusals: list[str]  # why it cannot be applied as it is
    n_kept: int = 0  # no longer reached, but begun: they stay owed


@dataclass(frozen=True)
class Move:
    """A window whose end becomes another, and whose deadline becomes that one too."""

    old: datetime | None
    new: datetime | None
    opens_at: datetime | None
    rows: AssignmentQuerySet


@dataclass
class Effects:
    """What happens to the assignments of the published plan."""

    moves: list[Move] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)  # with their task or window, nothing filed
    void: list[int] = field(default_factory=list)  # no longer reached, nothing filed
    kept: list[int] = field(default_factory=list)  # no longer reached, but begun
    refusals: list[str] = field(default_factory=list)


def effects(plan: Plan, copy: Plan, new: Profile) -> Effects:
    """What the working copy would do once it has caught up (`new`); reads only."""
    found = Effects()
    twins = {task.code: task for task in _caught_up(copy, new)}
    for task in _tasks(plan):
        twin = twins.get(task.code)
        if twin is None:
            found.refusals += _checked(task)
        if twin is None or any(getattr(task, key) != getattr(twin, key) for key in IDENTITY):
            _take(found, task, list(task.windows.all()))
            continue
        keys = {window.key: window for window in twin.windows.all()}
        _take(found, task, [w for w in task.windows.all() if w.key not in keys])
        _narrow(found, task, twin)
        found.refusals += _filled(task, twin)
        for window in task.windows.all():
            if window.key in keys:
                _move(found, task, window, keys[window.key])
    found.refusals += list(_reviewed(plan, twins)) + list(_scored(plan, copy))
    return found


def _tasks(plan: Plan) -> QuerySet[PlanTask]:
    rows = plan.tasks.select_related("plan__jurisdiction")
    return rows.prefetch_related("windows__task", "scopes", "steps__sheet", "slots", "facts")


def _caught_up(copy: Plan, new: Profile) -> list[PlanTask]:
    """The copy's tasks with the days that their windows get when it is applied."""
    rows = {(task.code, row.key): row for task in new.tasks for row in task.windows}
    tasks = list(_tasks(copy))
    for task in tasks:
        for window in task.windows.all():
            row = rows[task.code, window.key]
            window.opens_at = clock.start_of(row.opens) if row.opens else None
            window.closes_at = clock.end_of(row.closes) if row.closes else None
    return tasks


def _take(found: Effects, task: PlanTask, windows: list[TaskWindow]) -> None:
    """What hangs on windows that go: taken along, unless somebody has begun or handed in."""
    for window in windows:
        rows = Assignment.objects.filter(window=window)
        n_begun = rows.filter(filings__isnull=False).distinct().count()
        n_paper = OfflineReceipt.objects.filter(window=window).count()
        relieved = rows.filter(RELIEVED).exclude(cancel_reason__regex=BY_AMENDMENT)
        n_relieved = relieved.distinct().count()
        name = f"“{task}”（{window.label or window.key}）"
        if n_begun:
            text = f"{name}：{n_begun}件已开始填报，不能删去或改作别的填报。"
            found.refusals.append(f"{text}不用报的，逐件撤销应报。")
        elif n_paper:
            found.refusals.append(f"{name}：已登记{n_paper}件线下报送，不能删去。")
        elif n_relieved:
            text = f"{name}：{n_relieved}件延过期、豁免过或撤销过，不能删去或改作别的填报。"
            found.refusals.append(f"{text}任务和填报期的标识、类别、对象、年度照旧。")
        else:
            found.taken += rows.values_list("pk", flat=True)


def _checked(task: PlanTask) -> Iterator[str]:
    """The check points registered for a task that goes."""
    n_points = task.checkpoints.count()
    if n_points:
        yield f"“{task}”：已登记{n_points}个检查点，不能删去，标识照旧。"


def _filled(task: PlanTask, twin: PlanTask) -> Iterator[str]:
    """Slots and figures that go although somebody filled them: nothing typed is lost (ADR 7)."""
    revision = "filings__revisions"  # the engine's, by their names
    sheet = f"{revision}__material_sheet"
    for row in _gone(task.slots.all(), twin.slots.all()):
        used = Q(**{f"{revision}__attachments__slot": row.code})
        yield from _kept_for(task, used, f"附件“{row}”", "上传")
    for row in _gone(task.facts.all(), twin.facts.all()):
        used = Q(**{f"{sheet}__facts__code": row.code})
        used |= Q(**{f"{sheet}__unread__has_key": row.code})
        yield from _kept_for(task, used, f"填报数“{row}”", "填写")


def _gone(rows: Iterable[Any], others: Iterable[Any]) -> list[Any]:
    codes = {other.code for other in others}
    return [row for row in rows if row.code not in codes]


def _kept_for(task: PlanTask, used: Q, what: str, verb: str) -> Iterator[str]:
    n_used = Assignment.objects.filter(used, task=task).distinct().count()
    if n_used:
        text = f"“{task}”{what}：{n_used}件已{verb}，不能删去。"
        yield f"{text}以后不用的，不勾必填，名称里写明停用。"


def _narrow(found: Effects, task: PlanTask, twin: PlanTask) -> None:
    """Whom the new conditions no longer reach."""
    if _conditions(task) == _conditions(twin) or task.subject_kind == PlanTask.SubjectKind.SECTION:
        return
    owed = Q(exempt_reason="") | Q(exempt_until__isnull=False)  # what is excused for a time too
    rows = Assignment.objects.filter(owed, task=task, cancelled_at=None).exclude(_reached(twin))
    begun = set(rows.filter(LIVING).values_list("pk", flat=True))
    found.kept += begun
    found.void += [pk for pk in rows.values_list("pk", flat=True) if pk not in begun]


def _conditions(task: PlanTask) -> set[tuple[bool, str, str]]:
    return {(scope.is_exclude, scope.field, scope.value) for scope in task.scopes.all()}


def _reached(task: PlanTask) -> Q:
    """The assignments whose subject meets the task's conditions, whatever else became of it."""
    wanted = population.reached(task.scopes.all(), task.subject_kind)
    if task.subject_kind == PlanTask.SubjectKind.UNIT:
        return Q(unit__in=Unit.objects.filter(wanted).values("pk"))
    if task.subject_kind == PlanTask.SubjectKind.JURISDICTION:
        return Q(subject_jurisdiction__in=Jurisdiction.objects.filter(wanted).values("pk"))
    if task.subject_kind == PlanTask.SubjectKind.TRANSFER:
        return Q(transfer__in=Transfer.objects.filter(wanted).values("pk"))
    rows = ProjectYear.objects.filter(wanted, fiscal_year=task.evaluated_year)
    return Q(project__in=rows.values("project"))


def _move(found: Effects, task: PlanTask, window: TaskWindow, twin: TaskWindow) -> None:
    """Those who stand at the old end stand at the new one, excused ones too.

    Extended and returned ones stay at their own, but never earlier than everybody else.
    """
    old, new = rolling.due_of(window), rolling.due_of(twin)
    if old == new and window.opens_at == twin.opens_at:
        return
    undone = Assignment.objects.filter(window=window).exclude(filings__state__in=DONE)
    rows = undone.filter(due_at=old) if old else undone.filter(due_at__isnull=True)
    rows = rows.filter(extensions=None).exclude(filings__revisions__origin__in=ANEW)
    now = clock.now()
    is_open = old is None or old > now
    if new is not None and new <= now and is_open and rows.owed().exists():
        day = clock.last_day(new)
        name = window.label or window.key
        text = f"“{task}”（{name}）：截止改到{day.year}年{day.month}月{day.day}日，这一天已过。"
        found.refusals.append(text)
    found.moves.append(Move(old, new, twin.opens_at, rows))
    if old and new and old < new:
        alone = Q(extensions__isnull=False) | Q(filings__revisions__origin__in=ANEW)
        behind = undone.filter(alone, due_at__lt=new).distinct()
        found.moves.append(Move(old, new, None, behind))


def _reviewed(plan: Plan, twins: dict[str, PlanTask]) -> Iterator[str]:
    """Steps that go or get another sheet while reviews stand on them."""
    for task in _tasks(plan):
        twin = twins.get(task.code)
        kept = {step.title: step for step in twin.steps.all()} if twin else {}
        for step in task.steps.all():
            other = kept.get(step.title)
            if other is None and _is_used(step.pk):
                yield f"“{task}”：审核步骤“{step}”已有件办过或在办，不能删去。"
            if other is None or _code(other) == _code(step):
                continue
            if step.reviews.filter(decision="").exists():
                yield f"“{task}”：审核步骤“{step}”有件在办，办完再换审核表。"


def _code(step: object) -> str:
    sheet = getattr(step, "sheet", None)
    return str(sheet.code) if sheet else ""


def _is_used(step: int) -> bool:
    """Whether a filing lies at the step or passed it."""
    at_step = Q(filings__step=step) | Q(filings__revisions__reviews__step=step)
    return Assignment.objects.filter(at_step).exists()


def _scored(plan: Plan, copy: Plan) -> Iterator[str]:
    """Score sheets whose criteria change after somebody has judged by them."""
    twins = {sheet.code: sheet for sheet in copy.sheets.prefetch_related("items")}
    used = plan.sheets.filter(steps__reviews__isnull=False).distinct()
    for sheet in used.prefetch_related("items"):
        twin = twins.get(sheet.code)
        now = [(i.group, i.name, i.points) for i in twin.items.all()] if twin else []
        if now != [(i.group, i.name, i.points) for i in sheet.items.all()]:
            yield f"审核表“{sheet}”：已有审核用它，要点和分值不能改。另建一张审核表。"


# --- whom it concerns -------------------------------------------------------------------------
def whom_it_concerns(copy: Plan) -> Concerned:
    """Whom applying the working copy would reach; reads only."""
    old, new = both(copy)
    assert copy.amends is not None  # noqa: S101 (both() refuses any other plan)
    found = effects(copy.amends, copy, new)
    codes = {change.code for change in compare(old, new) if change.code}
    units = units_of(copy.amends, codes) | _newly_reached(_caught_up(copy, new), codes)
    return Concerned(
        n_units=len(units),
        n_people=len(people_of(copy.amends, units, codes)),
        n_moved=sum(move.rows.owed().count() for move in found.moves if move.old != move.new),
        n_cancelled=len(found.taken) + len(found.void),
        refusals=found.refusals,
        n_kept=len(found.kept),
    )


def units_of(plan: Plan, codes: set[str]) -> set[int]:
    """The units that owe one of the tasks."""
    rows = Assignment.objects.owed().filter(plan=plan, task__code__in=codes)
    return set(rows.values_list("unit", flat=True))


def _newly_reached(tasks: list[PlanTask], codes: set[str]) -> set[int]:
    """The units that the tasks as changed reach today."""
    units: set[int] = set()
    today = clock.today()
    for task in tasks:
        has_begun = any(window.has_begun(today) for window in task.windows.all())
        if task.code not in codes or not has_begun:
            continue
        if task.subject_kind == PlanTask.SubjectKind.UNIT:
            units |= set(population.units(task).values_list("pk", flat=True))
        elif task.subject_kind == PlanTask.SubjectKind.JURISDICTION:
            regions = population.regions(task).values_list("bureau", flat=True)
            units |= {pk for pk in regions if pk}
        elif task.subject_kind == PlanTask.SubjectKind.TRANSFER:
            units |= set(population.transfers(task).values_list("unit", flat=True))
        elif task.subject_kind != PlanTask.SubjectKind.SECTION:
            rows = population.projects(task, today)
            units |= set(rows.values_list("project__unit", flat=True))
    return units


def people_of(plan: Plan, units: set[int], codes: set[str]) -> list[User]:
    """The units' filers and heads, the tasks' sections, and the performance reviewers."""
    place = plan.jurisdiction
    found = people.people_at_units(units, Role.FILER, Role.UNIT_HEAD)
    found += people.people_in(place, Role.PERFORMANCE_REVIEWER)
    tasks = plan.tasks.filter(code__in=codes, section__isnull=False).select_related("section")
    for section in {task.section for task in tasks if task.section}:
        found += people.people_at_section(section)
    return list({person.pk: person for person in found}.values())
