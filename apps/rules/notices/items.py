"""One heading with its paragraphs becomes tasks and leftovers."""

from __future__ import annotations

from collections.abc import Sequence

from apps.rules.notices import drafting
from apps.rules.notices.labelled import read_labelled
from apps.rules.notices.model import Said
from apps.rules.notices.outline import Block
from apps.rules.notices.prose import read_prose
from apps.rules.notices.roles import Item, Role, Stretch, lines, stretches, zone_of
from apps.rules.notices.shares import read_shares
from apps.rules.notices.source import Source


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
    for start, end in item.early if item.drafts else ():
        drafting.take_numbers((item.for_units or item.drafts)[0], source, start, end)
    return item


def _take_labels(source: Source, item: Item, parts: Sequence[Stretch]) -> None:
    """涉及范围, 责任单位, 牵头科室 and 报送材料 hold for the tasks of the item."""
    last = {(part.role, part.label): part for part in parts if part.label}
    for part in last.values():
        text = source.text(part.start, part.end).strip("，。；： ")
        if not text or not item.drafts:
            continue
        start = part.start + source.text(part.start, part.end).index(text)
        told = Said(text, source.span(start, start + len(text)))
        if part.role is Role.SCOPE:
            for made in item.drafts:
                made.scope = told
        elif part.role is Role.WHO and "配合" not in part.label:
            _take_who(item, part, told)
        elif part.role is Role.PAPERS:
            drafting.take_facts((item.for_units or item.drafts)[0], source, part.start, part.end)


def _take_who(item: Item, part: Stretch, told: Said[str]) -> None:
    for made in item.drafts:
        if "科" in part.label or told.value.endswith(("科", "股", "科室")):
            made.section = told
        is_first = made is (item.for_units or item.drafts)[0]
        if "科室" not in part.label and (made.line.who is None or is_first):
            made.responsible = told
