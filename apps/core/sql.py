"""Expressions that the two databases write differently."""

from typing import Any

from django.db.models import CharField, Func
from django.db.models.functions import Cast

CUTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))  # SQLite keeps 32 hexadecimal digits


class UuidText(Func):
    """A public id as Python prints it, made by the database; parsing thousands takes long."""

    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> Any:
        """Its own words for it."""
        return Cast(self.source_expressions[0], CharField()).as_sql(compiler, connection)

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:
        """The digits in groups."""
        column, params = compiler.compile(self.source_expressions[0])
        parts = [f"substr({column}, {first}, {n})" for first, n in CUTS]
        text = " || '-' || ".join(parts)
        return f"({text})", [*params] * len(parts)
