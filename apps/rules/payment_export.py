"""How an export of the payment system is read: which column is what, its unit, its totals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from apps.rules.numbers import WAN

YUAN, TEN_THOUSAND = "yuan", "wan"
HEAD_WITHIN = 12  # rows in which the head must stand
MOST_OF_BUDGET = Decimal("1.5")  # more than this was never paid: the unit is another
HEADS = {  # column: what its head says, the most telling first
    "voucher": ("凭证号", "支付令号", "凭证编号", "支付申请", "单据号", "流水号"),
    "code": ("项目编码", "项目代码", "项目编号"),
    "name": ("项目名称", "预算项目"),
    "as_of": ("截至日期", "截止日期", "支付日期", "付款日期", "清算日期", "业务日期", "日期"),
    "amount": (
        "累计支付",
        "累计执行",
        "累计支出",
        "累计",
        "支付金额",
        "付款金额",
        "执行数",
        "支出数",
        "金额",
    ),
    "fund": ("资金来源", "资金性质", "资金类型"),
}
FUNDS = (  # source, words of the export; the first that stands in a cell decides
    ("carryover", ("上年结转", "结转", "结余")),
    (
        "other",
        (
            "非财政拨款",
            "非同级财政拨款",
            "单位资金",
            "财政专户",
            "自有资金",
            "事业收入",
            "经营收入",
            "其他",
        ),
    ),
    (
        "fiscal",
        ("财政拨款", "一般公共预算", "政府性基金", "国有资本", "社会保险基金", "债券", "经费拨款"),
    ),
)
FUND_WORDS = "财政拨款、一般公共预算、政府性基金、国有资本经营预算、上年结转、单位资金、其他资金"
TOTAL = re.compile(r"(合计|总计|总合计)[:：]?")
SUBTOTAL = re.compile(r"(本页|小)(合)?计[:：]?|.{0,40}小计[:：]?")
DAY = re.compile(r"(20[0-9]{2})[年./-]([0-9]{1,2})[月./-]([0-9]{1,2})日?")
SPACE = re.compile(r"[\s\u3000]")


@dataclass(frozen=True)
class Reading:
    """What a file seems to say; nothing of it holds before a person has confirmed it."""

    head: int = -1  # row counted from 0; -1: none found
    labels: list[str] = field(default_factory=list)  # of all columns, empty ones left out
    columns: dict[str, str] = field(default_factory=dict)  # column: label
    is_single: bool = False  # payments one by one, not sums since January
    unit: str = ""  # as its own words say
    as_of: date | None = None


def read(rows: Sequence[Sequence[object]]) -> Reading:
    """The head's columns by their words, the unit and the day that stand in and above it."""
    top = [[_text(cell) for cell in row] for row in rows[:HEAD_WITHIN]]
    found = [_columns(row) for row in top]
    best = max(range(len(top)), key=lambda place: (len(found[place]), -place), default=-1)
    if best < 0 or len(found[best]) < 2:
        return Reading()
    columns, above = found[best], [cell for row in top[:best] for cell in row if cell]
    return Reading(
        head=best,
        labels=[cell for cell in top[best] if cell],
        columns=columns,
        is_single="voucher" in columns and "累计" not in columns.get("amount", ""),
        unit=unit_in([columns.get("amount", ""), *above]),
        as_of=next(_days(above), None),
    )


def _text(cell: object) -> str:
    return SPACE.sub("", cell) if isinstance(cell, str) else ""


def _columns(row: Sequence[str]) -> dict[str, str]:
    """Which label of the row is which column; one label is one column."""
    found: dict[str, str] = {}
    for key, words in HEADS.items():
        free = [label for label in row if label and label not in found.values()]
        hit = next((label for word in words for label in free if word in label), "")
        if hit and len(hit) <= 40:
            found[key] = hit
    return found


def unit_in(texts: Sequence[str]) -> str:
    """元 or 万元 as the first text says that says one."""
    for text in texts:
        if "万元" in text:
            return TEN_THOUSAND
        if re.search(r"[（(：:]元|单位元|[（(]元", text):
            return YUAN
    return ""


def _days(texts: Sequence[str]) -> Iterator[date]:
    for text in texts:
        for match in DAY.finditer(text):
            year, month, day = (int(part) for part in match.groups())
            if 1 <= month <= 12 and 1 <= day <= 31:
                try:
                    yield date(year, month, day)
                except ValueError:
                    continue


def likely_unit(total: Decimal, budget: Decimal) -> str:
    """The unit in which the file's total fits the budgets (yuan) of its projects; empty: neither.

    `total` is as written. What fits as 万元 would as 元 be less than two ten-thousandths paid.
    """
    if total <= 0 or budget <= 0:
        return ""
    if total * WAN <= budget * MOST_OF_BUDGET:
        return TEN_THOUSAND
    return YUAN if total <= budget * MOST_OF_BUDGET else ""


def total_kind(row: Sequence[object]) -> str:
    """total for 合计 and 总计, subtotal for 小计, empty for a row of data."""
    for cell in row[:4]:
        text = _text(cell) if isinstance(cell, str) and "计" in cell else ""
        if text:
            if TOTAL.fullmatch(text):
                return "total"
            if SUBTOTAL.fullmatch(text):
                return "subtotal"
    return ""


def fund_of(text: str) -> str | None:
    """The source that the words of a cell mean; None when they mean none."""
    plain = SPACE.sub("", text)
    for source, words in FUNDS:
        if any(word in plain for word in words):
            return source
    return None
