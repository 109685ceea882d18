"""Which cells a spreadsheet shows in percent; the fast reader hands over their shares."""

from __future__ import annotations

import io
import re
import zipfile

from apps.core.sheets.cells import place_of
from apps.core.sheets.child import BROKEN, sheet_part

BUILT_IN = frozenset((b"9", b"10"))  # 0% and 0.00% of every spreadsheet
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b[^>]*>")
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_ID = re.compile(rb"\snumFmtId\s*=\s*[\"']([0-9]+)[\"']")
_CODE = re.compile(rb"\sformatCode\s*=\s*(?:\"[^\"]*%|'[^']*%)")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>")
_USES = re.compile(rb"\ss\s*=\s*[\"']([0-9]+)[\"']")
_AT = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")


def percent_cells(content: bytes, sheet: str) -> frozenset[tuple[int, int]]:
    """Rows and columns, from 0, of the cells in percent on a guarded workbook's sheet."""
    try:
        styles, data = _percent_styles(content), sheet_part(content, sheet)
    except BROKEN:
        return frozenset()
    found = set()
    for match in _CELL.finditer(data if styles else b""):
        style, at = _USES.search(match[1]), _AT.search(match[1])
        if style and at and style[1] in styles:
            found.add((int(at[2]) - 1, place_of(at[1].decode())))
    return frozenset(found)


def _percent_styles(content: bytes) -> frozenset[bytes]:
    """The places, as they are written, of the cell styles whose number format is in percent."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        data = package.read("xl/styles.xml")
    own = [_ID.search(match[0]) for match in _FORMAT.finditer(data) if _CODE.search(match[0])]
    formats = BUILT_IN | {found[1] for found in own if found}
    held = _FORMATS.search(data)
    used = [_ID.search(match[0]) for match in _STYLE.finditer(held[0] if held else b"")]
    places = enumerate(used)
    return frozenset(b"%d" % place for place, found in places if found and found[1] in formats)
