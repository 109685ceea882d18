"""Next year's draft from this year's plan."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.organizations.models import Jurisdiction, User
from apps.rules.errors import RuleError
from apps.workplans import permissions
from apps.workplans.models import Plan, PlanTask
from apps.workplans.profiles import Profile, TaskRow, WindowRow
from apps.workplans.profiles.moving import is_sure, moved
from apps.workplans.services.editing.common import recorded
from apps.workplans.services.editing.plans import refuse_second
from apps.workplans.services.exporting import profile_of
from apps.workplans.services.loading import Writer, head_values, write_profile

NOTE = 200  # characters of TaskWindow.note
FIRST, LAST = 2000, 2100


@transaction.atomic
def clone(*, plan: Plan, year: int, actor: User) -> Plan:
    """The jurisdiction has a draft for the year, made from the plan, with the dates moved.

    Windows with a rule are reckoned by it, fixed days keep month and day, a month's end stays one.
    A task with a day that is not sure (29 February, a day that already had to be confirmed) waits
    to be checked (待核对), and the window says why. Events have no date yet, what was undecided
    stays so; the document number is left for the new notice. Raises PermissionDenied or RuleError.
    """
    if not permissions.may_edit(actor, plan):
        raise PermissionDenied("只有本级计划管理员可以复制计划。")
    place = Jurisdiction.objects.select_for_update().get(pk=plan.jurisdiction_id)
    if not FIRST <= year <= LAST or year == plan.fiscal_year:
        raise RuleError(
            f"年度：填{year}，应为{plan.fiscal_year}以外的{FIRST}到{LAST}之间的年份。",
            code="workplans.clone_year",
            field="year",
        )
    refuse_second(place, year)
    old = profile_of(plan)
    profile, doubtful = _marked(moved(old, year - plan.fiscal_year), old)
    new = Plan.objects.create(jurisdiction=place, fiscal_year=year, **head_values(profile))
    write_profile(new, profile, Writer())
    new.tasks.filter(code__in=doubtful).update(check_state=PlanTask.Check.WAITING)
    recorded(new, actor, "clone", new, source=plan.fiscal_year, doubtful=len(doubtful))
    return new


def _marked(new: Profile, old: Profile) -> tuple[Profile, list[str]]:
    """The moved profile with notes at what is not sure, and the tasks where that is so."""
    years = new.plan.year - old.plan.year
    tasks = [_marked_task(task, was, years) for task, was in zip(new.tasks, old.tasks, strict=True)]
    doubtful = [t.code for t, was in zip(tasks, old.tasks, strict=True) if _is_marked(t, was)]
    head = new.plan.model_copy(update={"document_number": "", "source_note": ""})
    return new.model_copy(update={"tasks": tasks, "plan": head}), doubtful


def _marked_task(new: TaskRow, old: TaskRow, years: int) -> TaskRow:
    windows = [
        window if is_sure(was, years) else _with_note(window, was, years)
        for window, was in zip(new.windows, old.windows, strict=True)
    ]
    return new.model_copy(update={"windows": windows})


def _with_note(new: WindowRow, old: WindowRow, years: int) -> WindowRow:
    """The window says from which day its own was moved."""
    days = [day for day in (old.opens, old.closes, old.focus_opens, old.focus_closes) if day]
    was = "、".join(f"{day.year}年{day.month}月{day.day}日" for day in days if day.month == 2)
    note = f"由{was}移{years}年，是否月末待确认。"
    return new.model_copy(update={"note": f"{new.note}{note}"[:NOTE]})


def _is_marked(new: TaskRow, old: TaskRow) -> bool:
    """Whether a window of the task must be looked at: marked now, or marked with a day before."""
    pairs = zip(new.windows, old.windows, strict=True)
    return any(w.note != was.note or (w.note and (w.opens or w.closes)) for w, was in pairs)
