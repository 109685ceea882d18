"""A labelled item: each clause of its time label that says what is done is a task."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.rules.dates import Kind
from apps.rules.notices import drafting, sorting, windows, words
from apps.rules.notices.drafting import Draft
from apps.rules.notices.model import Certainty, DraftWindow, Said
from apps.rules.notices.roles import Item, Role, Stretch, lines, said
from apps.rules.notices.source import Line, Source
from apps.rules.notices.words import Actor


def read_labelled(source: Source, item: Item, parts: Sequence[Stretch]) -> None:
    """Each clause of the time label that says what is done is a task; bare times are one."""
    content = lines(source, parts, Role.CONTENT)
    times = lines(source, parts, Role.TIME)
    said_what = [(line, _says_what(line)) for line in times]
    acting = [line for line, says in said_what if says]
    bare = [line for line, says in said_what if not says]
    for line in acting:
        item.drafts.append(draft_of(source, item, line, Certainty.CERTAIN))
    if bare and not acting:
        item.drafts.append(_of_heading(source, item, bare, content))
    elif bare:
        item.drafts[-1].windows += _windows(source, item, bare)
    if len(item.drafts) == 1 and item.block.level >= 0 and item.block.is_titled:
        name_after_heading(source, item.drafts[0])
    for line in content:
        again = len(item.drafts) == 1 and _is_inside(item.drafts[0], line)
        if _has_days(line) and words.ACTION.search(line.bare) and not again:
            item.drafts.append(draft_of(source, item, line, Certainty.LIKELY))
    _fill(source, item, content, lines(source, parts, Role.CARE))


def _is_inside(made: Draft, line: Line) -> bool:
    """Whether the sentence only says again when the item's window ends."""
    days = {found.reading.end for found in line.dates if windows.is_timed(found)}
    return bool(days) and days <= {window.closes for window in made.windows}


def _has_days(line: Line) -> bool:
    """Whether a sentence of the content has a date or a number of days of its own."""
    return any(
        windows.is_timed(found) or found.reading.days is not None for found in line.dates
    ) and not words.DEFINES.search(line.bare)


def _says_what(line: Line) -> bool:
    """Whether a clause says more than a time."""
    rest = line.text
    for found in line.dates:
        rest = rest.replace(found.text, "", 1)
    return bool(words.ACTION.search(rest)) and len(rest) > 3


def draft_of(source: Source, item: Item, line: Line, structure: Certainty) -> Draft:
    """The clause as a task of the item."""
    return drafting.draft(source, line, item.block, structure=structure)


def _windows(source: Source, item: Item, lines: Sequence[Line]) -> list[DraftWindow]:
    found = [each for line in lines for each in line.dates]
    return windows.build(found, spans=source.span)


def _of_heading(
    source: Source, item: Item, times: Sequence[Line], content: Sequence[Line]
) -> Draft:
    """A task whose times stand alone: the heading names it, the content says who and what."""
    acting = [line for line in content if line.who and line.who.kind is Actor.UNIT]
    first = (acting or list(content) or list(times))[0]
    made = draft_of(source, item, first, Certainty.CERTAIN)
    made.windows = _windows(source, item, times)
    made.stage = sorting.heading_stage(source, item.block) or made.stage
    made.category = sorting.category(source, None, item.block, dated=True)
    if made.category.span is None:
        made.category = sorting.category(source, first, item.block, dated=True)
    return made


def name_after_heading(source: Source, made: Draft) -> None:
    """The only task of an item is called what the item is called."""
    start = made.block.title_start
    end = start + len(made.block.title)
    made.title = Said(made.block.title, source.span(start, end))


def _fill(source: Source, item: Item, content: list[Line], care: list[Line]) -> None:
    """Content and care tell more of the first task for units: who, with what, after which event."""
    units = [made for made in item.drafts if made.is_for_units] or item.drafts
    if not units:
        return
    first = units[0]
    for line in content:
        drafting.take_facts(first, source, line.start, line.end)
        _take_event(first, line)
    for line in (*content, *care):
        if line.who and line.who.kind is Actor.FINANCE and words.REVIEW.search(line.text):
            first.reviews.append(said(source, line))
    first.section = first.section or _receiving(source, content)
    who = next((line.who for line in content if line.who and line.who.kind is Actor.UNIT), None)
    for made in units:
        if made.responsible is None and who:
            made.responsible = Said(who.text, source.span(who.start, who.end), Certainty.LIKELY)


def _take_event(made: Draft, line: Line) -> None:
    """After which event the window may open: 在部门决算填报结束后, 收到评估通知后."""
    if _has_days(line):
        return
    events = [found for found in line.dates if found.reading.kind is Kind.event_relative]
    if events and made.windows and not made.windows[0].event:
        words_of = events[0].reading.event or events[0].text
        made.windows[0] = windows.conditioned(made.windows[0], words_of)


_RECEIVES = re.compile(
    r"报(?:送)?(?:至|到)?[\u4e00-\u9fff]{0,6}?财政局?(?P<name>[\u4e00-\u9fff]{2,12}?(?:科|股))"
)


def _receiving(source: Source, lines: Sequence[Line]) -> Said[str] | None:
    """The section that the papers go to: 报送至旗财政绩效管理和监督股."""
    for line in lines:
        match = _RECEIVES.search(source.flat.text, line.start, line.end)
        if match:
            return Said(match["name"], source.span(*match.span("name")), Certainty.LIKELY)
    return None
