"""What was read of a duty as a row of the profile, every field with the place it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from apps.rules import plan_dates
from apps.rules.notices import (
    Attachment,
    Category,
    Certainty,
    DraftTask,
    DraftWindow,
    Parameter,
    Said,
    Span,
    Stage,
    Subject,
    WindowKind,
)
from apps.workplans.models import PlanTask, RuleSetting, TaskWindow
from apps.workplans.profiles import SettingRow, SlotRow, TaskRow, WindowRow

DAY = timedelta(days=1)
LEVELS = {
    Subject.SECTION: PlanTask.Level.FINANCE,
    Subject.JURISDICTION: PlanTask.Level.FINANCE,
}
KINDS = {  # what a stage fills in, by the subject of the duty; anything else hands in materials
    (Stage.PRE_ASSESSMENT, Subject.PROJECT): "pre_assessment.project",
    (Stage.TARGETS, Subject.PROJECT): "targets.project",
    (Stage.TARGETS, Subject.UNIT): "targets.unit",
    (Stage.MONITORING, Subject.PROJECT): "monitoring.project",
    (Stage.MONITORING, Subject.UNIT): "monitoring.unit",
    (Stage.SELF_EVALUATION, Subject.PROJECT): "self_evaluation.project",
    (Stage.SELF_EVALUATION, Subject.UNIT): "self_evaluation.unit",
    (Stage.EVALUATION, Subject.UNIT): "evaluation.department",
}
LOOKING_BACK = (Stage.SELF_EVALUATION, Stage.EVALUATION)
TEN_THOUSAND = Decimal(10_000)
NO_DATE = "原文没有写日期"
SECTIONS = Callable[[str], str | None]  # a section's code by one of its names


@dataclass
class Drafted:
    """A task to be made: its row, where its fields were read, the events its windows wait for."""

    row: TaskRow
    read_from: dict[str, dict[str, Any]]
    events: dict[str, str] = field(default_factory=dict)  # window key → the event in words


def cut(text: str, limit: int) -> str:
    """The text, shortened with a mark where its column ends."""
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def drafted(task: DraftTask, *, code: str, year: int, section_of: SECTIONS) -> Drafted:
    """The duty as a task; what is not said is left empty and noted, nothing is guessed."""
    doubts = list(task.notes)
    section = section_of(task.section.value) if task.section else None
    if task.section and section is None:
        doubts.append(f"科室“{task.section.value}”本地没有，要定牵头科室")
    evaluated, said_of_year = _year(task, year)
    windows, events, sources = _windows(task.windows, year)
    row = TaskRow.model_validate(
        {
            "code": code,
            "title": cut(task.title.value, 100),
            "stage": task.stage.value.value,
            "kind": _kind(task),
            "subject": task.subject.value.value,
            "level": LEVELS.get(task.subject.value, PlanTask.Level.UNIT),
            "main": task.category.value == Category.MAIN,
            "evaluated_year": evaluated,
            "responsible": cut(task.responsible.value, 200) if task.responsible else "",
            "section": section,
            "clause": cut(task.clause, 2000),
            "doubt": cut("；".join(doubts), 200),
            "windows": windows,
            "slots": [_slot(a, i) for i, a in enumerate(task.attachments, start=1)],
            "settings": [_setting(p, i) for i, p in enumerate(task.parameters, start=1)],
        }
    )
    read_from = _sources(task) | {"evaluated_year": said_of_year} | sources
    return Drafted(row, read_from, events)


def _kind(task: DraftTask) -> str:
    """What is filled in; who only helps (次要任务) hands in materials."""
    if task.category.value != Category.MAIN:
        return "materials"
    return KINDS.get((task.stage.value, task.subject.value), "materials")


def told(span: Span | None, certainty: Certainty, note: str = "") -> dict[str, Any]:
    """Where a field was read, how sure it is, what to confirm."""
    place = [span.start, span.end] if span else None
    return {"span": place, "certainty": certainty.value, "note": note}


def _year(task: DraftTask, year: int) -> tuple[int, dict[str, Any]]:
    """The year that is spoken of; an evaluation looks back a year where nothing is said."""
    said = task.evaluated_year
    if said is not None:
        return said.value, told(said.span, said.certainty, said.note)
    if task.stage.value in LOOKING_BACK:
        note = f"原文没有写所属年度，按{year - 1}年，要确认"
        return year - 1, told(None, Certainty.DOUBTFUL, note)
    return year, told(None, Certainty.LIKELY)


def _sources(task: DraftTask) -> dict[str, dict[str, Any]]:
    """Where the scalar fields, the files and the parameters were read."""
    fields: dict[str, Said[Any] | None] = {
        "title": task.title,
        "stage": task.stage,
        "subject": task.subject,
        "main": task.category,
        "responsible": task.responsible,
        "section": task.section,
    }
    found = {
        key: told(said.span, said.certainty, said.note) for key, said in fields.items() if said
    }
    found["task"] = told(task.span, task.certainty, "；".join(task.notes))
    if task.scope:
        note = task.scope.note or f"原文范围：{cut(task.scope.value, 60)}；在范围里设条件"
        found["scopes"] = told(task.scope.span, Certainty.DOUBTFUL, note)
    for i, review in enumerate(task.reviews[:1]):
        note = f"原文：{cut(review.value, 60)}；在审核步骤里设"
        found["steps" if i == 0 else f"steps:{i}"] = told(review.span, Certainty.DOUBTFUL, note)
    for i, slot in enumerate(task.attachments, start=1):
        found[f"slot:file-{i}"] = told(slot.span, slot.certainty)
    for i, one in enumerate(task.parameters, start=1):
        found[f"setting:p-{i}"] = told(one.span, Certainty.CERTAIN)
    return found


# --- what belongs to it -----------------------------------------------------------------------
def _slot(attachment: Attachment, number: int) -> SlotRow:
    return SlotRow(
        code=f"file-{number}",
        title=cut(attachment.name, 80),
        required=attachment.certainty == Certainty.CERTAIN,
    )


def _setting(parameter: Parameter, number: int) -> SettingRow:
    """A threshold with the words around it; amounts are kept in yuan."""
    kind, value, unit = RuleSetting.Type.NUMBER, parameter.value, parameter.unit
    if unit in ("%", "％"):
        kind = RuleSetting.Type.PERCENT
    elif unit in ("元", "万元", "亿元"):
        factor = {"元": Decimal(1), "万元": TEN_THOUSAND, "亿元": TEN_THOUSAND * TEN_THOUSAND}
        kind, value, unit = RuleSetting.Type.MONEY, value * factor[unit], "元"
    return SettingRow(
        code=f"p-{number}",
        title=cut(parameter.words, 80),
        value=format(value.normalize(), "f"),
        unit=cut(unit, 20),
        value_type=kind,
        clause=cut(parameter.words, 300),
        note=parameter.comparison,
    )


def _windows(
    windows: Sequence[DraftWindow], year: int
) -> tuple[list[WindowRow], dict[str, str], dict[str, dict[str, Any]]]:
    """The windows, the events that they wait for, and where each was read."""
    rows: list[WindowRow] = []
    events: dict[str, str] = {}
    sources: dict[str, dict[str, Any]] = {}
    taken: Counter[str] = Counter()
    for window, values in zip(windows, _valued(windows), strict=True):
        key = str(values.get("key") or year)
        taken[key] += 1
        key = key if taken[key] == 1 else f"{key}-{taken[key]}"
        rows.append(_window(window, values, key))
        if window.kind == WindowKind.EVENT:
            events[key] = cut(window.event or window.phrase, 60)
        sources[f"window:{key}"] = told(window.span, window.certainty, window.note)
    if not rows:
        rows = [WindowRow(key=str(year), note=NO_DATE)]
    return rows, events, sources


def _valued(windows: Sequence[DraftWindow]) -> list[dict[str, Any]]:
    """What each window's rule says beside its days."""
    series = [window.recurrence for window in windows if window.kind == WindowKind.RECURRING]
    name = series[0] if series else ""
    if name in plan_dates.SERIES and len(series) == len(windows) == 12 // plan_dates.MONTHS[name]:
        return [_occurrence(window, name, i) for i, window in enumerate(windows)]
    return [_by_kind(window) for window in windows]


