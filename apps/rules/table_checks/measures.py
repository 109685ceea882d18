"""Units that measure the same: 2.1万人 beside 20000人, 0.65公里 beside 600米, 5万亩 and 4800亩."""

from __future__ import annotations

from decimal import Decimal

BASES = {
    "length": {"厘米": "0.01", "米": "1", "m": "1", "里": "500", "千米": "1000", "公里": "1000",
               "km": "1000"},
    "area": {"平方米": "1", "m2": "1", "m²": "1", "㎡": "1", "平米": "1", "公顷": "10000",
             "平方公里": "1000000", "平方千米": "1000000"},
    "weight": {"克": "1", "g": "1", "斤": "500", "千克": "1000", "公斤": "1000", "kg": "1000",
               "吨": "1000000", "t": "1000000"},
}  # fmt: skip
KNOWN = {
    unit: (kind, Decimal(scale)) for kind, units in BASES.items() for unit, scale in units.items()
}
PREFIXES = {"千万": 10_000_000, "百万": 1_000_000, "亿": 100_000_000, "万": 10_000, "千": 1_000}


def measure(unit: str) -> tuple[str, Decimal]:
    """What the unit measures and how many of the smallest one make it; 万人 are 10,000 of 人."""
    word = unit.strip("（）() ")
    if found := KNOWN.get(word.lower()):
        return found
    for prefix, times in PREFIXES.items():
        if word.startswith(prefix) and word != prefix:
            kind, scale = measure(word.removeprefix(prefix))
            return kind, scale * times
    return word, Decimal(1)


def times(own: str, other: str) -> Decimal:
    """How many of the unit `own` one of `other` is; 1 where the two do not measure the same."""
    (kind, scale), (like, its) = measure(own), measure(other)
    return its / scale if kind == like else Decimal(1)
