"""Which stage, subject and title a clause has: the part of it that says what is done."""

from __future__ import annotations

import re
from dataclasses import dataclass

from apps.rules.dates import Kind
from apps.rules.notices import words
from apps.rules.notices.model import Category, Certainty, Said, Stage, Subject
from apps.rules.notices.outline import Block
from apps.rules.notices.source import Cue, Line, Source
from apps.rules.notices.words import Actor

TITLE_MIN, TITLE_MAX = 6, 60
_NO_DAYS = (Kind.not_a_date, Kind.event_relative)
DATE_MAX = 40  # characters of a date expression
MANY_STAGES = 3
_LEAD = re.compile(
    r"(?:[一二三四五六七八九十]是|由|并|同时|要|应|须|必须|需|负责|牵头|将|可|按时|分别|及时|认真|主动|优先|统一|具体|总"
    r"|在|于|，|：)*"
)
_PUBLISH = re.compile(r"公开|公示")
_HANDED = re.compile(r"^(?:负责)?将")
_SENT_ON = re.compile(r"[，,]\s*(?:报|同步|一并|及时)")
_SCOPE = re.compile(r"对(?P<what>[^，。；《》]{2,60}?)(?:开展|进行|实施|组织|设置)")
SUBJECTS = (  # in this order: the first that the words name
    (Subject.JURISDICTION, re.compile(r"下级政府|各旗县区|各区（县）|县市区?财政|旗县区财政")),
    (Subject.TRANSFER, re.compile(r"转移支付")),
    (
        Subject.UNIT,
        re.compile(
            r"整体|部门评价|部门重点|汇总表|汇总材料|总结材料|宣传|培训|稿件|季度|联络员|一报告三表格"
        ),
    ),
    (Subject.PROJECT, re.compile(r"项目|储备")),
    (Subject.POLICY, re.compile(r"政策")),
)


@dataclass(frozen=True)
class Act:
    """A part of a clause, and where in it the action begins behind dates and subject."""

    begin: int
    start: int
    end: int


def action_of(source: Source, line: Line) -> Act:
    """The part that says what is done: with a verb and a stage's word, else with a verb."""
    fallback: dict[bool, Act] = {}  # by whether it only says how: 按照…, 结合…
    for part in line.clause.parts:
        begin = bare_start(source, line, part)
        if not _acts(source, begin, part[1]):
            continue
        only_how = bool(words.ADVERBIAL.match(source.bare, begin, part[1]))
        act = Act(begin, *part)
        if not only_how and any(cue.is_strong for cue in source.cues.within(*part)):
            return act
        fallback.setdefault(only_how, act)
    last = line.clause.parts[-1] if line.who is None else line.clause.parts[0]
    return fallback.get(False) or fallback.get(True) or Act(bare_start(source, line, last), *last)


def _acts(source: Source, begin: int, end: int) -> bool:
    """Whether the words have a verb of their own and are no condition."""
    text = source.bare[begin:end]
    acts = bool(words.ACTION.search(text)) or source.text(begin - 1, begin) == "将"
    return acts and not words.CONDITION.search(text)


def bare_start(source: Source, line: Line, part: tuple[int, int]) -> int:
    """Where the part begins once dates, subject and 负责、要、将 before the verb are left out."""
    place = part[0]
    while place < part[1]:
        lead = _LEAD.match(source.flat.text, place, part[1])
        following = lead.end() if lead else place
        if line.who and line.who.start == following:
            following = line.who.end
        near = source.dates.within(following - DATE_MAX, following + 1) if line.dates else ()
        for found in near:
            if found.reading.kind not in _NO_DAYS and found.end > following:
                following = found.end
        if following == place:
            break
        place = following
    return place if place < part[1] else part[0]


def title(source: Source, line: Line, act: Act) -> Said[str]:
    """The action of the clause in its own words, at most 60 characters."""
    start = act.begin
    handed = source.text(start - 1, start) == "将" and _SENT_ON.search(line.text)
    end = min(line.end if handed else act.end, start + TITLE_MAX)
    if end - start < TITLE_MIN:
        start = act.start
    return Said(source.text(start, end), source.span(start, end), Certainty.LIKELY)


def stage(source: Source, line: Line, block: Block, act: Act) -> Said[Stage]:
    """The stage by the clause's own words, then the headings', then the weaker words."""
    text = line.text
    strong = [cue for cue in line.cues if cue.is_strong]
    heading = heading_stage(source, block)
    part = (act.start, act.end)
    if _PUBLISH.search(text) and (
        "公开" in block.title or _HANDED.match(source.text(_actor_end(line, part), part[1]))
    ):
        return Said(Stage.MATERIALS, source.span(line.start, line.end), Certainty.LIKELY)
    kinds = {cue.stage for cue in strong if cue.stage is not Stage.MATERIALS}
    if len(kinds) >= MANY_STAGES:
        note = "一句话里有几个环节，要定归到哪一个"
        return Said(Stage.MATERIALS, source.span(line.start, line.end), Certainty.DOUBTFUL, note)
    settled = [cue for cue in source.cues.within(*part) if cue.is_strong]
    other = bool(strong) and strong[-1].stage is Stage.MATERIALS
    if not settled and not other and heading and heading_stage(source, block, own=True):
        return heading
    if settled or strong:
        cue = (settled or strong)[-1]
        return Said(cue.stage, source.span(cue.start, cue.end), _how_sure(cue, heading))
    if heading:
        return heading
    return _weak(source, line, part)


