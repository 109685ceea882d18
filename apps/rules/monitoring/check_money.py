"""Checks of a node's day and of its money."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from apps.rules.findings import Finding
from apps.rules.monitoring.check_codes import At
from apps.rules.monitoring.node_form import FUNDS, MONEY_CELLS, TOTAL, MoneyLine
from apps.rules.numbers import show_wan

TEN_THOUSAND = Decimal(10000)
CELLS = ("executed", "forecast")
# A number typed in 元 where 万元 belong is too large by 10,000. It is taken for one where the true
# number would lie between a hundredth of the reference and all of it.
NEAR = Decimal(100)
# Against the node before, the true number lies between a tenth and ten times of it.
WITHIN = Decimal(10)


def unread(at: At) -> Iterator[Finding]:
    """What was typed where a number belongs."""
    for path, text in at.form.unread.items():
        yield at.noted("number", path, text, "数", f"填“{text}”，应为数，例如12.5。")


def as_of(at: At) -> Iterator[Finding]:
    """The figures run to the node's day: after the node before it, not beyond it."""
    day, node = at.form.as_of, at.facts.node
    if day is None:
        said = ("未填", str(node.ends), f"未填。本节点的数据截至{node.ends}。")
        yield at.noted("as_of", "as_of", *said)
    elif day > node.ends or day.year != node.fiscal_year:
        said = (str(day), str(node.ends), f"填{day}，本节点的数据截至{node.ends}。")
        yield at.noted("as_of", "as_of", *said)
    elif node.after is not None and day <= node.after:
        message = f"填{day}，上一节点的数据已到{node.after}，应在它之后。"
        yield at.noted("as_of", "as_of", str(day), f"{node.after}之后", message)
    elif day < node.ends:
        message = (
            f"填{day}，比节点{node.ends}早{(node.ends - day).days}天，请核对是否取到节点的数。"
        )
        yield at.noted("as_of_early", "as_of", str(day), str(node.ends), message)


def filled(at: At) -> Iterator[Finding]:
    """Every row says what was paid and what will be; nothing is negative."""
    if not at.form.money:
        yield at.noted("money_missing", "form", "0行", "资金表", "没有填资金执行情况。")
    for row in at.form.money:
        for cell in CELLS:
            path, amount = f"money.{row.key}.{cell}", getattr(row, cell)
            if amount is None and not at.is_unread(path):
                message = f"{MONEY_CELLS[cell]}未填，单位万元；没有的填0。"
                yield at.noted("money_missing", path, "未填", "金额（万元）", message)
            elif amount is not None and amount < 0:
                shown = show_wan(amount, exact=True)
                message = f"填{shown}万元，累计数不能小于0。"
                yield at.noted("money_negative", path, shown, "0以上", message)


def sums(at: At) -> Iterator[Finding]:
    """The whole is the sum of its funds."""
    others = [row for row in at.form.money if row.key != TOTAL]
    if not others or at.form.fund(TOTAL) is None:
        return
    for cell in CELLS:
        whole = getattr(at.form.total, cell)
        parts = [getattr(row, cell) for row in others]
        if whole is None or None in parts or whole == (due := sum(parts, Decimal(0))):
            continue
        found, asked = show_wan(whole, exact=True), show_wan(due, exact=True)
        gap = show_wan(abs(whole - due), exact=True)
        message = f"各项相加{asked}万元，总额{found}万元，差{gap}万元。请核对。"
        yield at.noted("money_sum", f"money.{TOTAL}.{cell}", found, asked, message)


def within_budget(at: At) -> Iterator[Finding]:
    """What is paid, and what will be, stays within the budget in force."""
    for row in at.form.money:
        budget = _budget(at, row)
        if budget is None:
            continue
        paid_code = "over_budget" if row.key == TOTAL else "over_fund"
        for code, cell in ((paid_code, "executed"), ("forecast_over", "forecast")):
            amount = getattr(row, cell)
            if amount is not None and amount > budget:
                found, most = show_wan(amount, exact=True), show_wan(budget, exact=True)
                over = show_wan(amount - budget, exact=True)
                message = f"填{found}万元，预算{most}万元，多{over}万元。预算调整过的先登记调整。"
                yield at.noted(code, f"money.{row.key}.{cell}", found, f"{most}以内", message)


