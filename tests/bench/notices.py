"""Reading a notice: linear in its length, and against one expression that finds the same words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from apps.core import collecting
from apps.rules import notices
from tests.bench.measuring import Measured, in_turn

NOTICE = Path(__file__).resolve().parents[1] / "data" / "notices" / "yuli-2023-2024.txt"
YEAR = 2024
LONGER = {"default": 10, "full": 50}
ROUNDS = {"default": 9, "full": 25}
SLACK = 1.2  # 10 times the text in at most 12 times the time
PASSES = 20  # of the one expression
# What a person would search for by hand: numbers of items, dates, shares, papers, actors, duties.
LOOKED_FOR = re.compile(
    r"[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|[0-9]+[.、]"
    r"|(?:[0-9]{4}年度?)?[0-9]{1,2}月(?:[0-9]{1,2}日|[底初中]|[上中下]旬)?前?|每(?:年|季度|月)"
    r"|[^，。；]{2,12}(?:批复|结束|完成)后"
    r"|(?:不低于|不少于|低于|超过)?[0-9]+(?:\.[0-9]+)?(?:%|万元|个|篇|分|次)"
    r"|《[^》]+》(?:（[^）]+〔[0-9]{4}〕[0-9]+号）)?|[\u4e00-\u9fff]{2,16}?(?:表|报告|清单|台账|材料)"
    r"|各?(?:级|主管|预算)?部门(?:（单位）|单位)?|[县市州]财政[局部门]+[\u4e00-\u9fff]{0,8}?科室?"
    r"|事前绩效评估|绩效目标|绩效监控|绩效自评|绩效评价|结果应用|公开|培训|应|须|必须|负责"
)


def measure(template: str, size: str) -> Iterator[Measured]:
    """One notice and many times the same; needs no database."""
    text, times = NOTICE.read_text(encoding="utf-8"), LONGER[size]
    works = {
        "one": partial(_read, text),
        "many": partial(_read, text * times),
        "pass": partial(_one_pass, text),
        "passes": partial(_one_pass, text * times),
    }
    took = in_turn(works, rounds=ROUNDS[size], warm=1)
    name = f"a notice {times} times as long, each part"
    yield Measured(name, took["many"] * 1000 / times, "ms", "alone", took["one"] * 1000, SLACK)
    than = "one pass of an expression"
    note = f"{len(text)} characters"
    yield Measured(
        "reading a notice", took["one"] * 1000, "ms", than, took["pass"] * 1000, PASSES, note
    )
    name, base = f"reading {times} notices in one", took["passes"] * 1000
    yield Measured(name, took["many"] * 1000, "ms", than, base, PASSES)


def _read(text: str) -> notices.Notice:
    """As the page and the command read it."""
    with collecting.put_off():
        return notices.read(text, year=YEAR)


def _one_pass(text: str) -> int:
    return sum(1 for _ in LOOKED_FOR.finditer(text))
