"""When two projects are called alike, so that the results of one speak for the other (U-45)."""

import re
import unicodedata
from decimal import Decimal

ALIKE = Decimal(
    "0.6"
)  # of the pieces of both names; “二期” of a project is alike, another town not
ASIDE = re.compile(r"[（(][^）)]*[）)]|第?[0-9]+(?:年度?|[期批])|第?[一二三四五六七八九十]+[期批]")
IDLE = re.compile(r"[^\w]|_")
ENDS = ("建设项目", "项目", "工程")


def bare(name: str) -> str:
    """The name without brackets, years, stages, signs and the word for project at its end."""
    text = IDLE.sub("", ASIDE.sub("", unicodedata.normalize("NFKC", name)))
    end = next((end for end in ENDS if text.endswith(end) and len(text) > len(end) + 1), "")
    return text.removesuffix(end) or name


def likeness(one: str, other: str) -> Decimal:
    """The share of two-character pieces that both names have, 0 to 1 (Dice's measure)."""
    left, right = _pairs(bare(one)), _pairs(bare(other))
    return Decimal(2 * len(left & right)) / (len(left) + len(right))


def is_alike(one: str, other: str) -> bool:
    """Whether a person should look whether the two are the same thing again."""
    return likeness(one, other) >= ALIKE


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1)) or frozenset({text})
