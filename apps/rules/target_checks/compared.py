"""Checks against what is known elsewhere: last year, like projects, the library's usual costs.

Without evidence they say nothing. A value is easier when it is lower, or for 反向 when higher.
"""

from collections.abc import Iterator
from decimal import Decimal
from statistics import median

from apps.rules.findings import Finding
from apps.rules.form_words import usual_direction
from apps.rules.numbers import quoted, show_value
from apps.rules.similarity import normal
from apps.rules.target_checks.codes import Said, limit, noted
from apps.rules.target_checks.row_at import PERCENT, RowAt
from apps.rules.target_evidence import LibraryRow
from apps.rules.target_form import TargetFacts, TargetForm, TargetLine

HUNDRED = Decimal(100)
THOUSANDS = {"万": Decimal(10**4), "亿": Decimal(10**8), "千": Decimal(10**3)}
OWN_UNITS = ("千米", "千瓦", "千克", "千卡")  # 千 is part of the unit, not a number before it


def measure(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """The value in the plain unit: 1.2 万人 is 12,000 人, so that different scales compare."""
    plain_unit = normal(unit)
    if plain_unit[:1] in THOUSANDS and plain_unit[1:] and not plain_unit.startswith(OWN_UNITS):
        return value * THOUSANDS[plain_unit[0]], plain_unit[1:]
    return value, plain_unit


def against_last_year(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """A target is neither easily below nor far above what the project did a year before (Y-29)."""
    known = {
        (normal(each.name), measure(each.value, each.unit)[1]): each
        for each in facts.evidence.last_year
    }
    for row, value in _promises(form, facts) if known else ():
        _, unit = measure(value, row.line.unit)
        past = known.get((normal(row.line.name), unit))
        if past is None:
            continue
        base = measure(past.value, past.unit)[0]
        shown = f"上年已完成{show_value(past.value)}{quoted(past.unit)}"
        yield from _judged(row, value, base, shown, "last_year")


def against_peers(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """A target is neither far below nor far above the median of like projects."""
    known: dict[tuple[str, str], list[Decimal]] = {}
    for each in facts.evidence.peers:
        for value in each.values:
            number, unit = measure(value, each.unit)
            known.setdefault((normal(each.name), unit), []).append(number)
    for row, value in _promises(form, facts) if known else ():
        ours, unit = measure(value, row.line.unit)
        values = known.get((normal(row.line.name), unit), [])
        middle = median(values) if values else Decimal(0)
        scale = ours / value if value else Decimal(1)
        shown = (
            f"{len(values)}个同类项目的中位数为{show_value(_short(middle / scale))}{row.line.unit}"
        )
        code = "below_peers" if _is_easier(row.line, ours, middle) else "above_peers"
        if len(values) >= limit(facts, f"targets.{code}", "peers"):
            yield from _judged(row, value, middle, shown, "peers")


def _judged(row: RowAt, value: Decimal, base: Decimal, shown: str, side: str) -> Iterator[Finding]:
    """The finding when the row lies too far from a base, both in the plain unit."""
    ours, _ = measure(value, row.line.unit)
    if base <= 0 or ours == base:
        return
    is_easy = _is_easier(row.line, ours, base)
    code = f"targets.{'below' if is_easy else 'above'}_{side}"
    if not _is_far(row, code, ours, base, is_easy):
        return
    share = show_value(_short(abs(ours - base) * HUNDRED / base))
    found = f"{show_value(value)}{quoted(row.line.unit)}"
    ask = f"确需{'放宽' if ours > base else '下调'}请写明原因" if is_easy else "请核对能否做到"
    side = "高" if ours > base else "低"
    yield row.noted(code, "value", found, shown, f"填{found}，{shown}，{side}{share}%。{ask}。")


def _is_far(row: RowAt, code: str, ours: Decimal, base: Decimal, is_easy: bool) -> bool:
    """Whether the gap is worth a word. Half of a 反向 base is as hard as the double of another."""
    gap = abs(ours - base)
    of = ours if not is_easy and ours < base else base
    if gap * HUNDRED > limit(row.facts, code, "share") * of > 0:
        return True
    is_rate = row.line.unit.strip() in PERCENT
    return is_easy and is_rate and gap >= limit(row.facts, code, "points")


def unit_cost(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """A cost per piece lies within what the library calls usual, give or take a tolerance."""
    code = "targets.unit_cost"
    ratio = limit(facts, code, "tolerance") / HUNDRED
    for row, value in _promises(form, facts) if facts.evidence.library else ():
        usual = _usual(row.line, facts)
        if usual is None or "元" not in row.line.unit:
            continue
        is_low = usual.low is not None and value < usual.low * (1 - ratio)
        is_high = usual.high is not None and value > usual.high * (1 + ratio)
        if is_low or is_high:
            span, unit = _span(usual), row.line.unit
            found = f"{show_value(value)}{quoted(unit)}"
            side = "低" if is_low else "高"
            said = Said(
                found,
                f"{span}{quoted(unit)}",
                f"填{found}，“{quoted(usual.name)}”一般为{span}{quoted(unit)}，偏{side}。"
                "请核对数、单位或测算依据。",
            )
            yield noted(code, row.path("value"), form, said)


def _usual(line: TargetLine, facts: TargetFacts) -> LibraryRow | None:
    """The library's row for this one, chosen by id, else by name; None without a range."""
    name, unit = normal(line.name), normal(line.unit)
    for row in facts.evidence.library:
        is_same = row.id == line.library_id if line.library_id else normal(row.name) == name
        if is_same and normal(row.unit) == unit and (row.low is not None or row.high is not None):
            return row
    return None


def _span(usual: LibraryRow) -> str:
    if usual.low is None:
        return f"{show_value(usual.high)}以内"
    if usual.high is None:
        return f"{show_value(usual.low)}以上"
    return f"{show_value(usual.low)}–{show_value(usual.high)}"


def _promises(form: TargetForm, facts: TargetFacts) -> Iterator[tuple[RowAt, Decimal]]:
    """Every quantitative row with the end of its value that is easier to keep."""
    for line in form.lines:
        row = RowAt(form, line, facts)
        value = line.value
        if line.operator == "区间" and _is_reverse(line):
            value = line.value_high
        if row.is_quantitative and value is not None and line.name.strip():
            yield row, value


def _is_reverse(line: TargetLine) -> bool:
    return (line.direction or usual_direction(line.operator)) == "反向"


def _is_easier(line: TargetLine, ours: Decimal, base: Decimal) -> bool:
    return ours > base if _is_reverse(line) else ours < base


def _short(number: Decimal) -> Decimal:
    return round(number, 1)


CHECKS = (unit_cost, against_last_year, against_peers)
