"""Small workbooks and what can be done to them."""

import io
import zipfile
from collections.abc import Iterable, Mapping

import openpyxl


def book(rows: Iterable[Iterable[object]] | None = None, title: str = "项目") -> bytes:
    """A workbook of one sheet: a head and three rows unless given."""
    if rows is None:
        rows = [["名称", "金额（万元）"], ["甲", 12.5], ["乙", "1,286.00"], ["丙", 0]]
    work = openpyxl.Workbook()
    page = work.active
    page.title = title
    for row in rows:
        page.append(list(row))
    target = io.BytesIO()
    work.save(target)
    return target.getvalue()


def members(content: bytes) -> dict[str, bytes]:
    """Every member of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def rebuilt(
    parts: Mapping[str, bytes], also: Iterable[tuple[str | zipfile.ZipInfo, bytes]] = ()
) -> bytes:
    """A zip of these members, and of others that may repeat a name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in [*parts.items(), *also]:
            package.writestr(name, content)
    return target.getvalue()
