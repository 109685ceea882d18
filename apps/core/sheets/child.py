"""Run as a script in a child of its own: read one workbook under limits, answer JSON lines.

It imports nothing of ours, so that it starts fast; a file that kills it kills nothing else (D07).
Usage: child.py FILE SHEET MAX_ROWS MAX_COLUMNS MEMORY_BYTES CPU_SECONDS
"""

import datetime
import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import python_calamine

BROKEN = (  # what the reader and zipfile say of a book that cannot be read
    python_calamine.CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    NotImplementedError,
)
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>([^<]*(?:<(?!/?(?:\w+:)?c[\s/>])[^<]*)*)</(?:\w+:)?c>")
_REF = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,3}[0-9]{1,7})[\"']")
_ERROR_TYPE = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]+)<")
_SUSPECT = re.compile(rb"\st\s*=\s*[\"']e[\"']|<(?:\w+:)?f[\s/>]")
# What any match of _SUSPECT contains. Each begins with plain letters, which makes it fast to find.
_MARKS = [re.compile(mark) for mark in (rb'"e"', rb"'e'", rb"<f[\s/>]", rb":f[\s/>]")]

SIMPLE = (str, float, bool, int)


def plain(value: Any) -> Any:
    """A cell's value as JSON can carry it; dates become a two-element list."""
    if isinstance(value, datetime.datetime):
        return ["moment", value.isoformat()]
    if isinstance(value, datetime.date):
        return ["date", value.isoformat()]
    return str(value)  # a time or a span, which no column of ours asks for


def read(
    content: bytes, sheet: str, max_rows: int, max_columns: int
) -> tuple[dict[str, Any], Iterator[list[Any]]]:
    """What the book holds (sheets, size, cells without a value) and the chosen sheet's rows."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    chosen = sheet or first_visible(book)
    head: dict[str, Any] = {"names": book.sheet_names, "sheet": "", "size": [0, 0], "dead": {}}
    if chosen not in book.sheet_names:
        return head, iter(())
    dead = dead_cells(content, chosen)  # first: its text is gone before the table is built
    table = book.get_sheet_by_name(chosen)
    last_row, last_column = table.end or (-1, -1)  # total_height is one short
    head |= {"sheet": chosen, "size": [last_row + 1, last_column + 1]}
    if last_row >= max_rows or last_column >= max_columns:
        return head, iter(())
    head["dead"] = dead
    return head, rows_of(table)


def rows_of(table: Any) -> Iterator[list[Any]]:
    """Rows from the first of the sheet; the reader leaves out empty columns on the left."""
    left = [""] * (table.start[1] if table.start else 0)
    for row in table.iter_rows():
        yield left + [value if type(value) in SIMPLE else plain(value) for value in row]


def first_visible(book: Any) -> str:
    """The first worksheet that a person sees."""
    for sheet in book.sheets_metadata:
        if sheet.visible == python_calamine.SheetVisibleEnum.Visible:
            return str(sheet.name)
    return ""


def dead_cells(content: bytes, sheet: str) -> dict[str, str]:
    """Cells with an error (#REF!) or an unsolved formula; the reader shows both as empty."""
    data = sheet_part(content, sheet)
    found: dict[str, str] = {}
    if not any(mark.search(data) for mark in _MARKS) or not _SUSPECT.search(data):
        return found
    for match in _CELL.finditer(data):
        attributes, inner = match.groups()
        reference = _REF.search(attributes)
        value = _VALUE.search(inner)
        is_error = _ERROR_TYPE.search(attributes)
        if reference and (is_error or (_FORMULA.search(inner) and not value)):
            shown = value.group(1).decode("utf-8", "replace") if value else "没有结果的公式"
            found[reference.group(1).decode()] = shown[:20]
        if len(found) >= 200:
            break
    return found


def sheet_part(content: bytes, sheet: str) -> bytes:
    """The XML of the named sheet, found through the workbook's relations."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        workbook = package.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = package.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", workbook):
            if attribute(tag, "name") != sheet:
                continue
            wanted = attribute(tag, r"\w+:id")
            for relation in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", relations):
                if attribute(relation, "Id") == wanted:
                    target = attribute(relation, "Target").lstrip("/")
                    path = target if target.startswith("xl/") else f"xl/{target}"
                    return package.read(path) if path in package.namelist() else b""
    return b""


def attribute(tag: str, name: str) -> str:
    """An attribute's value with the five XML entities resolved."""
    match = re.search(rf"\s{name}\s*=\s*([\"'])(.*?)\1", tag, re.DOTALL)
    value = match.group(2) if match else ""
    for entity, mark in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        value = value.replace(entity, mark)
    return value.replace("&amp;", "&")


def main() -> None:
    """Take the limits first, then open the file."""
    path, sheet, max_rows, max_columns, memory, seconds = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with open(path, "rb") as file:
        content = file.read()
    try:
        write(read(content, sheet, int(max_rows), int(max_columns)))
    except BROKEN:
        sys.exit(3)
    except MemoryError:
        sys.exit(4)


def write(answer: tuple[dict[str, Any], Iterator[list[Any]]]) -> None:
    """One JSON line for the head, one for each row."""
    head, rows = answer
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    sys.stdout.buffer.write(encode(head).encode() + b"\n")
    for row in rows:
        sys.stdout.buffer.write(encode(row).encode() + b"\n")


if __name__ == "__main__":
    main()
