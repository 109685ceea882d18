"""任务分工: a unit's share joins its task; a section's share is a task of its own or a check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from apps.rules.notices import drafting, sorting, words
from apps.rules.notices.drafting import Draft
from apps.rules.notices.facts import Paper
from apps.rules.notices.labelled import draft_of
from apps.rules.notices.model import Category, Certainty, Said
from apps.rules.notices.pieces import by_actor
from apps.rules.notices.prose import only_checks
from apps.rules.notices.roles import Item, said
from apps.rules.notices.source import Line, Source, Who
from apps.rules.notices.words import Actor

OWN = 24  # tasks of an item that its shares are held against


def read_shares(source: Source, item: Item, lines: Sequence[Line]) -> None:
    """Each clause goes to its actor; a clause without one goes on with the actor before it."""
    last: Who | None = None
    own = item.drafts[:OWN]
    for line in (each for given in lines for each in by_actor(source, given)):
        last = line.who or last
        whole = line if line.who else replace(line, who=last)
        if whole.who is None or whole.who.kind is Actor.UNIT:
            _of_unit(source, item, own, whole)
        elif only_checks(whole):
            _check(source, own, whole)
        else:
            _of_section(source, item, own, whole)


def _of_unit(source: Source, item: Item, own: list[Draft], line: Line) -> None:
    """What units do is said before; here it gets the words of the duty and more papers."""
    units = [made for made in own if made.is_for_units]
    targets = _targets(source, item, units, line)
    for made in targets:
        made.responsible = said(source, line)
    if targets:
        drafting.take_numbers(targets[0], source, line.start, line.end)
    for paper in source.papers.within(line.start, line.end) if targets else ():
        drafting.take_paper(_owner(source, paper, units) or targets[0], source, paper)
    if not targets and words.ACTION.search(line.bare):
        item.drafts.append(draft_of(source, item, line, Certainty.LIKELY))


def _targets(source: Source, item: Item, units: list[Draft], line: Line) -> list[Draft]:
    """The task most alike, else the first of its stage; a share of several stages is for all."""
    again = drafting.alike(source, line, units)
    if again:
        return [again]
    stage = sorting.stage(source, line, item.block, sorting.action_of(source, line))
    if stage.certainty is Certainty.DOUBTFUL:
        return units
    return [made for made in units if made.stage.value is stage.value][:1]


def _owner(source: Source, paper: Paper, units: list[Draft]) -> Draft | None:
    """The task of the stage that the document's own name speaks of."""
    cues = source.cues.within(paper.start, paper.end)
    stages = {cue.stage for cue in cues if cue.is_strong}
    return next((made for made in units if made.stage.value in stages), None)


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
    section = sorting.section(source, line)
    known = [made for made in own if not made.is_for_units and _may_be(made, section)]
    again = drafting.alike(source, line, known)
    if again is None:
        made = draft_of(source, item, line, Certainty.LIKELY)
        if made.category.span is None:
            made.category = Said(Category.SECONDARY, None, Certainty.LIKELY)
        item.drafts.append(made)
        return
    again.responsible = said(source, line)
    again.section = again.section or section


def _may_be(made: Draft, section: Said[str] | None) -> bool:
    """Whether the task can be that section's: nobody else's, and not shared by several."""
    if made.section is None or section is None:
        return True
    return made.section.value == section.value
