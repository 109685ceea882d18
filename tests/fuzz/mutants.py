"""Workbooks broken on purpose: byte by byte, member by member, token by token (TRUST 3.4)."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from tests.core.books import members, rebuilt

Mutator = Callable[[random.Random, bytes], bytes]
TOKENS = [
    b"<",
    b"&#0;",
    b"&#xD800;",
    b"99999999999999999999",
    b"A1:XFD1048576",
    b'<c r="XFD1048576"><v>1</v></c>',
    b'<c r="A7" t="s"><v>99999</v></c>',
    b'<c r="B3" t="e"><v>#REF!</v></c>',
    b'<c r="B4"><f>1/0</f></c>',
    b'<c r="B5" t="n"><v>1e999</v></c>',
    b'<c r="B5" t="n"><v>NaN</v></c>',
    b"<!DOCTYPE x>",
    b"<![CDATA[x]]>",
    b"\xff\xfe",
    b"\x00",
    "＝１２３".encode(),
    b"A" * 33_000,
    b"1,286.00",
    "20万元".encode(),
    b"=1+1",
]
SWAPS = [
    (rb't="s"', b't="n"'),
    (rb't="n"', b't="d"'),
    (rb't="s"', b't="e"'),
    (rb'r="A3"', b'r="ZZ3"'),
    (rb'r="[A-Z]+2"', b'r="A2"'),
    (rb"<v>\d+</v>", b"<v>4294967296</v>"),
    (rb"<v>\d+</v>", b"<v>-1</v>"),
    (rb"<v>\d+</v>", b"<v></v>"),
    (rb"<sheet ", b'<sheet state="veryHidden" '),
    (rb'name="[^"]+"', b'name="x"'),
    (rb"<workbookPr", b'<workbookPr date1904="1"'),
    (rb"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:F3"/></mergeCells>'),
    (rb"<row ", b'<row hidden="1" '),
    (rb'r:id="[^"]+"', b'r:id="rId999"'),
    (rb'Target="[^"]+"', b'Target="../../../etc/passwd"'),
    (rb"UTF-8", b"UTF-16"),
    (rb'encoding="UTF-8"', b'encoding="GBK"'),
    (rb"<worksheet", b"<workshet"),
]


def flip_bytes(rng: random.Random, content: bytes) -> bytes:
    broken = bytearray(content)
    for _ in range(rng.choice((1, 2, 8, 64))):
        broken[rng.randrange(len(broken))] = rng.randrange(256)
    return bytes(broken)


def cut_short(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(len(content))]


def drop_member(rng: random.Random, content: bytes) -> bytes:
    parts = members(content)
    del parts[rng.choice(sorted(parts))]
    return rebuilt(parts)


def double_member(rng: random.Random, content: bytes) -> bytes:
    parts = members(content)
    name = rng.choice(sorted(parts))
    return rebuilt(parts, also=[(rng.choice((name, name.upper())), parts[name])])


def rename_member(rng: random.Random, content: bytes) -> bytes:
    parts = members(content)
    name = rng.choice(sorted(parts))
    other = rng.choice((name + "x", "../" + name, name.lower(), "xl/vbaProject.bin", "新.xml"))
    parts[other] = parts.pop(name)
    return rebuilt(parts)


def insert_token(rng: random.Random, content: bytes) -> bytes:
    parts = members(content)
    name = _xml_part(rng, parts)
    where = rng.randrange(len(parts[name]) + 1)
    parts[name] = parts[name][:where] + rng.choice(TOKENS) + parts[name][where:]
    return rebuilt(parts)


def replace_text(rng: random.Random, content: bytes) -> bytes:
    """Well-formed XML with other text in one cell or attribute."""
    parts = members(content)
    name = _xml_part(rng, parts)
    places = list(re.finditer(rb">([^<>]+)<", parts[name]))
    if places:
        start, end = rng.choice(places).span(1)
        plain = [token for token in TOKENS if b"<" not in token]
        parts[name] = parts[name][:start] + rng.choice(plain) + parts[name][end:]
    return rebuilt(parts)


def swap_attribute(rng: random.Random, content: bytes) -> bytes:
    parts = members(content)
    name = _xml_part(rng, parts)
    pattern, other = rng.choice(SWAPS)
    parts[name] = re.sub(pattern, lambda _: other, parts[name], count=rng.choice((0, 1, 3)))
    return rebuilt(parts)


def corrupt_part(rng: random.Random, content: bytes) -> bytes:
    parts = members(content)
    name = rng.choice(sorted(parts))
    parts[name] = flip_bytes(rng, parts[name] or b"x")
    return rebuilt(parts)


MUTATORS: list[Mutator] = [
    flip_bytes,
    cut_short,
    drop_member,
    double_member,
    rename_member,
    insert_token,
    insert_token,
    replace_text,
    replace_text,
    swap_attribute,
    swap_attribute,
    corrupt_part,
]


def _xml_part(rng: random.Random, parts: dict[str, bytes]) -> str:
    """Mostly the sheet and its strings, where the data is."""
    likely = [name for name in parts if "sheet1" in name or "sharedStrings" in name]
    names = sorted(name for name in parts if name.endswith((".xml", ".rels")))
    return rng.choice(sorted(likely) if likely and rng.random() < 0.7 else names)
