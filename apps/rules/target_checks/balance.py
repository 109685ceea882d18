"""Checks of the indicators as a set: what kinds are missing, what outweighs the rest."""

from collections.abc import Iterator
from decimal import Decimal

from apps.rules.findings import Finding
from apps.rules.form_words import line_title
from apps.rules.numbers import plain, quoted, show_points
from apps.rules.target_checks.codes import Said, limit, noted
from apps.rules.target_checks.texts import is_placeholder
from apps.rules.target_checks.vocabulary import SERVED, WORKS
from apps.rules.target_form import OPERATORS, TargetFacts, TargetForm
from apps.rules.weights import total_points

HUNDRED = Decimal(100)
OUTPUT_KINDS = ("数量", "质量", "时效")


def output_kinds(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Output is judged by how much, how well and by when; a form of a few rows is still growing."""
    used = {line.level2 for line in form.lines if line.level1 == "产出"}
    missing = [kind for kind in OUTPUT_KINDS if kind not in used]
    if used and missing and _is_grown("targets.output_kinds", form, facts):
        shown = "、".join(missing)
        said = Said(
            f"没有{shown}指标",
            "、".join(OUTPUT_KINDS),
            f"没有{shown}指标。产出一般从数量、质量、时效三方面说明，不适用的可以不设。",
        )
        yield noted("targets.output_kinds", "level:产出", form, said)


def no_satisfaction(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Money that serves people is also judged by them, where the task leaves room for it."""
    code = "targets.no_satisfaction"
    served = SERVED.search(_subject(form, facts))
    if (
        not served
        or not _is_grown(code, form, facts)
        or "满意度" in facts.weights.required
        or facts.weights.levels.get("满意度", HUNDRED) is None
        or any(line.level1 == "满意度" or "满意" in line.name for line in form.lines)
    ):
        return
    said = Said(
        "没有满意度指标",
        "满意度指标1行",
        f"目标里写到“{served[0]}”，没有满意度指标。有明确服务对象的可加1行，例如服务对象满意度。",
    )
    yield noted(code, "level:满意度", form, said)


def no_cost(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Works and purchases say what they may cost, where the task leaves room for it.

    Source: 财预〔2021〕101号.
    """
    code = "targets.no_cost"
    works = WORKS.search(_subject(form, facts))
    if (
        not works
        or not _is_grown(code, form, facts)
        or "成本" in facts.weights.required
        or facts.weights.levels.get("成本", HUNDRED) is None
        or any("成本" in (line.level1, line.level2) for line in form.lines)
    ):
        return
    said = Said(
        "没有成本指标",
        "成本指标1行",
        f"目标里写到“{works[0]}”，没有成本指标。工程、修缮和购置一般要设，例如单位造价、设备单价。",
    )
    yield noted(code, "level:成本", form, said)


def qualitative_share(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Most indicators are numbers."""
    code = "targets.qualitative_share"
    rows = [line for line in form.lines if line.operator in OPERATORS]
    words = sum(line.operator == "定性" for line in rows)
    most = limit(facts, code, "share")
    if not rows or len(rows) < limit(facts, code, "rows") or words * HUNDRED <= most * len(rows):
        return
    share = f"{Decimal(words) / len(rows) * HUNDRED:.0f}%"
    said = Said(
        f"{words}行，占{share}",
        f"不超过{plain(most)}%",
        f"{len(rows)}行里{words}行是定性，占{share}，一般不超过{plain(most)}%。能计量的请改成数。",
    )
    yield noted(code, "indicators", form, said)


def dominant_weight(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """No single row decides the score."""
    code = "targets.dominant_weight"
    total, most = total_points(form.lines), limit(facts, code, "share")
    if total <= 0 or not _is_grown(code, form, facts):
        return
    for position, line in enumerate(form.lines, start=1):
        if line.weight is None or line.weight * HUNDRED <= most * total:
            continue
        share = f"{line.weight / total * HUNDRED:.0f}%"
        points = show_points(line.weight)
        said = Said(
            f"{points}分，占{share}",
            f"不超过{plain(most)}%",
            f"{line_title(position, line)}一项{points}分，占全部权重的{share}，其他指标影响很小。"
            "请分给其他指标，或拆成几个指标。",
        )
        yield noted(code, f"indicator:{line.key}.weight", form, said)


def unnumbered(text: str) -> str:
    """A goal as far as it is the project's own: nothing where the template still stands."""
    return "" if is_placeholder(text) else text


def _subject(form: TargetForm, facts: TargetFacts) -> str:
    return f"{quoted(facts.project_name)}。{unnumbered(form.year_goal)}"


def _is_grown(code: str, form: TargetForm, facts: TargetFacts) -> bool:
    filled = sum(bool(line.name.strip()) for line in form.lines)
    return filled >= limit(facts, code, "rows")


CHECKS = (output_kinds, no_satisfaction, no_cost, qualitative_share, dominant_weight)
