"""Writing a backup: one new dated folder that is there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import django
from django.core.files.base import File
from django.db import connection

from apps.core import clock
from apps.jobs import files
from apps.jobs.models import StoredFile
from apps.reports.backup import databases, manifest
from apps.reports.backup.manifest import Manifest, Piece
from apps.rules.errors import RuleError


@dataclass
class Copied:
    """The stored files in the backup, and those that the disk had lost or damaged before."""

    pieces: dict[str, Piece] = field(default_factory=dict)
    damaged: list[StoredFile] = field(default_factory=list)


@dataclass(frozen=True)
class Written:
    """A finished backup."""

    folder: Path
    manifest: Manifest
    damaged: list[StoredFile]


def write(folder: Path) -> Written:
    """A new subfolder, named by the moment, holds database, stored files and manifest.json.

    A stored file that is missing or damaged stops nothing and is named in the answer.
    Raises RuleError or OSError with nothing left behind.
    """
    _demand_folder(folder)
    if connection.vendor == "postgresql":
        databases.demand_tool("pg_dump")
    manifest.demand_same_program(databases.migrations(), "数据库")
    made_at = clock.now()
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=folder))  # for its owner alone
    try:
        described, damaged = _fill(partial, made_at)
        os.sync()  # every piece is on the disk before the name that says so
        final = partial.rename(folder / f"perf-{made_at:%Y%m%d-%H%M%S}")
    finally:
        shutil.rmtree(partial, ignore_errors=True)  # gone already when all went well
    os.sync()
    return Written(final, described, damaged)


def _demand_folder(folder: Path) -> None:
    """The folder is not made here: a disk that is not mounted must show."""
    if not folder.is_dir():
        raise RuleError(f"{folder}：没有这个文件夹，应为已有的文件夹。", code="backup.folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise RuleError(f"{folder}：不能写入，应为可以写的文件夹。", code="backup.folder")


def _fill(partial: Path, made_at: datetime) -> tuple[Manifest, list[StoredFile]]:
    """Database, files and manifest, in this order."""
    with databases.snapshot():
        rows = databases.row_counts()
        stored = list(StoredFile.objects.order_by("path"))
        databases.dump(partial / manifest.DATABASE)
    # The files last: a file is on the disk before its row commits and stays as long as the row,
    # so every row of the dump finds its file now. Files first would miss those that came between.
    copied = _copy(stored, partial / manifest.FILES)
    described = Manifest(
        made_at=made_at,
        versions={
            "python": platform.python_version(),
            "django": django.get_version(),
            "database": databases.version(),
        },
        vendor="sqlite" if connection.vendor == "sqlite" else "postgresql",
        migrations=databases.migrations(),
        rows=rows,
        database=manifest.piece_of(partial / manifest.DATABASE),
        files=copied.pieces,
    )
    (partial / manifest.MANIFEST).write_text(described.model_dump_json(indent=1), encoding="utf-8")
    return described, copied.damaged


def _copy(stored: Iterable[StoredFile], folder: Path) -> Copied:
    """Every stored file under its own path; a damaged one as it is."""
    copied = Copied()
    for row in stored:
        target = folder / row.path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with files.opened(row) as source:
                piece = copied.pieces[row.path] = _copy_one(source, target)
        except FileNotFoundError:
            copied.damaged.append(row)
            continue
        if piece.sha256 != row.sha256:
            copied.damaged.append(row)
    return copied


def _copy_one(source: File[bytes], target: Path) -> Piece:
    """The bytes in a new file, with their digest taken on the way."""
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as written:
        for chunk in source.chunks():
            digest.update(chunk)
            size += written.write(chunk)
    return Piece(size=size, sha256=digest.hexdigest())
