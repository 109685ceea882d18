"""Checks of one indicator row: levels, name, value, unit, direction, weight."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from apps.rules.findings import Finding, Severity
from apps.rules.form_words import usual_direction
from apps.rules.numbers import quoted, show_points, show_value
from apps.rules.target_checks import measures
from apps.rules.target_checks.codes import Said, report
from apps.rules.target_checks.measures import money_as_output
from apps.rules.target_checks.money import MONEY_UNITS
from apps.rules.target_checks.row_at import GROWTH, PERCENT, RowAt
from apps.rules.target_checks.texts import is_placeholder, is_vague
from apps.rules.target_checks.wording import suggestion
from apps.rules.target_form import DIRECTIONS, OPERATORS, TargetFacts, TargetForm

HUNDRED = Decimal(100)
EXECUTION = re.compile("(?:预算|资金)执行率|支出进度|预算支出率")
YES_NO = "是否"


def levels(row: RowAt) -> Iterator[Finding]:
    """First and second level belong together."""
    line, second = row.line, row.form.shape.levels
    if line.level1 not in second:
        allowed = "、".join(second)
        found = f"填“{quoted(line.level1)}”，应为" if line.level1.strip() else "未选。请选"
        yield row.block(
            "targets.level1", "level1", quoted(line.level1), allowed, f"{found}{allowed}。"
        )
        return
    if second[line.level1] and line.level2 not in second[line.level1]:
        allowed = "、".join(second[line.level1])
        found = f"填“{quoted(line.level2)}”，" if line.level2.strip() else "未选。"
        yield row.block(
            "targets.level2",
            "level2",
            quoted(line.level2),
            allowed,
            f"{found}{line.level1}指标下应为{allowed}。",
        )


def name(row: RowAt) -> Iterator[Finding]:
    """A name of its own, that a value of this kind can answer."""
    line = row.line
    if not line.name.strip():
        yield row.block(
            "targets.name", "name", "", "三级指标名称", "未填。请写三级指标，例如“更换老旧水表”。"
        )
    elif is_placeholder(line.name):
        found = quoted(line.name)
        yield row.block(
            "targets.name_placeholder",
            "name",
            found,
            "三级指标名称",
            f"“{found}”还是模板原文。请写本项目的指标，例如“更换老旧水表”。",
        )
    if EXECUTION.search(line.name):
        yield row.hint(
            "targets.execution_twice",
            "name",
            quoted(line.name),
            "执行率以外的指标",
            "预算执行率在自评时另有分值，不必再设为指标。请换成反映产出或效益的指标。",
        )


def yes_no(row: RowAt) -> Iterator[Finding]:
    """A question is answered by 是 or 否, not by a number."""
    if row.is_quantitative and YES_NO in row.line.name:
        found = quoted(row.line.name)
        yield row.block(
            "targets.yes_no_name",
            "name",
            found,
            "可计量的名称，或定性",
            f"名称“{found}”只能答是或否，指标值却是数。请把名称改成可计量的，例如“资金纳入统筹率”；"
            "或者“性质”选定性，指标值写“是”。",
        )


def operator(row: RowAt) -> Iterator[Finding]:
    """The nature of the row is one of the form's."""
    if row.line.operator not in OPERATORS:
        found, allowed = quoted(row.line.operator), " ".join(OPERATORS)
        lead = f"填“{found}”，应为" if found else "未选。请选"
        yield row.block("targets.operator", "operator", found, allowed, f"{lead}{allowed}之一。")


def value(row: RowAt) -> Iterator[Finding]:
    """A quantitative row has its number (U-09)."""
    line = row.line
    if row.is_quantitative and line.value is None and not row.is_unread("value"):
        example = "0–100之间的数，例如92" if line.unit.strip() in PERCENT else "数字，例如1,200"
        text = f"只有文字“{quoted(line.value_text)}”" if line.value_text.strip() else "未填"
        yield row.block(
            "targets.value", "value", quoted(line.value_text), "数字", f"{text}。请填{example}。"
        )


def value_range(row: RowAt) -> Iterator[Finding]:
    """A range has both ends, in order."""
    line = row.line
    if line.operator != "区间" or row.is_unread("value_high"):
        return
    if line.value_high is None:
        yield row.block(
            "targets.range", "value", "", "区间上限", "上限未填。区间要填下限和上限，例如12–15。"
        )
    elif line.value is not None and line.value >= line.value_high:
        low, high = show_value(line.value), show_value(line.value_high)
        yield row.block(
            "targets.range",
            "value",
            f"{low}–{high}",
            "下限小于上限",
            f"填{low}–{high}，下限应小于上限。请对调或改正。",
        )