def _actor_end(line: Line, part: tuple[int, int]) -> int:
    """Where the words after the subject begin."""
    return line.who.end if line.who and part[0] <= line.who.start < part[1] else part[0]


def _how_sure(cue: Cue, heading: Said[Stage] | None) -> Certainty:
    """Certain where clause and heading agree."""
    return Certainty.CERTAIN if heading and heading.value is cue.stage else Certainty.LIKELY


def _weak(source: Source, line: Line, part: tuple[int, int]) -> Said[Stage]:
    weak = source.cues.within(*part) or line.cues
    if weak:
        cue = weak[-1]
        return Said(cue.stage, source.span(cue.start, cue.end), Certainty.LIKELY)
    return Said(Stage.MATERIALS, None, Certainty.DOUBTFUL, "没有读出属于哪个环节")


def heading_stage(source: Source, block: Block, *, own: bool = False) -> Said[Stage] | None:
    """The stage that the nearest heading names; `own`: that its own title names."""
    for above in (block,) if own else block.above():
        start, end = above.title_start, above.title_start + len(above.title)
        strong = [cue for cue in source.cues.within(start, end) if cue.is_strong]
        if strong:
            cue = strong[-1]
            return Said(cue.stage, source.span(cue.start, cue.end))
    return None


def subject(source: Source, line: Line | None, block: Block) -> Said[Subject]:
    """What the task is answered for, by its subject and the thing it is done to."""
    if line and line.who and line.who.kind is Actor.FINANCE:
        return Said(Subject.SECTION, source.span(line.who.start, line.who.end))
    if line and line.who is None and (match := words.UPWARD.search(line.bare)):
        place = source.span(line.start + match.start(), line.start + match.end())
        return Said(Subject.SECTION, place, Certainty.LIKELY)
    places = [(line.start, line.end)] if line else []
    places += [(each.title_start, each.title_end) for each in block.above()]
    for start, end in places:
        text = source.text(start, end)
        named = [(kind, match) for kind, pattern in SUBJECTS if (match := pattern.search(text))]
        if named:
            return _subject(source, start, named)
    return Said(Subject.UNIT, None, Certainty.LIKELY)


def _subject(
    source: Source, start: int, named: list[tuple[Subject, re.Match[str]]]
) -> Said[Subject]:
    kind, match = named[0]
    both = {each for each, _ in named} >= {Subject.UNIT, Subject.PROJECT}
    note = "整体和项目都提到，要定按单位还是按项目报" if both and "整体" in match[0] else ""
    sure = Certainty.DOUBTFUL if note else Certainty.LIKELY
    return Said(kind, source.span(start + match.start(), start + match.end()), sure, note)


def category(source: Source, line: Line | None, block: Block, *, dated: bool) -> Said[Category]:
    """主要 or 次要 by the heading; else what helps the bureau or is its own desk work is 次要."""
    for above in block.above():
        for word, kind in (("次要任务", Category.SECONDARY), ("主要任务", Category.MAIN)):
            place = above.title.find(word)
            if place >= 0:
                start = above.title_start + place
                return Said(kind, source.span(start, start + len(word)))
    desk = line is not None and line.who is not None and line.who.kind is Actor.FINANCE
    if (line and line.text.startswith("配合")) or (desk and not dated):
        return Said(Category.SECONDARY, None, Certainty.LIKELY)
    return Said(Category.MAIN, None, Certainty.LIKELY)


def scope(source: Source, line: Line) -> Said[str] | None:
    """What the clause is done to, or the units it speaks to."""
    if line.who and line.who.kind is not Actor.UNIT:
        return None
    match = _SCOPE.search(source.flat.text, line.start, line.end)
    if match:
        place = match.span("what")
        return Said(match["what"], source.span(*place), Certainty.LIKELY)
    if line.who:
        return Said(line.who.text, source.span(line.who.start, line.who.end), Certainty.LIKELY)
    return None


def section(source: Source, line: Line) -> Said[str] | None:
    """The finance section that the clause's subject names."""
    if line.who is None or line.who.kind is not Actor.FINANCE:
        return None
    bureau = re.match(
        r"[\u4e00-\u9fff]{0,7}?财政(?:局|部门|厅|所)?(?:各|相关|有关)*", line.who.text
    )
    start = line.who.start + (bureau.end() if bureau else 0)
    name = source.text(start, line.who.end)
    if not name or not name.endswith(("科", "股", "科室", "处室", "处", "中心")):
        return None
    return Said(name, source.span(start, line.who.end))
