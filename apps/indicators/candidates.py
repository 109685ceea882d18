"""What approved targets use and the edition does not have, grouped by like name (W-23)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from apps.indicators import practice
from apps.indicators.models import Indicator, Library
from apps.indicators.practice import Promised
from apps.rules.similarity import bare_indicator, like_indicator, pairs

EXAMPLES = 3
Held = list[tuple[str, frozenset[str]]]


@dataclass
class Candidate:
    """One group of like names: the commonest name and its particulars stand for all."""

    key: str
    rows: list[Promised] = field(default_factory=list)

    @property
    def n_filings(self) -> int:
        """How many filings promise it."""
        return len({row.filing for row in self.rows})

    @property
    def names(self) -> list[str]:
        """The names it goes by, the commonest first."""
        return [name for name, _ in Counter(row.name for row in self.rows).most_common()]

    @property
    def sample(self) -> Promised:
        """The first row of the commonest name, with the commonest unit of that name."""
        rows = [row for row in self.rows if row.name == self.names[0]]
        unit = Counter(row.unit for row in rows).most_common(1)[0][0]
        return next(row for row in rows if row.unit == unit)

    @property
    def examples(self) -> list[Promised]:
        """Three of them, of different filings."""
        return list({row.filing: row for row in self.rows}.values())[:EXAMPLES]


def candidates(library: Library) -> list[Candidate]:
    """The groups that the edition lacks, the most used first."""
    known = _known(library)
    groups: dict[str, Candidate] = {}
    names: defaultdict[tuple[str, bool], Held] = defaultdict(list)
    for row, place, bare in _promised(library):
        if like_indicator(bare, known[place]):
            continue
        same = like_indicator(bare, names[place])
        if not same:
            names[place].append((bare, frozenset(pairs(bare))))
        key = _key(place, same or bare)
        groups.setdefault(key, Candidate(key)).rows.append(row)
    return sorted(groups.values(), key=lambda one: (-one.n_filings, one.key))


def _key(place: tuple[str, bool], bare: str) -> str:
    return f"{place[0]}|{'定性' if place[1] else '定量'}|{bare}"


def _known(library: Library) -> defaultdict[tuple[str, bool], Held]:
    """The edition's names by second level and kind of value."""
    found: defaultdict[tuple[str, bool], Held] = defaultdict(list)
    rows = Indicator.objects.filter(category__library=library)
    for level2, operator, name in rows.values_list("level2", "operator", "name"):
        bare = bare_indicator(name)
        found[level2, operator == "定性"].append((bare, frozenset(pairs(bare))))
    return found


def _promised(library: Library) -> Iterator[tuple[Promised, tuple[str, bool], str]]:
    """Complete rows with their place and bare name; each name is made bare once."""
    bare: dict[str, str] = {}
    for row in practice.promised(library):
        if row.name not in bare:
            bare[row.name] = bare_indicator(row.name)
        yield row, (row.level2, row.operator == "定性"), bare[row.name]


def chosen(library: Library, keys: Iterable[str]) -> list[Candidate]:
    """The candidates of these keys, in the list's order; what is no candidate is left out."""
    wanted = set(keys)
    return [one for one in candidates(library) if one.key in wanted]
