"""What the plan editor draws: the notice, its tasks, the chosen one, the year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from apps.core import clock
from apps.workplans import notice_screen, screens
from apps.workplans.models import Notice, Plan, PlanTask, ReminderRule, TaskWindow
from apps.workplans.notice_screen import NoticePage, NoticeText
from apps.workplans.screens import YearRow
from apps.workplans.selectors.editor import Reach

LISTED = 20  # tasks of a plan without notice, or of all sentences, on one page
Check = PlanTask.Check


@dataclass(frozen=True)
class TaskLine:
    """A task in the table of the editor."""

    task: PlanTask
    number: int  # of its sentence; 0 when it came from none
    window: TaskWindow | None  # the first, as an example
    n_windows: int
    is_on: bool


@dataclass(frozen=True)
class Left:
    """A sentence that became no task, and why."""

    start: int
    words: str
    note: str


@dataclass(frozen=True)
class Asked:
    """What of the draft the address asks to see."""

    task: str = ""
    window: str = ""
    notice: str = ""
    page: int = 0
    only: str = ""  # waiting: those to check; all: every task


@dataclass(frozen=True)
class EditorScreen:
    """One draft, with one task opened."""

    plan: Plan
    tasks: Sequence[PlanTask]
    notices: Sequence[Notice]
    notice: Notice | None
    page: NoticePage | None
    lines: list[TaskLine]
    n_pages: int  # of the table, where it is not the notice's page
    number: int
    rows: list[YearRow]
    chosen: PlanTask | None
    chosen_number: int
    window: TaskWindow | None
    only: str

    @property
    def n_tasks(self) -> int:
        """How many tasks the draft has."""
        return len(self.tasks)

    @property
    def n_confirmed(self) -> int:
        """How many of those read from a notice somebody has checked."""
        return sum(task.check_state == Check.CONFIRMED for task in self.tasks)

    @property
    def n_waiting(self) -> int:
        """How many wait to be checked."""
        return sum(task.check_state == Check.WAITING for task in self.tasks)

    @property
    def n_leftovers(self) -> int:
        """How many sentences of all notices became no task."""
        return sum(len(notice.leftovers) for notice in self.notices)

    @property
    def title_of_lines(self) -> str:
        """What the table holds."""
        if len(self.lines) == self.n_tasks:
            return f"{self.n_tasks}项"
        return f"本页{len(self.lines)}项，共{self.n_tasks}项"

    @property
    def is_filtered(self) -> bool:
        """Whether the table holds something else than the page of the notice, or all."""
        return bool(self.only) and (self.notice is not None or self.only == "waiting")

    @property
    def chosen_windows(self) -> list[TaskWindow]:
        """The windows of the chosen task."""
        return list(self.chosen.windows.all()) if self.chosen else []

    @property
    def leftovers(self) -> list[Left]:
        """The sentences of the shown notice that became no task."""
        if self.notice is None:
            return []
        text = self.notice.text
        return [
            Left(one["start"], text[one["start"] : one["end"]].strip(), one["note"])
            for one in self.notice.leftovers
        ]


def editor_screen(plan: Plan, tasks: list[PlanTask], asked: Asked) -> EditorScreen:
    """The screen of a draft's tasks (selectors.tasks_to_edit)."""
    notices = list(plan.notices.all())
    chosen = _chosen(tasks, asked)
    shown = notice_screen.text_with(notices, chosen, asked.notice)
    text = NoticeText(shown, tasks) if shown else None
    number = asked.page or (text.page_with(chosen) if text and not asked.only else 1)
    listed, n_pages = _listed(tasks, text, asked.only, number)
    if chosen is None:
        chosen = _first(listed)
    numbers = text.number_of if text else {}
    window = _window(chosen, asked.window)
    return EditorScreen(
        plan=plan,
        tasks=tasks,
        notices=notices,
        notice=shown,
        page=text.page(text.page_with(chosen) if asked.only else number, chosen) if text else None,
        lines=[_line(task, numbers, chosen) for task in listed],
        n_pages=n_pages,
        number=number,
        rows=screens.year_rows(plan, tasks),
        chosen=chosen,
        chosen_number=numbers.get(chosen.pk, 0) if chosen else 0,
        window=window,
        only=asked.only,
    )


def _chosen(tasks: Sequence[PlanTask], asked: Asked) -> PlanTask | None:
    return next((task for task in tasks if str(task.public_id) == asked.task), None)


def _first(listed: Sequence[PlanTask]) -> PlanTask | None:
    """The first that waits to be checked, else the first."""
    waiting = (task for task in listed if task.check_state == Check.WAITING)
    return next(waiting, listed[0] if listed else None)


