"""Numbers as people type them and as the pages show them; nothing typed is guessed at."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NoReturn

from apps.rules.errors import RuleError

MISSING = "—"
MINUS = "−"
WAN = Decimal(10000)
CENT = Decimal("0.01")
TENTH = Decimal("0.1")
LONGEST = 60  # characters of a cell that can still be a number
SHOWN = 30  # characters of a cell that a message repeats

# Full-width forms and the minus signs of word processors; one character to one character.
NARROW = str.maketrans("０１２３４５６７８９，．－−＋％　\u00a0", "0123456789,.--+%  ")
PLAIN = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?", re.ASCII)
LED = re.compile(r"(≥|≤|>=|<=|=|>|<|＞|＜|＝)\s*(.+)", re.DOTALL)
TRAILED = re.compile(r"([+-]?[\d,]*\.?\d+)\s*([^\d,.\s][^\d]{0,19})", re.ASCII)
YEAR = re.compile(r"(\d{4})\s*(?:年度?)?", re.ASCII)


def narrow(text: str) -> str:
    """The text with full-width digits and signs made ASCII, without space around it."""
    return (text if text.isascii() else text.translate(NARROW)).strip()


def quoted(text: str) -> str:
    """What was typed, fit for a message: cut to 30 characters, unprintable ones replaced."""
    shown = text.strip()
    if len(shown) > SHOWN:
        shown = shown[: SHOWN - 1] + "…"
    return "".join(char if char.isprintable() else "\ufffd" for char in shown)


def parse_number(
    text: str, *, places: int = 4, digits: int = 11, example: str = "1,234.5"
) -> Decimal:
    """The number typed, exactly. Full-width digits and thousands separators are read.

    `digits` and `places` bound the whole and the decimal part, together 15 unless told: what both
    databases keep exactly. A unit (95%, 20万元) or an operator
    (≥95) beside the number is refused with the parts in `RuleError.data`, for a caller that can put
    them into their own cells.

    Raises RuleError when the text is anything but one number.
    """
    typed = narrow(text)
    if not typed:
        raise RuleError(f"未填。请填数字，例如{example}。", code="numbers.empty")
    if len(typed) > LONGEST:
        _refuse(text, "应为数字", example)
    if not _is_plain(typed):
        _refuse_parts(text, typed, example)
    bare = typed.replace(",", "")
    number = Decimal(bare)
    whole, _, decimals = bare.partition(".")
    if len(whole) > digits or len(decimals) > places:  # a sign or zeros at either end do not count
        _within(text, number, places, digits)
    return number


def parse_wan(text: str, *, may_be_negative: bool = False, example: str = "1,286.00") -> Decimal:
    """The amount typed in 万元 as yuan with two places; up to six decimals reach the 分.

    Raises RuleError for anything but a number, a unit typed beside it, or a fraction of a 分.
    """
    number = parse_number(text, places=6, digits=9, example=example)
    if number < 0 and not may_be_negative:
        _refuse(text, "金额不能为负，单位万元", example)
    return (number * WAN).quantize(CENT)


def parse_yuan(text: str, *, example: str = "12860000.00") -> Decimal:
    """The amount in 元 as programs write it, two places.

    Raises RuleError for anything but a number of at least 0, and for a fraction of a 分.
    """
    number = parse_number(text, places=2, digits=13, example=example)
    if number < 0:
        _refuse(text, "金额不能为负，单位元", example)
    return number.quantize(CENT)


def parse_year(text: str, *, first: int = 2000, last: int = 2099) -> int:
    """The year typed, with or without 年. Raises RuleError outside `first` to `last`."""
    match = YEAR.fullmatch(narrow(text))
    year = int(match[1]) if match else 0
    if not first <= year <= last:
        if not narrow(text):
            raise RuleError(f"未填。请填年份，例如{first + 24}。", code="numbers.empty")
        _refuse(text, f"应为{first}–{last}之间的四位年份", str(min(first + 24, last)))
    return year


def plain(number: Decimal) -> str:
    """The number without exponent, separators or trailing zeros: 10, 10.0 and 1E+1 are all 10."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def show_value(number: Decimal | None) -> str:
    """An indicator's value: thousands separated, as many places as it has (1,200 · 12.5)."""
    return MISSING if number is None else _grouped(plain(number))


def show_points(number: Decimal | None) -> str:
    """Points and weights in running text: as many places as they have (90 · 7.5)."""
    return show_value(number)


def show_score(number: Decimal | None) -> str:
    """A score, two places half up (88.00)."""
    return MISSING if number is None else _grouped(str(number.quantize(CENT, ROUND_HALF_UP)))


def show_wan(yuan: Decimal | None, *, exact: bool = False) -> str:
    """Yuan as 万元 with two decimals (1,286.00).

    `exact` keeps further decimals that the amount has, for messages about small differences.
    """
    if yuan is None:
        return MISSING
    amount = yuan / WAN
    rounded = amount.quantize(CENT, ROUND_HALF_UP)
    return _grouped(plain(amount) if exact and rounded != amount else str(rounded))


def show_percent(ratio: Decimal | None) -> str:
    """A ratio 0–1 as percent with one place (86.7%)."""
    if ratio is None:
        return MISSING
    return _grouped(str((ratio * 100).quantize(TENTH, ROUND_HALF_UP))) + "%"


def _grouped(text: str) -> str:
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, dot, decimals = digits.partition(".")
    if not (whole + decimals).strip("0"):
        sign = ""  # a rounded −0.00 is zero
    return f"{MINUS if sign else ''}{int(whole):,}{dot}{decimals}"


def _is_plain(typed: str) -> bool:
    return bool(PLAIN.fullmatch(typed)) and typed[-1].isdigit()


def _within(text: str, number: Decimal, places: int, digits: int) -> None:
    whole, _, decimals = plain(abs(number)).partition(".")
    if len(decimals) > places:
        raise RuleError(
            f"填“{quoted(text)}”，小数{len(decimals)}位，最多{places}位。", code="numbers.places"
        )
    if len(whole) > digits:
        raise RuleError(
            f"填“{quoted(text)}”，整数部分{len(whole)}位，最多{digits}位。", code="numbers.size"
        )


def _refuse_parts(text: str, typed: str, example: str) -> NoReturn:
    """Refuse text that is not one number, naming operator or unit when these are the reason."""
    if led := LED.fullmatch(typed):
        raise RuleError(
            f"填“{quoted(text)}”，带了符号“{led[1]}”。这里只填数，例如{example}；符号填在“性质”。",
            code="numbers.operator",
            operator=led[1],
            rest=led[2],
        )
    trailed = TRAILED.fullmatch(typed)
    if trailed and _is_plain(trailed[1]) and trailed[2].isprintable():
        bare = trailed[1].replace(",", "")
        raise RuleError(
            f"填“{quoted(text)}”，带了单位“{quoted(trailed[2])}”。这里只填数，例如{example}。",
            code="numbers.unit",
            number=Decimal(bare),
            unit=trailed[2],
        )
    _refuse(text, "应为数字", example)


def _refuse(text: str, expected: str, example: str) -> NoReturn:
    raise RuleError(f"填“{quoted(text)}”，{expected}，例如{example}。", code="numbers.unreadable")
