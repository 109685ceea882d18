"""What may come in as a file, and the guards that look before anything opens it.

A file is believed only when extension, first bytes and inner structure agree; the declared MIME
type and the workbook's own <dimension> are never asked. Each refusal is a RuleError that names the
true cause.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Protocol
from xml.parsers import expat  # as defusedxml: any DTD is refused; without handlers it is fast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from apps.core import charsets
from apps.rules.errors import RuleError

MAX_MEMBERS = 200
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
RATIO_FROM = 1024 * 1024  # below this a high ratio is only an empty table
CHUNK = 64 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 60
MAX_TEXT = 32_767

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAGIC = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".docx": (b"PK\x03\x04", DOCX_TYPE),
    ".xlsx": (b"PK\x03\x04", XLSX_TYPE),
}
ATTACHMENTS = "pdf、jpg、png、docx、xlsx"
MAIN_PART = {".xlsx": "xl/workbook.xml", ".docx": "word/document.xml"}
MAIN_TYPE = {
    ".xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    ".docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
}
LIVE_PARTS = (  # (in the member's lower-case name, what a person calls it, what to do)
    ("vbaproject", "宏", "请另存为不带宏的.xlsx后再传"),
    ("vbadata", "宏", "请另存为不带宏的.xlsx后再传"),
    ("/macrosheets/", "宏表", "请删除宏表，另存为.xlsx后再传"),
    ("/dialogsheets/", "对话框表", "请删除后另存为.xlsx再传"),
    ("/externallinks/", "指向别的工作簿的链接", "请在“数据→编辑链接”里断开链接后再传"),
    ("/embeddings/", "嵌入的对象", "请删除嵌入的对象，或作为单独的附件上传"),
    ("/activex/", "ActiveX控件", "请删除控件后再传"),
    ("/connections.xml", "外部数据连接", "请在“数据→连接”里删除连接后再传"),
    ("/querytables/", "外部数据连接", "请在“数据→连接”里删除连接后再传"),
)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PIPED_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*>([^<|]*\|[^<]*)<")
QUOTED = re.compile(rb"\"[^\"]*\"|&quot;.*?&quot;")
DDE = re.compile(rb"\|[^!]*!")
_FAR = (
    rb"(?:(?:[C-Z][A-Z]|B[I-Z]|[A-Z]{3,})[0-9]+"
    rb"|[A-Z]+0*(?:[6-9][0-9]{4}|5[1-9][0-9]{3}|50[1-9][0-9]{2}|500[1-9][0-9]|5000[1-9]"
    rb"|[1-9][0-9]{5,}))"
)
FAR = re.compile(rb"\sr\s*=\s*[\"']" + _FAR)  # quick; WPS keeps empty formatted cells out there
FAR_VALUE = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\sr\s*=\s*[\"'](" + _FAR + rb")[\"'][^>]*(?<!/)>\s*<(?:\w+:)?(?:v|f|is)\b"
)
ROW_START = re.compile(rb"<(?:\w+:)?row\b")


class Readable(Protocol):
    """Anything a file can be read from in pieces."""

    def read(self, size: int = ..., /) -> bytes:
        """Return up to `size` bytes."""


@dataclass(frozen=True)
class Upload:
    """A file that passed its guard: name without folders, whole content, our own content type."""

    name: str
    content: bytes
    content_type: str


class LimitedUpload(FileUploadHandler):
    """First upload handler: stops at the limit while bytes arrive, before any is kept (D01)."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the piece on, or note the file's name and stop."""
        if start + len(raw_data) > settings.UPLOAD_LIMIT:
            assert self.request is not None  # noqa: S101 (Django sets it before the first piece)
            self.request.META["perf.file_too_big"] = self.file_name or ""
            length = int(self.request.META.get("CONTENT_LENGTH") or 0)
            # Reading on lets the browser show our sentence; nobody's gigabytes are read for that.
            raise StopUpload(connection_reset=length > 5 * settings.UPLOAD_LIMIT)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handlers keep the file."""


def received(request: HttpRequest, field: str) -> "UploadedFile[bytes]":
    """The uploaded file of a form field. Raises RuleError when none came or it was too big."""
    too_big = request.META.get("perf.file_too_big")
    if too_big is not None:
        raise _too_big(str(too_big))
    file = request.FILES.get(field)
    if not isinstance(file, UploadedFile):
        raise RuleError("没有收到文件。请先选文件，再上传。", code="upload.missing")
    return file


def guard_xlsx(file: Readable, name: str) -> Upload:
    """The workbook as bytes safe to hand to a parser. Raises RuleError naming the cause."""
    return _guarded(file, name, (".xlsx",), ".xlsx")


def guard_table(file: Readable, name: str) -> Upload:
    """A workbook, or a CSV in UTF-8 or GB18030, as bytes safe to parse. Raises RuleError."""
    shown = safe_name(name)
    if PurePosixPath(shown).suffix.lower() != ".csv":
        return _guarded(file, name, (".xlsx",), ".xlsx、.csv")
    content = _limited(file, shown)
    if any(
        content.startswith(magic) for magic in (OLD_OFFICE, *(each for each, _ in MAGIC.values()))
    ):
        raise RuleError(_not_what_it_says(content, shown, ".csv"), code="upload.magic")
    if charsets.text_of(content) is None:
        raise RuleError(
            f"文件“{shown}”不是文字，或编码不是UTF-8、GB18030。请另存为.xlsx或UTF-8的.csv后再传。",
            code="upload.charset",
        )
    return Upload(shown, content, CSV_TYPE)


def guard_attachment(file: Readable, name: str) -> Upload:
    """An attachment whose extension, first bytes and structure agree. Raises RuleError."""
    return _guarded(file, name, tuple(MAGIC), ATTACHMENTS)


def safe_name(name: str) -> str:
    """The name without folders, control and reversing marks, at most 120 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(
        mark for mark in last if mark.isprintable() and not "\ud800" <= mark <= "\udfff"
    ).strip(" .")
    stem, dot, extension = clean.rpartition(".")
    return (stem[:110] + dot + extension[:9]) if dot and stem else clean[:120]


