"""Checks of the fund table against the project's money."""

from collections.abc import Iterator
from decimal import Decimal

from apps.rules.findings import Finding, Severity
from apps.rules.numbers import show_value, show_wan
from apps.rules.target_checks.codes import Said, report
from apps.rules.target_form import SOURCES, TargetFacts, TargetForm, TargetLine

ZERO = Decimal(0)
MONEY_UNITS = {"元": Decimal(1), "万元": Decimal(10000), "亿元": Decimal(100000000)}


def funds_filled(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """The year's money is there, even when the project's own is not known yet.

    An adjustment may take all of it back (Y-17).
    """
    if facts.is_adjustment or _has_unread(form, "year") or any(form.funds.get("year", {}).values()):
        return
    if not any(facts.budget.values()):
        said = Said("", "年度资金", "未填。请按资金来源填年度资金，单位万元，例如1,286.00。")
        yield report("targets.funds_missing", Severity.BLOCK, "funds.year", form, said)


def funds_not_negative(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """No amount is below zero."""
    for span in form.shape.spans:
        for source, amount in form.funds.get(span, {}).items():
            if amount < 0:
                shown = show_wan(amount, exact=True)
                said = Said(shown, "0以上", f"填{shown}万元，金额不能为负。")
                yield report(
                    "targets.funds_negative", Severity.BLOCK, f"funds.{span}.{source}", form, said
                )


def funds_agree_with_budget(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Each source of the year equals the money in force for the project."""
    if not facts.budget or facts.is_adjustment:
        return
    filled = form.funds.get("year", {})
    for source in SOURCES:
        path = f"funds.year.{source}"
        amount, budget = filled.get(source, ZERO), facts.budget.get(source, ZERO)
        if amount == budget or path in form.unread:
            continue
        shown, due = show_wan(amount, exact=True), show_wan(budget, exact=True)
        side = "多" if amount > budget else "少"
        gap = show_wan(abs(amount - budget), exact=True)
        found = f"填{shown}万元" if source in filled else "未填"
        said = Said(shown, due, f"{found}，项目预算{due}万元，{side}{gap}万元。请与项目预算核对。")
        yield report("targets.funds_budget", Severity.BLOCK, path, form, said)


def mid_covers_year(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Mid-term money, where given, is at least the year's."""
    mid, year = total(form, "mid"), total(form, "year")
    if any(form.funds.get("mid", {}).values()) and mid < year and not _has_unread(form, "mid"):
        found, due = show_wan(mid, exact=True), show_wan(year, exact=True)
        said = Said(
            found,
            f"{due}以上",
            f"合计{found}万元，年度资金{due}万元。中期资金包含本年度，不应小于年度资金。",
        )
        yield report("targets.funds_mid", Severity.HINT, "funds.mid", form, said)


def within_investment(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Neither the year nor the mid term asks for more than the project costs in all."""
    if facts.total_investment is None:
        return
    for span in form.shape.spans:
        amount = total(form, span)
        if amount > facts.total_investment:
            found = show_wan(amount, exact=True)
            limit = show_wan(facts.total_investment, exact=True)
            said = Said(
                found,
                f"{limit}以内",
                f"合计{found}万元，项目总投资{limit}万元。请核对资金或总投资。",
            )
            yield report("targets.funds_investment", Severity.HINT, f"funds.{span}", form, said)


def cost_within_money(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """A cost ceiling above all the year's money can never be missed."""
    money = max(total(form, "year"), total(form, "mid"))
    for line in form.lines:
        ceiling = _ceiling(line)
        if money > 0 and ceiling is not None and ceiling > money:
            shown = f"{show_value(line.value)}{line.unit}"
            limit = show_wan(money, exact=True)
            said = Said(
                shown,
                f"{limit}万元以内",
                f"上限{shown}，高于资金总额{limit}万元，必然完成。请改低。",
            )
            path = f"indicator:{line.key}.value"
            yield report("targets.cost_above_money", Severity.HINT, path, form, said)


def total(form: TargetForm, span: str) -> Decimal:
    """The sum of a span's sources in yuan."""
    return sum(form.funds.get(span, {}).values(), ZERO)


def _ceiling(line: TargetLine) -> Decimal | None:
    """The yuan that a cost row with ≤ allows; None for any other row."""
    is_cost = line.level1 == "成本" or line.level2 == "成本"
    scale = MONEY_UNITS.get(line.unit.strip())
    if not is_cost or scale is None or line.value is None or line.operator not in ("≤", "<"):
        return None
    return line.value * scale


def _has_unread(form: TargetForm, span: str) -> bool:
    return any(path.startswith(f"funds.{span}.") for path in form.unread)


CHECKS = (
    funds_filled,
    funds_not_negative,
    funds_agree_with_budget,
    mid_covers_year,
    within_investment,
)
