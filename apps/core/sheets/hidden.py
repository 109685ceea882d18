"""Which rows and sheets nobody sees; the fast reader hands them over like any other."""

from __future__ import annotations

import html
import io
import re
import zipfile

from apps.core.sheets.child import BROKEN, sheet_part
from apps.core.uploads import MAX_COLUMNS

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_FIRST = re.compile(rb"\smin\s*=\s*[\"']([0-9]{1,7})[\"']")
_LAST = re.compile(rb"\smax\s*=\s*[\"']([0-9]{1,7})[\"']")
_NUMBER = re.compile(rb"\sr\s*=\s*[\"']([0-9]{1,7})[\"']")
_HIDDEN = re.compile(rb"\shidden\s*=\s*[\"'](?:1|true)[\"']")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_NAME = re.compile(rb"\sname\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_UNSEEN = re.compile(rb"\sstate\s*=\s*[\"'](?:hidden|veryHidden)[\"']")


def hidden_sheets(content: bytes) -> frozenset[str]:
    """Names of the sheets of a guarded workbook that are hidden."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            data = package.read("xl/workbook.xml")
    except BROKEN:
        return frozenset()
    tags = (match[0] for match in _SHEET.finditer(data) if _UNSEEN.search(match[0]))
    names = (_NAME.search(tag) for tag in tags)
    return frozenset(
        html.unescape((name[1] or name[2] or b"").decode("utf-8", "replace"))
        for name in names
        if name
    )


def hidden_columns(content: bytes, sheet: str) -> frozenset[int]:
    """Numbers, from 1, of the columns that are hidden in a guarded workbook's sheet."""
    try:
        data = sheet_part(content, sheet)
    except BROKEN:
        return frozenset()
    found: set[int] = set()
    for match in _COLUMN.finditer(data):
        first, last = _FIRST.search(match[1]), _LAST.search(match[1])
        if first and last and _HIDDEN.search(match[1]):
            found.update(range(int(first[1]), min(int(last[1]), MAX_COLUMNS) + 1))
    return frozenset(found)


def hidden_rows(content: bytes, sheet: str) -> frozenset[int]:
    """Numbers, from 1, of the rows that are hidden in a guarded workbook's sheet."""
    try:
        data = sheet_part(content, sheet)
    except BROKEN:
        return frozenset()
    found = set()
    for match in _ROW.finditer(data):
        number = _NUMBER.search(match[1])
        if number and _HIDDEN.search(match[1]):
            found.add(int(number[1]))
    return frozenset(found)
