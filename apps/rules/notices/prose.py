"""An item in prose: sentence by sentence a task, a check, more about a task, or left over."""

from __future__ import annotations

from collections.abc import Sequence

from apps.rules.notices import drafting, sorting, windows, words
from apps.rules.notices.drafting import Draft
from apps.rules.notices.labelled import draft_of, name_after_heading
from apps.rules.notices.model import Certainty, Leftover
from apps.rules.notices.roles import GOAL, GUARD, SHARED, TASK, Item, Role, Stretch, lines, said
from apps.rules.notices.source import Line, Source
from apps.rules.notices.words import Actor

FAR = "责任在上级，没有列为任务"
NO_TASK = "有要求，没有读出具体的任务或日期"
GOALS = "写的是目标，没有列为任务"


def read_prose(source: Source, item: Item, parts: Sequence[Stretch], zone: str) -> None:
    """Sentence by sentence; in a list of tasks an item without any gives at least itself."""
    sentences = lines(source, parts, Role.CONTENT, Role.CARE)
    for line in sentences:
        _sentence(source, item, line, zone)
    if zone == TASK and not item.drafts and item.block.level > 0 and item.block.is_leaf:
        acting = [line for line in sentences if words.ACTION.search(line.text)]
        if acting:
            item.drafts.append(_whole(source, item, acting))
    if len(item.drafts) == 1 and _heading_fits(source, item):
        name_after_heading(source, item.drafts[0])


def _whole(source: Source, item: Item, acting: Sequence[Line]) -> Draft:
    """The item itself as a task that somebody must date."""
    strong = [line for line in acting if line.who and any(cue.is_strong for cue in line.cues)]
    made = draft_of(source, item, (strong or list(acting))[0], Certainty.DOUBTFUL)
    name_after_heading(source, made)
    taken = made.line.start
    item.leftovers = [
        left for left in item.leftovers if left.span.start != source.span(taken, taken + 1).start
    ]
    return made


def _heading_fits(source: Source, item: Item) -> bool:
    """Whether the heading names the stage that its only task has."""
    stage = sorting.heading_stage(source, item.block)
    made = item.drafts[0]
    own = item.block.level > 0 and not item.block.title.startswith("各")
    return own and stage is not None and stage.value is made.stage.value


def _sentence(source: Source, item: Item, line: Line, zone: str) -> None:
    """One sentence: a task, a check of the task before it, more about it, or left over."""
    if zone in (GOAL, SHARED):
        _leave(source, item, line, GOALS if zone == GOAL else NO_TASK)
        return
    if line.who and line.who.kind is Actor.UPPER:
        _leave(source, item, line, FAR)
        _more(source, item, line)
        return
    structure = _is_task(line, zone)
    if structure is None:
        if not _checks(source, item, line):
            _leave(source, item, line, NO_TASK)
        _more(source, item, line)
        return
    item.drafts.append(draft_of(source, item, line, structure))


def _is_task(line: Line, zone: str) -> Certainty | None:
    """How sure it is that the sentence gives a task; None: it gives none."""
    text, who = line.text, line.who
    acts = bool(words.ACTION.search(text))
    timed = any(windows.is_timed(found) for found in line.dates)
    soft = any(windows.is_soft(found) for found in line.dates)
    if timed and acts:
        return Certainty.CERTAIN if who else Certainty.LIKELY
    if zone == GUARD or _only_follows(text):
        return None
    sends = bool(words.SUBMIT.search(text))
    if soft and acts and (who or sends):
        return Certainty.LIKELY
    if only_checks(line):
        return None
    if who and acts and (sends or words.DUTY.search(text)) and line.cues:
        return Certainty.DOUBTFUL
    return None


def _only_follows(text: str) -> bool:
    """A consequence, not a duty: 不安排预算, 作为依据."""
    return bool(words.CONSEQUENCE.search(text)) and not words.SUBMIT.search(text)


def only_checks(line: Line) -> bool:
    """The bureau checks what units send, and nothing comes of it but the check."""
    finance = line.who is not None and line.who.kind is Actor.FINANCE
    return finance and bool(words.REVIEW.search(line.text)) and not words.OUTPUT.search(line.text)


def _checks(source: Source, item: Item, line: Line) -> bool:
    """A check is kept with the task before it."""
    units = [made for made in item.drafts if made.is_for_units]
    if not units or not only_checks(line):
        return False
    units[-1].reviews.append(said(source, line))
    return True


def _more(source: Source, item: Item, line: Line) -> None:
    """Thresholds of a sentence that is no task belong to the task before it."""
    if item.drafts:
        drafting.take_numbers(item.drafts[-1], source, line.start, line.end)


def _leave(source: Source, item: Item, line: Line, reason: str) -> None:
    """Kept for a person when it has a date or a plain duty."""
    timed = any(windows.is_timed(found) for found in line.dates)
    if timed or (reason != GOALS and words.HARD_DUTY.search(line.text)):
        span = source.span(line.start, line.end)
        item.leftovers.append(Leftover(line.text, reason, span))
