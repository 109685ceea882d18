"""manifest.json: what a backup holds, with the SHA-256 of every piece."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from django.db.migrations.loader import MigrationLoader
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from apps.rules.errors import RuleError

MANIFEST, DATABASE, FILES = "manifest.json", "database", "files"
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
# No dots: a forged manifest reaches no file outside the backup's folder.
StoredPath = Annotated[str, StringConstraints(pattern=r"^\w+(/\w+)*$")]


class Piece(BaseModel):
    """One file of the backup."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int
    sha256: Digest


class Manifest(BaseModel):
    """The backup's own description, written last."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    made_at: AwareDatetime
    versions: dict[str, str]
    vendor: Literal["postgresql", "sqlite"]
    migrations: list[str]
    rows: dict[str, int]  # by table
    database: Piece
    files: dict[StoredPath, Piece]


def piece_of(path: Path) -> Piece:
    """Size and digest of a file as it is on the disk."""
    with path.open("rb") as file:
        return Piece(
            size=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest()
        )


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises RuleError when there is none that can be used."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise RuleError(
            f"{path}：读不到（{error.strerror}），应为backup命令写成的文件夹。", code="backup.none"
        ) from error
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"]) or "全文"
        raise RuleError(
            f"{path}：{place}写得不对，应为backup命令写成的清单。", code="backup.manifest"
        ) from error


def demand_whole(folder: Path, manifest: Manifest) -> None:
    """Every piece is there and is what was written. Raises RuleError naming one that is not."""
    pieces = {folder / FILES / path: piece for path, piece in manifest.files.items()}
    for path, piece in {folder / DATABASE: manifest.database, **pieces}.items():
        if not path.is_file():
            raise RuleError(f"{path}：没有这个文件，清单上有。备份不完整。", code="backup.missing")
        if piece_of(path) != piece:
            raise RuleError(
                f"{path}：内容与清单的SHA-256不符。备份被改过或已损坏。", code="backup.changed"
            )


def demand_same_program(migrations: Iterable[str], whose: str) -> None:
    """The program knows just these migrations. Raises RuleError naming the first difference.

    Another version's tables cannot be read, neither to count nor to check.
    """
    loader = MigrationLoader(None)
    ours = {f"{app}.{name}" for app, name in loader.disk_migrations}
    if odd := sorted(set(migrations) ^ ours):
        side = "程序有，" + whose + "没有" if odd[0] in ours else whose + "有，程序没有"
        raise RuleError(
            f"迁移{odd[0]}：{side}。应换用与{whose}同一版本的程序。", code="backup.version"
        )