def cumulative(at: At) -> Iterator[Finding]:
    """Cumulative amounts do not fall: against the node before, and within the year."""
    for row in at.form.money:
        before = at.facts.last.fund(row.key) if at.facts.last else None
        if before and _is_less(row.executed, before.executed):
            found = show_wan(row.executed, exact=True)
            least = show_wan(before.executed, exact=True)
            message = f"填{found}万元，上一节点已执行{least}万元；累计数不应减少。"
            path = f"money.{row.key}.executed"
            yield at.noted("falling", path, found, f"{least}以上", message)
        if _is_less(row.forecast, row.executed):
            found, least = show_wan(row.forecast, exact=True), show_wan(row.executed, exact=True)
            message = f"填{found}万元，已执行{least}万元；全年预计不应少于已执行。"
            path = f"money.{row.key}.forecast"
            yield at.noted("forecast_low", path, found, f"{least}以上", message)


def recorded(at: At) -> Iterator[Finding]:
    """What the unit says was paid is what finance has on record."""
    paid, known = at.form.total.executed, at.facts.recorded
    if paid is None or known is None or paid == known:
        return
    found, asked = show_wan(paid, exact=True), show_wan(known, exact=True)
    gap = show_wan(abs(paid - known), exact=True)
    message = f"填{found}万元，财政登记的执行数{asked}万元，差{gap}万元。请核对。"
    yield at.noted("recorded", f"money.{TOTAL}.executed", found, asked, message)


def units(at: At) -> Iterator[Finding]:
    """No amount is off by the factor between 元 and 万元."""
    for row in at.form.money:
        before = at.facts.last.fund(row.key) if at.facts.last else None
        for cell in CELLS:
            amount = getattr(row, cell)
            way = _switched(amount, _budget(at, row), before.executed if before else None)
            if way:
                shown = show_wan(amount, exact=True)
                message = f"{FUNDS[row.key]}填{shown}万元，{way}。这一格的单位是万元。"
                yield at.noted("unit", f"money.{row.key}.{cell}", shown, "单位万元", message)


def _switched(amount: Decimal | None, budget: Decimal | None, before: Decimal | None) -> str:
    """How an amount looks mistaken in its unit; empty when it does not."""
    if amount is None or amount <= 0:
        return ""
    if budget and (way := _against_budget(amount, budget)):
        return way
    if not before or (budget and amount > budget):
        return ""
    shown = show_wan(before, exact=True)
    if not budget and _is_about(amount, before * TEN_THOUSAND):
        return f"约为上一节点{shown}万元的1万倍，像是按元填的"
    if _is_about(amount * TEN_THOUSAND, before):
        return f"约为上一节点{shown}万元的万分之一，像是单位填混了"
    return ""


def _against_budget(amount: Decimal, budget: Decimal) -> str:
    shown = show_wan(budget, exact=True)
    if NEAR * budget <= amount <= TEN_THOUSAND * budget:
        return f"是预算{shown}万元的{int(amount / budget):,}倍，像是按元填的"
    if budget <= amount * TEN_THOUSAND * NEAR and amount * TEN_THOUSAND <= budget:
        return f"不到预算{shown}万元的万分之一，像是单位填混了"
    return ""


def _is_about(one: Decimal, other: Decimal) -> bool:
    return other <= one * WITHIN and one <= other * WITHIN


def _budget(at: At, row: MoneyLine) -> Decimal | None:
    """The budget in force of a row; where it is not known, the initial one of the form.

    An initial budget of 0 alone says nothing: the project was added within the year.
    """
    return at.facts.budget.get(row.key, row.initial or None)


def _is_less(amount: Decimal | None, least: Decimal | None) -> bool:
    return amount is not None and least is not None and amount < least


CHECKS = (unread, as_of, filled, sums, within_budget, cumulative, recorded, units)
