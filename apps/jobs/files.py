"""Files under random names outside the web root, on disk before their row commits."""

from __future__ import annotations

import hashlib
import os
import uuid
from datetime import timedelta
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, BinaryIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from apps.core import clock
from apps.jobs.models import StoredFile

if TYPE_CHECKING:
    from apps.organizations.models import User

ORPHAN_AGE = timedelta(days=1)  # longer than any transaction that could still commit its row


def keep(*, content: bytes | BinaryIO, name: str, content_type: str, owner: User) -> StoredFile:
    """The bytes are on disk and their row is in the caller's transaction.

    A large file is given as an open one, so that it is never whole in memory.
    """
    token = uuid.uuid4().hex
    source: File[bytes] = ContentFile(content) if isinstance(content, bytes) else File(content)
    digest = hashlib.sha256()
    for piece in source.chunks():
        digest.update(piece)
    path = default_storage.save(f"{token[:2]}/{token[2:4]}/{token}", source)
    _flush(path)
    return StoredFile.objects.create(
        name=shown_name(name),
        path=path,
        size=source.size,
        sha256=digest.hexdigest(),
        content_type=content_type,
        owner=owner,
        made_at=clock.now(),
    )


def shown_name(name: str) -> str:
    """The file's own name without folders and control characters, at most 200 characters."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    text = "".join(mark for mark in last if mark.isprintable()).strip(" .")
    stem, dot, ending = text.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: 199 - len(ending)]}.{ending}"
    return text[:200] or "文件"


def opened(stored: StoredFile) -> File[bytes]:
    """The file's bytes, open for reading. Raises FileNotFoundError when the disk lost them."""
    return default_storage.open(stored.path, "rb")


def drop(path: str) -> None:
    """The bytes are gone from the disk; a file that is not there is harmless."""
    default_storage.delete(path)


def sweep_orphans() -> int:
    """Files whose row never committed are gone from the disk. Returns how many."""
    n_deleted = 0
    if not default_storage.exists(""):  # nothing was ever kept
        return n_deleted
    for first in default_storage.listdir("")[0]:
        for second in default_storage.listdir(first)[0]:
            n_deleted += _sweep_folder(f"{first}/{second}")
    return n_deleted


def _sweep_folder(folder: str) -> int:
    """One folder's old files without a row are deleted."""
    before = clock.now() - ORPHAN_AGE
    paths = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    old = [path for path in paths if default_storage.get_modified_time(path) < before]
    known = set(StoredFile.objects.filter(path__in=old).values_list("path", flat=True))
    for path in set(old) - known:
        default_storage.delete(path)
    return len(set(old) - known)


def _flush(path: str) -> None:
    """Have the disk confirm the file and its folder; a remote storage has done so on its own."""
    try:
        local = default_storage.path(path)
    except NotImplementedError:
        return
    for place in (local, os.path.dirname(local)):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
