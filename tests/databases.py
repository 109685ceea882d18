"""A database of one's own for tests that must commit: live workers, browsers, threads, kill -9.

The audit trail refuses to be emptied, so such a test starts from a copy of the migrated test
database and drops it afterwards, instead of truncating tables.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
from django.db import connection, connections, transaction
from psycopg2 import sql


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace; a refusal's own transaction nests as in a test case."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def database_url() -> str:
    """DATABASE_URL of the database that this process uses now, for processes that a test starts."""
    values = connection.settings_dict
    name = quote(str(values["NAME"]))
    if connection.vendor == "sqlite":
        return f"sqlite://{name}"
    person = f"{quote(values['USER'])}:{quote(values['PASSWORD'])}"
    return f"postgresql://{person}@{values['HOST']}:{values['PORT']}/{name}"


@contextmanager
def copied_database(folder: Path) -> Iterator[str]:
    """Work on a copy of the migrated test database, dropped at the end. Yields its DATABASE_URL."""
    template = str(connection.settings_dict["NAME"])
    copying = _sqlite_copy if connection.vendor == "sqlite" else _postgres_copy
    connections.close_all()
    with copying(template, folder) as name, _connected(name):
        yield database_url()


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """Work on a database without any table, dropped at the end. Yields its DATABASE_URL."""
    making = _sqlite_empty if connection.vendor == "sqlite" else _postgres_empty
    with making(folder) as name, _connected(name):
        yield database_url()


@contextmanager
def _connected(name: str) -> Iterator[None]:
    """This process uses the named database, then again the one before."""
    before = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


@contextmanager
def _sqlite_copy(template: str, folder: Path) -> Iterator[str]:
    copy = folder / "copy.sqlite3"
    source, target = sqlite3.connect(template), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()
    yield str(copy)
    for path in folder.glob("copy.sqlite3*"):
        path.unlink()


@contextmanager
def _postgres_copy(template: str, folder: Path) -> Iterator[str]:
    copy = f"{template}_copy"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy))
    _as_owner(drop)
    names = (sql.Identifier(copy), sql.Identifier(template))
    _as_owner(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    yield copy
    _as_owner(drop)


@contextmanager
def _sqlite_empty(folder: Path) -> Iterator[str]:
    yield str(folder / "empty.sqlite3")
    for path in folder.glob("empty.sqlite3*"):
        path.unlink()


@contextmanager
def _postgres_empty(folder: Path) -> Iterator[str]:
    name = f"{connection.settings_dict['NAME']}_empty"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    _as_owner(drop)
    _as_owner(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    yield name
    _as_owner(drop)


def _as_owner(statement: Any) -> None:
    """Run one statement on the server, outside the test databases."""
    values = connection.settings_dict
    server = psycopg2.connect(
        dbname="postgres",
        user=values["USER"],
        password=values["PASSWORD"],
        host=values["HOST"],
        port=values["PORT"],
    )
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(statement)
    server.close()
