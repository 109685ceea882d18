"""How alike two texts are: the share of two-character pieces they have in common.

Width, case, space and punctuation do not count, numbers do. An index may store `pieces` and count
the shared ones itself: `dice` makes the same similarity of the three counts.
"""

import re
import unicodedata
from decimal import Decimal

LONGEST = 5000  # characters; a goal is hardly longer, and the rest would not change the answer
DROPPED = re.compile(r"(?<=\d),(?=\d{3})|(?<!\d)\.|\.(?!\d)|[^\w.%]|_")
ZERO = Decimal(0)


def normal(text: str) -> str:
    """The text in one width and case, without space and marks; 1,900 and 1900 are the same."""
    return DROPPED.sub("", unicodedata.normalize("NFKC", text[:LONGEST]).lower())


def pieces(text: str) -> list[str]:
    """The different two-character pieces in the order of the text; a single character is one."""
    plain = normal(text)
    if len(plain) < 2:
        return [plain] if plain else []
    return list(dict.fromkeys(plain[at : at + 2] for at in range(len(plain) - 1)))


def dice(shared: int, left: int, right: int) -> Decimal:
    """The similarity 0–1 from the numbers of shared pieces and of each side's own."""
    return Decimal(2 * shared) / Decimal(left + right) if left + right else ZERO


def similarity(left: str, right: str) -> Decimal:
    """0 for nothing in common, 1 for the same pieces; two texts without any have nothing."""
    ours, theirs = set(pieces(left)), set(pieces(right))
    return dice(len(ours & theirs), len(ours), len(theirs))
