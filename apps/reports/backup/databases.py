"""The database as one file and back: pg_dump and pg_restore, or SQLite's own backup."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess  # PostgreSQL's own tools, no shell
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from apps.rules.errors import RuleError

KEPT_AS = ("--no-owner", "--no-privileges", "--no-password")  # grant_runtime gives the rights anew


@contextmanager
def snapshot() -> Iterator[None]:
    """All reads within, and the dump, see one moment; nobody's writing waits for them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")  # deferred, unlike ours: it takes no writer's lock
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # while pg_dump works
        yield


def row_counts() -> dict[str, int]:
    """How many rows each table of ours has."""
    models = apps.get_models(include_auto_created=True)
    return {
        model._meta.db_table: model._base_manager.count()
        for model in models
        if model._meta.managed and not model._meta.proxy
    }


def migrations() -> list[str]:
    """The migrations that the database carries."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def version() -> str:
    """The database's own name and version."""
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"


def dump(target: Path) -> None:
    """The present snapshot is in a new file. Something must have been read within the snapshot:
    SQLite begins it with the first read. Raises RuleError when the tool is missing or fails.
    """
    if connection.vendor == "sqlite":
        with _said("备份"), closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        name = cursor.fetchone()[0]
    _run("pg_dump", "--format=custom", *KEPT_AS, f"--snapshot={name}", f"--file={target}")


def load(source: Path) -> None:
    """The empty database holds what the file holds, or, on an error, still nothing.

    Raises RuleError when the tool is missing or fails.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        address = f"{source.resolve().as_uri()}?immutable=1"  # the folder may be read-only
        with _said("恢复"), closing(sqlite3.connect(address, uri=True)) as copy:
            copy.backup(connection.connection)
        return
    whole = ("--single-transaction", "--exit-on-error")
    name = f"--dbname={connection.settings_dict['NAME']}"
    _run("pg_restore", *whole, *KEPT_AS, name, str(source))


@contextmanager
def _said(act: str) -> Iterator[None]:
    """SQLite's own errors as ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise RuleError(f"SQLite没有{act}成：{error}", code="backup.tool") from error


def demand_tool(name: str) -> str:
    """Where PostgreSQL's tool stands. Raises RuleError when it is not installed."""
    program = shutil.which(name)
    if program is None:
        raise RuleError(
            f"{name}：没有安装，应有与数据库同版本的PostgreSQL客户端（Debian：postgresql-client）。",
            code="backup.tool",
        )
    return program


def _run(tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's tools on the database of the settings."""
    command = [demand_tool(tool), *arguments]
    done = subprocess.run(  # noqa: S603 (PostgreSQL's own tool, no shell)
        command, env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["?"]
        said = next((line for line in lines if "error:" in line), lines[0])
        raise RuleError(f"{tool}没有做成：{said}", code="backup.tool")


def _environment() -> dict[str, str]:
    """Where the server is; other users of the machine see a command line, but not this."""
    values = connection.settings_dict
    named = {
        "PGHOST": values["HOST"],
        "PGPORT": values["PORT"],
        "PGUSER": values["USER"],
        "PGPASSWORD": values["PASSWORD"],
        "PGDATABASE": values["NAME"],
    }
    given = {name: str(value) for name, value in named.items() if value}
    return {**os.environ, "LC_ALL": "C", **given}
