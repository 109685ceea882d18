"""Checks of the indicators as a set: levels that must or may not be there, weights, repetitions."""

from collections import defaultdict
from collections.abc import Iterator

from apps.rules.findings import Finding, Severity
from apps.rules.form_words import line_title
from apps.rules.numbers import plain, quoted, show_points
from apps.rules.target_checks.codes import GUIDE, Said, limit, report
from apps.rules.target_checks.texts import bare
from apps.rules.target_form import BASES, TargetFacts, TargetForm
from apps.rules.weights import barred_levels, departures, due_points, total_points


def any_lines(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """At least one indicator."""
    if not form.lines:
        said = Said("0行", "1行以上", "还没有指标。从指标库选，或从表格粘贴。")
        yield report("targets.no_lines", Severity.BLOCK, "indicators", form, said)


def not_too_many(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """So many rows that none weighs anything, and nobody can monitor them."""
    if len(form.lines) > (most := limit(facts, "targets.too_many", "most")):
        said = Said(
            f"{len(form.lines)}行",
            f"{plain(most)}行以内",
            f"共{len(form.lines)}行，一般不超过{plain(most)}行。可只留核心指标。",
        )
        yield report("targets.too_many", Severity.HINT, "indicators", form, said)


def required_levels(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Every first level that the task requires has an indicator."""
    used = {line.level1 for line in form.lines}
    for level1 in facts.weights.required if form.lines else ():
        if level1 not in used:
            said = Said(
                f"没有{level1}指标",
                f"{level1}指标1行以上",
                f"没有{level1}指标。本任务必设{'、'.join(facts.weights.required)}，请至少加1行。",
            )
            yield report(
                "targets.required_level",
                Severity.BLOCK,
                f"level:{level1}",
                form,
                said,
                facts.weights.clause,
            )


def levels_in_use(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """No first level that the task's weights give no place to."""
    for level1 in barred_levels(form, facts.weights):
        allowed = "、".join(
            level for level, points in facts.weights.levels.items() if points is not None
        )
        said = Said(
            f"{level1}指标",
            allowed,
            f"“{facts.weights.title}”不设{level1}指标，可用{allowed}。请改到别的一级指标或删除。",
        )
        yield report(
            "targets.level_not_used",
            Severity.BLOCK,
            f"level:{level1}",
            form,
            said,
            facts.weights.clause,
        )


def weights_sum(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """All weights together leave the execution rate its points.

    Source: 财预〔2020〕10号; 财预〔2021〕101号.
    """
    found, due = total_points(form.lines), due_points(facts.weights)
    if not form.lines or found == due:
        return
    side = "多" if found > due else "还差"
    execution = show_points(facts.weights.execution)
    room = f"：执行率{execution}分留到自评" if facts.weights.execution else ""
    said = Said(
        show_points(found),
        show_points(due),
        f"合计{show_points(found)}分，应为{show_points(due)}分{room}。"
        f"{side}{show_points(abs(found - due))}分。",
    )
    yield report("targets.weights_sum", Severity.BLOCK, "weights", form, said, facts.weights.clause)


def weights_split(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Each first level has the template's points; the plan says how much a departure weighs.

    A form without any weight yet is told of the sum alone.
    """
    severity = Severity.BLOCK if facts.weights.departure_blocks else Severity.HINT
    for departure in departures(form, facts.weights) if total_points(form.lines) else ():
        found, due = show_points(departure.found), show_points(departure.expected)
        side = "多" if departure.excess > 0 else "少"
        ask = "请调整。" if facts.weights.departure_blocks else "确需偏离请写明原因。"
        said = Said(
            found,
            due,
            f"{departure.level1}{found}分，“{facts.weights.title}”为{due}分，"
            f"{side}{show_points(abs(departure.excess))}分。{ask}",
        )
        yield report(
            "targets.weights_split",
            severity,
            f"level:{departure.level1}",
            form,
            said,
            facts.weights.clause,
        )


def repeated_names(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """One indicator is counted once within its second level."""
    seen: dict[tuple[str, str, str], int] = {}
    for position, line in enumerate(form.lines, start=1):
        name = "".join(line.name.split())
        if not name:
            continue
        first = seen.setdefault((line.level1, line.level2, name), position)
        if first != position:
            said = Said(
                quoted(line.name),
                "不重复的指标",
                f"与第{first}行同名“{quoted(line.name)}”。请合并，或在名称里写清区别。",
            )
            path = f"indicator:{line.key}.name"
            yield report("targets.duplicate", Severity.HINT, path, form, said)


def bases_named(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """How many rows do not say what their value rests on; one finding for all."""
    rows = [
        line_title(position, line)
        for position, line in enumerate(form.lines, start=1)
        if line.basis not in BASES and bare(line.name)
    ]
    if rows:
        shown = "、".join(rows[:3]) + ("等" if len(rows) > 3 else "")
        said = Said(
            f"{len(rows)}行未选",
            "、".join(BASES),
            f"{len(rows)}行没有选值的依据：{shown}。可选{'、'.join(BASES)}。",
        )
        yield report("targets.basis", Severity.TIP, "indicators", form, said)


def cost_in_one_place(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """With cost as a first level, output has no cost of its own (old forms had it there)."""
    by_level = defaultdict(list)
    for line in form.lines:
        by_level[line.level1].append(line)
    for line in by_level["产出"] if by_level["成本"] else ():
        if line.level2 == "成本":
            said = Said(
                "产出／成本",
                "成本／经济成本",
                "已单设成本指标，产出下不再设成本。请改到成本指标，二级选经济成本。",
            )
            path = f"indicator:{line.key}.level2"
            yield report("targets.cost_twice", Severity.BLOCK, path, form, said, GUIDE)


CHECKS = (
    any_lines,
    not_too_many,
    required_levels,
    levels_in_use,
    cost_in_one_place,
    weights_sum,
    weights_split,
    repeated_names,
    bases_named,
)
