"""A plan's file between the look at its differences and the word to take it."""

from __future__ import annotations

from pathlib import PurePosixPath
from uuid import UUID

from django.http import HttpRequest

from apps.core import uploads
from apps.jobs import files
from apps.jobs import services as jobs
from apps.jobs.models import StoredFile
from apps.organizations.models import User
from apps.rules.errors import RuleError

LIMIT = 1024 * 1024  # what a profile may weigh
TYPES = {".xlsx": uploads.XLSX_TYPE, ".yaml": "application/yaml", ".yml": "application/yaml"}


def received(request: HttpRequest) -> tuple[str, bytes]:
    """Name and bytes of the file that came, guarded. Raises RuleError."""
    file = uploads.received(request, "file")
    name = uploads.safe_name(file.name or "")
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in TYPES:
        raise RuleError(f"文件“{name}”：只收.yaml和.xlsx。", code="upload.type")
    if suffix == ".xlsx":
        return name, uploads.guard_xlsx(file, name).content
    return name, _limited(file.read(LIMIT + 1), name)


def keep(request: HttpRequest, owner: User) -> StoredFile:
    """The upload, guarded and put aside for the second step. Raises RuleError."""
    name, content = received(request)
    kind = TYPES[PurePosixPath(name).suffix.lower()]
    return jobs.keep_file(content=content, name=name, content_type=kind, owner=owner)


def _limited(content: bytes, name: str) -> bytes:
    if not content:
        raise RuleError(f"文件“{name}”是空的（0字节）。选有内容的文件。", code="upload.empty")
    if len(content) > LIMIT:
        raise RuleError(f"文件“{name}”超过1 MB，不像年度方案文件。", code="upload.size")
    return content


def kept(text: str, owner: User) -> StoredFile:
    """The file that the person put aside under this number. Raises RuleError."""
    try:
        found = StoredFile.objects.filter(owner=owner, public_id=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise RuleError("上传的文件已不在。重新上传后再导入。", code="upload.missing")
    return found


def content_of(file: StoredFile) -> bytes:
    """The bytes of a file that was put aside."""
    with files.opened(file) as opened:
        return bytes(opened.read())
