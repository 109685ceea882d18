"""Checks of the words: goals without a number, names that are wishes, money named in the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from apps.rules.findings import Finding, Severity
from apps.rules.form_words import label
from apps.rules.numbers import narrow, quoted, show_wan
from apps.rules.similarity import dice, pieces
from apps.rules.target_checks.codes import Said, limit, noted
from apps.rules.target_checks.measures import base_name
from apps.rules.target_checks.money import MONEY_UNITS, total
from apps.rules.target_checks.row_at import PERCENT, RowAt
from apps.rules.target_checks.texts import (
    degree_words,
    has_measure,
    is_boilerplate,
    is_placeholder,
)
from apps.rules.target_checks.vocabulary import AIM_FIRST, DEGREE, MEASURE_END, WISH_END
from apps.rules.target_evidence import LibraryRow
from apps.rules.target_form import TargetFacts, TargetForm

ZERO = Decimal(0)
MONEY = re.compile(
    r"(?P<lead>总投资|投资总额|总资金|资金总额|预算总额|总预算|项目资金|"
    r"(?:安排|投入|申请|下达|筹集|落实|使用)(?:项目|本级|县级|中央|自治区|财政|专项|预算|衔接|补助|各类){0,3}(?:资金|经费|拨款)|"
    r"财政(?:拨款|资金|预算)|预算(?:资金|金额|安排))"
    r"[为是共计约近合总达：:\s]{0,4}(?P<amount>\d[\d,]{0,15}(?:\.\d{1,6})?)\s{0,2}(?P<more>余|多)?"
    r"(?P<unit>亿元|万元|元)"
)
WHOLE = re.compile("总|项目资金")
ABOUT = re.compile("[约近余多]")
OTHER_MONEY = re.compile("其中|已|累计|上年|去年|往年|前期|每|人均|户均|撬动|带动|节约|增收|中期")
LEAD = 8  # characters before an amount that may say it is another one
ROUGH = Decimal("0.05")  # what 约 and 余 may leave open
NEAR = Decimal("0.34")  # similarity from which a library row is worth naming


@dataclass(frozen=True)
class Named:
    """An amount in a text, in yuan, with how far it may be off."""

    words: str
    yuan: Decimal
    slack: Decimal
    is_whole: bool


def vague_goals(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """A goal says how much; one of wishes alone cannot be checked at the end of the year."""
    for path in form.shape.goals:
        title = label(path, form.shape)
        goal = getattr(form, path).strip()
        if len(goal) < limit(facts, "targets.goal_short", "length") or has_measure(goal):
            continue
        if is_placeholder(goal) or is_boilerplate(goal):
            continue  # said already, and more plainly
        words = "”“".join(degree_words(goal)[:3])
        only = f"，只有“{words}”等说法" if words else ""
        said = Said(
            quoted(goal),
            "做多少、达到多少",
            f"{title}没有一个可计量的数{only}。请写做多少、达到多少，例如多少公里、多少户、百分之几。"
            f"{suggestion(goal, facts)}",
        )
        finding = noted("targets.vague_goal", path, form, said)
        yield finding if path == "year_goal" else replace(finding, severity=Severity.TIP)


def vague_names(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """The name of a number says what is counted: 提高服务质量 ≥95% does not."""
    for line in form.lines:
        row, name = RowAt(form, line, facts), base_name(line.name)
        if not row.is_quantitative or not is_wish(name, line.unit.strip()):
            continue
        said = Said(
            quoted(line.name),
            "可计量的名称",
            f"“{quoted(line.name)}”是愿望，看不出{quoted(line.unit) or '数'}量的是什么。"
            f"请写成可计量的名称，例如某某率、某某数。{suggestion(name, facts, line.level1)}",
        )
        yield noted("targets.vague_name", row.path("name"), form, said)


def is_wish(name: str, unit: str) -> bool:
    """Whether a name only hopes: a degree or an aim, and nothing that the unit could count."""
    if WISH_END.search(name) and unit in PERCENT:
        return bool(AIM_FIRST.search(name) or DEGREE.search(name))
    if MEASURE_END.search(name):
        return False
    return bool(DEGREE.search(name) or (unit in PERCENT and AIM_FIRST.search(name)))


def suggestion(text: str, facts: TargetFacts, level1: str = "") -> str:
    """A sentence that names the nearest measurable indicator of the library; empty if none."""
    ours = set(pieces(text))
    best: tuple[Decimal, LibraryRow] | None = None
    for row in facts.evidence.library:
        if row.operator == "定性" or (level1 and row.level1 != level1):
            continue
        theirs = set(pieces(row.name))
        # A long goal shares little of itself, so a row is weighed by how much of it is there.
        alike = dice(len(ours & theirs), min(len(ours), len(theirs)), len(theirs))
        if alike >= NEAR and (best is None or alike > best[0]):
            best = alike, row
    if best is None:
        return ""
    row = best[1]
    return f"指标库里有“{quoted(row.name)}”（{row.operator}，{row.unit or '无单位'}），可选用。"


def goal_money(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """The money that the year's goal names is the money of the fund table."""
    known = _known(form, facts)
    named = list(_named(form.year_goal))
    if not known or not named:
        return
    largest, together = max(known), sum((each.yuan for each in named), ZERO)
    for each in named:
        is_part = len(named) > 1 and not each.is_whole and each.yuan < largest
        if is_part or any(abs(amount - each.yuan) <= each.slack for amount in known):
            continue
        if together in known:
            return
        table = show_wan(total(form, "year") or largest, exact=True)
        said = Said(
            quoted(each.words),
            f"{table}万元",
            f"写“{quoted(each.words)}”，资金表年度资金{table}万元，对不上。请核对哪一个对。",
        )
        yield noted("targets.goal_money", "year_goal", form, said)
        return


def _named(text: str) -> Iterator[Named]:
    for match in MONEY.finditer(narrow(text)):
        before = text[max(0, match.start() - LEAD) : match.start()]
        if OTHER_MONEY.search(before) or OTHER_MONEY.search(match["lead"]):
            continue
        amount = Decimal(match["amount"].replace(",", ""))
        scale = MONEY_UNITS[match["unit"]]
        places = max(0, -int(amount.as_tuple().exponent))
        slack = scale * Decimal(10) ** -places / 2
        if match["more"] or ABOUT.search(match[0]):
            slack = max(slack, amount * scale * ROUGH)
        yield Named(match[0], amount * scale, slack, bool(WHOLE.search(match["lead"])))


def _known(form: TargetForm, facts: TargetFacts) -> set[Decimal]:
    """Every amount that a text may rightly name, in yuan."""
    amounts = {total(form, span) for span in form.funds} | {sum(facts.budget.values(), ZERO)}
    amounts |= {amount for span in form.funds.values() for amount in span.values()}
    amounts |= set(facts.budget.values()) | {facts.total_investment or ZERO}
    year = form.funds.get("year", {})
    amounts.add(year.get("fiscal", ZERO) + year.get("carryover", ZERO))
    return {amount for amount in amounts if amount > 0}


CHECKS = (vague_goals, vague_names, goal_money)