def _guarded(file: Readable, name: str, allowed: tuple[str, ...], words: str) -> Upload:
    """Extension, size, magic, structure, in this order."""
    shown = safe_name(name)
    extension = PurePosixPath(shown).suffix.lower()
    if extension not in allowed:
        raise RuleError(
            f"文件“{shown}”：扩展名是“{extension or '无'}”，只收{words}。", code="upload.type"
        )
    content = _limited(file, shown)
    magic, content_type = MAGIC[extension]
    if not content.startswith(magic):
        raise RuleError(_not_what_it_says(content, shown, extension), code="upload.magic")
    if extension in MAIN_PART:
        _check_office(content, shown, extension)
    return Upload(shown, content, content_type)


def _limited(file: Readable, shown: str) -> bytes:
    """The content, read in pieces and given up as soon as it exceeds the limit."""
    pieces = []
    total = 0
    while piece := file.read(CHUNK):
        total += len(piece)
        if total > settings.UPLOAD_LIMIT:
            raise _too_big(shown)
        pieces.append(piece)
    if not total:
        raise RuleError(f"文件“{shown}”是空的（0字节）。请选有内容的文件。", code="upload.empty")
    return b"".join(pieces)


def _too_big(shown: str) -> RuleError:
    limit = settings.UPLOAD_LIMIT // (1024 * 1024)
    return RuleError(
        f"文件“{shown}”超过{limit}MB，一个文件最大{limit}MB。请拆分或压缩图片后再传。",
        code="upload.size",
    )


def _not_what_it_says(content: bytes, shown: str, extension: str) -> str:
    """Why the first bytes do not fit the extension, in words."""
    if content.startswith(OLD_OFFICE):
        return f"文件“{shown}”是旧版格式或加了打开密码。请取消密码，另存为{extension}后再传。"
    found = next((end for end, (magic, _) in MAGIC.items() if content.startswith(magic)), "")
    real = f"内容其实是{found}" if found else "内容不是这种格式"
    return (
        f"文件“{shown}”：扩展名是{extension}，{real}。请另存为{extension}后再传，不要只改扩展名。"
    )


