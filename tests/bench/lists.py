"""Work list and review queue: the same at 10,000 filings and at many, and near a bare view."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import makers
from tests.bench import crowd, databases
from tests.bench.measuring import Measured, in_turn
from tests.personas import client_of
from tests.reports.test_bounds import MOST_BYTES, MOST_QUERIES, PAGES, address_of

SMALL = 10_000
SIZES = {"default": 200_000, "full": 1_000_000}
ROUNDS = 5  # each with both databases
A_ROUND = 10  # requests of each page
YEAR = 2024
# Name: person, page, bare page with the same rows, and where those are more than six plain columns
# the page with six plain columns (shown, not judged).
LISTS = {
    "待办 (work list)": ("filer", "reports:home", "/bare/2024/rows/", "/bare/2024/owed/"),
    "待我审 (review queue)": ("section_reviewer", "filings:queue", "/bare/2024/queue/", ""),
}


@dataclass(frozen=True)
class Crowd:
    """One database with its people logged in, and one filing made by the services."""

    name: str
    clients: dict[str, Client]
    subjects: dict[str, str]  # filing, project and unit by public id

    def get(self, person: str, url: str) -> Callable[[], bytes]:
        """A function that fetches the page as this person."""
        client = self.clients[person]

        def fetch() -> bytes:
            answer = client.get(url)
            assert answer.status_code == 200, (url, answer.status_code)
            return answer.content

        return fetch


def measure(template: str, size: str) -> Iterator[Measured]:
    """Both lists at both sizes, then every page among a thousand siblings."""
    with (
        databases.copied(template, f"{template}_small") as small,
        databases.copied(template, f"{template}_large") as large,
    ):
        crowds = {"small": _crowd(small, SMALL), "large": _crowd(large, SIZES[size])}
        for name in LISTS:
            yield from _list(name, crowds, SIZES[size])
        databases.use(small)
        yield from _pages(crowds["small"])


def _crowd(name: str, n_filings: int) -> Crowd:
    databases.use(name)
    world = crowd.make_people()
    filing = makers.submitted(world, makers.target_filing(world))
    crowd.fill(world, n_filings)
    people = {row[0] for row in (*LISTS.values(), *PAGES.values())}
    subjects = {"filing": filing, "project": filing.assignment.project, "unit": filing.unit}
    return Crowd(
        name,
        {person: client_of(world.people[person]) for person in people},
        {key: str(row.public_id) for key, row in subjects.items() if row},
    )


def _list(name: str, crowds: dict[str, Crowd], n_large: int) -> Iterator[Measured]:
    """One list: growth, and distance from the bare view, which is measured in the large one."""
    person, page, bare, plain = LISTS[name]
    taken: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for which, each in crowds.items():
            databases.use(each.name)
            url = reverse(page, args=[YEAR])
            works = {which: each.get(person, url), f"{which} bare": each.get(person, bare)}
            if plain:
                works[f"{which} plain"] = each.get(person, plain)
            for key, seconds in in_turn(works, rounds=A_ROUND).items():
                taken.setdefault(key, []).append(seconds * 1000)
    ms = {key: median(times) for key, times in taken.items()}
    grown = f"at {SMALL:,} filings"
    yield Measured(f"{name}, {n_large:,} filings", ms["large"], "ms", grown, ms["small"], 1.3)
    for which, n in (("small", SMALL), ("large", n_large)):
        of = f"{name}, {n:,} filings"
        yield Measured(of, ms[which], "ms", "bare view, same rows", ms[f"{which} bare"], 3.0)
        if plain:
            yield Measured(of, ms[which], "ms", "six plain columns", ms[f"{which} plain"], None)


def _pages(crowd_: Crowd) -> Iterator[Measured]:
    """Queries and bytes of every page of the main job; tests/reports/test_bounds.py asserts."""
    for name, (person, page, subject) in PAGES.items():
        fetch = crowd_.get(person, address_of(page, crowd_.subjects.get(subject or "")))
        fetch()
        with CaptureQueriesContext(connection) as queries:
            content = fetch()
        siblings = f"page: {name}, 1,000 siblings"
        yield Measured(siblings, len(queries), "queries", "", None, MOST_QUERIES)
        yield Measured(siblings, len(content) / 1000, "kB", "", None, MOST_BYTES / 1000)
