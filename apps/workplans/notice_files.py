"""A notice comes in as pasted text, .txt or .docx; what cannot be read safely is refused.

The text of a .docx is what a reader sees: automatic numbers written out, deleted and hidden text
left away, cells of a row parted by tabs. Nothing in the file is loaded from elsewhere.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.http import HttpRequest

from apps.core import charsets, uploads
from apps.core.uploads import Readable
from apps.rules.errors import RuleError
from apps.rules.notices.flat import MAX_CHARACTERS
from apps.workplans import notice_docx

TXT_TYPE = "text/plain"
MAX_TXT = 4 * MAX_CHARACTERS  # bytes; no character takes more in UTF-8 or GB18030
KINDS = ".txt、.docx"
_MACROS = (".docm", ".dotm", ".doc", ".dot", ".wps")
_FOLLOWED = re.compile(r"/hyperlink$")


@dataclass(frozen=True)
class NoticeFile:
    """A notice as received: its name, its bytes for keeping, and the text to read."""

    name: str
    content: bytes
    content_type: str
    text: str


def read_path(path: Path) -> NoticeFile:
    """The notice in a file on this machine. Raises RuleError naming the cause."""
    try:
        with path.open("rb") as file:
            return read_file(file, path.name)
    except OSError as error:
        raise RuleError(
            f"文件“{path.name}”打不开：没有这个文件，或不是文件，或无权读取。",
            code="notice.unreadable",
        ) from error


def received(request: HttpRequest) -> NoticeFile:
    """The notice in the request's file. Raises RuleError naming the cause."""
    file = uploads.received(request, "file")
    return read_file(file, file.name or "")


def read_file(file: Readable, name: str) -> NoticeFile:
    """The notice in an uploaded file. Raises RuleError naming the cause."""
    shown = uploads.safe_name(name)
    extension = PurePosixPath(shown).suffix.lower()
    if extension == ".txt":
        return _txt(file, shown)
    if extension == ".docx":
        return _docx(file, shown)
    why = "带宏或旧版的文档不收，请另存为.docx后再传" if extension in _MACROS else f"只收{KINDS}"
    raise RuleError(
        f"文件“{shown}”：扩展名是“{extension or '无'}”，{why}。", code="notice.file_kind"
    )


# --- plain text -------------------------------------------------------------------------------
def _txt(file: Readable, shown: str) -> NoticeFile:
    """UTF-8 or GB18030, with or without a mark of the encoding."""
    content = b"".join(_limited(file, shown))
    if not content.strip():
        raise RuleError(f"文件“{shown}”是空的，没有文字。请选有正文的文件。", code="notice.empty")
    for magic, kind in ((uploads.OLD_OFFICE, "旧版Office文件"), *_other_kinds()):
        if content.startswith(magic):
            raise RuleError(
                f"文件“{shown}”：扩展名是.txt，内容其实是{kind}。请改回原来的扩展名，或另存为.txt。",
                code="notice.file_kind",
            )
    return NoticeFile(shown, content, TXT_TYPE, _decoded(content, shown))


def _limited(file: Readable, shown: str) -> list[bytes]:
    pieces, total = [], 0
    while piece := file.read(uploads.CHUNK):
        total += len(piece)
        if total > MAX_TXT:
            raise RuleError(
                f"文件“{shown}”超过{MAX_TXT // 1_000_000}MB，一个.txt最大"
                f"{MAX_TXT // 1_000_000}MB。请只放通知正文。",
                code="notice.too_long",
            )
        pieces.append(piece)
    return pieces


def _other_kinds() -> list[tuple[bytes, str]]:
    return [(magic, extension) for extension, (magic, _) in uploads.MAGIC.items()]


def _decoded(content: bytes, shown: str) -> str:
    """The text; bytes that are neither encoding are no text."""
    if (text := charsets.text_of(content)) is not None:
        return text
    raise RuleError(
        f"文件“{shown}”不是文字，或编码不是UTF-8、GB18030。请用记事本另存为UTF-8后再传。",
        code="notice.encoding",
    )


# --- .docx ------------------------------------------------------------------------------------
def _docx(file: Readable, shown: str) -> NoticeFile:
    """The text of the main part, once the package is known to carry nothing that acts or loads."""
    upload = uploads.guard_attachment(file, shown)
    with zipfile.ZipFile(io.BytesIO(upload.content)) as package:
        _refuse_remote(package, shown)
        try:
            lines, live = notice_docx.read(package)
        except notice_docx.TooLongError as error:
            raise RuleError(
                f"文件“{shown}”的文字超过{MAX_CHARACTERS}个，最多读{MAX_CHARACTERS}个字。"
                "请只放通知正文。",
                code="notice.too_long",
            ) from error
    if live:
        raise _remote(shown, f"域代码“{live}”")
    text = "\n".join(lines)
    if not text.strip():
        raise RuleError(
            f"文件“{shown}”里没有文字，可能是扫描的图片。请贴上正文，或传可以选中文字的文件。",
            code="notice.empty",
        )
    return NoticeFile(upload.name, upload.content, upload.content_type, text)


def _refuse_remote(package: zipfile.ZipFile, shown: str) -> None:
    """A link that a reader follows is text; anything loaded from elsewhere is refused."""
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "")
        if attributes.get("TargetMode", "").lower() == "external" and not _FOLLOWED.search(kind):
            found.append(kind.rpartition("/")[2])
        if kind.endswith("/aFChunk"):
            found.append("aFChunk")

    for name in package.namelist():
        if name.lower().endswith(".rels"):
            notice_docx.parse(package.read(name), start)
    if found:
        words = {"attachedTemplate": "模板", "image": "图片", "oleObject": "对象"}
        raise _remote(shown, words.get(found[0], found[0]))


def _remote(shown: str, what: str) -> RuleError:
    return RuleError(
        f"文件“{shown}”要从别处载入{what}，不能收。请把正文复制到新文档，另存为.docx后再传。",
        code="notice.remote",
    )
