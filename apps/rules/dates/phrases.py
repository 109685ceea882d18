"""One phrase, one reading: its main expression, with what the others say about it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from apps.rules.dates.reader import Reader
from apps.rules.dates.reading import Found, Kind, Period, Reading
from apps.rules.dates.scene import doubted

LONGEST = 2000  # characters of a phrase

RANKS = (  # which expression of a phrase is the main one: the first of the highest rank
    (Kind.range, Kind.deadline, Kind.point, Kind.nodes, Kind.recurring, Kind.unparseable),
    (Kind.event_relative,),
    (Kind.as_of,),
    (Kind.period,),
    (Kind.fiscal_year,),
    (Kind.unspecified,),
    (Kind.not_a_date,),
)
RANK = {kind: rank for rank, kinds in enumerate(RANKS) for kind in kinds}
WINDOW, WEAKEST = 0, RANK[Kind.not_a_date]


def read(phrase: str, *, year: int, nodes: Sequence[date] = ()) -> Reading:
    """The phrase as one reading; `year` is the notice's, `nodes` those named before it."""
    if reason := refusal(phrase):
        return Reading(Kind.unparseable, note=reason)
    found = Reader(year, tuple(nodes), is_phrase=True).found(phrase)
    if not found:
        return Reading(Kind.unparseable, note="没有找到日期")
    main = min(found, key=lambda each: RANK[each.reading.kind])
    others = [each for each in found if each is not main]
    return main.reading if RANK[main.reading.kind] == WEAKEST else _merged(main, others)


def refusal(phrase: str) -> str:
    """Why the phrase cannot be read at all; empty when it can."""
    if not phrase.strip():
        return "空行"
    if len(phrase) > LONGEST:
        return f"共{len(phrase)}字，最长{LONGEST}字"
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\t\r\n" for char in phrase):
        return "含有控制字符"
    return ""


def _merged(main: Found, others: Sequence[Found]) -> Reading:
    """The main reading with the event, the figures, the year and the nodes told beside it."""
    reading = main.reading
    if reading.kind is Kind.unparseable:
        return reading
    reading = _with_fiscal_year(main, others)
    if RANK[reading.kind] != WINDOW:
        return reading
    for other in others:
        reading = _with(reading, other)
    return reading


def _with(reading: Reading, other: Found) -> Reading:
    told = other.reading
    match told.kind:
        case Kind.event_relative if reading.event is None:
            counted = replace(
                reading,
                event=told.event,
                days=told.days,
                months=told.months,
                working_days=told.working_days,
            )
            return counted if told.event else doubted(counted, told.note or "")
        case Kind.as_of | Kind.period:
            return replace(reading, data_periods=reading.data_periods + figures(told))
        case Kind.deadline if reading.nodes and told.recurrence == "per node":
            return replace(reading, deadlines=told.deadlines, depends_on=told.depends_on)
        case kind if RANK[kind] == WINDOW:
            return doubted(reading, f"句中还有“{other.text}”")
    return reading


def figures(told: Reading) -> tuple[Period, ...]:
    """The stretches of figures of an as_of or period reading; 截至 counts from 1 January."""
    if told.data_periods or told.end is None:
        return told.data_periods
    return ((told.start or told.end.replace(month=1, day=1), told.end),)


def _with_fiscal_year(main: Found, others: Sequence[Found]) -> Reading:
    """The year talked about; named before a window of the same year, it is only the window's."""
    reading = main.reading
    day = reading.start or reading.end
    told = [
        other.reading
        for other in others
        if other.reading.kind is Kind.fiscal_year
        and not (other.start < main.start and day and other.reading.fiscal_year == day.year)
    ]
    years = {each.fiscal_year for each in told}
    if len(years) > 1 or None in years:
        listed = "、".join(str(year) for year in sorted(filter(None, years)))
        return doubted(reading, told[0].note or f"写有{listed}几个年度")
    return replace(reading, fiscal_year=years.pop()) if years else reading
