"""What a column of an imported sheet is, how its cells are read, and what a wrong cell says."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from apps.core.days import FIRST_DAY, LAST_DAY, too_far
from apps.rules.errors import RuleError
from apps.rules.numbers import parse_number, parse_wan

Raw = str | int | float | bool | date | datetime | None
Reader = Callable[[Raw], Any]
MAX_TEXT = 32_767
EMPTY = (None, "")
EXACT = 1e15  # below, a stored whole number is what the spreadsheet shows
FOUR_DIGITS = re.compile(r"[0-9]{4}")
PADDING = re.compile(r"[\s*＊\u3000]")
BRACKETS = str.maketrans("（）：", "():")
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")


class Unread(Exception):
    """A cell does not hold what its column asks for. `expected` is a phrase, `example` a value."""

    def __init__(self, expected: str, example: str = "") -> None:
        super().__init__(expected)
        self.expected = expected
        self.example = example


@dataclass(frozen=True)
class Column:
    """One column of a form: `key` for the program, `label` as printed in the head."""

    key: str
    label: str
    read: Reader
    required: bool = False
    example: str = ""
    aliases: tuple[str, ...] = ()
    note: str = ""  # printed on the template's 填表说明
    options: tuple[str, ...] = ()  # the template's drop-down
    width: int = 14

    @property
    def names(self) -> frozenset[str]:
        """Every head text under which this column is recognised."""
        return frozenset(normal(name) for name in (self.label, *self.aliases))


@dataclass(frozen=True)
class CellError:
    """One wrong cell, in the words the user knows: sheet, row, column, field, found, expected."""

    sheet: str
    row: int
    column: str  # letter; empty when the whole row is meant
    label: str
    found: str
    expected: str
    example: str = ""

    @property
    def message(self) -> str:
        """工作表“…” 第n行 X列 字段：填“…”，应为…，例如…。"""
        place = f"工作表“{self.sheet}” 第{self.row}行"
        place += f" {self.column}列 {self.label}" if self.column else f" {self.label}"
        found = f"填“{self.found}”" if self.found else "未填"
        example = f"，例如{self.example}" if self.example else ""
        return f"{place}：{found}，{self.expected}{example}。"

    def as_dict(self) -> dict[str, str | int]:
        """The error as a job's result keeps it."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "label": self.label,
            "found": self.found,
            "expected": self.expected,
            "example": self.example,
            "message": self.message,
        }


@dataclass(frozen=True)
class Row:
    """One data row: its number on the sheet and its values by column key."""

    number: int
    values: dict[str, Any]


@dataclass
class Table:
    """A sheet as read: rows whose cells are all right, and every cell that is not."""

    sheet: str
    letters: dict[str, str]  # column key → letter, for errors found later
    rows: list[Row] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # heads that no column asks for


def normal(label: object) -> str:
    """A head text without spaces, line breaks, stars, and with full-width brackets made half."""
    return PADDING.sub("", str(label or "")).translate(BRACKETS)


def shown(value: object) -> str:
    """A cell's value as its message repeats it, at most 60 characters."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return as_text(value)[:60]
    return str(value)[:60]


def letter(index: int) -> str:
    """The letter of a column counted from 0."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def place_of(letters: str) -> int:
    """The column counted from 0 that the letters name."""
    place = 0
    for mark in letters:
        place = place * 26 + ord(mark) - 64
    return place - 1


