"""What reminders say: how long is left, of what, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from apps.core import clock
from apps.filings.models import State
from apps.workplans import calendar, offsets
from apps.workplans.models import PlanTask

MOST_NAMES = 200  # units that one digest names


class Owed(NamedTuple):
    """What a reminder must know of something that is owed, in the order of its query."""

    pk: int
    public_id: str
    year: int
    due_at: datetime
    unit_name: str
    task: int
    filing: str | None
    state: str | None
    person: int
    project_name: str | None = None
    transfer_name: str | None = None
    region_name: str | None = None

    @property
    def subject(self) -> str:
        """What it is about, as lists and notices have it."""
        return self.project_name or self.transfer_name or self.region_name or self.unit_name

    @property
    def url(self) -> str:
        """Where to go on: the filing once there is one, else the work list."""
        return f"/{self.year}/filings/{self.filing}/" if self.filing else f"/{self.year}/"


class Left(NamedTuple):
    """How a deadline lies to the day on which it is spoken of."""

    words: str
    is_over: bool
    note: str


def left(on: date, due_at: datetime) -> Left:
    """今天截止, 还有2个工作日截止, 逾期1个工作日; in plain days where nothing is announced."""
    last = clock.last_day(due_at)
    note = "" if offsets.is_announced(on, last) else offsets.NOT_ANNOUNCED
    if last == on:
        return Left("今天截止", is_over=False, note="")
    n = calendar.working_days_left(clock.start_of(on), due_at) or 0
    if last > on:
        words = f"还有{n}个工作日截止" if n else f"还有{(last - on).days}天截止"
        return Left(words, is_over=False, note=note)
    words = f"逾期{-n}个工作日" if n else f"逾期{(on - last).days}天"
    return Left(words, is_over=True, note=note)


def deadline(due_at: datetime) -> str:
    """2024年4月15日24:00截止。"""
    day = clock.last_day(due_at)
    at = due_at.astimezone(clock.ZONE)
    hour = "24:00" if at == clock.start_of(day + timedelta(days=1)) else f"{at:%H:%M}"
    return f"{day.year}年{day.month}月{day.day}日{hour}截止。"


class Texts:
    """The texts of one sweep: what is the same for thousands of rows is put into words once."""

    def __init__(self, on: date, tasks: Iterable[PlanTask], *, to_head: bool) -> None:
        self._on, self._to_head = on, to_head
        self._tasks = {task.pk: task for task in tasks}
        self._said: dict[tuple[datetime, str | None, int], tuple[str, str, str]] = {}

    def of(self, row: Owed) -> tuple[str, str]:
        """Headline and text of a reminder; the head is told whose work it is."""
        key = (row.due_at, row.state, row.task)
        if key not in self._said:
            self._said[key] = self._parts(row)
        lead, task, body = self._said[key]
        return f"{lead}：{row.subject}　{task}", body

    def _parts(self, row: Owed) -> tuple[str, str, str]:
        """What begins the headline and what ends it, and the text."""
        said, task = left(self._on, row.due_at), self._tasks[row.task]
        lead = f"本单位{said.words}没报" if self._to_head else said.words
        return lead, task.title, due_body(row, said, accepts_late=task.accepts_late)


def due_body(row: Owed, said: Left, *, accepts_late: bool) -> str:
    """The deadline, how far the unit is, and what to do once it is late."""
    stands = {State.DRAFT: "已存草稿，还没有提交。", State.RETURNED: "退回后还没有重报。"}
    parts = [deadline(row.due_at), stands.get(State(row.state), "") if row.state else "还没有填。"]
    if said.is_over and accepts_late:
        parts.append("可以补报，记为逾期补报。")
    elif said.is_over:
        parts.append("要补报请向财政局计划管理员申请延期。")
    return "".join([*parts, said.note])


def silent_body(due_at: datetime, said: Left, names: list[str], n_units: int) -> str:
    """Who is silent, by name."""
    more = f"等{n_units}个单位" if n_units > len(names) else ""
    return f"{deadline(due_at)}{said.words}。{said.note}\n{'、'.join(names)}{more}"


def waited(days: int, in_working_days: bool) -> str:
    """3个工作日, 3天."""
    return f"{days}个工作日" if in_working_days else f"{days}天"
