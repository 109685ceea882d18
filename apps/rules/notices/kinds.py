"""Whether a text is a notice at all; what it is instead is said in one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.rules.errors import RuleError
from apps.rules.notices import words
from apps.rules.notices.outline import Part

_TOPIC = re.compile(r"绩效|预算|财政")
_MARKUP = re.compile(r"\s*(?:<\?xml|<!doctype|<html|\{\s*\"|%PDF|PK\x03)", re.IGNORECASE)
_RESUME = re.compile(
    r"姓\s*名|性\s*别|出生(?:年月|日期)|籍\s*贯|民\s*族|政治面貌|学\s*历|毕业院校|求职意向|工作经历|个人简历"
)
_CELLS = re.compile(r"\t|\||\S {3,}\S+ {3,}\S")
RESUME_LABELS = 4
TABLE_SHARE = 0.6
TOPIC_EVERY = 2000  # characters; a notice on this matter names it more often
EXPECTED = "应为预算绩效管理的通知、方案、意见、要点或计划"


def refuse_others(text: str, parts: Sequence[Part]) -> None:
    """Raises RuleError (notice.*) when the text is a table, a résumé, a page's source, or other."""
    if _MARKUP.match(text):
        raise RuleError(f"内容是网页或程序的源码，不是正文，{EXPECTED}。", code="notice.markup")
    if len({re.sub(r"\s", "", each) for each in _RESUME.findall(text)}) >= RESUME_LABELS:
        raise RuleError(f"内容像个人简历，不是通知，{EXPECTED}。", code="notice.resume")
    if _is_table(text):
        raise RuleError(f"内容是一张表，没有成句的正文，{EXPECTED}。", code="notice.table")
    topics = len(_TOPIC.findall(text))
    if not topics or topics * TOPIC_EVERY < len(text):
        raise RuleError(f"没有读到预算绩效管理的内容，{EXPECTED}。", code="notice.other_matter")
    if not _has_form(text, parts):
        raise RuleError(f"没有读到标题、分条或要求，不像通知，{EXPECTED}。", code="notice.no_form")


def _is_table(text: str) -> bool:
    """Mostly rows of cells, and hardly a full stop."""
    rows = [row for row in text.splitlines() if row.strip()]
    cells = sum(row.count(",") > 2 or bool(_CELLS.search(row)) for row in rows)
    return cells >= TABLE_SHARE * len(rows) and text.count("。") * 4 < len(rows)


def _has_form(text: str, parts: Sequence[Part]) -> bool:
    """A title or numbered headings, and somebody who must do something."""
    numbered = any(block.level >= 0 for part in parts for block in part.blocks)
    titled = any(part.title for part in parts)
    return (numbered or titled) and bool(words.ACTION.search(text))
