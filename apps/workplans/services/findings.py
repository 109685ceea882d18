"""What stands against a plan, and what a person should look at before it is in force."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Prefetch

from apps.core import clock
from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity
from apps.rules.plan_checks import PlanFacts, TaskFacts, WindowFacts, check_plan
from apps.workplans import calendar, contents, population, rolling
from apps.workplans.models import Plan, PlanTask, RuleSetting, TaskWindow

SHOWN = 20


def publish_findings(plan: Plan, kinds: Collection[str] | None = None) -> list[Finding]:
    """What stands against publishing the draft (阻断) and what a person should look at (提示).

    `path` is the task's code, `clause` its sentence. `kinds` as in `assign`.
    """
    known = contents.kinds() if kinds is None else kinds
    undecided = RuleSetting.objects.filter(is_filled=False)
    tasks = plan.tasks.select_related("plan__jurisdiction").prefetch_related(
        "windows", "scopes", "steps", Prefetch("settings", undecided, to_attr="undecided")
    )
    own = undecided.filter(plan=plan, task=None).order_by("pk")
    return check_plan(
        PlanFacts(
            year=plan.fiscal_year,
            tasks=[_facts(task, known) for task in tasks],
            open_settings=list(own.values_list("title", flat=True)),
        )
    )


def refuse_contradictions(plan: Plan, kinds: Collection[str] | None = None) -> None:
    """Raises RuleError naming the first thing that blocks; all are in its data."""
    found = [f for f in publish_findings(plan, kinds) if f.severity == Severity.BLOCK]
    if found:
        more = f"（共{len(found)}处）" if len(found) > 1 else ""
        raise RuleError(
            f"{plan}：不能发布。{found[0].message}{more}",
            code="workplans.plan_findings",
            findings=[finding.as_dict() for finding in found[:SHOWN]],
        )


def _facts(task: PlanTask, known: Collection[str]) -> TaskFacts:
    n_days = sum(step.working_days or 0 for step in task.steps.all())
    return TaskFacts(
        code=task.code,
        title=task.title,
        stage=task.stage,
        kind=task.kind,
        subject=task.subject_kind,
        evaluated_year=task.evaluated_year,
        clause=task.clause,
        windows=[_window(task, window, n_days) for window in task.windows.all()],
        scopes=frozenset((s.is_exclude, s.field, s.value) for s in task.scopes.all()),
        n_steps=len(task.steps.all()),
        open_settings=[setting.title for setting in task.undecided],  # type: ignore[attr-defined]
        is_checked=task.check_state != PlanTask.Check.WAITING,
        reaches=_reaches(task),
        is_known=task.kind in known,
    )


def _window(task: PlanTask, window: TaskWindow, n_days: int) -> WindowFacts:
    opens_at, closes_at = window.opens_at, window.closes_at
    closes = clock.last_day(closes_at) if closes_at else None
    return WindowFacts(
        name=window.label or window.key,
        opens=opens_at.astimezone(clock.ZONE).date() if opens_at else None,
        closes=closes,
        data_until=window.data_until,
        focus_opens=window.focus_opens,
        focus_closes=window.focus_closes,
        waits=window.kind == TaskWindow.Kind.EVENT,
        is_over=task.plan.amends_id is None and _is_over(window),
        reviewed_by=_reviewed_by(closes, n_days),
    )


def _is_over(window: TaskWindow) -> bool:
    """Whether nobody could file in time any more; never said of an amendment."""
    due_at = rolling.due_of(window) if window.closes_at else None
    return due_at is not None and due_at <= clock.now()


def _reviewed_by(closes: date | None, n_days: int) -> date | None:
    """When all steps are through if each takes its time; None where that is not known."""
    return calendar.usual_day(closes, n_days) if closes and n_days else None


def _reaches(task: PlanTask) -> bool:
    """Whether anybody owes it today, whatever its kind."""
    if task.subject_kind == PlanTask.SubjectKind.SECTION:
        return True
    if task.subject_kind == PlanTask.SubjectKind.UNIT:
        return population.units(task).exists()
    if task.subject_kind == PlanTask.SubjectKind.JURISDICTION:
        return population.regions(task).exists()
    if task.subject_kind == PlanTask.SubjectKind.TRANSFER:
        return population.transfers(task).exists()
    return population.projects(task, clock.today()).exists()
