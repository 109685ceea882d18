"""What a whole file would do: shared by every kind of list that is imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, Protocol, TypeVar

from apps.core import sheets
from apps.core.sheets import CellError, Column, Grid, Row, Table

CHUNK = 5_000
THING = TypeVar("THING")
Step = Callable[[int, int], None]


class Item(Protocol):
    """One row that is right."""

    @property
    def kind(self) -> str:
        """new, changed or same."""


ITEM = TypeVar("ITEM", bound=Item)


@dataclass
class Plan(Generic[ITEM]):
    """What the whole file would do."""

    table: Table
    items: list[ITEM] = field(default_factory=list)

    @property
    def errors(self) -> list[CellError]:
        """Every wrong cell, in the order of the sheet."""
        return sorted(self.table.errors, key=lambda error: (error.row, error.column))

    def counts(self) -> Counter[str]:
        """Rows by kind."""
        return Counter(item.kind for item in self.items)


def read(grid: Grid, columns: Sequence[Column]) -> Table:
    """The rows by their columns; a sheet without any is an error of its own."""
    table = sheets.read_table(grid, columns)
    if not table.rows and not table.errors:
        table.errors.append(
            CellError(grid.sheet, len(grid.rows), "", "", "", "表头下面没有数据行，至少填一行")
        )
    return table


def checked(
    table: Table,
    *,
    wrong: Callable[[Row], Iterable[CellError]],
    item: Callable[[Row], ITEM],
    step: Step | None = None,
) -> Plan[ITEM]:
    """Every row with what is wrong with it, or with what it would do."""
    plan: Plan[ITEM] = Plan(table)
    for done, row in enumerate(table.rows):
        errors = list(wrong(row))
        table.errors.extend(errors)
        if not errors:
            plan.items.append(item(row))
        if step and done % 1_000 == 0:
            step(done, len(table.rows))
    return plan


def error(table: Table, row: Row, key: str, label: str, found: object, expected: str) -> CellError:
    """A wrong cell that only the rest of the file or the database can show."""
    letter = table.letters.get(key, "")
    return CellError(
        table.sheet, row.number, letter, label, "" if found is None else str(found), expected
    )


def chunks(things: Iterable[THING]) -> Iterator[list[THING]]:
    """The things in parts that fit one query."""
    rest = iter(things)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