def _occurrence(window: DraftWindow, series: str, number: int) -> dict[str, Any]:
    """One period of a series, whose end gives the rule where they agree."""
    closes = window.closes
    found: dict[str, Any] = {"kind": TaskWindow.Kind.RECURRING, "series": series}
    if closes is None:
        return found | {"key": f"{series}-{number + 1}"}
    year = closes.year
    periods = [p for y in (year - 1, year) for p in plan_dates.occurrences(series, y)]
    period = max((p for p in periods if p.ends < closes), key=lambda p: p.ends, default=None)
    if period is None:
        return found | {"key": f"{series}-{number + 1}"}
    found |= {"key": period.key, "label": period.label, "data_until": period.ends}
    return found | rule_of(period.ends, closes)


def _by_kind(window: DraftWindow) -> dict[str, Any]:
    if window.kind == WindowKind.NODE and window.data_until:
        node = window.data_until
        found: dict[str, Any] = {
            "kind": TaskWindow.Kind.NODE,
            "key": f"{node:%Y-%m}",
            "label": f"{node.month}月节点",
            "data_until": node,
        }
        return found | (rule_of(node, window.closes) if window.closes else {})
    if window.kind == WindowKind.EVENT:
        return {
            "kind": TaskWindow.Kind.EVENT,
            "days_after": window.offset_days,
            "in_working_days": window.working_days,
        }
    if window.kind == WindowKind.RECURRING:
        return {"kind": TaskWindow.Kind.RECURRING, "series": cut(window.recurrence, 20)}
    return {"kind": TaskWindow.Kind.FIXED, "data_until": window.data_until}


