"""What an export would put on record, and what of it is unusual and needs a reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from apps.projects import paid
from apps.projects.models import Project
from apps.projects.paid import Told
from apps.projects.payments.lines import Funds
from apps.rules.numbers import show_wan

Key = tuple[int, str]  # project and source
Series = dict[Key, dict[date, Decimal]]  # cumulative yuan by day


@dataclass(frozen=True, slots=True)
class Item:
    """What a project had paid of a source by a day, and what stood on record for it."""

    project: Project
    fund: str
    as_of: date
    amount: Decimal
    stands: Decimal | None
    number: int  # of the row that says it

    @property
    def kind(self) -> str:
        """new, changed or same."""
        if self.stands is None:
            return "new"
        return "same" if self.stands == self.amount else "changed"

    @property
    def is_fall(self) -> bool:
        """Whether less than stood on record."""
        return self.stands is not None and self.amount < self.stands


@dataclass(frozen=True)
class Mark:
    """What is unusual and yet may be true; it needs a reason."""

    number: int
    project: Project
    text: str


@dataclass
class OnRecord:
    """The numbers on record; of a day the one recorded last, with its key."""

    series: Series = field(default_factory=lambda: defaultdict(dict))
    keys: dict[tuple[Key, date], int] = field(default_factory=dict)


def written(items: Iterable[Item]) -> list[Item]:
    """The items to be written, in that order: what falls, what is 0, then what takes its place.

    Where a project's source is said or no longer said, the number that holds is the newest.
    """
    news = [item for item in items if item.kind != "same"]
    return sorted(news, key=lambda item: (not item.is_fall, item.amount != 0))


def marks(items: list[Item], record: OnRecord, budgets: Funds) -> Iterator[Mark]:
    """What is above the budget, less than stood, or less than an earlier day."""
    series: Series = defaultdict(dict)
    for key, stands in record.series.items():
        series[key].update(stands)
    for item in items:
        series[item.project.pk, item.fund][item.as_of] = item.amount
    falls = {
        (key, late): (early, days[early])
        for key, days in series.items()
        for early, late in pairwise(sorted(days))
        if days[late] < days[early]
    }
    news = {(item.project.pk, item.fund, item.as_of) for item in items if item.kind != "same"}
    for item in items:
        key = (item.project.pk, item.fund)
        yield from _alone(item, budgets.get(key, Decimal(0)))
        fall = falls.get((key, item.as_of))
        if fall and ((*key, fall[0]) in news or item.kind != "same"):
            yield Mark(item.number, item.project, _fallen(item, *fall))
    yield from _later_falls(items, falls, series)


def _alone(item: Item, budget: Decimal) -> Iterator[Mark]:
    """What one number shows without its neighbours."""
    if item.kind != "same" and item.amount > budget:
        yield Mark(item.number, item.project, _over(item, budget))
    if item.is_fall:
        words = f"{_sum(item)}，少于已登记的{show_wan(item.stands)}万元"
        yield Mark(item.number, item.project, words)


def _later_falls(
    items: list[Item], falls: dict[tuple[Key, date], tuple[date, Decimal]], series: Series
) -> Iterator[Mark]:
    """A number that an earlier import left is now less than the day before it."""
    given = {(item.project.pk, item.fund, item.as_of): item for item in items}
    for (key, late), (early, amount) in falls.items():
        item = given.get((*key, early))
        if item and item.kind != "same" and (*key, late) not in given:
            later = f"{late:%Y-%m-%d}已登记{show_wan(series[key][late])}万元"
            words = f"到{early:%Y-%m-%d}累计{show_wan(amount)}万元，多于{later}"
            yield Mark(item.number, item.project, words)


def _sum(item: Item) -> str:
    return f"到{item.as_of:%Y-%m-%d}累计{show_wan(item.amount)}万元"


def _over(item: Item, budget: Decimal) -> str:
    shown = f"{show_wan(budget)}万元" if budget else "（没有登记）"
    return f"{_sum(item)}，超过调整后预算数{shown}"


def _fallen(item: Item, early: date, amount: Decimal) -> str:
    return f"{_sum(item)}，少于{early:%Y-%m-%d}的{show_wan(amount)}万元"


# --- the project as a whole -----------------------------------------------------------------
def unlike_totals(
    items: list[Item], record: OnRecord, said: Mapping[int, Decimal], words: tuple[str, str]
) -> Iterator[Mark]:
    """Projects whose sum over all sources would not be what was said, in yuan by project.

    `words`: who said it, and what to look at.
    """
    given: defaultdict[int, list[Item]] = defaultdict(list)
    for item in items:
        given[item.project.pk].append(item)
    rows = _after(items, record)
    for project, own in given.items():
        if all(item.kind == "same" for item in own):
            continue
        last = max(own, key=lambda item: item.as_of)
        total = _total(rows[project], last.as_of)
        if total != said[project]:
            by, advice = words
            told = f"到{last.as_of:%Y-%m-%d}各来源合计将为{show_wan(total)}万元"
            text = f"{told}，{by}是{show_wan(said[project])}万元，{advice}"
            yield Mark(last.number, last.project, text)


def _after(items: list[Item], record: OnRecord) -> dict[int, list[Told]]:
    """The rows in force of each project once the file is on record."""
    known: dict[tuple[Key, date], Told] = {
        (key, on): Told(key[1], on, record.keys[key, on], amount)
        for key, days in record.series.items()
        for on, amount in days.items()
    }
    last = max(record.keys.values(), default=0)
    for place, item in enumerate(written(items), start=last + 1):
        key = (item.project.pk, item.fund)
        known[key, item.as_of] = Told(item.fund, item.as_of, place, item.amount)
    rows: defaultdict[int, list[Told]] = defaultdict(list)
    for ((project, _), _), row in known.items():
        rows[project].append(row)
    return rows


def _total(rows: list[Told], until: date) -> Decimal:
    """What the rows say together on a day, as the project's page reckons it."""
    in_force: dict[str, Told] = {}
    for row in sorted(rows, key=lambda row: row.as_of):
        if row.as_of <= until:
            in_force[row.fund] = row
    return paid.together(list(in_force.values()))[0]
