"""Many rows at once: COPY on PostgreSQL, multi-row INSERT on SQLite (decision 17)."""

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models

Values = Mapping[str, Any]  # a row by attribute name: unit_id, not unit
Writer = Callable[[Any], str]
BATCH = 500
SPECIAL = re.compile(r"[\\\t\n\r]")
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert(model: type[models.Model], rows: Sequence[Values]) -> list[int]:
    """The rows stand in the table, inside the caller's transaction. Returns their keys in order.

    What a row leaves out has the field's default. No save(), no signals, no model objects, which
    would be half of an import's time. Constraints hold as always.
    """
    if not rows:
        return []
    if connection.vendor == "postgresql":
        keys = _keys(model, len(rows))
        _copy(model, keys, rows)
        return keys
    made = [model(**row) for row in rows]
    model._default_manager.bulk_create(made, batch_size=BATCH)
    return [row.pk for row in made]


def _keys(model: type[models.Model], n: int) -> list[int]:
    """Keys from the table's sequence, so that other rows can point at these."""
    with connection.cursor() as cursor:
        name = [_quoted(model._meta.db_table), model._meta.pk.column]
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", name)
        (sequence,) = cursor.fetchone()
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, n])
        return [key for (key,) in cursor.fetchall()]


def _copy(model: type[models.Model], keys: Sequence[int], rows: Sequence[Values]) -> None:
    """One COPY for all rows."""
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    writers = [(field.attname, _writer(field), _default(field)) for field in fields]
    lines = io.StringIO()
    for key, row in zip(keys, rows, strict=True):
        cells = [write(row[name]) if name in row else default() for name, write, default in writers]
        lines.write(f"{key}\t" + "\t".join(cells) + "\n")
    lines.seek(0)
    names = ", ".join(_quoted(field.column) for field in (model._meta.pk, *fields))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {_quoted(model._meta.db_table)} ({names}) FROM STDIN", lines)


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _default(field: "models.Field[Any, Any]") -> Callable[[], str]:
    """The field's default in COPY's format: written once, unless each row has its own."""
    write = _writer(field)
    if callable(field.default):
        return lambda: write(field.get_default())
    text = write(field.get_default())
    return lambda: text


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
    if isinstance(field, models.JSONField):
        return lambda value: _text(json.dumps(value, cls=field.encoder, ensure_ascii=False))

    def prepared(value: Any) -> str:
        return _plain(field.get_prep_value(value))

    return lru_cache(maxsize=1)(prepared) if isinstance(field, models.DateField) else prepared


def _plain(value: Any) -> str:
    return "\\N" if value is None else str(value)


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    text = str(value)
    return text.translate(ESCAPES) if SPECIAL.search(text) else text  # translate is slow


def _flag(value: Any) -> str:
    return "\\N" if value is None else "t" if value else "f"
