"""The whole notice read: outline, items, head, findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from apps.rules.errors import RuleError
from apps.rules.notices import checks, facts, head, kinds, tables
from apps.rules.notices.clauses import cut
from apps.rules.notices.drafting import finish
from apps.rules.notices.flat import Flat, flatten
from apps.rules.notices.items import read_item
from apps.rules.notices.model import Basis, DraftTask, Leftover, Notice, Section
from apps.rules.notices.outline import NEXT_STEPS, Block, Part, read_outline
from apps.rules.notices.source import Source
from apps.rules.notices.windows import is_timed
from apps.rules.notices.words import ACTION

FIRST_YEAR, LAST_YEAR = 2000, 2100
REPORT_ONLY = "全文是对已过年度的说明，没有要做的任务。"
REPORT_PART = "“{title}”是对已过年度的说明，没有从中读任务。"
NEXT_STEP = "写在工作说明的下一步打算里，没有日期和责任单位"
NO_TASKS = "没有读出任务，请核对是不是要办的通知。"


def read(text: str, *, year: int) -> Notice:
    """The notice as a draft for `year`; the time taken is proportional to the length.

    Raises RuleError with a code notice.* when the text is no notice.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RuleError(f"年度是{year}，应在{FIRST_YEAR}到{LAST_YEAR}之间。", code="notice.year")
    laid = tables.spelled_out(text)
    flat = replace(flatten(laid.text), under=laid) if laid else flatten(text)
    parts = read_outline(flat.text)
    kinds.refuse_others(laid.text if laid else text, parts)
    source = Source(flat, year=year, county=head.is_county(flat.text))
    about = head.read_head(source, parts)
    tasks, leftovers = _tasks(source, parts)
    return Notice(
        **vars(about),
        basis=_basis(source, about.title.value if about.title else ""),
        sections=_sections(flat, parts),
        tasks=tuple(tasks),
        leftovers=tuple(leftovers),
        findings=checks.findings(source, about, tasks, parts),
        notes=tuple(_notes(parts, tasks)),
    )


def _tasks(source: Source, parts: Sequence[Part]) -> tuple[list[DraftTask], list[Leftover]]:
    """Tasks and leftovers of every plan, in the order of the text; a report gives no task."""
    tasks: list[DraftTask] = []
    leftovers: list[Leftover] = []
    for part in parts:
        for block in part.blocks:
            if part.is_report:
                leftovers += _next_steps(source, block)
                continue
            block.paragraphs = _body(source, block)
            item = read_item(source, block)
            tasks += (finish(made, source) for made in item.drafts)
            leftovers += item.leftovers
    return tasks, leftovers


def _body(source: Source, block: Block) -> list[tuple[int, int]]:
    """The paragraphs without the notice's frame; a heading with a date is read as one too."""
    heading = (block.title_start, block.title_start + len(block.title))
    dated = any(is_timed(found) for found in source.dates.within(*heading))
    first = (
        [heading]
        if dated and not any(start <= heading[0] for start, _ in block.paragraphs[:1])
        else []
    )
    return [
        (start, end)
        for start, end in (*first, *block.paragraphs)
        if not head.is_colophon(source.text(start, end))
        and not (source.dates.within(start, start + 1) and end - start <= 14)
    ]


def _next_steps(source: Source, block: Block) -> Iterator[Leftover]:
    """What a report plans for the time to come is left for a person."""
    if not any(NEXT_STEPS.search(title) for title in block.outline):
        return
    for clause in cut(source.flat.text, block.paragraphs):
        text = source.text(clause.start, clause.end)
        if ACTION.search(text):
            yield Leftover(text, NEXT_STEP, source.span(clause.start, clause.end))


def _basis(source: Source, own: str) -> tuple[Basis, ...]:
    """Each document the text cites, where it is cited first (with its number, if ever given)."""
    named: dict[str, Basis] = {}
    for each in facts.cited(source.flat.text):
        if each.title == own:
            continue
        known = named.get(each.title)
        if known is None or (each.number and not known.number):
            span = source.span(each.start, each.end) if known is None else known.span
            named[each.title] = Basis(each.title, each.number, span)
    return tuple(named.values())


def _sections(flat: Flat, parts: Sequence[Part]) -> tuple[Section, ...]:
    """The outline: documents as level 0, headings below."""
    found: list[Section] = []
    for part in parts:
        if part.title:
            found.append(Section(0, "", part.title, flat.span(part.start, part.end)))
        for block in part.blocks:
            if block.level >= 0:
                end = max(block.title_start + len(block.title), block.start + 1)
                span = flat.span(block.start, end)
                found.append(Section(block.level, block.mark, block.title, span))
    return tuple(found)


def _notes(parts: Sequence[Part], tasks: Sequence[DraftTask]) -> Iterator[str]:
    reports = [part for part in parts if part.is_report]
    bodies = [part for part in parts if part.title or any(b.level >= 0 for b in part.blocks)]
    if reports and len(reports) == len(bodies):
        yield REPORT_ONLY
    elif reports:
        yield from (REPORT_PART.format(title=part.title) for part in reports)
    elif not tasks:
        yield NO_TASKS
