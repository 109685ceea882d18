"""Many rows at once: COPY on PostgreSQL, multi-row INSERT on SQLite (decision 17)."""

import io
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import connection, models

ROW = TypeVar("ROW", bound=models.Model)
Writer = Callable[[Any], str]
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
    with connection.cursor() as cursor:
        name = [_quoted(model._meta.db_table), model._meta.pk.column]
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", name)
        (sequence,) = cursor.fetchone()
        cursor.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, len(rows)]
        )
        keys = [key for (key,) in cursor.fetchall()]
    for row, key in zip(rows, keys, strict=True):
        row.pk = key


def _copy(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """One COPY for all rows."""
    fields = model._meta.local_concrete_fields
    writers = [(field.attname, _writer(field)) for field in fields]
    lines = io.StringIO()
    for row in rows:
        values = row.__dict__
        lines.write("\t".join([write(values[name]) for name, write in writers]) + "\n")
    lines.seek(0)
    names = ", ".join(_quoted(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {_quoted(model._meta.db_table)} ({names}) FROM STDIN", lines)


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _writer(field: "models.Field[Any, Any]") -> Writer:
    """How the field's values stand in COPY's text format; chosen once a column, not once a cell."""
    if isinstance(
        field, (models.ForeignKey, models.AutoField, models.BigAutoField, models.UUIDField)
    ):
        return _plain
    if isinstance(field, models.CharField | models.TextField):
        return _text
    if isinstance(field, models.BooleanField):
        return _flag

    def prepared(value: Any) -> str:
        return _plain(field.get_prep_value(value))

    return prepared


def _plain(value: Any) -> str:
    return "\\N" if value is None else str(value)


def _text(value: Any) -> str:
    return "\\N" if value is None else str(value).translate(ESCAPES)


def _flag(value: Any) -> str:
    return "\\N" if value is None else "t" if value else "f"
