"""Restoring a backup into an empty installation: whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection

from apps.reports.backup import databases, manifest
from apps.reports.backup.manifest import Manifest
from apps.rules.errors import RuleError


def restore(folder: Path) -> Manifest:
    """The empty database and the empty file store hold what the backup holds.

    Raises RuleError or OSError with nothing written: when either is not empty, when a piece is
    missing or changed, when the backup is another program's or another database's.
    """
    described = manifest.read(folder)
    if described.vendor != connection.vendor:
        raise RuleError(
            f"备份来自{described.vendor}，这里的数据库是{connection.vendor}，应为同一种。",
            code="backup.vendor",
        )
    if connection.vendor == "postgresql":
        databases.demand_tool("pg_restore")
    _demand_empty()
    manifest.demand_same_program(described.migrations, "备份")
    manifest.demand_whole(folder, described)
    with ExitStack() as undo:
        for path in described.files:
            undo.callback(default_storage.delete, path)
            _put(folder / manifest.FILES / path, path)
        databases.load(folder / manifest.DATABASE)  # in one transaction, after all that may fail
        undo.pop_all()
    os.sync()
    return described


def _demand_empty() -> None:
    """Nothing is overwritten, neither a table nor a file."""
    if tables := sorted(connection.introspection.table_names()):
        name = connection.settings_dict["NAME"]
        raise RuleError(
            f"数据库{name}：已有{len(tables)}张表（{tables[0]}等），应为空库。", code="backup.taken"
        )
    if kept := next(_kept(""), None):
        raise RuleError(
            f"文件目录{default_storage.path('')}：已有文件（{kept}等），应为空目录。",
            code="backup.taken",
        )


def _kept(folder: str) -> Iterator[str]:
    """Every file in the store."""
    if not default_storage.exists(folder):
        return
    folders, names = default_storage.listdir(folder)
    yield from (f"{folder}{name}" for name in names)
    for name in folders:
        yield from _kept(f"{folder}{name}/")


def _put(source: Path, path: str) -> None:
    """One file is in the store under the path that its row names."""
    with source.open("rb") as opened:
        default_storage.save(path, File(opened))