def standard(row: RowAt) -> Iterator[Finding]:
    """A qualitative row says by what one would recognise that it was reached (U-09, Q-32)."""
    if row.line.operator != "定性":
        return
    text = row.line.value_text.strip()
    if not text:
        yield row.block(
            "targets.standard",
            "value",
            "",
            "可核对的判定标准",
            "未填。请写可核对的判定标准，例如“12月底前通过县级验收”。",
        )
    elif is_vague(text):
        yield row.hint(
            "targets.vague",
            "value",
            quoted(text),
            "可核对的判定标准",
            f"填“{quoted(text)}”，看不出怎样算达到。请写可核对的标准，例如“全年无停水超过24小时的乡镇”。"
            f"{suggestion(row.line.name, row.facts, row.line.level1)}",
        )


def unit(row: RowAt) -> Iterator[Finding]:
    """A number has a unit, and the unit suits the level."""
    line = row.line
    given = line.unit.strip()
    if row.is_quantitative and not given:
        yield row.block("targets.unit", "unit", "", "度量单位", "未填。请填单位，例如公里、户、%。")
    if row.is_quantitative and given and "满意度" in line.level1 and given not in PERCENT:
        yield row.hint(
            "targets.satisfaction_unit",
            "unit",
            quoted(given),
            "%",
            f"单位为“{quoted(given)}”，满意度一般用%。请核对。",
        )
    if line.level2 == "数量" and given in MONEY_UNITS and not money_as_output(row.form, row):
        yield row.hint(
            "targets.money_as_quantity",
            "unit",
            given,
            "实物量单位",
            f"单位为{given}，金额不是数量。数量指标写做了多少，例如公里、户；金额放到成本指标。",
        )


def direction(row: RowAt) -> Iterator[Finding]:
    """The direction, where given, is the one the operator means."""
    line = row.line
    if not line.direction:
        return
    if line.direction not in DIRECTIONS:
        found = quoted(line.direction)
        yield row.block(
            "targets.direction", "direction", found, "正向、反向", f"填“{found}”，应为正向或反向。"
        )
    elif line.operator in ("≥", ">", "≤", "<"):
        usual = usual_direction(line.operator)
        if line.direction != usual:
            yield row.hint(
                "targets.direction",
                "direction",
                line.direction,
                usual,
                f"性质为{line.operator}，方向填{line.direction}，一般是{usual}。请核对。",
            )


def size(row: RowAt) -> Iterator[Finding]:
    """The number is possible: a share is at most 100 %, a floor of zero promises nothing."""
    line = row.line
    if not row.is_quantitative:
        return
    for number in (line.value, line.value_high if line.operator == "区间" else None):
        if number is not None and number < 0:
            found = show_value(number)
            yield row.hint(
                "targets.negative", "value", found, "0以上", f"填{found}，为负数。请核对。"
            )
        if number is not None and number > HUNDRED and line.unit.strip() in PERCENT:
            yield _percent(row, number)
    if line.operator in ("≥", ">") and line.value is not None and line.value == 0:
        yield row.hint(
            "targets.zero",
            "value",
            "0",
            "大于0",
            f"填{line.operator}0，必然完成。请填要达到的数；要求不发生的用≤0或=0。",
        )


def _percent(row: RowAt, number: Decimal) -> Finding:
    found = show_value(number)
    if GROWTH.search(row.line.name):
        message = f"填{found}%。增减幅度可以超过100%，请核对是否填对。"
        return row.hint("targets.percent", "value", found, "0–100", message)
    message = f"填{found}，单位是%，应为0–100之间的数，例如92。不是百分数的请改单位。"
    return row.block("targets.percent", "value", found, "0–100", message)


def weight(row: RowAt) -> Iterator[Finding]:
    """Every row carries points."""
    points = row.line.weight
    if row.is_unread("weight") or (points is not None and points > 0):
        return
    found = "未填" if points is None else f"填{show_points(points)}"
    shown = "" if points is None else show_points(points)
    yield row.block(
        "targets.weight", "weight", shown, "大于0的分数", f"{found}。请填大于0的分数，例如8。"
    )


ROW_CHECKS: tuple[Callable[[RowAt], Iterator[Finding]], ...] = (
    levels,
    name,
    yes_no,
    operator,
    value,
    value_range,
    standard,
    unit,
    direction,
    size,
    weight,
    *measures.CHECKS,
)


def each_row(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """The findings of all rows in the order of the form; an empty row is one finding."""
    for line in form.lines:
        row = RowAt(form, line, facts)
        if _is_blank(row):
            said = Said("空行", "填写或删除", "整行未填。请填写，或删除这一行。")
            path = f"indicator:{line.key}"
            yield report("targets.blank_row", Severity.BLOCK, path, form, said)
            continue
        for row_check in ROW_CHECKS:
            yield from row_check(row)


def _is_blank(row: RowAt) -> bool:
    line = row.line
    texts = (line.level1, line.level2, line.name, line.operator, line.value_text, line.unit)
    numbers = (line.value, line.value_high, line.weight)
    return (
        not any(text.strip() for text in texts)
        and all(number is None for number in numbers)
        and not any(path.startswith(row.path("")) for path in row.form.unread)
    )
