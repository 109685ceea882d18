"""One heading with its paragraphs becomes tasks and leftovers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.rules.notices import drafting, windows
from apps.rules.notices.labelled import read_labelled
from apps.rules.notices.model import Said, Span, Subject
from apps.rules.notices.outline import Block
from apps.rules.notices.prose import read_prose
from apps.rules.notices.roles import Item, Role, Stretch, lines, stretches, zone_of
from apps.rules.notices.shares import read_shares
from apps.rules.notices.source import Source

_EDGES = re.compile("[，。；]")


def read_item(source: Source, block: Block) -> Item:
    """The tasks and leftovers of one block."""
    item = Item(block)
    parts = list(stretches(source, block))
    if any(part.role is Role.TIME for part in parts):
        read_labelled(source, item, parts)
    else:
        read_prose(source, item, parts, zone_of(block))
    read_shares(source, item, lines(source, parts, Role.SHARE))
    _take_labels(source, item, parts)
    _take_leads(source, item)
    for start, end in item.early if item.drafts else ():
        drafting.take_numbers((item.for_units or item.drafts)[0], source, start, end)
    return item


def _take_labels(source: Source, item: Item, parts: Sequence[Stretch]) -> None:
    """涉及范围, 责任单位, 牵头科室 and 报送材料 hold for the tasks of the item."""
    last = {(part.role, part.label): part for part in parts if part.label}
    for part in last.values():
        text = _EDGES.split(source.text(part.start, part.end).strip("，。；： "))[0]
        if part.role in (Role.SCOPE, Role.PAPERS):
            text = source.text(part.start, part.end).strip("，。；： ")
        if not text or not item.drafts:
            continue
        start = part.start + source.text(part.start, part.end).index(text)
        told = Said(text, source.span(start, start + len(text)))
        if part.role is Role.SCOPE:
            for made in item.drafts:
                made.scope = told
        elif part.role is Role.WHO and "配合" not in part.label:
            _take_who(source, item, part, told)
        elif part.role is Role.PAPERS:
            drafting.take_facts((item.for_units or item.drafts)[0], source, part.start, part.end)


def _take_who(source: Source, item: Item, part: Stretch, told: Said[str]) -> None:
    section = _section_of(part, told)
    found = [each for each in source.dates.within(part.start, part.end) if windows.is_timed(each)]
    for made in item.drafts:
        made.section = section or made.section
        made.windows = made.windows or windows.build(found, spans=source.span)
        is_first = made is (item.for_units or item.drafts)[0]
        if "科室" not in part.label and (made.line.who is None or is_first):
            made.responsible = told
        elif made.responsible is None:
            made.responsible = told
            made.subject = Said(Subject.SECTION, told.span)


def _section_of(part: Stretch, told: Said[str]) -> Said[str] | None:
    """The sections that a label names: all of it, or the first among others."""
    names = told.value.split("、")
    sections = [name for name in names if name.endswith(("科", "股", "科室", "处室"))]
    if not sections:
        return told if "科室" in part.label else None
    if len(sections) == len(names) or told.span is None:
        return told
    start = told.span.start + told.value.index(sections[0])
    return Said(sections[0], Span(start, start + len(sections[0])))


_LEADS = re.compile(r"（(?:由)?(?P<who>[^（）：，；]{2,24}?)牵头[^（）]{0,40}）")


def _take_leads(source: Source, item: Item) -> None:
    """（绩效科牵头，各业务科室配合） behind the text of an item."""
    for start, end in item.block.paragraphs:
        match = _LEADS.search(source.flat.text, start, end)
        if match:
            told = Said(match["who"], source.span(*match.span("who")))
            for made in item.drafts:
                made.responsible = made.responsible or told
                if told.value.endswith(("科", "股", "科室")):
                    made.section = made.section or told
