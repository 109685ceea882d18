"""Expressions with days of their own: points, ranges, lists, deadlines, figures up to a day."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from apps.rules.dates.moments import Item
from apps.rules.dates.parts import (
    DAY,
    Impossible,
    Part,
    Span,
    Unit,
    aligned,
    joined,
    shown,
    span,
    year_of,
)
from apps.rules.dates.reading import Kind, Reading
from apps.rules.dates.scene import Scene, days_of, doubted, noted, one, parts

FIGURES = re.compile(
    r"的?(?:项目|部门|单位|整体)?(?:预算|资金|财政|监控)?"
    r"(?:执行|数据(?![填采录报上])|收支|支出(?:情况|进度|数)|累计)|资金绩效"
)
DONE_BY = re.compile(r"(?:基本|全面)?(?:完成|建成|实现|形成|到位)")
OPENING = re.compile(r"的?(?:部门)?预算|(?:申请)?追加|新增|安排")
PASSING = re.compile(r"设定|确定|确实|下达|调整")


def ends(items: Sequence[Item], scene: Scene) -> tuple[Span, Span]:
    """The first and the last part of a range. Raises Impossible when it runs backwards."""
    left, right = parts(items)
    left, right = joined(left, right, scene.year)
    first, last = days_of(left, scene), days_of(right, scene)
    if first.start > last.end:
        told = f"{shown(first.start, first.start)}晚于{shown(last.end, last.end)}"
        raise Impossible(f"起止颠倒：{told}；跨年的止日应写“次年”")
    return first, last


def range_(items: Sequence[Item], scene: Scene) -> Reading:
    """4月1—15日, 2023年11月至次年2月, 即日起至12月31日."""
    if one(items, "即"):
        last = days_of(parts(items)[0], scene)
        return doubted(Reading(Kind.range, end=last.end, note="自发文之日起"), last.doubt)
    first, last = ends(items, scene)
    kind = Kind.period if FIGURES.match(scene.tail) else Kind.range
    return doubted(Reading(kind, first.start, last.end), first.doubt, last.doubt)


def focus(items: Sequence[Item], scene: Scene) -> Reading:
    """2024年全年，主要集中在3－8月: a window and the busy time inside it."""
    mark = next(index for index, item in enumerate(items) if item.letter == "集")
    outer, inner = _stretch(items[:mark], scene), None
    inner = _stretch(items[mark + 1 :], replace(scene, year=outer.start.year))
    reading = Reading(
        Kind.range, outer.start, outer.end, focus_start=inner.start, focus_end=inner.end
    )
    outside = inner.start < outer.start or inner.end > outer.end
    return doubted(reading, outer.doubt, inner.doubt, "集中期超出起止" if outside else "")


def _stretch(items: Sequence[Item], scene: Scene) -> Span:
    """A range or a single part as one stretch of days."""
    if len(parts(items)) == 1:
        return days_of(parts(items)[0], scene)
    first, last = ends(items, scene)
    return Span(first.start, last.end, first.doubt or last.doubt)


def usual(items: Sequence[Item], scene: Scene) -> Reading:
    """年中（一般是7-9月）: what the words in front mean every year."""
    mark = next(index for index, item in enumerate(items) if item.letter == "典")
    stretch = _stretch(items[mark + 1 :], scene)
    reading = Reading(Kind.recurring, stretch.start, stretch.end, "yearly")
    if stretch.start.year == scene.year:
        return doubted(reading, stretch.doubt)
    shift = "following" if stretch.start.year > scene.year else "previous"
    reading = replace(reading, recurrence=f"yearly (of the {shift} year)")
    named = items[0].text.strip()
    return doubted(reading, f"写“{named}”，指的是{shown(stretch.start, stretch.end)}")


def periods(items: Sequence[Item], scene: Scene) -> Reading:
    """1—5月、1—8月: several stretches of figures."""
    whole = parts(items)
    pairs = zip(whole[::2], whole[1::2], strict=True)
    read: list[tuple[date, date]] = []
    for left, right in pairs:
        near, far = joined(left, right, scene.year)
        read.append((span(near, scene.year).start, span(far, scene.year).end))
    return Reading(Kind.period, data_periods=tuple(read))


def list_(items: Sequence[Item], scene: Scene) -> Reading:
    """2024年5月、8月底(为节点), 5月10日、8月10日前, 二、三季度."""
    whole = aligned(parts(items))
    spans = [days_of(part, scene) for part in whole]
    doubts = [each.doubt for each in spans]
    last_days = tuple(each.end for each in spans)
    is_orderly = sorted(set(last_days)) == list(last_days)
    if not is_orderly:
        doubts.append("所列日期先后颠倒或重复")
    if one(items, "或"):
        doubts.append("写“或”，取哪一个")
    if items[0].letter == "n" and items[0].start == 0 and whole[0].month and not one(items, "节"):
        doubts.append(f"行首“{items[0].text}、”也可能是序号")
    if one(items, "前"):
        exact = all(part.is_exact for part in whole)
        doubts.append("" if exact else "“前”是否含所写的时段")
        return doubted(Reading(Kind.deadline, deadlines=last_days), *doubts)
    if is_orderly and whole[0].unit in (Unit.quarter, Unit.half) and not whole[0].edge:
        return doubted(Reading(Kind.range, spans[0].start, spans[-1].end), *doubts)
    if not one(items, "节") and _is_consecutive(whole):
        doubts.append("相邻月份：按各月末读，也可能是连续的一段")
    return doubted(Reading(Kind.nodes, nodes=last_days), *doubts)


def _is_consecutive(whole: Sequence[Part]) -> bool:
    months = [part.month or 0 for part in whole if part.unit is Unit.month and not part.edge]
    return len(months) == len(whole) and months == list(range(months[0], months[0] + len(months)))


def nodes(items: Sequence[Item], scene: Scene) -> Reading:
    """2024年6月底为节点."""
    days = days_of(parts(items)[0], scene)
    return doubted(Reading(Kind.nodes, nodes=(days.end,)), days.doubt)


def as_of(items: Sequence[Item], scene: Scene) -> Reading:
    """截至2023年5月."""
    days = days_of(parts(items)[0], scene)
    doubt = "“截止”也可能是截止日" if items[0].text == "截止" else ""
    return doubted(Reading(Kind.as_of, end=days.end), days.doubt, doubt)


def deadline(items: Sequence[Item], scene: Scene) -> Reading:
    """4月20日前: that day included; before a longer part (4月初前) a person must confirm."""
    part = parts(items)[0]
    days = days_of(part, scene)
    reading = noted(Reading(Kind.deadline, end=days.end), _hour(part))
    if part.is_exact or not one(items, "前"):
        return doubted(reading, days.doubt)
    reading = replace(reading, alternatives=(days.start, days.start - DAY))
    named = "".join(item.text for item in items).strip()
    return doubted(reading, f"“{named}”是否含{shown(days.start, days.end)}")


def until(items: Sequence[Item], scene: Scene) -> Reading:
    """(力争)到2022年底."""
    days = days_of(parts(items)[0], scene)
    return doubted(Reading(Kind.deadline, end=days.end), days.doubt)


def since(items: Sequence[Item], scene: Scene) -> Reading:
    """4月20日起, which includes the day; 4月20日后, which leaves it open."""
    days = days_of(parts(items)[0], scene)
    if one(items, "起"):
        return doubted(Reading(Kind.range, start=days.start), days.doubt)
    reading = Reading(Kind.range, start=days.end + DAY, alternatives=(days.end,))
    return doubted(reading, days.doubt, f"“后”是否含{shown(days.end, days.end)}")


def about(items: Sequence[Item], scene: Scene) -> Reading:
    """5月左右."""
    return doubted(point(items[:1], scene), f"“{items[1].text.strip()}”没有确日")


def point(items: Sequence[Item], scene: Scene) -> Reading:
    """4月20日, 6月底, 10月, 上半年, 2023年初, 202403."""
    part = parts(items)[0]
    if ordinary := _budget_word(items[0], scene):
        return ordinary
    days = days_of(part, scene)
    if part.edge == "底" and DONE_BY.match(scene.tail):
        return doubted(Reading(Kind.deadline, end=days.end), days.doubt)
    reading = noted(Reading(_kind(part, scene), days.start, days.end), _hour(part))
    return doubted(reading, days.doubt)


def _kind(part: Part, scene: Scene) -> Kind:
    if part.is_exact:
        return Kind.point
    return Kind.period if FIGURES.match(scene.tail) else Kind.range


def _budget_word(item: Item, scene: Scene) -> Reading | None:
    """年初预算 and 年中追加 name money, 年初设定的目标 a moment long past: no window either."""
    part = item.part
    if part.unit is not Unit.year or part.edge not in ("初", "中"):
        return None
    if part.year is not None or part.shift is not None:
        return None
    if OPENING.match(scene.tail):
        return Reading(Kind.not_a_date, note=f"“{item.text.strip()}”说的是预算类别")
    if PASSING.match(scene.tail):
        return Reading(Kind.unspecified, note=f"“{item.text.strip()}”没有确日")
    return None


def _hour(part: Part) -> str:
    return f"原文写到{part.hour}" if part.hour else ""


def dotted(items: Sequence[Item], scene: Scene) -> Reading | None:
    """3.20 without 前 or 起 is a date in a phrase alone, and even there to be confirmed."""
    if not scene.is_phrase:
        return None
    return doubted(point(items, scene), "也可能是小数或序号")


def compact(items: Sequence[Item], scene: Scene) -> Reading | None:
    """202403 alone; within a text it may be a code of any kind."""
    if scene.is_alone:
        return point(items, scene)
    return doubted(point(items, scene), f"“{items[0].text}”也可能是编号")


def half(items: Sequence[Item], scene: Scene) -> Reading:
    """对半年资金执行情况: January to June, which the words do not say."""
    days = days_of(parts(items)[0], scene)
    return doubted(Reading(Kind.period, days.start, days.end), "“半年”按上半年读")


def whole_year(items: Sequence[Item], scene: Scene) -> Reading:
    """2024年，… : the year as a window."""
    days = days_of(parts(items)[0], scene)
    return Reading(Kind.range, days.start, days.end)


def fiscal_year(items: Sequence[Item], scene: Scene) -> Reading:
    """2023年度, 2024年预算: the year that is talked about."""
    days = days_of(parts(items)[0], scene)
    return Reading(Kind.fiscal_year, days.start, days.end, fiscal_year=days.start.year)


def years(items: Sequence[Item], scene: Scene) -> Reading:
    """2023年、2024年: several years that are talked about."""
    named = [year_of(part, scene.year) for part in aligned(parts(items))]
    stretch = date(min(named), 1, 1), date(max(named), 12, 31)
    listed = "、".join(str(year) for year in named)
    return doubted(Reading(Kind.fiscal_year, *stretch), f"写有{listed}几个年度")


def bare_day(items: Sequence[Item], scene: Scene) -> Reading | None:
    """15日前 after another date takes its month; alone it is no date."""
    if scene.month is None and not scene.is_phrase:
        return None
    reading = deadline(items, scene) if one(items, "前止") else point(items, scene)
    return noted(reading, f"月份承前，按{scene.month}月读")
