"""Expressions that hang on an event: 部门预算批复后(20日内), 随部门决算一同公开, 收到通知之日起."""

import re
from collections.abc import Sequence
from dataclasses import replace

from apps.rules.dates.durations import Duration, duration
from apps.rules.dates.moments import Item
from apps.rules.dates.parts import Unit
from apps.rules.dates.reading import Kind, Reading
from apps.rules.dates.scene import Scene, doubted, noted, one

LONGEST = 30  # characters of an event's name
LEAD = re.compile(  # the last of these words ends what is not yet the event
    r"在|当(?![年地前月期])|待|自(?![评治查然主行身动筹])|于(?!是)|经(?![费营济过办验])|\n"
)
SIDE = re.compile(r"(?:假期)?(?:之后|以后|的?后的?|之日起|之前|以前|前|期间)$")
ALONG = re.compile(r"^(?:随同?|与|同|按照?|在)|，?(?:同步.*|一同|一并|一起|报|公开)$")
SHORTER = (  # one name for one event, however the sentence puts it
    (re.compile(r"^(?:本|各)?年度(?=部门|预算|决算)"), ""),
    (re.compile(r"(?:财政支出)?绩效自评"), "自评"),
    (re.compile(r"时间安排$"), "安排"),
)


def event(items: Sequence[Item], scene: Scene) -> Reading:
    """预算批复后, 会议召开前5日, 收到通知之日起10个工作日内."""
    mark = next(index for index, item in enumerate(items) if item.letter == "事")
    words = "".join(item.text for item in items[: mark + 1])
    is_before = words.rstrip().endswith("前")
    reading = Reading(Kind.event_relative, event=named(SIDE.sub("", words)))
    length = one(items[mark + 1 :], "Uub")
    if length is None or length.part.unit not in (Unit.number, Unit.day):
        return reading
    return _offset(reading, duration(length.text), is_before=is_before)


def _offset(reading: Reading, length: Duration, *, is_before: bool) -> Reading:
    sign = -1 if is_before else 1
    reading = replace(
        reading,
        days=length.days and sign * length.days,
        months=length.months and sign * length.months,
        working_days=length.working_days,
    )
    return noted(reading, f"原文写{length.hours}小时" if length.hours else "")


def bare(items: Sequence[Item], scene: Scene) -> Reading:
    """20日内, 10个工作日后: a length that counts from something unsaid."""
    text = items[0].text
    reading = _offset(Reading(Kind.event_relative), duration(text), is_before=text.endswith("前"))
    return doubted(reading, "没有写从哪一天起算")


def ahead(items: Sequence[Item], scene: Scene) -> Reading:
    """提前5个工作日."""
    reading = _offset(Reading(Kind.event_relative), duration(items[1].text), is_before=True)
    return doubted(reading, "没有写提前于哪一件事")


def at_once(items: Sequence[Item], scene: Scene) -> Reading:
    """即日起: from the day of the notice on."""
    return Reading(Kind.event_relative, event="发文")


def alongside(items: Sequence[Item], scene: Scene) -> Reading:
    """随部门决算一同公开, 按年度部门预算编制时间安排, 在监控节点."""
    words = ALONG.sub("", items[0].text)
    return Reading(Kind.event_relative, event=named(words))


def in_step(items: Sequence[Item], scene: Scene) -> Reading:
    """同步编报、同步审核、同步批复: in step with the budget, where nothing else is named."""
    return Reading(Kind.event_relative, event="部门预算", note="“同步”按随部门预算读")


def lead(words: str) -> int:
    """How many characters come before the event: 各部门负责在 in 各部门负责在预算批复后."""
    skipped = max(0, len(words) - LONGEST)
    leads = [match.end() for match in LEAD.finditer(words, skipped) if match.end() < len(words)]
    begin = leads[-1] if leads else skipped
    return len(words) - len(words[begin:].lstrip())


def named(words: str) -> str:
    """The event's short name, without what leads up to it and what every such name repeats."""
    text = "".join(words[lead(words) :].split())
    for pattern, short in SHORTER:
        text = pattern.sub(short, text)
    return text
