"""Whether a plan can be worked by: its dates, its scopes, and what is still to be decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from apps.rules.findings import Finding, Severity, ranked

JUDGING = ("审核", "评审", "复核", "核查", "审定")
GENERAL = "materials"  # the kind of many different duties
PROJECTS = ("project", "policy")
SECTION = "section"


@dataclass(frozen=True)
class WindowFacts:
    """When a task can be filed, in days, both included."""

    name: str
    opens: date | None = None
    closes: date | None = None
    data_until: date | None = None
    focus_opens: date | None = None
    focus_closes: date | None = None
    waits: bool = False  # for an event
    is_over: bool = False  # its end in force lies behind
    reviewed_by: date | None = None  # when the review is through if every step takes its time


@dataclass(frozen=True)
class TaskFacts:
    """What the checks ask of a task."""

    code: str
    title: str
    stage: str
    kind: str
    subject: str
    evaluated_year: int
    clause: str
    windows: Sequence[WindowFacts] = ()
    scopes: frozenset[tuple[bool, str, str]] = frozenset()
    n_steps: int = 0
    open_settings: Sequence[str] = ()  # titles
    is_checked: bool = True
    reaches: bool | None = None  # None: not asked
    is_known: bool = True  # its kind can be filed


@dataclass(frozen=True)
class PlanFacts:
    """The plan's year, its tasks, and the parameters nobody has decided yet."""

    year: int
    tasks: Sequence[TaskFacts]
    open_settings: Sequence[str] = ()


def check_plan(plan: PlanFacts) -> list[Finding]:
    """What stands against publishing (阻断) and what a person should look at (提示), by weight."""
    return ranked(_found(plan))


def _found(plan: PlanFacts) -> Iterator[Finding]:
    if not plan.tasks:
        yield _finding(None, "empty", "", "至少一项任务", "一项任务也没有", block=True)
    for task in plan.tasks:
        yield from _task(task)
        for window in task.windows:
            yield from _window(task, window, plan.year)
    for one, other in combinations(plan.tasks, 2):
        yield from _pair(one, other)
    if plan.open_settings:
        names = "、".join(plan.open_settings[:3])
        n = len(plan.open_settings)
        text = f"{n}个参数待本地确认：{names}{'等' if n > 3 else ''}。未定的不计算"
        yield _finding(None, "open_settings", str(n), "", text)


def _finding(
    task: TaskFacts | None, code: str, found: str, expected: str, text: str, *, block: bool = False
) -> Finding:
    return Finding(
        code=f"plan.{code}",
        severity=Severity.BLOCK if block else Severity.HINT,
        path=task.code if task else "",
        where=task.title if task else "计划",
        found=found,
        expected=expected,
        message=f"{task.title}：{text}。" if task else f"{text}。",
        clause=task.clause if task else "",
    )


def _task(task: TaskFacts) -> Iterator[Finding]:
    """What one task lacks."""
    if not task.is_checked:
        text = "待核对，先核对原文再发布"
        yield _finding(task, "waiting", "待核对", "已确认", text, block=True)
    for title in task.open_settings:
        text = f"参数“{title}”未设定，定了才能发布这项任务"
        yield _finding(task, "open_setting", "未设定", "已设定", text, block=True)
    if not task.windows:
        yield _finding(task, "no_window", "", "", "没有填报期，发布后不分派")
    if task.subject == SECTION:
        return
    if task.reaches is False:
        yield _nobody(task)
    if not task.n_steps:
        yield _finding(task, "no_steps", "", "", "没有审核步骤，提交后不经审核")
    if not task.is_known:
        yield _finding(task, "unknown_kind", "", "", "这类填报还没有开通，发布后不分派")


def _nobody(task: TaskFacts) -> Finding:
    """Projects may still enter the budget, transfers be registered; units must be there."""
    if task.subject == "transfer":
        return _finding(
            task, "reaches_nobody", "0", "", "今天没有登记符合范围的转移支付，登记后再分派"
        )
    if task.subject in PROJECTS:
        return _finding(task, "reaches_nobody", "0", "", "今天没有项目符合范围，列入预算后再分派")
    who = "单位" if task.subject == "unit" else "登记了财政部门的下级地区"
    text = f"范围里没有一个{who}，改范围"
    return _finding(task, "reaches_nobody", "0", "至少一个", text, block=True)


