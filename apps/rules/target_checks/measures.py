"""Checks of one row's measure: does the number suit its unit, and the unit the name."""

import re
from collections.abc import Iterator
from decimal import Decimal

from apps.rules.findings import Finding
from apps.rules.numbers import plain, quoted, show_value
from apps.rules.target_checks.money import MONEY_UNITS, total
from apps.rules.target_checks.row_at import GROWTH, PERCENT, RowAt
from apps.rules.target_checks.vocabulary import (
    AVERAGE,
    COUNTED_UNITS,
    MAY_EXCEED,
    NOT_A_RATE,
    RATE_END,
    RATE_UNIT,
    SHARE,
    UNITS,
)
from apps.rules.target_form import SPANS, TargetForm

HUNDRED = Decimal(100)
WAN = Decimal(10000)
IN_BRACKETS = re.compile(r"[（(][^（()）]{0,60}[)）]\s{0,3}$")
LEADING_NUMBER = re.compile(
    r"[≥≤=><＞＜＝约]?\s{0,3}(\d[\d,]{0,15}(?:\.\d{1,8})?)\s{0,3}([^\d/].{0,19})?"
)
MONEY_NAME = re.compile("资金|经费|支出|支付|拨付|投入|金额|专款")
RARE_DIGITS = 4  # a number this long is hardly the money by chance


def unit_number(row: RowAt) -> Iterator[Finding]:
    """The number stands in its own cell, not in the unit."""
    unit = row.line.unit.strip()
    match = LEADING_NUMBER.fullmatch(unit)
    if match:
        rest = quoted(match[2] or "") or "公里"
        yield row.noted(
            "targets.unit_number",
            "unit",
            quoted(unit),
            rest,
            f"填“{quoted(unit)}”，单位里带了数。数填在“指标值”，这里只填单位，例如{rest}。",
        )


def rate_unit(row: RowAt) -> Iterator[Finding]:
    """A rate is a percentage or a number per something."""
    unit, name = row.line.unit.strip(), base_name(row.line.name)
    if (
        row.is_quantitative
        and unit
        and RATE_END.search(name)
        and not NOT_A_RATE.search(name)
        and not RATE_UNIT.search(unit)
        and row.line.level1 != "满意度"  # told by targets.satisfaction_unit
    ):
        yield row.noted(
            "targets.rate_unit",
            "unit",
            quoted(unit),
            "%",
            f"名称“{quoted(name)}”是比率，单位为“{quoted(unit)}”，一般用%。"
            "请改单位；计的是个数的，请改名称。",
        )


def unit_contradicts(row: RowAt) -> Iterator[Finding]:
    """What the name counts is what the unit counts."""
    unit, name = row.line.unit.strip(), base_name(row.line.name)
    is_money = row.line.level2 == "数量" and unit in MONEY_UNITS  # said by another check
    if not row.is_quantitative or not unit or is_money:
        return
    for end, suiting, example in UNITS:
        if end.search(name) and not suiting.search(unit.split("/")[0]):
            yield row.noted(
                "targets.unit_contradicts",
                "unit",
                quoted(unit),
                example,
                f"名称“{quoted(name)}”，单位为“{quoted(unit)}”，两者不符，一般用{example}。"
                "请改其中一个。",
            )
            return


def whole_numbers(row: RowAt) -> Iterator[Finding]:
    """Things that are counted one by one have no decimals; averages may."""
    line = row.line
    if line.unit.strip() not in COUNTED_UNITS or AVERAGE.search(line.name):
        return
    ends = (line.value, line.value_high if line.operator == "区间" else None)
    for number in ends if row.is_quantitative else ():
        if number is not None and number != number.to_integral_value():
            found = show_value(number)
            yield row.noted(
                "targets.whole_numbers",
                "value",
                found,
                "整数",
                f"填{found}，单位是“{line.unit.strip()}”，应为整数。请核对数或单位，例如万{line.unit.strip()}。",
            )
            return


def percent_small(row: RowAt) -> Iterator[Finding]:
    """A rate that should be high is not 1 % or less: 0.95 was meant as 95."""
    line = row.line
    if (
        line.unit.strip() in PERCENT
        and line.operator in ("≥", ">", "=")
        and line.value is not None
        and 0 < line.value <= 1
        and SHARE.search(line.name)
        and not GROWTH.search(line.name)
    ):
        found, meant = show_value(line.value), show_value(line.value * HUNDRED)
        yield row.noted(
            "targets.percent_small",
            "value",
            f"{found}%",
            f"{meant}%",
            f"填{found}，单位是%，即{found}%。如果是{meant}%，请填{meant}。",
        )


def never_fails(row: RowAt) -> Iterator[Finding]:
    """A share is never above 100 %, so a ceiling there promises nothing."""
    line = row.line
    if (
        line.unit.strip() in PERCENT
        and line.operator in ("≤", "<")
        and line.value is not None
        and line.value == HUNDRED  # above it targets.percent speaks
        and RATE_END.search(base_name(line.name))
        and not MAY_EXCEED.search(line.name)
        and not GROWTH.search(line.name)
    ):
        shown = f"{line.operator}{show_value(line.value)}%"
        yield row.noted(
            "targets.never_fails",
            "value",
            shown,
            "低于100%的上限",
            f"填{shown}，比率不会高于100%，必然完成。要求做到的用≥，要求控制的请填实际上限。",
        )


def quantity_is_money(row: RowAt) -> Iterator[Finding]:
    """Spending all the money is no output."""
    if money_as_output(row.form, row):
        line = row.line
        shown = f"{show_value(line.value)}{line.unit.strip()}"
        yield row.noted(
            "targets.quantity_is_money",
            "value",
            shown,
            "做了多少",
            f"填{shown}，正是资金额，花完钱就算完成。数量指标写做了多少，例如公里、户。",
        )


def money_as_output(form: TargetForm, row: RowAt) -> bool:
    """Whether a quantity row repeats an amount of the fund table as its value."""
    line = row.line
    if line.level2 != "数量" or line.value is None or line.value <= 0 or not row.is_quantitative:
        return False
    scale = MONEY_UNITS.get(line.unit.strip())
    amounts = _amounts(form)
    if scale is not None:
        return line.value * scale in amounts
    digits = plain(line.value).replace(".", "").strip("0")
    is_telling = bool(MONEY_NAME.search(line.name)) or len(digits) >= RARE_DIGITS
    return is_telling and line.value * WAN in amounts


def base_name(name: str) -> str:
    """The name without a remark in brackets at its end."""
    return IN_BRACKETS.sub("", name).strip()


def _amounts(form: TargetForm) -> set[Decimal]:
    """Every amount of the fund table in yuan, the totals too."""
    amounts = {total(form, span) for span in SPANS}
    return amounts | {amount for span in form.funds.values() for amount in span.values()}


CHECKS = (
    unit_number,
    rate_unit,
    unit_contradicts,
    whole_numbers,
    percent_small,
    never_fails,
    quantity_is_money,
)
