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


def plain(value: Any) -> Any:
    """A cell's value as JSON can carry it; dates become a two-element list."""
    if isinstance(value, datetime.datetime):
        return ["moment", value.isoformat()]
    if isinstance(value, datetime.date):
        return ["date", value.isoformat()]
    if isinstance(value, (datetime.time, datetime.timedelta)):
        return str(value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return value


def read(content: bytes, sheet: str, max_rows: int, max_columns: int) -> dict[str, Any]:
    """Sheet names, the chosen sheet's rows and its cells without a usable value."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    names = book.sheet_names
    chosen = sheet or first_visible(book)
    if chosen not in names:
        return {"names": names, "sheet": "", "rows": [], "dead": {}}
    table = book.get_sheet_by_name(chosen)
    last_row, last_column = table.end or (-1, -1)  # total_height is one short
    if last_row >= max_rows or last_column >= max_columns:
        return {
            "names": names,
            "sheet": chosen,
            "rows": None,
            "dead": {},
            "size": [last_row + 1, last_column + 1],
        }
    rows = [[plain(value) for value in row] for row in table.to_python(skip_empty_area=False)]
    return {"names": names, "sheet": chosen, "rows": rows, "dead": dead_cells(content, chosen)}


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
    if not data or not _SUSPECT.search(data):
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
        answer = read(content, sheet, int(max_rows), int(max_columns))
    except BROKEN:
        sys.exit(3)
    except MemoryError:
        sys.exit(4)
    json.dump(answer, sys.stdout, ensure_ascii=True, separators=(",", ":"))


if __name__ == "__main__":
    main()
