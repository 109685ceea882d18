"""Reads what stands in the cells of printed tables: numbers, signs, units, and words for done."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from apps.rules.numbers import narrow
from apps.rules.table_checks.printed import Value

LONGEST = 200  # characters of a cell that can hold a number with its words
DIGITS = 20  # beyond, nothing that a bureau counts
EMPTY = frozenset(("", "-", "--", "—", "——", "/", "\\", "无", "空", "none", "null", "n/a"))
SIGNS = {
    **dict.fromkeys((">=", "≥", "≧", "⩾", "大于等于", "不低于", "不少于", "不小于", "至少"), "≥"),
    **dict.fromkeys(("<=", "≤", "≦", "⩽", "小于等于", "不高于", "不超过", "不大于", "不多于"), "≤"),
    **dict.fromkeys((">", "＞", "大于", "高于", "多于", "超过"), ">"),
    **dict.fromkeys(("<", "＜", "小于", "低于", "少于"), "<"),
    **dict.fromkeys(("=", "＝", "等于", "=="), "="),
    **dict.fromkeys(("区间", "range", "between", "介于"), "区间"),
    **dict.fromkeys(("定性", "qualitative", "text"), "定性"),
}
_SIGN = "|".join(sorted(map(re.escape, SIGNS), key=len, reverse=True))
_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
TAIL = r"(?P<unit>[^\d]{0,20}|(?:万)?[ck]?m[23])"
LEAD = r"(?:已|共|约|累计|实际|全年|完成|实现|达到?|为)*"  # 已完成6期, 达到95%以上
SINGLE = re.compile(rf"{LEAD}(?P<sign>{_SIGN})?\s*(?P<number>{_NUMBER})\s*{TAIL}", re.ASCII)
RANGE = re.compile(
    rf"(?P<low>{_NUMBER})\s*%?\s*(?:-|–|—|~|～|至|到)\s*(?P<high>{_NUMBER})\s*{TAIL}", re.ASCII
)
AT_LEAST = re.compile(r"(?:及|或)?以上$|起$")
AT_MOST = re.compile(r"(?:及|或)?(?:以内|以下|之内)$")
REMARK = re.compile("[，；。（]")  # what follows only explains the number
A_YEAR, A_MONTH = re.compile("年"), re.compile("月(?!龄|嫂)")
FIRST_YEAR, LAST_YEAR = 1990, 2100
NOT_DONE = re.compile("未|不|部分|基本|尚|没|仅|差|滞后|延|停")
DONE = re.compile(
    r"^(?:均|都|已|已经|全部|全面|按时|按期|如期|及时|顺利|按计划|按要求|圆满|达成|预期|年度|指标|目标|"
    r"完成|达标|达到|实现|符合|要求|是|有|优|优秀|好|合格|100%|\d{4}年|\d{1,2}月(?:底|份)?|前|内|，|。|、|\s)+$"
)
MISSED = re.compile(
    "[未没](?:能|有)?(?:按[时期]?|如期|及时|全部|完全|全面)?(?:完成|达到?|开展|实施|落实|验收|启动)|尚未|部分(?:完成|达)"
)
NOTHING_OPEN = re.compile("(?:不存在|没有|无)(?:任何)?[未没][^，。；、]*")
MONTH = re.compile(r"(20\d\d)[年.\-/](1[0-2]|0?[1-9])(?!\d)", re.ASCII)
SAYS_DONE = re.compile("完成|达成|达标|达到|实现|是|有|符合|合格|好|优")


def number_of(cell: object) -> Decimal | None:
    """The number of a cell of points or money: 10 · 10分 · 83.5% · 1,286.00万元; None otherwise."""
    if isinstance(cell, Decimal):
        return cell if is_sane(cell) else None
    found = parse(cell)
    return found.number if not found.sign and found.high is None else None


def parse(cell: object) -> Value:
    """What stands in a cell of values. A text that is no number keeps only its words."""
    if isinstance(cell, Decimal):
        return Value(format(cell, "f"), cell) if is_sane(cell) else Value(str(cell)[:LONGEST])
    text = printable(" ".join(str(cell).split())) if cell is not None else ""
    typed = narrow(text)
    if typed.lower() in EMPTY:
        return Value()
    if len(typed) > LONGEST:
        return Value(text)
    if found := RANGE.fullmatch(typed):
        low, high = decimal(found["low"]), decimal(found["high"])
        is_span = low is not None and high is not None and low < high
        if low is not None and is_span and not _is_day(low, found["unit"]):
            return Value(text, low, "区间", found["unit"].strip(), high)
    found = SINGLE.fullmatch(typed) or SINGLE.fullmatch(narrow(REMARK.split(text, maxsplit=1)[0]))
    return Value(text) if found is None else _single(text, found)


def printable(text: str) -> str:
    """The text with a mark for each character that cannot be shown."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _is_day(number: Decimal, unit: str) -> bool:
    """Whether number and unit name a year or a month: 2024年, 12月底前; 5年 is a span of time."""
    if A_YEAR.match(unit):
        return FIRST_YEAR <= number <= LAST_YEAR
    return bool(A_MONTH.match(unit))


def _single(text: str, found: re.Match[str]) -> Value:
    unit, sign = found["unit"].strip(), SIGNS.get(found["sign"] or "", "")
    for ending, meant in ((AT_LEAST, "≥"), (AT_MOST, "≤")):
        if ending.search(unit):
            unit, sign = ending.sub("", unit).strip(), sign or meant
    number = decimal(found["number"])
    if number is None or _is_day(number, unit):
        return Value(text)
    return Value(text, number, sign, unit)


def decimal(text: str) -> Decimal | None:
    """The number written so; None when it is out of all proportion."""
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return found if is_sane(found) else None


def is_sane(number: Decimal) -> bool:
    """Whether a number can be one of a table: finite, of a size and precision that can be shown."""
    if not number.is_finite():
        return False
    _, digits, exponent = number.as_tuple()
    return isinstance(exponent, int) and exponent >= -DIGITS and len(digits) + exponent <= DIGITS


def operator_of(word: object) -> str:
    """The operator as forms write it; empty for none and for what is unknown."""
    return SIGNS.get(narrow(str(word or "")).lower().removesuffix("指标"), "")


def says_done(text: str, target: str = "") -> bool | None:
    """Whether words claim the target as reached: True, False, or None when they say neither."""
    words, aim = "".join(text.split()), "".join(target.split())
    if not words:
        return None
    if _is_later(words, aim):
        return False
    words = NOTHING_OPEN.sub("", words) or "是"
    rest = words.removeprefix(aim) if aim else words
    if aim and (not rest or (DONE.match(rest) and not NOT_DONE.search(rest))):
        return True
    if NOT_DONE.search(words):
        return False if MISSED.search(words) else None
    return True if DONE.match(words) and SAYS_DONE.search(words) else None


def _is_later(done: str, due: str) -> bool:
    """Whether the one month that is named as done comes after the one that was due."""
    months = [
        {(int(year), int(month)) for year, month in MONTH.findall(each)} for each in (done, due)
    ]
    return all(len(each) == 1 for each in months) and max(months[0]) > max(months[1])


def round_half_up(number: Decimal, digits: int) -> Decimal:
    """The number with so many decimals."""
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def places(number: Decimal) -> int:
    """How many decimals the number was printed with."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