def rule_of(node: date, closes: date) -> dict[str, int]:
    """“节点次月10日” from a node and the day after it; nothing where no such rule leads there."""
    months = (closes.year - node.year) * 12 + closes.month - node.month
    day = 31 if plan_dates.is_month_end(closes) else closes.day
    if 0 <= months <= 24 and plan_dates.after_node(node, months, day) == closes:
        return {"months_after": months, "day": day}
    return {}


def _window(window: DraftWindow, values: Mapping[str, Any], key: str) -> WindowRow:
    """The window as a row; one without a day says why."""
    is_event = window.kind == WindowKind.EVENT
    opens, closes = (None, None) if is_event else (window.opens, window.closes)
    node = values.get("data_until")
    if window.kind == WindowKind.NODE and opens is None and closes and node and node < closes:
        opens = node + DAY  # what runs to a node can be filled in from the next day on
    focus = window.focus_opens, window.focus_closes
    note = window.note
    if not is_event and not opens and not closes:
        note = note or NO_DATE
    if window.offset_months is not None and is_event:
        note = f"{note}原文按月计：{window.offset_months}个月，要定日数"
    given = {k: v for k, v in values.items() if k != "key" and v is not None}
    return WindowRow.model_validate(
        {
            "key": key[:20],
            "opens": opens,
            "closes": closes,
            "focus_opens": focus[0],
            "focus_closes": focus[1],
            "phrase": cut(window.phrase, 100),
            "note": cut(note, 200),
            **given,
        }
    )


def codes_for(tasks: Iterable[DraftTask], taken: Iterable[str]) -> list[str]:
    """A free code for each task: its stage and a number."""
    known, counts, codes = set(taken), Counter[str](), []
    for task in tasks:
        stem = task.stage.value.value.replace("_", "-")
        while True:
            counts[stem] += 1
            code = f"{stem}-{counts[stem]}"
            if code not in known:
                break
        codes.append(code)
    return codes
