"""All that some rooms store, as one hash: what a refusal or a fault may not change."""

import hashlib

from django.apps import apps
from django.db import connection, models

ENGINE = ("filings", "targets", "workplans", "notifications")
ALL = (*ENGINE, "audit", "jobs")


def tables(rooms: tuple[str, ...]) -> list[type[models.Model]]:
    return [table for room in rooms for table in apps.get_app_config(room).get_models()]


def digest(rooms: tuple[str, ...] = ENGINE) -> str:
    """The content of every table of these rooms as one hash; plain rows, since many tests ask."""
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in tables(rooms):
            meta = table._meta
            cursor.execute(f'SELECT * FROM "{meta.db_table}" ORDER BY "{meta.pk.column}"')
            found.update(repr(cursor.fetchall()).encode())
    return found.hexdigest()
