"""The text as the word table sees it: one character for one, so that every span stays true."""

import re
import unicodedata

DASHES = "—―–－‐‑‒−~～〜﹣─━ーｰ"
WIDE = "０１２３４５６７８９（）［］．：％／，；Ｑ"
PLAIN = "0123456789()[].:%/，；Q"
UNSEEN = "\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff\u00ad\r\t\f\v\u2002\u2003\u2009"
RADICALS = range(0x2F00, 0x2FD6)  # ⽉ and ⽇ of copied PDF text, which only look like 月 and 日

ALIKE = (
    dict.fromkeys(map(ord, DASHES), "-")
    | dict.fromkeys(map(ord, UNSEEN), " ")
    | dict(zip(map(ord, WIDE), PLAIN, strict=True))
    | {code: unicodedata.normalize("NFKC", chr(code)) for code in RADICALS}
    | dict.fromkeys(map(ord, "○◯"), "〇")
)

DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "O": 0,
    "o": 0,
}
TENS = {"十": 10, "廿": 20, "卅": 30}
NUMERALS = "〇零一二两三四五六七八九十廿卅"


def plain(text: str) -> str:
    """The text with full-width forms, dashes and unseen blanks made one; as long as before."""
    return text.translate(ALIKE)


def number(numeral: str) -> int:
    """What the digits or Chinese numerals say: 12, 十二, 廿五, 二〇二四."""
    if numeral.isascii() and numeral.isdigit():
        return int(numeral)
    if not TENS.keys() & set(numeral):
        return int("".join(str(DIGITS[char]) if char in DIGITS else char for char in numeral))
    total, ones = 0, 0
    for char in numeral:
        if char in TENS:
            total += TENS[char] * (ones or 1)
            ones = 0
        else:
            ones = DIGITS[char]
    return total + ones


NUMERAL = re.compile(f"[0-9{NUMERALS}Oo]+")


def number_in(text: str) -> int:
    """The first number of a short text, 0 where there is none."""
    match = NUMERAL.search(text.replace(" ", "").replace("\n", ""))
    return number(match[0]) if match else 0
