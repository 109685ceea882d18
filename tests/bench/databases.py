"""Databases of the bench: one migrated template, a copy for whatever needs its own rows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from django.core.management import call_command
from django.db import connection, connections
from psycopg2 import sql

Session = psycopg2.extensions.connection
Cursor = psycopg2.extensions.cursor
PREFIX = "bench"


def database_name() -> str:
    """The database this process works on now."""
    return str(connection.settings_dict["NAME"])


def create(name: str, template: str = "template0") -> None:
    """A new database, a copy of the template; one of this name left by a killed run goes."""
    connections.close_all()
    drop(name)
    names = sql.Identifier(name), sql.Identifier(template)
    _on_server(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))


def drop(name: str) -> None:
    """The database is gone."""
    _on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _on_server(statement: sql.Composed) -> None:
    server = session("postgres")
    server.autocommit = True
    server.cursor().execute(statement)
    server.close()


def use(name: str) -> None:
    """From here on Django speaks to this database."""
    if database_name() != name:
        connection.close()
        connection.settings_dict["NAME"] = name


@contextmanager
def copied(template: str, name: str) -> Iterator[str]:
    """A copy of a database, dropped at the end."""
    before = database_name()
    create(name, template)
    try:
        yield name
    finally:
        use(before)
        connections.close_all()
        drop(name)


@contextmanager
def migrated() -> Iterator[str]:
    """An empty database of the present models, dropped at the end."""
    name = f"{PREFIX}_{database_name()}"
    with copied("template0", name):
        use(name)
        call_command("migrate", verbosity=0, stdout=io.StringIO())
        yield name


def session(name: str) -> Session:
    """A plain psycopg2 connection with the parameters that Django would use."""
    values = connection.settings_dict
    return psycopg2.connect(
        dbname=name,
        user=values["USER"],
        password=values["PASSWORD"],
        host=values["HOST"],
        port=values["PORT"],
    )


def settle() -> None:
    """Statistics are fresh and dead rows are gone: what autovacuum would have done meanwhile."""
    server = session(database_name())
    server.autocommit = True
    server.cursor().execute("VACUUM (ANALYZE)")
    server.close()
