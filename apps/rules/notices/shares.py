"""任务分工: a unit's share joins its task; a section's share is a task of its own or a check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from apps.rules.notices import drafting, sorting, words
from apps.rules.notices.clauses import Clause
from apps.rules.notices.drafting import Draft
from apps.rules.notices.labelled import draft_of
from apps.rules.notices.model import Certainty, Said
from apps.rules.notices.prose import only_checks
from apps.rules.notices.roles import Item, said
from apps.rules.notices.source import Line, Source, Who
from apps.rules.notices.words import Actor


def read_shares(source: Source, item: Item, lines: Sequence[Line]) -> None:
    """Each clause goes to its actor; a clause without one goes on with the actor before it."""
    last: Who | None = None
    own = list(item.drafts)
    for line in (each for given in lines for each in _by_actor(source, given)):
        last = line.who or last
        whole = line if line.who else replace(line, who=last)
        if whole.who is None or whole.who.kind is Actor.UNIT:
            _of_unit(source, item, own, whole)
        elif only_checks(whole):
            _check(source, own, whole)
        else:
            _of_section(source, item, own, whole)


def _by_actor(source: Source, line: Line) -> Iterator[Line]:
    """One line for each section in 社保科负责…，企业科负责…"""
    begin, parts = 0, line.clause.parts
    for place in range(1, len(parts)):
        match = words.ACTOR.match(source.flat.text, *parts[place])
        if match and words.DUTY.match(source.flat.text, match.end(), parts[place][1]):
            yield source.line(_piece(line.clause, begin, place))
            begin = place
    yield source.line(_piece(line.clause, begin, len(parts))) if begin else line


def _piece(clause: Clause, begin: int, end: int) -> Clause:
    parts = clause.parts[begin:end]
    return replace(clause, start=parts[0][0], end=parts[-1][1], parts=parts)


def _of_unit(source: Source, item: Item, own: list[Draft], line: Line) -> None:
    """What units do is said before; here it gets the words of the duty and more papers."""
    units = [made for made in own if made.is_for_units]
    stage = sorting.stage(source, line, item.block).value
    same = [made for made in units if made.stage.value is stage]
    target = drafting.alike(source, line, units) or next(iter(same or units), None)
    if target is None:
        if words.ACTION.search(line.text):
            item.drafts.append(draft_of(source, item, line, Certainty.LIKELY))
        return
    target.responsible = said(source, line)
    drafting.take_facts(target, source, line.start, line.end)


def _check(source: Source, own: list[Draft], line: Line) -> None:
    """Who checks what units send; the performance section is named with the task."""
    section = sorting.section(source, line)
    for made in own:
        if not made.is_for_units:
            continue
        made.reviews.append(said(source, line))
        if section and made.section is None and "业务" not in section.value:
            made.section = Said(section.value, section.span, Certainty.LIKELY)


def _of_section(source: Source, item: Item, own: list[Draft], line: Line) -> None:
    """A section's own work: joins the task it speaks of again, or is one."""
    again = drafting.alike(source, line, [made for made in own if not made.is_for_units])
    if again is None:
        item.drafts.append(draft_of(source, item, line, Certainty.LIKELY))
        return
    again.responsible = said(source, line)
    again.section = again.section or sorting.section(source, line)
