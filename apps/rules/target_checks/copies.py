"""Checks for what stands twice: in the form itself, in another project's, in last year's."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from apps.rules.findings import Finding
from apps.rules.form_words import line_title, show_target
from apps.rules.numbers import plain, quoted
from apps.rules.similarity import dice, normal, pieces, similarity
from apps.rules.target_checks.codes import Said, limit, noted
from apps.rules.target_evidence import OtherForm
from apps.rules.target_form import TargetFacts, TargetForm, TargetLine

HUNDRED = Decimal(100)
YEAR = re.compile(
    r"20\d\d\s{0,2}年度?"
)  # a goal of last year with another year is still last year's
SHOWN = 60  # characters of the other text that a message repeats
SAME_WORDS = (("按期", "及时"), ("按时", "及时"), ("合格", "达标"), ("工程", "项目"), ("的", ""))


class Row(NamedTuple):
    """A row as `similar_rows` compares it; `position` counts from 1."""

    position: int
    line: TargetLine
    name: str
    pieces: frozenset[str]


def row_text(line: TargetLine) -> str:
    """A row as one phrase, name and promised value, as `OtherForm.rows` holds them."""
    return f"{line.name.strip()} {show_target(line)}".strip()


def similar_rows(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """One matter is promised once: not again under another level or in slightly other words."""
    least = limit(facts, "targets.similar_rows", "similarity") / HUNDRED
    earlier: dict[str, list[Row]] = {}  # by promised value: only equal promises are compared
    for position, line in enumerate(form.lines, start=1):
        promise = show_target(line)
        name = _plain_name(line.name)
        row = Row(position, line, name, frozenset(pieces(name)))
        other = next(
            (each for each in earlier.get(promise, ()) if _is_same(each, row, least)), None
        )
        if other and promise:
            said = Said(
                quoted(line.name),
                "不重复的指标",
                f"与{line_title(other.position, other.line)}是同一件事，值也是{quoted(promise)}。"
                "请合并，或写清区别。",
            )
            yield noted("targets.similar_rows", f"indicator:{line.key}.name", form, said)
        earlier.setdefault(promise, []).append(row)


def _is_same(other: Row, row: Row, least: Decimal) -> bool:
    """Words that add or drop something but put nothing in its place: 工程验收 and 项目工程验收."""
    shared = len(row.pieces & other.pieces)
    if not shared or dice(shared, len(row.pieces), len(other.pieces)) < least:
        return False
    if _cell(row.line) == _cell(other.line):
        return False  # told by targets.duplicate
    short, long = sorted((row.name, other.name), key=len)
    rest = iter(long)
    return all(character in rest for character in short)


def _cell(line: TargetLine) -> tuple[str, str, str]:
    return line.level1, line.level2, "".join(line.name.split())


def _plain_name(name: str) -> str:
    text = normal(name[:200])
    for word, same in SAME_WORDS:
        text = text.replace(word, same)
    return text


def copied_goal(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """The year's goal is the project's own and this year's: not another's, not last year's."""
    code = "targets.copied_goal"
    goal = form.year_goal.strip()
    if len(goal) < limit(facts, code, "length"):
        return
    least = limit(facts, code, "similarity") / HUNDRED
    best: tuple[Decimal, OtherForm] | None = None
    for other in facts.evidence.others:
        alike = similarity(*(YEAR.sub("", text) for text in (goal, other.year_goal)))
        # The same project goes on: only a text that nobody touched is worth a word.
        is_copy = alike == 1 if other.is_last_year else alike >= least
        if is_copy and (best is None or alike > best[0]):
            best = alike, other
    if best is None:
        return
    alike, other = best
    share = plain(round(alike * HUNDRED, 0))
    said = Said(
        f"{share}%相同",
        "本项目本年度的目标",
        f"与{quoted(other.title)}的年度目标{share}%相同{_told(other, other.year_goal)}。"
        f"{'请写今年要做的' if other.is_last_year else '请写本项目自己的'}数量、时间和效果。",
    )
    yield noted(code, "year_goal", form, said)


def copied_rows(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """The rows with their values are not those of another form."""
    code = "targets.copied_rows"
    ours = [normal(row_text(line)) for line in form.lines if line.name.strip()]
    if not ours or len(ours) < limit(facts, code, "rows"):
        return
    best: tuple[int, OtherForm] | None = None
    for other in facts.evidence.others:
        theirs = {normal(text) for text in other.rows}
        same = sum(text in theirs for text in ours)
        least = HUNDRED if other.is_last_year else limit(facts, code, "share")
        if same * HUNDRED >= least * len(ours) and (best is None or same > best[0]):
            best = same, other
    if best is None:
        return
    same, other = best
    shown = _told(other, next(text for text in other.rows if normal(text) in ours), "，例如")
    said = Said(
        f"{same}行相同",
        "按本年度预算测算的指标值",
        f"{len(ours)}行里{same}行的名称和指标值与{quoted(other.title)}相同{shown}。"
        f"{'请按今年的资金和任务重新测算' if other.is_last_year else '请按本项目的任务填写'}。",
    )
    yield noted(code, "indicators", form, said)


def _told(other: OtherForm, text: str, lead: str = "：") -> str:
    """The other form's words, where whoever reads the finding may read them."""
    return f"{lead}“{_excerpt(text)}”" if other.is_open else ""


def _excerpt(text: str) -> str:
    shown = " ".join(text.split())
    if len(shown) > SHOWN:
        shown = shown[: SHOWN - 1] + "…"
    return "".join(char if char.isprintable() else "\ufffd" for char in shown)


CHECKS = (similar_rows, copied_goal, copied_rows)
