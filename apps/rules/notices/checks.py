"""Contradictions inside a notice; each names the sentence and what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from apps.rules.dates import Kind
from apps.rules.findings import Severity
from apps.rules.notices.head import Head
from apps.rules.notices.model import DraftFinding, DraftTask, DraftWindow, Subject, WindowKind
from apps.rules.notices.outline import Part
from apps.rules.notices.source import Source
from apps.rules.notices.words import REVIEW

SHOWN = 40


def findings(
    source: Source, about: Head, tasks: Sequence[DraftTask], parts: Sequence[Part]
) -> tuple[DraftFinding, ...]:
    """Every contradiction, in the order of the text."""
    year = about.fiscal_year.value if about.fiscal_year else source.year
    found = [
        *_other_year(source, about),
        *_impossible(source, tasks),
        *(each for task in tasks for each in _backwards(task)),
        *(each for task in tasks for each in _foreign_node(task, year)),
        *_review_first(tasks),
        *_two_deadlines(tasks),
        *_slipped(source, parts),
    ]
    return tuple(sorted(found, key=lambda each: (each.span.start, each.code)))


def _quote(text: str) -> str:
    return f"“{text[:SHOWN]}{'…' if len(text) > SHOWN else ''}”"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "未写"


def _other_year(source: Source, about: Head) -> Iterator[DraftFinding]:
    """The notice speaks of another year than the one it is read for."""
    said = about.fiscal_year
    if said is None or said.span is None or said.value == source.year:
        return
    words = about.title.value if about.title else str(said.value)
    message = (
        f"通知{_quote(words)}写的是{said.value}年，现在按{source.year}年读："
        f"没有写年份的日期都算在{source.year}年。应按{said.value}年读，或换{source.year}年的通知。"
    )
    yield DraftFinding("notice.other_year", Severity.BLOCK, message, said.span)


def _impossible(source: Source, tasks: Sequence[DraftTask]) -> Iterator[DraftFinding]:
    """Days that no calendar has, be they in a task or not."""
    for found in source.dates.facts:
        if found.reading.kind is Kind.unparseable:
            why = (found.reading.note or "没有这一天").rstrip("。")
            message = f"“{found.text}”不能读成日期：{why}。应改成有的日期。"
            span = source.span(found.start, found.end)
            yield DraftFinding("notice.bad_date", Severity.BLOCK, message, span)


def _backwards(task: DraftTask) -> Iterator[DraftFinding]:
    """A window that ends before it starts, or is due before its node."""
    for window in task.windows:
        start = window.opens or window.data_until
        if start and window.closes and window.closes < start:
            message = (
                f"{_quote(task.clause)}：截止{_day(window.closes)}早于开始{_day(start)}，"
                "应不早于开始。"
            )
            yield DraftFinding("notice.ends_before_start", Severity.BLOCK, message, window.span)


def _foreign_node(task: DraftTask, year: int) -> Iterator[DraftFinding]:
    """A node outside the year, or a deadline before it."""
    for window in task.windows:
        if window.data_until and window.data_until.year != year:
            message = (
                f"{_quote(task.clause)}：节点{_day(window.data_until)}不在{year}年度内，"
                f"应为{year}年的日期。"
            )
            yield DraftFinding("notice.node_in_other_year", Severity.BLOCK, message, window.span)
        elif window.closes and window.closes.year < year:
            message = (
                f"{_quote(task.clause)}：截止{_day(window.closes)}早于{year}年度，请核对年份。"
            )
            yield DraftFinding("notice.deadline_in_past", Severity.HINT, message, window.span)


def _review_first(tasks: Sequence[DraftTask]) -> Iterator[DraftFinding]:
    """Within an item a check that begins before the filing it checks has closed."""
    for _, group in groupby(tasks, key=lambda task: task.outline):
        filing: DraftTask | None = None
        for task in group:
            if task.subject.value is not Subject.SECTION:
                filing = task
            elif filing and filing.stage.value is task.stage.value and REVIEW.search(task.clause):
                yield from _overlap(filing, task)


def _overlap(filing: DraftTask, review: DraftTask) -> Iterator[DraftFinding]:
    closes = max((w.closes for w in filing.windows if w.closes), default=None)
    window = next((w for w in review.windows if w.opens or w.closes), None)
    if closes is None or window is None:
        return
    ends, begins = window.closes, window.opens
    if ends and ends < closes:
        message = (
            f"{_quote(review.clause)}：审核{_day(ends)}结束，填报{_day(closes)}才截止，"
            "应在填报截止后审核。"
        )
        yield DraftFinding("notice.review_before_filing", Severity.BLOCK, message, window.span)
    elif begins and begins < closes:
        message = (
            f"{_quote(review.clause)}：{_day(begins)}开始，填报到{_day(closes)}才截止，"
            "两段时间重叠，请确认。"
        )
        yield DraftFinding("notice.review_overlaps", Severity.TIP, message, window.span)


def _two_deadlines(tasks: Sequence[DraftTask]) -> Iterator[DraftFinding]:
    """The same document from the same kind of subject is due on two days."""
    first: dict[tuple[str, str, str], tuple[DraftTask, DraftWindow]] = {}
    for task in tasks:
        window = next((w for w in task.windows if w.closes and w.kind is WindowKind.FIXED), None)
        if window is None or task.subject.value is Subject.SECTION:
            continue
        for paper in task.attachments:
            key = (paper.name, task.stage.value, task.subject.value)
            earlier = first.setdefault(key, (task, window))
            if earlier[1].closes != window.closes:
                yield _differing(paper.name, earlier, task, window)
                break
    for task in tasks:
        yield from _within(task)


def _differing(
    name: str, earlier: tuple[DraftTask, DraftWindow], task: DraftTask, window: DraftWindow
) -> DraftFinding:
    message = (
        f"{name}有两个期限：{_quote(earlier[0].clause)}写{_day(earlier[1].closes)}，"
        f"{_quote(task.clause)}写{_day(window.closes)}，要定用哪一个。"
    )
    return DraftFinding("notice.two_deadlines", Severity.BLOCK, message, window.span)


def _within(task: DraftTask) -> Iterator[DraftFinding]:
    """One sentence that gives the same duty two last days."""
    fixed = [w for w in task.windows if w.kind is WindowKind.FIXED and w.closes and not w.opens]
    days = {window.closes for window in fixed}
    if len(days) > 1:
        told = "、".join(_day(window.closes) for window in fixed)
        message = f"{_quote(task.clause)}有几个期限：{told}，要定用哪一个，或拆成几项任务。"
        yield DraftFinding("notice.two_deadlines", Severity.HINT, message, fixed[-1].span)


def _slipped(source: Source, parts: Sequence[Part]) -> Iterator[DraftFinding]:
    """A heading numbered in the style of another level."""
    for part in parts:
        for block in part.blocks:
            if block.slipped:
                end = block.title_start + len(block.title)
                words = source.text(block.start, end)
                message = f"标题{_quote(words)}的序号写法与上下文不一致，按同级标题读，请核对。"
                span = source.span(block.start, end)
                yield DraftFinding("notice.numbering", Severity.TIP, message, span)