def as_text(value: Raw) -> str:
    """What a person sees in the cell: whole numbers without point, dates as 2024-03-20."""
    if isinstance(value, str):
        # What is not seen is not printable either; asking so takes a tenth of the replacing.
        return (value if value.isprintable() else INVISIBLE.sub("", value)).strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        if abs(value) < EXACT and value.is_integer():
            return str(int(value))  # most numbers of a list; the same text, in a tenth of the time
        return format(as_decimal(value), "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return str(value)


def as_decimal(value: float) -> Decimal:
    """A stored number with the 15 digits that a spreadsheet shows, not the binary tail."""
    exact = Decimal(format(value, ".15g"))
    return exact.to_integral_value() if exact == exact.to_integral_value() else exact


# --- readers --------------------------------------------------------------------------------
def text(limit: int = 200, pattern: str = "", expected: str = "", example: str = "") -> Reader:
    """Text up to `limit` characters, optionally of a pattern."""

    shape = re.compile(pattern)

    def read(value: Raw) -> str:
        found = as_text(value)
        if len(found) > limit:
            raise Unread(f"最多{limit}个字，现有{len(found)}个字")
        if pattern and not shape.fullmatch(found):
            raise Unread(expected, example)
        return found

    return read


def number(
    places: int = 2, least: Decimal | None = Decimal(0), most: Decimal | None = None
) -> Reader:
    """A decimal number with at most `places` after the point."""

    def parse(found: str) -> Decimal:
        return parse_number(found, places=places)

    return _decimal(parse, least, most, "92")


def wan() -> Reader:
    """An amount written in 万元, answered in yuan; a fraction of a 分 is refused."""
    return _decimal(parse_wan, None, None, "1286.00")


def _decimal(
    parse: Callable[[str], Decimal], least: Decimal | None, most: Decimal | None, example: str
) -> Reader:
    def read(value: Raw) -> Decimal:
        if isinstance(value, (bool, date)):
            raise Unread("应为数字", example)
        try:
            found = parse(as_text(value))
        except RuleError as error:
            raise Unread(_number_words(error), example) from error
        if (least is not None and found < least) or (most is not None and found > most):
            raise Unread(_range_words(least, most), example)
        return found

    return read


def _number_words(error: RuleError) -> str:
    """What a number's column asks for, by the reason of the refusal."""
    if error.code == "numbers.unit":
        return f"应为数字，不带单位“{error.data['unit']}”"
    if error.code == "numbers.operator":
        return f"应为数字，不带符号“{error.data['operator']}”"
    if error.code in ("numbers.places", "numbers.size"):
        return str(error).partition("，")[2].rstrip("。")
    return "应为数字，不能为负" if "不能为负" in str(error) else "应为数字"


def _range_words(least: Decimal | None, most: Decimal | None) -> str:
    if least is not None and most is not None:
        return f"应在{least}–{most}之间"
    return f"不能小于{least}" if least is not None else f"不能大于{most}"


def year(least: int = 2000, most: int = 2100) -> Reader:
    """A year such as 2024 or 2024年."""

    def read(value: Raw) -> int:
        found = as_text(value).removesuffix("年").removesuffix("年度")
        if not FOUR_DIGITS.fullmatch(found) or not least <= int(found) <= most:
            raise Unread(f"应为{least}–{most}之间的年份", "2024")
        return int(found)

    return read


def choice(options: Mapping[str, Any]) -> Reader:
    """One of the words; answers the value that stands behind it."""
    by_word = {normal(word): value for word, value in options.items()}

    def read(value: Raw) -> Any:
        if isinstance(value, str) and value in by_word:
            return by_word[value]
        found = normal(as_text(value))
        if found not in by_word:
            raise Unread(f"应为{'、'.join(options)}中的一个")
        return by_word[found]

    return read


def several(options: Mapping[str, Any]) -> Reader:
    """Words parted by 、or a comma; answers the tuple of values in the order given, once each."""
    one = choice(options)

    def read(value: Raw) -> tuple[Any, ...]:
        words = [word for word in re.split(r"[、，,;；]", as_text(value)) if word.strip()]
        return tuple(dict.fromkeys(one(word) for word in words))

    return read


def flag() -> Reader:
    """是 or 否."""
    return choice({"是": True, "否": False, "√": True, "×": False})


def day() -> Reader:
    """A date that calendars can reckon with, as a date cell or written 2024-03-20, 2024/3/20,
    2024年3月20日 or 20240320.
    """

    def read(value: Raw) -> date:
        found = _day_in(value)
        if too_far(found):
            raise Unread(f"应在{FIRST_DAY}至{LAST_DAY}之间", "2024-03-20")
        return found

    return read


def _day_in(value: Raw) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    match = re.fullmatch(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?", as_text(value))
    try:
        return date(*(int(part) for part in match.groups())) if match else _no_day()
    except ValueError as error:
        raise Unread("应为日期", "2024-03-20") from error


def _no_day() -> date:
    raise Unread("应为日期", "2024-03-20")
