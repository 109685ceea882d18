"""When two names of indicators mean the same thing for a list: said alike but for small words."""

import re
import unicodedata
from collections.abc import Iterable

ALIKE = 0.8  # of the pieces of both names; “培训人次” and “参加培训人次” are, “培训期数” is not
ASIDE = re.compile(r"[（(][^）)]*[）)]|[0-9０-９]+年度?")
IDLE = re.compile(r"[^\w]|_")
ENDS = ("的数量", "数量", "个数", "总数", "情况", "比例")


def bare_name(name: str) -> str:
    """The name without brackets, years, signs, blanks and the words that add nothing at its end.

    A name of nothing but such words stays as it is.
    """
    text = unicodedata.normalize("NFKC", ASIDE.sub("", name)).lower()
    text = IDLE.sub("", text)
    end = next((end for end in ENDS if text.endswith(end) and len(text) > len(end) + 1), "")
    return text.removesuffix(end) or name


def pairs(text: str) -> frozenset[str]:
    """Every two neighbouring characters; of a single character, itself."""
    return frozenset(text[at : at + 2] for at in range(len(text) - 1)) or frozenset({text})


def is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two names share most of their pairs (Dice's measure, at least ALIKE)."""
    return 2 * len(one & other) >= ALIKE * (len(one) + len(other))


def like(text: str, among: Iterable[tuple[str, frozenset[str]]]) -> str:
    """The first of the names, given with their pairs, that is like the text; empty for none."""
    own = pairs(text)
    return next((name for name, held in among if is_alike(own, held)), "")