# --- office packages ------------------------------------------------------------------------
def _check_office(content: bytes, shown: str, extension: str) -> None:
    """Refuse an office package that is broken, too big inside, or carries anything that acts."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check_directory(package, content, shown)
            _check_parts(package, shown, extension)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        KeyError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise RuleError(
            f"文件“{shown}”打不开，内容已损坏或没有传完整。请用WPS或Excel打开后另存再传。",
            code="upload.broken",
        ) from error


def _check_directory(package: zipfile.ZipFile, content: bytes, shown: str) -> None:
    """The zip budget, from the central directory alone."""
    members = package.infolist()
    end = content.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 + len(package.comment) != len(content):
        raise zipfile.BadZipFile("bytes after the directory")
    names = [member.filename.casefold() for member in members]
    unpacked = sum(member.file_size for member in members)
    checks = (
        (len(members) > MAX_MEMBERS, f"里面有{len(members)}个部件，最多{MAX_MEMBERS}个"),
        (
            unpacked > MAX_UNPACKED,
            f"解开有{unpacked // 1048576}MB，最多{MAX_UNPACKED // 1048576}MB",
        ),
        (any(_is_bomb(member) for member in members), f"压缩比超过{MAX_RATIO}倍，像是压缩炸弹"),
        (len(set(names)) != len(names), "里面有同名的部件"),
        (any(member.flag_bits & 0x1 for member in members), "加了密码"),
        (any(_is_link(member) for member in members), "里面有符号链接"),
        (any(_is_stray(member.filename) for member in members), "里面有指向外面的路径"),
    )
    for bad, reason in checks:
        if bad:
            raise RuleError(
                f"文件“{shown}”{reason}，不能收。请新建一个工作簿，只粘贴要报的内容后再传。",
                code="upload.package",
            )


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * max(
        member.compress_size, 1
    )


def _is_link(member: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)


def _is_stray(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name


def _check_parts(package: zipfile.ZipFile, shown: str, extension: str) -> None:
    """Structure, then every part: nothing live, no DTD, no cell beyond the caps."""
    names = set(package.namelist())
    if "[Content_Types].xml" not in names or MAIN_PART[extension] not in names:
        raise RuleError(
            f"文件“{shown}”里没有{extension}应有的内容。请用WPS或Excel另存为{extension}后再传。",
            code="upload.structure",
        )
    for name in names:
        _refuse_live(f"/{name.lower()}", shown, extension)
    for member in package.infolist():
        if member.filename.lower().endswith((".xml", ".rels", ".vml")):
            _check_xml_part(_unpacked(package, member), member.filename, shown, extension)
        else:
            for _ in _pieces(package, member):
                pass  # read for its checksum and true size only


def _refuse_live(name: str, shown: str, extension: str) -> None:
    for mark, what, remedy in LIVE_PARTS:
        if mark in name:
            remedy = remedy.replace(".xlsx", extension)
            raise RuleError(f"文件“{shown}”带有{what}，不能收。{remedy}。", code="upload.live")


def _pieces(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member in pieces; its true size is held to what the directory declared."""
    left = member.file_size
    with package.open(member) as stream:
        while piece := stream.read(CHUNK):
            left -= len(piece)
            if left < 0:
                raise zipfile.BadZipFile("longer than declared")
            yield piece
    if left:
        raise zipfile.BadZipFile("shorter than declared")


def _unpacked(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    return b"".join(_pieces(package, member))


def _check_xml_part(data: bytes, name: str, shown: str, extension: str) -> None:
    """One XML part: well formed, UTF-8, no DTD; then what its kind may not hold."""
    _check_xml([data], name, shown)
    if name == "[Content_Types].xml":
        _check_types(data, shown, extension)
    if name.lower().startswith("xl/worksheets/"):
        _check_sheet(data, shown)


def _check_types(data: bytes, shown: str, extension: str) -> None:
    if b"macroEnabled" in data:
        raise RuleError(
            f"文件“{shown}”带有宏，不能收。请另存为不带宏的{extension}后再传。", code="upload.live"
        )
    if MAIN_TYPE[extension] not in data:
        raise RuleError(
            f"文件“{shown}”的内容类型不是{extension}。请用WPS或Excel另存为{extension}后再传。",
            code="upload.structure",
        )


def _check_sheet(data: bytes, shown: str) -> None:
    """No DDE, and no value beyond the caps; the declared dimension is not asked (D06)."""
    formulas = (QUOTED.sub(b"", match.group(1)) for match in PIPED_FORMULA.finditer(data))
    if any(DDE.search(formula) for formula in formulas):
        raise RuleError(
            f"文件“{shown}”的公式要调用外部程序（DDE），不能收。请把公式改成数值后再传。",
            code="upload.live",
        )
    far = FAR_VALUE.search(data) if FAR.search(data) else None
    rows = ROW_START.split(data)
    if far or len(rows) > 1_048_577 or max(row.count(b"<") for row in rows) > 4 * 16384:
        where = f"{far.group(1).decode('ascii', 'replace')}格有内容，" if far else ""
        raise RuleError(
            f"文件“{shown}”：{where}超出了{MAX_ROWS}行、{MAX_COLUMNS}列的范围。"
            "请删掉表格以外的内容后再传。",
            code="upload.extent",
        )


def _check_xml(pieces: Iterable[bytes], name: str, shown: str) -> None:
    """Well formed, UTF-8 and without any DTD (XXE, billion laughs, quadratic blow-up; D05)."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_dtd
    parser.EntityDeclHandler = _no_dtd
    parser.XmlDeclHandler = _only_utf8
    try:
        for piece in pieces:
            if piece[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in piece:
                raise _Forbidden
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except _Forbidden as error:
        raise RuleError(
            f"文件“{shown}”的部件{name}含有文档类型声明或不是UTF-8编码，不能收。"
            "请用WPS或Excel另存为.xlsx后再传。",
            code="upload.xml",
        ) from error
    except expat.ExpatError as error:
        raise RuleError(
            f"文件“{shown}”的部件{name}第{error.lineno}行已损坏。请用WPS或Excel打开后另存再传。",
            code="upload.broken",
        ) from error


class _Forbidden(Exception):
    """An XML part says what no workbook of a unit needs to say."""


def _no_dtd(*_: Any) -> None:
    raise _Forbidden


def _only_utf8(version: str, encoding: str | None, standalone: int) -> None:
    if encoding and encoding.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise _Forbidden
