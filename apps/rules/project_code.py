"""The 21-digit project code of the integrated budget system (DOMAIN 9)."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NoReturn

from apps.rules.errors import RuleError
from apps.rules.numbers import narrow, quoted

LENGTH = 21
EXAMPLE = "65282324T000000000123"
SHAPE = "区划6位＋年度2位＋类别字母1位＋顺序号12位"
CATEGORIES = {"R": "人员类", "Y": "运转类", "T": "特定目标类"}
DIGITS = re.compile(r"\d+", re.ASCII)
WHOLE = re.compile(r"[1-9]\d{7}[RYT]\d{12}", re.ASCII)
LETTERS = str.maketrans("ＲＹＴｒｙｔ", "RYTryt")


@dataclass(frozen=True)
class ProjectCode:
    """The parts of a valid code; `year` has four digits."""

    region: str
    year: int
    category: str
    serial: str

    @property
    def text(self) -> str:
        """The code as stored and printed."""
        return f"{self.region}{self.year % 100:02d}{self.category}{self.serial}"


def parse(
    text: str, *, regions: Collection[str] | None = None, years: tuple[int, int] | None = None
) -> ProjectCode:
    """The code's parts; spaces and full-width characters are read, a small letter counts as large.

    `regions` are the region codes a project may come from, `years` the first and last year it may
    bear; None asks for form only.

    Raises RuleError naming the part that is wrong and what is allowed there.
    """
    typed = _compact(text)
    if len(typed) != LENGTH:
        found = f"共{len(typed)}位" if typed else "未填"
        raise RuleError(
            f"项目编码“{quoted(text)}”{found}，应为{LENGTH}位：{SHAPE}，例如{EXAMPLE}。",
            code="project_code.length",
        )
    if not WHOLE.fullmatch(typed):
        _check_shape(text, typed)
    code = ProjectCode(typed[:6], 2000 + int(typed[6:8]), typed[8], typed[9:])
    _check_region(text, code, regions)
    _check_year(text, code, years)
    return code


def _compact(text: str) -> str:
    return "".join(narrow(text).translate(LETTERS).split()).upper()


def _check_shape(text: str, typed: str) -> None:
    if not DIGITS.fullmatch(typed[:6]) or typed[0] == "0":
        _refuse(
            text, "region", f"区划（第1–6位）为“{quoted(typed[:6])}”，应为6位区划代码，例如652823"
        )
    if not DIGITS.fullmatch(typed[6:8]):
        _refuse(text, "year", f"年度（第7–8位）为“{quoted(typed[6:8])}”，应为年份后两位，例如24")
    if typed[8] not in CATEGORIES:
        allowed = "、".join(f"{letter}（{name}）" for letter, name in CATEGORIES.items())
        _refuse(text, "category", f"类别（第9位）为“{quoted(typed[8])}”，应为{allowed}")
    if not DIGITS.fullmatch(typed[9:]):
        _refuse(
            text,
            "serial",
            f"顺序号（第10–21位）为“{quoted(typed[9:])}”，应为12位数字，例如000000000123",
        )


def _check_region(text: str, code: ProjectCode, regions: Collection[str] | None) -> None:
    if regions is not None and code.region not in regions:
        allowed = "、".join(sorted(regions)[:5])
        _refuse(text, "region", f"区划（第1–6位）为{code.region}，应为{allowed}")


def _check_year(text: str, code: ProjectCode, years: tuple[int, int] | None) -> None:
    if years is not None and not years[0] <= code.year <= years[1]:
        allowed = f"{years[0] % 100:02d}–{years[1] % 100:02d}（{years[0]}–{years[1]}年）"
        _refuse(text, "year", f"年度（第7–8位）为{code.year % 100:02d}，应为{allowed}")


def _refuse(text: str, part: str, reason: str) -> NoReturn:
    raise RuleError(f"项目编码“{quoted(text)}”：{reason}。", code=f"project_code.{part}", part=part)
