"""Search in Chinese text: a row keeps the pieces of its words, an index finds rows by them.

Chinese has no blanks between words, so every two neighbouring characters are a piece, and every
single one for those who type just one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models


def pieces_of(texts: Iterable[str]) -> set[str]:
    """The single characters and the pairs of each text, without blanks, in lower case."""
    found: set[str] = set()
    for text in texts:
        for word in text.lower().split():
            found.update(word)
            found.update(word[at : at + 2] for at in range(len(word) - 1))
    return found


def packed(texts: Iterable[str]) -> str:
    """The pieces as the column keeps them."""
    return " ".join(sorted(pieces_of(texts)))


def asked_for(term: str) -> list[str]:
    """The pieces that a row must have to hold the term: pairs, or its one character."""
    word = term.lower()
    return [word[at : at + 2] for at in range(len(word) - 1)] or [word]


class PiecesField(models.TextField):  # type: ignore[type-arg]  # generic in stubs only
    """Pieces parted by blanks; `__holds` asks for rows that have all of the given ones."""


@PiecesField.register_lookup
class Holds(models.Lookup):
    """PostgreSQL has an index over the pieces. SQLite compares the words themselves, which the
    caller asks for in any case: one county's rows are read through faster than sorted out.
    """

    lookup_name = "holds"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        """The pieces as one array."""
        return "%s", [list(value)]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Every row, on a database without the index."""
        return "1 = 1", []

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Rows whose array holds the asked one, by the GIN index of migration 0005."""
        column, params = self.process_lhs(compiler, connection)
        asked, more = self.process_rhs(compiler, connection)
        return f"string_to_array({column}, ' ') @> {asked}::text[]", [*params, *more]
