"""Two profiles side by side: every difference in the words of the pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from apps.rules import plan_dates
from apps.workplans.models import TaskWindow
from apps.workplans.profiles import (
    DocumentRow,
    Profile,
    Row,
    SectionRow,
    SheetRow,
    StepRow,
    TaskRow,
    WindowRow,
)
from apps.workplans.profiles.moving import moved
from apps.workplans.profiles.words import (
    LABELS,
    check_text,
    check_title,
    label,
    reminder_text,
    scope_text,
    shown,
    told,
)

R = TypeVar("R", bound=Row)
ADDED, GONE = "新增", "删去"
AS_USUAL = "按默认"
LIMIT = 300  # characters of one side
ORDERED = ("审核步骤", "附件", "填报数", "审核要点")


@dataclass(frozen=True)
class Change:
    """One difference. `task` is empty for the plan's own; `old` empty: added, `new` empty: gone."""

    task: str  # the task's title
    where: str  # 截止（5月节点）, 范围, 审核步骤“初审”的办理时限 …
    old: str
    new: str
    code: str = ""  # the task's code

    def as_dict(self) -> dict[str, str]:
        """The change as an amendment keeps it."""
        return {"task": self.task, "where": self.where, "old": self.old, "new": self.new}


@dataclass(frozen=True)
class _Task:
    """Where the changes found stand, and what the codes in them mean."""

    title: str = ""
    code: str = ""
    names: Mapping[tuple[str, str], str] | None = None
    years: int = 0  # by which the new plan is later

    def change(self, where: str, old: str, new: str) -> Change:
        return Change(self.title, where, old[:LIMIT], new[:LIMIT], self.code)

    def shown(self, key: str, value: object) -> str:
        """A value as the pages say it; a code by the name of what it stands for."""
        if isinstance(value, list):
            return "、".join(self.shown(key, each) for each in value)
        return (self.names or {}).get((key, str(value))) or shown(value)


def compare(old: Profile, new: Profile) -> list[Change]:
    """What differs, in the order of the new plan.

    For plans of different years a date that only moved with the year is the same, and so are words
    that were kept or whose years moved with it. Sections and
    documents belong to the jurisdiction: what only the old profile has of them is no difference,
    nor is an event's date that the new one leaves open.
    """
    years = new.plan.year - old.plan.year
    if years:
        old = moved(old, years)
    place = _Task(names=_names(old) | _names(new), years=years)
    return [
        *_fields(place, old.plan, new.plan, ""),
        *_sections(place, old, new),
        *_rows(place, "依据文件", _kept(old, new), new.documents, _code, _title),
        *_rows(place, "事件", old.events, new.events, _code, _title),
        *_sheets(place, old, new),
        *_rows(place, "参数", old.settings, new.settings, _code, _title),
        *_rows(place, "权重", old.weights, new.weights, _title, _title),
        *_checks(place, old, new),
        *_whole(place, "提醒", [reminder_text(r) for r in old.reminders],
                [reminder_text(r) for r in new.reminders]),
        *_tasks(place, old, new),
    ]  # fmt: skip


def _names(profile: Profile) -> dict[tuple[str, str], str]:
    """What codes stand for: sections, sheets, events, documents."""
    found = {("section", row.code): row.name for row in profile.sections}
    found |= {("sheet", row.code): row.title for row in profile.sheets}
    found |= {("event", row.code): row.title for row in profile.events}
    return found | {("basis", row.code): f"《{row.title}》" for row in profile.documents}


def _code(row: Any) -> str:
    return str(row.code)


def _title(row: Any) -> str:
    return str(row.title)


def _kept(old: Profile, new: Profile) -> list[DocumentRow]:
    codes = {row.code for row in new.documents}
    return [row for row in old.documents if row.code in codes]


def _fields(place: _Task, old: Row, new: Row, name: str) -> Iterator[Change]:
    """The differing values of two rows; rows within them are compared by themselves."""
    for key in LABELS[type(new)]:
        before, after = getattr(old, key), getattr(new, key)
        if _holds_rows(before) or _holds_rows(after):
            continue
        if key == "basis":  # documents have no order
            before, after = sorted(before), sorted(after)
        if _is_same(place, before, after) or _is_left(place, new, key, after):
            continue
        where = f"{label(type(new), key)}（{name}）" if name else label(type(new), key)
        yield place.change(where, place.shown(key, before), place.shown(key, after))


def _is_same(place: _Task, before: object, after: object) -> bool:
    """Whether the values agree; across years also words in which only the years moved."""
    if place.years and isinstance(before, str):
        return after in (before, plan_dates.move_years(before, place.years))
    return bool(before == after)


def _holds_rows(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(each, Row) for each in value)


def _is_left(place: _Task, row: Row, key: str, after: object) -> bool:
    """What is no difference: an event not dated yet; across years, the marks and event dates."""
    if key == "happened_on":
        return after is None or bool(place.years)
    if not place.years or not isinstance(row, WindowRow):
        return key == "year"
    is_event = row.kind == TaskWindow.Kind.EVENT
    return key == "note" or (is_event and key in ("opens", "closes"))


def _rows(
    place: _Task,
    part: str,
    old: Sequence[R],
    new: Sequence[R],
    key: Callable[[R], Hashable],
    name: Callable[[R], str],
) -> Iterator[Change]:
    """Rows that came, went or differ."""
    before, after = _keyed(old, key), _keyed(new, key)
    for found, row in after.items():
        if found not in before:
            yield place.change(f"{part}（{name(row)}）", "", f"{ADDED}：{told(row)}")
        else:
            yield from _fields(place, before[found], row, f"{part}“{name(row)}”")
    for found, row in before.items():
        if found not in after:
            yield place.change(f"{part}（{name(row)}）", told(row), "")
    if part in ORDERED:
        yield from _order(place, part, before, after, name)