def _listed(
    tasks: list[PlanTask], text: NoticeText | None, only: str, number: int
) -> tuple[list[PlanTask], int]:
    """The tasks of the table, and how many pages it has."""
    if text is not None and not only:
        return text.tasks_of(min(max(number, 1), len(text.pages))), 1
    rows = [task for task in tasks if only != "waiting" or task.check_state == Check.WAITING]
    n_pages = max(1, -(-len(rows) // LISTED))
    first = (min(max(number, 1), n_pages) - 1) * LISTED
    return rows[first : first + LISTED], n_pages


def _line(task: PlanTask, numbers: Mapping[int, int], chosen: PlanTask | None) -> TaskLine:
    windows = list(task.windows.all())
    dated = [window for window in windows if window.has_date()]
    first = next(iter(dated), next(iter(windows), None))
    return TaskLine(task, numbers.get(task.pk, 0), first, len(windows), task == chosen)


def _window(task: PlanTask | None, key: str) -> TaskWindow | None:
    windows = list(task.windows.all()) if task else []
    return next((one for one in windows if one.key == key), windows[0] if windows else None)


# --- where a field came from ------------------------------------------------------------------
@dataclass(frozen=True)
class Source:
    """The words that a field came from, and what must be looked at."""

    words: str
    note: str
    is_doubtful: bool


def sources(task: PlanTask, text: str) -> dict[str, Source]:
    """By field, what the notice said; a field that is not there was filled in by the system."""
    return {
        name.replace(":", "_"): _source(said, text)
        for name, said in task.read_from.items()
        if isinstance(said, dict)
    }


def _source(said: Mapping[str, Any], text: str) -> Source:
    span, sure = said.get("span"), str(said.get("certainty", ""))
    words = text[span[0] : span[1]].strip() if span else ""
    short = words if len(words) <= 24 else f"{words[:23]}…"
    return Source(
        f"“{short}”" if words else "系统补", str(said.get("note", "")), sure == "doubtful"
    )


def window_sources(task: PlanTask, window: TaskWindow | None, text: str) -> dict[str, Source]:
    """Where each date of the window came from: the words read, those noted with it, a rule."""
    if window is None:
        return {}
    said = task.read_from.get(f"window:{window.key}")
    if isinstance(said, dict):
        found = _source(said, text)
    elif window.phrase:
        found = Source(f"“{window.phrase}”", "", bool(window.note))
    else:
        found = Source("沿用上年" if task.check_state else "人工录入", "", bool(window.note))
    found = replace(found, note=window.note or found.note)
    ruled = replace(found, words="系统补：节点次日", note="", is_doubtful=False)
    opened = ruled if _opens_after_node(window) else replace(found, note="")
    return {"data_until": replace(found, note=""), "opens": opened, "closes": found}


def _opens_after_node(window: TaskWindow) -> bool:
    """Whether it opens on the day after its data date, which no notice has to say."""
    if window.data_until is None or window.opens_at is None:
        return False
    return clock.start_of(window.data_until + timedelta(days=1)) == window.opens_at


def reminder_words(rules: Iterable[ReminderRule]) -> str:
    """前5、2、1个工作日；逾期后1个工作日: when the person is reminded of the deadline."""
    due = [rule for rule in rules if rule.about == ReminderRule.About.DUE]
    mine = [rule for rule in due if rule.audience == ReminderRule.Audience.PERSON]
    before = sorted({-rule.days for rule in mine if rule.days < 0}, reverse=True)
    after = sorted({rule.days for rule in mine if rule.days > 0})
    parts = []
    if before:
        parts.append(f"前{'、'.join(map(str, before))}个工作日")
    if any(rule.days == 0 for rule in mine):
        parts.append("当天")
    if after:
        parts.append(f"逾期后{'、'.join(map(str, after))}个工作日")
    return "；".join(parts) or "不提醒填报人"


def counted(task: PlanTask, reach: Reach | None) -> str:
    """How many the task reaches, as a table says it."""
    kind = PlanTask.SubjectKind
    if task.subject_kind == kind.SECTION:
        return "财政科室"
    if reach is None:
        return task.get_subject_kind_display()
    if task.subject_kind == kind.JURISDICTION:
        return f"{reach.n_units}个地区"
    if task.subject_kind == kind.UNIT:
        return f"{reach.n_units}个单位"
    return f"{reach.n_projects:,}个{'转移支付' if task.subject_kind == kind.TRANSFER else '项目'}"
