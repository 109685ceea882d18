"""When two projects are called alike, so that the results of one speak for the other (U-45)."""

import re
import unicodedata
from decimal import Decimal

from apps.rules.similarity import similarity

ALIKE = Decimal("0.6")  # of the pieces of both names; the second stage is alike, another town not
ASIDE = re.compile(r"[（(][^）)]*[）)]|第?[0-9]+(?:年度?|[期批])?|第?[一二三四五六七八九十]+[期批]")
ENDS = ("建设项目", "项目", "工程")


def bare(name: str) -> str:
    """The name without brackets, numbers, years, stages and the word for project at its end."""
    text = ASIDE.sub("", unicodedata.normalize("NFKC", name)).strip()
    end = next((end for end in ENDS if text.endswith(end) and len(text) > len(end) + 1), "")
    return text.removesuffix(end) or name


def is_alike(one: str, other: str) -> bool:
    """Whether a person should look whether the two are the same thing again."""
    return similarity(bare(one), bare(other)) >= ALIKE