def _order(
    place: _Task,
    part: str,
    before: Mapping[Hashable, R],
    after: Mapping[Hashable, R],
    name: Callable[[R], str],
) -> Iterator[Change]:
    old = [found for found in before if found in after]
    new = [found for found in after if found in before]
    if old != new:
        was, now = (("、".join(name(after[found]) for found in order)) for order in (old, new))
        yield place.change(f"{part}顺序", was, now)


def _keyed(rows: Sequence[R], key: Callable[[R], Hashable]) -> dict[Hashable, R]:
    """The rows by their keys; a key that stands again is told apart by its number."""
    seen: Counter[Hashable] = Counter()
    found: dict[Hashable, R] = {}
    for row in rows:
        mark = key(row)
        found[mark, seen[mark]] = row
        seen[mark] += 1
    return found


def _whole(place: _Task, part: str, old: list[str], new: list[str]) -> Iterator[Change]:
    """Lists that are told whole, in any order."""
    if sorted(old) != sorted(new):
        yield place.change(part, "；".join(old), "；".join(new) or "无")


def _checks(place: _Task, old: Profile, new: Profile) -> Iterator[Change]:
    """Checks of the target form that are switched, weighed or tuned otherwise than before."""
    before = {row.code: row for row in old.checks}
    after = {row.code: row for row in new.checks}
    for code, row in (before | after).items():
        was, now = before.get(code), after.get(code)
        if was != now:
            where = f"智能审核“{check_title(row)}”"
            old_text, new_text = (check_text(one) if one else AS_USUAL for one in (was, now))
            yield place.change(where, old_text, new_text)


def _sections(place: _Task, old: Profile, new: Profile) -> Iterator[Change]:
    """Sections that the new profile adds to, since loading takes nothing away."""
    known = {row.code: row for row in old.sections}
    for row in new.sections:
        before = known.get(row.code)
        was = [_joined(before, before)] if before else []
        now = [_joined(row, before or row)]
        yield from _rows(place, "科室", was, now, _code, lambda found: found.name)


def _joined(row: SectionRow, other: SectionRow) -> SectionRow:
    """The row with what the other lists as well, in one order."""
    update: dict[str, Any] = {}
    for key in ("aliases", "fund_tags", "budget_types"):
        update[key] = sorted({*getattr(row, key)} | {*getattr(other, key)})
    return row.model_copy(update=update)


def _sheets(place: _Task, old: Profile, new: Profile) -> Iterator[Change]:
    yield from _rows(place, "审核表", old.sheets, new.sheets, _code, _title)
    before = {row.code: row for row in old.sheets}
    for row in new.sheets:
        was = before.get(row.code)
        items = was.items if was else []
        yield from _items(place, row, items, was)


def _items(
    place: _Task, row: SheetRow, items: Sequence[Any], was: SheetRow | None
) -> Iterator[Change]:
    if was is None:
        return
    within = _Task(row.title, "", place.names, place.years)
    yield from _rows(within, "审核要点", items, row.items, lambda i: (i.group, i.name),
                     lambda i: i.name)  # fmt: skip
    yield from _rows(within, "等级", was.bands, row.bands, lambda b: b.grade, lambda b: b.grade)


def _tasks(place: _Task, old: Profile, new: Profile) -> Iterator[Change]:
    before = {row.code: row for row in old.tasks}
    after = {row.code: row for row in new.tasks}
    for code, row in after.items():
        within = _Task(row.title, code, place.names, place.years)
        if code not in before:
            yield within.change("任务", "", f"{ADDED}：{told(row)}")
        else:
            yield from _task(within, before[code], row, old, new)
    for code, row in before.items():
        if code not in after:
            yield _Task(row.title, code).change("任务", row.title, "")
    order = [code for code in before if code in after]
    if order != [code for code in after if code in before]:
        yield place.change("任务顺序", "、".join(after[code].title for code in order),
                           "、".join(after[c].title for c in after if c in before))  # fmt: skip


def _task(
    place: _Task, old: TaskRow, new: TaskRow, before: Profile, after: Profile
) -> Iterator[Change]:
    yield from _fields(place, old, new, "")
    yield from _rows(place, "填报期", old.windows, new.windows, lambda w: w.key,
                     lambda w: w.label or w.key)  # fmt: skip
    yield from _whole(
        place, "范围", [scope_text(r) for r in old.scopes], [scope_text(r) for r in new.scopes]
    )
    yield from _rows(place, "审核步骤", _flow(before, old), _flow(after, new), _title, _title)
    yield from _rows(place, "附件", old.slots, new.slots, _code, _title)
    yield from _rows(place, "填报数", old.facts, new.facts, _code, _title)
    yield from _rows(place, "参数", old.settings, new.settings, _code, _title)
    yield from _rows(place, "权重", old.weights, new.weights, _title, _title)
    yield from _whole(
        place, "提醒", [reminder_text(r) for r in old.reminders],
        [reminder_text(r) for r in new.reminders],
    )  # fmt: skip


def _flow(profile: Profile, task: TaskRow) -> list[StepRow]:
    return profile.flows[task.flow] if task.flow else []
