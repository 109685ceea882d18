"""An item in prose: sentence by sentence a task, a check, more about a task, or left over."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from apps.rules.notices import drafting, sorting, windows, words
from apps.rules.notices.drafting import Draft
from apps.rules.notices.labelled import draft_of, name_after_heading
from apps.rules.notices.model import Certainty, Leftover, Subject
from apps.rules.notices.pieces import by_actor
from apps.rules.notices.roles import GOAL, GUARD, SHARED, TASK, Item, Role, Stretch, lines, said
from apps.rules.notices.source import Line, Source
from apps.rules.notices.words import Actor

FAR = "责任在上级，没有列为任务"
NO_TASK = "有要求，没有读出具体的任务或日期"
GOALS = "写的是目标，没有列为任务"


def read_prose(source: Source, item: Item, parts: Sequence[Stretch], zone: str) -> None:
    """Sentence by sentence; in a list of tasks an item without any gives at least itself."""
    sentences = lines(source, parts, Role.CONTENT, Role.CARE)
    for (_, listed), group in groupby(sentences, key=_place):
        _group(source, item, list(group), zone, listed=listed > 0)
    own = [made for made in item.drafts if made.subject.value is not Subject.JURISDICTION]
    if zone == TASK and not own and item.block.level > 0 and item.block.is_leaf:
        acting = [line for line in sentences if words.ACTION.search(line.bare)]
        if acting:
            item.drafts.insert(0, _whole(source, item, acting))
    if len(item.drafts) == 1 and _heading_fits(source, item):
        name_after_heading(source, item.drafts[0])


def _place(line: Line) -> tuple[int, int]:
    return line.clause.paragraph, line.clause.item


def _group(source: Source, item: Item, group: list[Line], zone: str, *, listed: bool) -> None:
    """Sentences of one paragraph or of one 一是 …; in a list of tasks each 一是 is one."""
    before = len(item.drafts)
    for line in group:
        for piece in by_actor(source, line):
            _sentence(source, item, piece, zone)
    acting = [line for line in group if words.ACTION.search(line.bare) and not _only_follows(line)]
    if zone == TASK and listed and len(item.drafts) == before and acting:
        item.drafts.append(_of_list(source, item, group))


def _of_list(source: Source, item: Item, group: list[Line]) -> Draft:
    """一是 … with no date and nobody named: its first words are the task."""
    made = draft_of(source, item, group[0], Certainty.DOUBTFUL)
    for line in group[1:]:
        drafting.take_facts(made, source, line.start, line.end)
    return made


def _whole(source: Source, item: Item, acting: Sequence[Line]) -> Draft:
    """The item itself as a task that somebody must date."""
    named = [line for line in acting if line.who and not words.LOWER.search(line.who.text)]
    strong = [line for line in named if any(cue.is_strong for cue in line.cues)]
    made = draft_of(source, item, (strong or list(acting))[0], Certainty.DOUBTFUL)
    if item.block.is_titled:
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
    own = item.block.level > 0 and item.block.is_titled
    return own and stage is not None and stage.value is made.stage.value


def _sentence(source: Source, item: Item, line: Line, zone: str) -> None:
    """One sentence: a task, a check of the task before it, more about it, or left over."""
    if zone in (GOAL, SHARED):
        is_goal = zone == GOAL and item.block.level >= 0
        _leave(source, item, line, GOALS if is_goal else NO_TASK)
        return
    if line.who and line.who.kind is Actor.UPPER:
        _leave(source, item, line, FAR)
        _more(source, item, line)
        return
    structure = _is_task(source, line, zone)
    if structure is None:
        if not _checks(source, item, line):
            _leave(source, item, line, NO_TASK)
        _more(source, item, line)
        return
    item.drafts.append(draft_of(source, item, line, structure))


def _is_task(source: Source, line: Line, zone: str) -> Certainty | None:
    """How sure it is that the sentence gives a task; None: it gives none."""
    acts = bool(words.ACTION.search(line.bare))
    if words.DEFINES.search(line.bare):
        return None
    if acts and any(windows.is_timed(found) for found in line.dates):
        return Certainty.CERTAIN if line.who else Certainty.LIKELY
    if zone == GUARD:
        return Certainty.LIKELY if line.who and _is_work(line) else None
    if _only_follows(line):
        return None
    if line.who is None:
        return _nobodys(line) if acts else None
    return _somebodys(source, line, acts=acts)


def _is_work(line: Line) -> bool:
    """What among requirements is work of its own: a ledger, or something published with another."""
    published = "公开" in line.bare and any(windows.is_soft(found) for found in line.dates)
    return published or bool(words.LEDGER.search(line.bare))


def _somebodys(source: Source, line: Line, *, acts: bool) -> Certainty | None:
    """A sentence with a subject and no day."""
    if not acts:
        amounts = words.AMOUNTS.search(line.bare) and source.numbers.within(line.start, line.end)
        return Certainty.LIKELY if amounts else None
    if any(windows.is_soft(found) for found in line.dates):
        return Certainty.LIKELY
    if only_checks(line):
        return None
    told = words.SUBMIT.search(line.bare) or words.DUTY.search(line.bare)
    strong = any(cue.is_strong for cue in line.cues)
    return Certainty.DOUBTFUL if strong or (told and line.cues) else None


def _nobodys(line: Line) -> Certainty | None:
    """A sentence without a subject: only what is plainly to be made or sent."""
    soft = any(windows.is_soft(found) for found in line.dates)
    if soft and words.SUBMIT.search(line.bare):
        return Certainty.LIKELY
    if words.FILES.search(line.bare):
        return Certainty.DOUBTFUL
    strong = any(cue.is_strong for cue in line.cues)
    return Certainty.DOUBTFUL if strong and words.IMPERATIVE.match(line.bare) else None


def _only_follows(line: Line) -> bool:
    """A consequence, not a duty: 不安排预算, 作为依据; nothing to do in the other parts."""
    if not words.CONSEQUENCE.search(line.bare):
        return False
    pieces = (line.bare[start - line.start : end - line.start] for start, end in line.clause.parts)
    return not any(
        words.ACTION.search(piece)
        and not words.CONSEQUENCE.search(piece)
        and not words.CONDITION.search(piece)
        for piece in pieces
    )


def only_checks(line: Line) -> bool:
    """The bureau checks what units send, and nothing comes of it but the check."""
    finance = line.who is not None and line.who.kind is Actor.FINANCE
    return finance and bool(words.REVIEW.search(line.bare)) and not words.OUTPUT.search(line.bare)


def _checks(source: Source, item: Item, line: Line) -> bool:
    """A check is kept with the task before it."""
    recent = [made for made in item.drafts[-drafting.KEYS :] if made.is_for_units]
    if not recent or not only_checks(line):
        return False
    recent[-1].reviews.append(said(source, line))
    return True


def _more(source: Source, item: Item, line: Line) -> None:
    """Thresholds of a sentence that is no task belong to the task before it."""
    if item.drafts:
        drafting.take_numbers(item.drafts[-1], source, line.start, line.end)
    else:
        item.early.append((line.start, line.end))


def _leave(source: Source, item: Item, line: Line, reason: str) -> None:
    """Kept for a person when it has a date or a plain duty."""
    timed = any(windows.is_timed(found) for found in line.dates)
    if timed or (reason != GOALS and words.HARD_DUTY.search(line.text)):
        span = source.span(line.start, line.end)
        item.leftovers.append(Leftover(line.text, reason, span))