# --- windows ----------------------------------------------------------------------------------
def _window(task: TaskFacts, window: WindowFacts, year: int) -> Iterator[Finding]:
    opens, closes = window.opens, window.closes
    if opens and closes and closes < opens:
        text = f"{window.name}截止{_day(closes)}早于开放{_day(opens)}"
        yield _finding(task, "end_before_start", str(closes), f"≥{opens}", text, block=True)
    node = window.data_until
    if node and node.year not in (year, task.evaluated_year):
        text = f"{window.name}的节点{_day(node)}不在{year}年"
        yield _finding(task, "node_year", str(node), str(year), text, block=True)
    if node and closes and closes < node:
        text = f"{window.name}截止{_day(closes)}早于数据截至{_day(node)}"
        yield _finding(task, "closes_before_node", str(closes), f"≥{node}", text, block=True)
    yield from _odd_days(task, window, year)


def _odd_days(task: TaskFacts, window: WindowFacts, year: int) -> Iterator[Finding]:
    """Days that can be meant and are worth a look."""
    opens, closes = window.opens, window.closes
    first, last = date(year, 1, 1), date(year + 1, 12, 31)
    if closes and not first <= closes <= last:
        text = f"{window.name}截止{_day(closes)}，不在{year}年"
        yield _finding(task, "other_year", str(closes), str(year), text)
    if not opens and not closes and not window.waits and task.subject != SECTION:
        text = f"{window.name}没有日期，填了日期才分派"
        yield _finding(task, "no_date", "", "", text)
    if closes and window.is_over and task.subject != SECTION:
        text = f"{window.name}截止{_day(closes)}已过，发布即逾期"
        yield _finding(task, "late_at_once", str(closes), "", text)
    begins, ends = window.focus_opens, window.focus_closes
    if (begins and opens and begins < opens) or (ends and closes and ends > closes):
        text = f"{window.name}的集中期超出填报期"
        yield _finding(task, "focus_outside", "", "", text)


def _pair(one: TaskFacts, other: TaskFacts) -> Iterator[Finding]:
    """Two tasks that get in each other's way."""
    if one.stage != other.stage or one.evaluated_year != other.evaluated_year:
        return
    if SECTION in (one.subject, other.subject):
        if one.subject != other.subject:
            filed, judged = (other, one) if one.subject == SECTION else (one, other)
            yield from _judged_too_soon(filed, judged)
        return
    is_same = one.kind == other.kind and one.subject == other.subject
    is_same &= one.kind != GENERAL or one.title == other.title
    if is_same and any(_overlap(a, b) for a in one.windows for b in other.windows):
        yield from _twice(one, other)


def _twice(one: TaskFacts, other: TaskFacts) -> Iterator[Finding]:
    """The same duty at the same time: for the same, or for some and for all of them."""
    if one.scopes == other.scopes:
        text = f"与“{one.title}”的对象、范围和填报期相同，同一件事会报两次"
        yield _finding(other, "twice", one.title, "", text, block=True)
    elif not one.scopes or not other.scopes:
        text = f"与“{one.title}”的对象和填报期相同，其中一项不限范围，有的会报两次"
        yield _finding(other, "twice_for_some", one.title, "", text)


def _judged_too_soon(filed: TaskFacts, judged: TaskFacts) -> Iterator[Finding]:
    """A section's work on what units file that ends before they have filed."""
    is_judging = any(word in judged.title for word in JUDGING)
    for window in filed.windows:
        for later in judged.windows:
            is_node = window.data_until is not None and window.data_until == later.data_until
            if not window.closes or not later.closes or not (is_node or is_judging):
                continue
            place = f"{later.name}截止{_day(later.closes)}"
            if later.closes < window.closes and (is_node or window.data_until is None):
                text = f"{place}早于“{filed.title}”报送截止{_day(window.closes)}"
                yield _finding(judged, "judged_too_soon", str(later.closes),
                               f"≥{window.closes}", text, block=is_node)  # fmt: skip
            elif is_node and window.reviewed_by and later.closes < window.reviewed_by:
                text = f"{place}，“{filed.title}”按办理时限{_day(window.reviewed_by)}才审完"
                yield _finding(judged, "reviewed_too_late", str(later.closes), "", text)


def _overlap(one: WindowFacts, other: WindowFacts) -> bool:
    """Whether there is a day on which both are open; a window without an end has none."""
    if not one.closes or not other.closes:
        return False
    return (one.opens or one.closes) <= other.closes and (other.opens or other.closes) <= one.closes


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
