"""A notice beside the plan: its text page by page, each sentence that was read with its tasks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count

from apps.workplans.models import Notice, PlanTask

ROOM = 400  # characters of a page; it ends with the paragraph that goes beyond
HEADING = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)、].{0,36}$")
Span = tuple[int, int]


@dataclass(frozen=True)
class Sentence:
    """A stretch that became tasks (numbered), or none (number 0)."""

    start: int
    end: int
    number: int
    tasks: tuple[PlanTask, ...]
    note: str = ""

    @property
    def task(self) -> PlanTask | None:
        """The task that the stretch leads to."""
        return self.tasks[0] if self.tasks else None


@dataclass(frozen=True)
class Piece:
    """Text of one kind; without a sentence it is plain. The mark stands at a sentence's end."""

    text: str
    sentence: Sentence | None = None
    is_on: bool = False
    is_end: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A line of the notice."""

    is_heading: bool
    pieces: list[Piece]


@dataclass(frozen=True)
class NoticePage:
    """One page of a notice."""

    number: int
    n_pages: int
    span: Span
    paragraphs: list[Paragraph]


def span_of(task: PlanTask) -> Span | None:
    """Where the task stands in its notice; None for a task that nobody read there."""
    spans = {
        name: (said["span"][0], said["span"][1])
        for name, said in task.read_from.items()
        if isinstance(said, dict) and said.get("span")
    }
    if not spans:
        return None
    first = min(start for start, _ in spans.values())
    return spans.get("task") or (first, max(end for _, end in spans.values()))


class NoticeText:
    """A notice with the tasks that came from it."""

    def __init__(self, notice: Notice, tasks: Iterable[PlanTask]) -> None:
        self.notice = notice
        self.tasks = [task for task in tasks if task.notice_id == notice.pk]

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The stretches in the order of the text, without overlaps."""
        by_span: dict[Span, list[PlanTask]] = {}
        for task in self.tasks:
            if span := span_of(task):
                by_span.setdefault(span, []).append(task)
        for left in self.notice.leftovers:
            by_span.setdefault((left["start"], left["end"]), [])
        notes = {(left["start"], left["end"]): left["note"] for left in self.notice.leftovers}
        found: list[Sentence] = []
        for span, tasks in sorted(by_span.items(), key=lambda item: item[0]):
            reached = found[-1].end if found else 0
            if span[1] > reached:
                start = max(span[0], reached)
                found.append(Sentence(start, span[1], 0, tuple(tasks), notes.get(span, "")))
            else:  # within the sentence before: its tasks are that sentence's too
                found[-1] = replace(found[-1], tasks=(*found[-1].tasks, *tasks))
        numbers = count(1)
        return [replace(one, number=next(numbers)) if one.tasks else one for one in found]

    @cached_property
    def number_of(self) -> dict[int, int]:
        """The number of the sentence that a task came from, by the task's key."""
        return {task.pk: one.number for one in self.sentences for task in one.tasks}

    @cached_property
    def pages(self) -> list[Span]:
        """Where the pages begin and end: whole paragraphs."""
        spans: list[Span] = []
        start = end = 0
        for line in self.notice.text.splitlines(keepends=True):
            end += len(line)
            if end - start >= ROOM:
                spans.append((start, end))
                start = end
        return [*spans, (start, end)] if end > start or not spans else spans

    def page_with(self, task: PlanTask | None) -> int:
        """The page (from 1) on which the task's sentence begins; the first with a task else."""
        span = span_of(task) if task else None
        at = span[0] if span else next((one.start for one in self.sentences if one.tasks), 0)
        found = (n for n, (start, end) in enumerate(self.pages, 1) if start <= at < end)
        return next(found, 1)

    def tasks_of(self, page: int) -> list[PlanTask]:
        """The tasks whose sentence begins on the page, in its order."""
        start, end = self.pages[page - 1]
        return [task for one in self.sentences if start <= one.start < end for task in one.tasks]

    def page(self, number: int, chosen: PlanTask | None) -> NoticePage:
        """The page's paragraphs, the chosen task's sentence marked."""
        number = min(max(number, 1), len(self.pages))
        start, end = self.pages[number - 1]
        paragraphs, at = [], start
        for line in self.notice.text[start:end].splitlines(keepends=True):
            text = line.rstrip()
            if text.strip():
                pieces = self._pieces(at, at + len(text), chosen)
                is_heading = bool(HEADING.match(text.strip()))
                paragraphs.append(Paragraph(is_heading, pieces))
            at += len(line)
        return NoticePage(number, len(self.pages), (start, end), paragraphs)

    def _pieces(self, start: int, end: int, chosen: PlanTask | None) -> list[Piece]:
        text, pieces, at = self.notice.text, [], start
        for one in self.sentences:
            low, high = max(one.start, start), min(one.end, end)
            if low >= high:
                continue
            if low > at:
                pieces.append(Piece(text[at:low]))
            is_on = chosen is not None and chosen in one.tasks
            pieces.append(Piece(text[low:high], one, is_on, one.end <= end))
            at = high
        return pieces if at >= end else [*pieces, Piece(text[at:end])]


def text_with(notices: Sequence[Notice], chosen: PlanTask | None, wanted: str) -> Notice | None:
    """The notice to show: that of the chosen task, that asked for, else the first."""
    by_key = {str(notice.public_id): notice for notice in notices}
    by_number = {notice.pk: notice for notice in notices}
    of_task = by_number.get(chosen.notice_id or 0) if chosen else None
    return of_task or by_key.get(wanted) or next(iter(notices), None)
