"""Many rows at once: COPY on PostgreSQL, multi-row INSERT on SQLite (decision 17)."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

ROW = TypeVar("ROW", bound=models.Model)
BATCH = 500
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert(rows: Sequence[ROW]) -> None:
    """The rows stand in their table with their keys set, inside the caller's transaction.

    No save(), no signals: for imports of thousands of rows. Constraints hold as always.
    """
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor == "postgresql":
        _number(model, rows)
        _copy(model, rows)
    else:
        model._default_manager.bulk_create(rows, batch_size=BATCH)


def _number(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Take keys from the table's sequence, so that other rows can point at these."""
    pk = model._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(model._meta.db_table), pk.column, len(rows)],
        )
        keys = [key for (key,) in cursor.fetchall()]
    for row, key in zip(rows, keys, strict=True):
        row.pk = key


def _copy(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """One COPY for all rows."""
    fields = model._meta.local_concrete_fields
    readers = [(field.attname, field) for field in fields]
    lines = io.StringIO()
    for row in rows:
        values = (
            _text(field.get_db_prep_save(getattr(row, name), connection)) for name, field in readers
        )
        lines.write("\t".join(values) + "\n")
    lines.seek(0)
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", lines)


def _text(value: Any) -> str:
    """A value in COPY's text format."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (int, UUID)):
        return str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value).translate(ESCAPES)
