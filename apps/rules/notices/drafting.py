"""A draft task in the making, and what it is when all sentences about it are read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from apps.rules.dates import Found, Kind, Reading
from apps.rules.notices import sorting, windows
from apps.rules.notices.facts import Paper
from apps.rules.notices.model import (
    Attachment,
    Category,
    Certainty,
    DraftTask,
    DraftWindow,
    Parameter,
    Said,
    Stage,
    Subject,
)
from apps.rules.notices.outline import Block
from apps.rules.notices.source import Line, Source

NO_ACTOR = "原文没有写由谁做"
AROUND = 12  # characters shown on each side of a threshold
PAPERS = 30  # named documents of one task; more are a list of its own
KEYS = 8  # earlier tasks of an item that a later sentence is compared with


@dataclass
class Draft:
    """A task in the making."""

    line: Line
    block: Block
    title: Said[str]
    stage: Said[Stage]
    subject: Said[Subject]
    category: Said[Category]
    structure: Certainty  # how sure it is that this is a task at all
    windows: list[DraftWindow] = field(default_factory=list)
    responsible: Said[str] | None = None
    section: Said[str] | None = None
    scope: Said[str] | None = None
    evaluated_year: Said[int] | None = None
    attachments: dict[str, Attachment] = field(default_factory=dict)
    parameters: list[Parameter] = field(default_factory=list)
    reviews: list[Said[str]] = field(default_factory=list)

    @property
    def is_for_units(self) -> bool:
        """Whether units answer it, not a section of the bureau."""
        return self.subject.value is not Subject.SECTION


def draft(source: Source, line: Line, block: Block, *, structure: Certainty) -> Draft:
    """The task that one clause gives by itself."""
    found = [_as_node(source, each) for each in line.dates]
    built = windows.build(found, spans=source.span)
    dated = any(window.opens or window.closes or window.data_until for window in built)
    who, act = line.who, sorting.action_of(source, line)
    made = Draft(
        line,
        block,
        sorting.title(source, line, act),
        sorting.stage(source, line, block, act),
        sorting.subject(source, line, block),
        sorting.category(source, line, block, dated=dated),
        structure,
        built,
        Said(who.text, source.span(who.start, who.end)) if who else None,
        sorting.section(source, line),
        sorting.scope(source, line),
        evaluated_year(source, line),
    )
    take_facts(made, source, line.start, line.end)
    return made


_OF_MONTH = re.compile(r"(?:项目|单位|部门|整体|支出|绩效){1,5}(?:运行)?监控")


def _as_node(source: Source, found: Found) -> Found:
    """2024年6月整体支出绩效监控: the month names the node, it is no window."""
    reading = found.reading
    if (
        reading.kind is not Kind.range
        or not found.text.endswith("月")
        or not reading.end
        or not _OF_MONTH.match(source.flat.text, found.end)
    ):
        return found
    return replace(found, reading=Reading(Kind.nodes, nodes=(reading.end,)))


def evaluated_year(source: Source, line: Line) -> Said[int] | None:
    """The year the content speaks of: 2023年度自评 in a notice of 2024."""
    said = [
        found
        for found in line.dates
        if found.reading.fiscal_year and str(found.reading.fiscal_year) in found.text
    ]
    if not said:
        return None
    years = {found.reading.fiscal_year for found in said}
    own = [found for found in said if found.reading.kind is Kind.fiscal_year] or said
    first = own[0]
    several = len(years) > 1
    listed = "、".join(f"{year}年" for year in sorted(year for year in years if year))
    note = f"一句话里有{listed}，要定属于哪一年"
    sure = Certainty.DOUBTFUL if several else Certainty.CERTAIN
    value = first.reading.fiscal_year or 0
    return Said(value, source.span(first.start, first.end), sure, note if several else "")


def take_facts(made: Draft, source: Source, start: int, end: int) -> None:
    """Documents and thresholds of a stretch of text go to the task."""
    for paper in source.papers.within(start, end):
        take_paper(made, source, paper)
    take_numbers(made, source, start, end)


def take_paper(made: Draft, source: Source, paper: Paper) -> None:
    """A document goes to the task, unless a longer or shorter name of it is there."""
    names = made.attachments
    if len(names) < PAPERS and not any(
        paper.name.endswith(name) or name.endswith(paper.name) for name in names
    ):
        sure = Certainty.CERTAIN if paper.written else Certainty.LIKELY
        place = source.span(paper.start, paper.end)
        names[paper.name] = Attachment(paper.name, place, sure)


def take_numbers(made: Draft, source: Source, start: int, end: int) -> None:
    """Thresholds of a stretch of text go to the task."""
    known = {each.span for each in made.parameters[-PAPERS:]}
    for number in source.numbers.within(start, end):
        if source.span(number.start, number.end) in known:
            continue
        words = source.text(max(start, number.start - AROUND), min(end, number.end + AROUND))
        made.parameters.append(
            Parameter(
                number.value,
                number.unit,
                number.comparison,
                words,
                source.span(number.start, number.end),
            )
        )


def alike(source: Source, line: Line, drafts: list[Draft]) -> Draft | None:
    """The earlier task of the item that this sentence speaks of again."""
    mine = _pairs(line.text)
    best: tuple[float, Draft | None] = (0.0, None)
    for each in drafts[-KEYS:]:
        theirs = _pairs(each.line.text)
        share = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
        if share > best[0]:
            best = (share, each)
    return best[1] if best[0] >= 0.6 else None


def _pairs(text: str) -> set[str]:
    """Its pairs of neighbouring characters, of the first 160."""
    text = text[:160]
    return {text[place : place + 2] for place in range(len(text) - 1)}


def finish(made: Draft, source: Source) -> DraftTask:
    """The task as the notice's reader hands it on, with everything to confirm in `notes`."""
    notes = _notes(made)
    return DraftTask(
        title=made.title,
        stage=made.stage,
        subject=made.subject,
        category=made.category,
        clause=made.line.text,
        span=source.span(made.line.start, made.line.end),
        certainty=Certainty.DOUBTFUL if notes or _is_doubtful(made) else made.structure,
        outline=made.block.outline,
        responsible=made.responsible,
        section=made.section,
        scope=made.scope,
        evaluated_year=made.evaluated_year,
        windows=tuple(made.windows),
        attachments=tuple(made.attachments.values()),
        parameters=tuple(made.parameters),
        reviews=tuple(made.reviews),
        notes=notes,
    )


def _is_doubtful(made: Draft) -> bool:
    certainties = [made.structure, made.stage.certainty, made.subject.certainty]
    certainties += [window.certainty for window in made.windows]
    return Certainty.DOUBTFUL in certainties


def _notes(made: Draft) -> tuple[str, ...]:
    """What a person must confirm, each once."""
    said = (made.stage, made.subject, made.category, made.evaluated_year)
    notes = [each.note for each in said if each]
    notes += [window.note for window in made.windows]
    if not made.windows:
        notes.append(windows.NO_DATE)
    if made.responsible is None:
        notes.append(NO_ACTOR)
    return tuple(dict.fromkeys(note for note in notes if note))
