"""Expressions that come again: 每季度结束次月1日前, 以每年6月底为节点, 监控节点次月10日前, 按月."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from apps.rules.dates.durations import duration
from apps.rules.dates.fixed import ends
from apps.rules.dates.moments import Item
from apps.rules.dates.parts import (
    THIRDS,
    Part,
    Unit,
    after_months,
    aligned,
    month_end,
    on_day,
    year_of,
)
from apps.rules.dates.reading import Kind, Reading
from apps.rules.dates.scene import Scene, days_of, doubted, noted, one, parts
from apps.rules.dates.vocabulary import RHYTHMS, WEEKDAYS

LENGTHS = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}  # in months
TENS = "every 10 days"  # 旬: to the 10th, the 20th, the month's end

Build = Callable[[Sequence[Item], Scene], Reading]


def in_year(build: Build) -> Build:
    """The rule with a year in front of it: 2025年每月10日前."""

    def build_in_year(items: Sequence[Item], scene: Scene) -> Reading:
        if items[0].letter in "YF":
            items, scene = items[1:], replace(scene, year=year_of(items[0].part, scene.year))
        return build(items, scene)

    return build_in_year


def each(items: Sequence[Item], scene: Scene) -> Reading:
    """按月, 每年6月底(为节点), 每年3月31日前, 每月10日前, 每季度末, 每季度结束次月1日前, 每周五."""
    rhythm = RHYTHMS[items[0].value][0]
    reading = Reading(Kind.recurring, recurrence=rhythm)
    if weekday := one(items, "W"):
        return noted(reading, f"星期{WEEKDAYS[weekday.value]}")
    if one(items, "工"):
        return doubted(reading, "按工作日算，要看日历")
    if rhythm == TENS and one(items, "E"):
        days = tuple(period_ends(rhythm, scene.year))
        return _on(reading, days, is_due=one(items, "前") is not None)
    named = _edges(items) or parts(items)
    if not named:
        return reading
    is_due = one(items, "前") is not None
    if rhythm == "yearly":
        return _yearly(reading, named, scene, is_due=is_due)
    return _within(reading, named, scene, is_due=is_due)


def _edges(items: Sequence[Item]) -> list[Part]:
    """每月底, 每季度末, 每年初: the edge of whatever comes again."""
    edge = one(items, "E")
    if edge is None:
        return []
    rhythm, sign = RHYTHMS[items[0].value][0], edge.text.strip()
    if rhythm == "yearly":
        return [Part(Unit.year, edge="底" if sign in "底末" else sign)]
    back = 1 - LENGTHS.get(rhythm, 1) if sign == "初" else 0
    return [Part(Unit.month, months=back, edge="底" if sign in "底末" else sign)]


def _yearly(reading: Reading, named: Sequence[Part], scene: Scene, *, is_due: bool) -> Reading:
    """Days of every year, as they fall in the year of the notice."""
    whole = aligned(named)
    spans = [days_of(part, scene) for part in whole]
    doubts = [each.doubt for each in spans]
    if is_due and not all(part.is_exact for part in whole):
        doubts.append("“前”是否含所写的时段")
    last_days = tuple(each.end for each in spans)
    if len(whole) > 1:
        return doubted(_on(reading, last_days, is_due=is_due), *doubts)
    if whole[0].is_exact:
        reading = replace(reading, recurrence=f"yearly {last_days[0]:%m-%d}")
    start = None if is_due else spans[0].start
    return doubted(replace(reading, start=start, end=last_days[0]), *doubts)


def _within(reading: Reading, named: Sequence[Part], scene: Scene, *, is_due: bool) -> Reading:
    """Days of every month, quarter or half-year."""
    rhythm = reading.recurrence or ""
    if rhythm not in LENGTHS:
        return doubted(reading, "没有写从哪一天起算")
    if rhythm != "monthly" and any(part.months is None for part in named):
        return doubted(reading, "没有写是其中哪个月")
    days = tuple(sorted(at(end, part) for end in period_ends(rhythm, scene.year) for part in named))
    reading = _on(reading, days, is_due=is_due)
    doubt = "" if all(part.is_exact for part in named) else "所写的时段没有确日"
    return doubted(reading, doubt)


def _on(reading: Reading, days: tuple[date, ...], *, is_due: bool) -> Reading:
    return replace(reading, deadlines=days) if is_due else replace(reading, nodes=days)


def period_ends(rhythm: str, year: int) -> list[date]:
    """The last days of the thirds of months, the months, quarters or halves of the year."""
    length = LENGTHS.get(rhythm, 1)
    ends = [month_end(year, month) for month in range(length, 13, length)]
    if rhythm != TENS:
        return ends
    return [day for end in ends for day in (end.replace(day=10), end.replace(day=20), end)]


def at(end: date, part: Part) -> date:
    """The day that the part names in the month of `end`, or so many months after it.

    A 29th to 31st that the month lacks is its last day. Raises Impossible for a day no month has.
    """
    year, month = after_months(end, part.months or 0)
    last = month_end(year, month)
    if part.unit is Unit.third or part.edge in ("初", "中"):
        third = part.number if part.unit is Unit.third else "初中".index(part.edge) + 1
        return last.replace(day=min(THIRDS[third][1], last.day))
    if part.unit is not Unit.day:
        return last
    if 28 < part.number < 32:
        return last.replace(day=min(part.number, last.day))
    return on_day(year, month, part.number)


def every_range(items: Sequence[Item], scene: Scene) -> Reading:
    """每年3—5月, 每月1—10日."""
    rhythm = RHYTHMS[items[0].value][0]
    if rhythm == "yearly":
        first, last = ends(items[1:], scene)
        reading = Reading(Kind.recurring, first.start, last.end, "yearly")
        return doubted(reading, first.doubt, last.doubt)
    words = "".join(item.text for item in items[1:])
    return noted(Reading(Kind.recurring, recurrence=rhythm), f"其中{words}")


def after_each(items: Sequence[Item], scene: Scene) -> Reading:
    """每季度结束次月1日前, 每季度终了后10日内."""
    rhythm = RHYTHMS[items[0].value][0]
    reading = Reading(Kind.recurring, recurrence=rhythm)
    if within := one(items, "U"):
        return _counted(reading, within.text, scene)
    return _within(reading, parts(items), scene, is_due=True)


def _counted(reading: Reading, text: str, scene: Scene) -> Reading:
    """So many days after the end of each; working days need a calendar and are only said."""
    length, rhythm = duration(text), reading.recurrence or ""
    if (rhythm not in LENGTHS and rhythm != TENS) or length.working_days or length.hours:
        return replace(reading, days=length.days, working_days=length.working_days)
    days = []
    for end in period_ends(rhythm, scene.year):
        year, month = after_months(end, length.months or 0)
        last = month_end(year, month) if length.months else end
        days.append(last + timedelta(days=length.days or 0))
    return replace(reading, deadlines=tuple(days), days=length.days, months=length.months)


def per_node(items: Sequence[Item], scene: Scene) -> Reading:
    """监控节点次月10日前: one deadline for each node, none where no nodes are known."""
    month = next(item for item in items if item.letter == "r")
    part, word = month.part, month.text[: month.text.index("月") + 1]
    if one(items, "前") is None and part.unit is Unit.month and not part.edge:
        return doubted(Reading(Kind.unspecified), f"“{word}”是哪个月没有写")
    reading = Reading(Kind.deadline, recurrence="per node", depends_on="nodes")
    if one(items, "节") is None and word[0] in "本下上":
        return doubted(Reading(Kind.deadline), f"“{word}”是哪个月没有写")
    if scene.nodes:
        days = tuple(at(node, part) for node in scene.nodes)
        reading = replace(reading, deadlines=days, depends_on=f"nodes {_listed(scene.nodes)}")
        return doubted(reading, "" if part.is_exact else "所写的时段没有确日")
    if one(items, "节") is None and scene.month is not None:
        day = at(month_end(scene.year, scene.month), part)
        return doubted(Reading(Kind.deadline, end=day), f"“{word}”从{scene.month}月算起")
    return doubted(reading, "没有写节点，算不出日期")


def _listed(days: Iterable[date]) -> str:
    shown = [day.isoformat() for day in days]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
