"""What stands against a decomposition, cell by cell, with its clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from apps.rules.decomposition.parts import (
    AT_MOST,
    CLAUSE,
    FULL,
    Combined,
    Money,
    Share,
    Way,
)
from apps.rules.findings import Finding, Severity, ranked
from apps.rules.numbers import plain, quoted, show_value, show_wan

PART = "分解"
CODES = {Way.SUM: "sum", Way.MEAN: "rate", Way.BAND: "band", Way.EACH: "each"}


def found_of(
    rows: Sequence[Combined],
    shares: Sequence[Share],
    handed: Decimal,
    amount: Decimal,
    money: Money | None,
) -> list[Finding]:
    """All findings, 阻断 first and otherwise money, recipients, indicators."""
    if not shares:
        said = ("0个", "1个以上", "还没有分解到任何地区、单位或项目。")
        return [_block("empty", "shares", PART, said)]
    found = [*(_of_money(handed, amount, money) if money else ()), *_doubled(shares)]
    for row in rows:
        if row.upper.is_whole:  # a missing value is said of the form already
            found += _of_row(row, shares)
    return ranked(found)


def _block(code: str, path: str, where: str, said: tuple[str, str, str]) -> Finding:
    return Finding(f"decomposition.{code}", Severity.BLOCK, path, where, *said, CLAUSE)


def _of_money(handed: Decimal, amount: Decimal, money: Money) -> Iterator[Finding]:
    gap = handed - amount
    if gap == 0 or (gap < 0 and money == Money.WITHIN):
        return
    ours, theirs = show_wan(handed, exact=True), show_wan(amount, exact=True)
    apart = f"{'多' if gap > 0 else '少'}{show_wan(abs(gap), exact=True)}万元"
    said = (
        f"{ours}万元",
        f"{money}{theirs}万元",
        f"分解合计{ours}万元，上级下达{theirs}万元，{apart}。",
    )
    yield _block("money", "shares.money", f"{PART} 资金合计", said)


def _doubled(shares: Sequence[Share]) -> Iterator[Finding]:
    """Each recipient once; said at its second row."""
    seen: Counter[str] = Counter()
    for share in shares:
        seen[share.who] += 1
        if seen[share.who] == 2:
            said = (
                quoted(share.title),
                "每个接收方一行",
                f"{quoted(share.title)}列了不止一行，合成一行。",
            )
            yield _block("doubled", f"share:{share.key}", _place(share.title), said)


def _of_row(row: Combined, shares: Sequence[Share]) -> Iterator[Finding]:
    """What is wrong with one upper indicator."""
    path, name = f"upper:{row.upper.key}", quoted(row.upper.name)
    if not row.n_shares:
        said = ("0个", "1个以上", f"“{name}”没有分解给任何接收方。")
        yield _block("unserved", path, _place(name), said)
        return
    yield from _odd_cells(row, shares)
    if row.value is None:
        said = ("0万元", "大于0", f"“{name}”要按资金加权，分到它的接收方资金合计为0。")
        yield _block("no_funds", path, _place(name), said)
    elif row.gap:
        ours, theirs = _ours(row), _theirs(row)
        severity = Severity.BLOCK if _is_short(row) else Severity.HINT
        message = f"“{name}”{_sentence(row, ours, theirs)}"
        code = f"decomposition.{CODES[row.way]}"
        yield Finding(code, severity, path, _place(name), ours, theirs, message, CLAUSE)


def _odd_cells(row: Combined, shares: Sequence[Share]) -> Iterator[Finding]:
    """Cells that cannot be meant, whatever they add up to."""
    for share in shares:
        cell = share.values.get(row.upper.key)
        said = None
        if cell and row.way == Way.BAND and not 0 <= cell.value <= FULL:
            shown = f"{plain(cell.value)}%"
            said = (shown, "0–100%", f"完成比例填{shown}，应在0至100之间。")
        elif cell and cell.high is not None and cell.high < cell.value:
            shown = f"{plain(cell.value)}–{plain(cell.high)}"
            said = (shown, "上限不小于下限", f"区间填{shown}，上限小于下限。")
        if said:
            where = f"{_place(share.title)} {quoted(row.upper.name)}"
            yield _block("cell", f"share:{share.key}.{row.upper.key}", where, said)


def _is_short(row: Combined) -> bool:
    """Sums are equal or wrong; of the others one that promises more than asked is only odd."""
    gap = row.gap or Decimal(0)
    if row.way in (Way.SUM, Way.BAND) or row.upper.operator in ("=", "区间"):
        return True
    return gap > 0 if row.upper.operator in AT_MOST else gap < 0


def _sentence(row: Combined, ours: str, theirs: str) -> str:
    if row.way == Way.BAND:
        return f"完成比例加权得{ours}，归入“{row.band}”；上级要求达成，即80%以上。"
    gap = row.gap or Decimal(0)
    apart = f"{'多' if gap > 0 else '少'}{show_value(abs(gap))}{row.upper.unit}"
    how = "最松的一个是" if row.way == Way.EACH else f"{row.way}得"
    ask = "" if _is_short(row) else "比上级要求高，请核对能否做到。"
    return f"{how}{ours}，上级{theirs}，{apart}。{ask}"


def _place(title: str) -> str:
    return f"{PART} {quoted(title)}"


def _ours(row: Combined) -> str:
    return _shown(row, row.value, row.high)


def _theirs(row: Combined) -> str:
    return _shown(row, FULL if row.way == Way.BAND else row.upper.value, row.upper.high)


def _shown(row: Combined, value: Decimal | None, high: Decimal | None) -> str:
    """A value as the form shows it: ≥95% · 12–15℃ · 100%."""
    if row.way == Way.BAND:
        return f"{show_value(value)}%"
    if row.upper.operator == "区间":
        return f"{show_value(value)}–{show_value(high)}{row.upper.unit}"
    return f"{row.upper.operator}{show_value(value)}{row.upper.unit}"
