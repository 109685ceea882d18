"""How alike two texts are, and when names of projects or of indicators mean the same thing.

The measure is Dice's over two-character pieces. Width, case, space and punctuation do not count,
numbers do. An index may store `pieces` and count the shared ones itself: `dice` makes the same
similarity of the three counts.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

LONGEST = 5000  # characters; a goal is hardly longer, and the rest would not change the answer
DROPPED = re.compile(r"(?<=\d),(?=\d{3})|(?<!\d)\.|\.(?!\d)|[^\w.%]|_")
ZERO = Decimal(0)

# The second stage of a project is alike, the same work in another town is not.
LIKE_PROJECTS = Decimal("0.6")
PROJECT_ASIDE = re.compile(
    r"[（(][^）)]*[）)]|第?[0-9]+(?:年度?|[期批])?|第?[一二三四五六七八九十]+[期批]"
)
PROJECT_ENDS = ("建设项目", "项目", "工程")

# “培训人次” and “参加培训人次” are one indicator, “培训期数” is another.
LIKE_INDICATORS = 0.8
INDICATOR_ASIDE = re.compile(r"[（(][^）)]*[）)]|[0-9０-９]+年度?")
INDICATOR_ENDS = ("的数量", "数量", "个数", "总数", "情况", "比例")
SIGNS = re.compile(r"[^\w]|_")


# --- texts ------------------------------------------------------------------------------------
def normal(text: str) -> str:
    """The text in one width and case, without space and marks; 1,900 and 1900 are the same."""
    return DROPPED.sub("", unicodedata.normalize("NFKC", text[:LONGEST]).lower())


def pairs(text: str) -> list[str]:
    """Every two neighbouring characters once, in order; a single character is one."""
    if len(text) < 2:
        return [text] if text else []
    return list(dict.fromkeys(text[at : at + 2] for at in range(len(text) - 1)))


def pieces(text: str) -> list[str]:
    """The pairs of the normal text: what two texts are compared by."""
    return pairs(normal(text))


def dice(shared: int, left: int, right: int) -> Decimal:
    """The similarity 0–1 from the numbers of shared pieces and of each side's own."""
    return Decimal(2 * shared) / Decimal(left + right) if left + right else ZERO


def similarity(left: str, right: str) -> Decimal:
    """0 for nothing in common, 1 for the same pieces; two texts without any have nothing."""
    ours, theirs = set(pieces(left)), set(pieces(right))
    return dice(len(ours & theirs), len(ours), len(theirs))


def probes(text: str, width: int = 6, most: int = 8) -> list[str]:
    """Runs of characters, spread over a normal text, by which an index finds its copies.

    A text that holds none of them is not looked at; what holds one is compared by `similarity`.
    """
    last = len(text) - width
    if last <= 0:
        return [text] if text else []
    n = min(most, last + 1)
    starts = [round(at * last / (n - 1)) for at in range(n)] if n > 1 else [0]
    return list(dict.fromkeys(text[at : at + width] for at in starts))


# --- names of projects ------------------------------------------------------------------------
def bare_project(name: str) -> str:
    """The name without brackets, numbers, years, stages and the word for project at its end."""
    text = PROJECT_ASIDE.sub("", unicodedata.normalize("NFKC", name)).strip()
    return _without_end(text, PROJECT_ENDS) or name


def are_like_projects(one: str, other: str) -> bool:
    """Whether a person should look whether the two are the same thing again (U-45)."""
    return similarity(bare_project(one), bare_project(other)) >= LIKE_PROJECTS


# --- names of indicators ----------------------------------------------------------------------
def bare_indicator(name: str) -> str:
    """The name without brackets, years, signs, blanks and the words that add nothing at its end.

    A name of nothing but such words stays as it is.
    """
    text = unicodedata.normalize("NFKC", INDICATOR_ASIDE.sub("", name)).lower()
    return _without_end(SIGNS.sub("", text), INDICATOR_ENDS) or name


def are_like_indicators(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two bare names, as their pairs, share most of them (W-23)."""
    return 2 * len(one & other) >= LIKE_INDICATORS * (len(one) + len(other))


def like_indicator(bare: str, among: Iterable[tuple[str, frozenset[str]]]) -> str:
    """The first of the bare names, given with their pairs, that is like it; empty for none."""
    own = frozenset(pairs(bare))
    return next((name for name, held in among if are_like_indicators(own, held)), "")


def _without_end(text: str, ends: tuple[str, ...]) -> str:
    end = next((end for end in ends if text.endswith(end) and len(text) > len(end) + 1), "")
    return text.removesuffix(end)
