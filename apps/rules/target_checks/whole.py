"""Checks of a whole unit's own tables: the year's tasks with their money, and its assets."""

from collections.abc import Iterator
from decimal import Decimal

from apps.rules.findings import Finding, Severity
from apps.rules.form_words import TASK, task_title
from apps.rules.numbers import quoted, show_wan
from apps.rules.target_checks.codes import Said, noted, report
from apps.rules.target_checks.texts import has_measure
from apps.rules.target_form import (
    ASSETS,
    TASK_SOURCES,
    TargetFacts,
    TargetForm,
    TaskLine,
)

ZERO = Decimal(0)
EXAMPLES = {
    "name": "任务名称，例如“农村供水保障”",
    "content": "主要内容，例如“维修管护6个乡镇供水设施，水质合格率98%”",
}


def any_tasks(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """At least one task."""
    if form.shape.has_tasks and not form.tasks:
        said = Said("0行", "1行以上", "还没有任务。请按年度主要工作逐项填任务、内容和预算。")
        yield noted("targets.tasks_missing", "tasks", form, said)


def task_cells(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Each task has a name, says what is done, and has its money; one that costs nothing says 0."""
    for task in form.tasks:
        for cell, example in EXAMPLES.items():
            if not getattr(task, cell).strip():
                said = Said("", TASK[cell], f"未填。请写{example}。")
                yield noted("targets.task_cells", f"task:{task.key}.{cell}", form, said)
        if task.fiscal is None and task.other is None and not _is_unread(form, task):
            said = Said("", "预算金额", "未填。请填预算金额，单位万元；不花钱的任务填0。")
            yield noted("targets.task_cells", f"task:{task.key}.fiscal", form, said)


def repeated_tasks(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """A task stands once, so that its money is counted once."""
    seen: dict[str, int] = {}
    for position, task in enumerate(form.tasks, start=1):
        name = "".join(task.name.split())
        first = seen.setdefault(name, position) if name else position
        if first != position:
            said = Said(
                quoted(task.name),
                "不重复的任务",
                f"与任务{first}同名。请合并，或在名称里写清区别。",
            )
            yield noted("targets.task_repeated", f"task:{task.key}.name", form, said)


def measurable_tasks(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """What is done can be counted; one finding for all tasks."""
    rows = [
        task_title(position, task)
        for position, task in enumerate(form.tasks, start=1)
        if task.content.strip() and not has_measure(task.content)
    ]
    if rows:
        shown = "、".join(rows[:3]) + ("等" if len(rows) > 3 else "")
        said = Said(
            f"{len(rows)}项",
            "做多少、达到多少",
            f"{len(rows)}项任务的内容没有可计量的数：{shown}。可补上做多少、达到多少。",
        )
        yield noted("targets.task_goal", "tasks", form, said)


def tasks_agree_with_budget(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """All tasks together cost what the unit's budget of the year is; never a guessed one.

    Source: 财预〔2015〕88号附.
    """
    if not form.tasks or any(_is_unread(form, task) for task in form.tasks):
        return
    if not facts.budget:
        said = Said(
            "未登记",
            "部门预算",
            f"系统里没有本单位{facts.fiscal_year}年度部门预算，任务合计无从核对。"
            "请预算股在“部门预算”登记批复数，或导入含人员、运转类的全部项目。",
        )
        yield noted("targets.budget_unknown", "tasks", form, said)
        return
    found, due = sum((task.total for task in form.tasks), ZERO), sum(facts.budget.values(), ZERO)
    if found == due:
        yield from _sources(form, facts)
    elif not facts.is_adjustment:
        side, gap = ("多" if found > due else "少"), show_wan(abs(found - due), exact=True)
        shown, wanted = show_wan(found, exact=True), show_wan(due, exact=True)
        said = Said(
            shown,
            wanted,
            f"任务合计{shown}万元，部门预算{wanted}万元，{side}{gap}万元。请核对任务的预算金额。",
        )
        yield noted("targets.tasks_budget", "tasks", form, said)


def _sources(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """With an equal sum the sources agree too; what was carried over may stand with either."""
    found = {
        source: sum((getattr(task, source) or ZERO for task in form.tasks), ZERO)
        for source in TASK_SOURCES
    }
    if facts.budget.get("carryover", ZERO) or found["fiscal"] == facts.budget.get("fiscal", ZERO):
        return
    shown, due = (
        show_wan(amount, exact=True)
        for amount in (found["fiscal"], facts.budget.get("fiscal", ZERO))
    )
    said = Said(
        shown,
        due,
        f"合计与部门预算一致，其中财政拨款{shown}万元，部门预算为{due}万元。请核对资金来源。",
    )
    yield report("targets.tasks_budget", Severity.HINT, "tasks", form, said)


def assets_stated(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """What the unit owns is said; a unit without anything says 0."""
    if not form.shape.has_assets:
        return
    if not any(form.assets.values()) and not any(p.startswith("assets.") for p in form.unread):
        said = Said("", "数量和账面价值", "未填。请填上年末的资产数量和账面价值；没有的填0。")
        yield noted("targets.assets_missing", "assets", form, said)


def assets_in_pairs(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """A quantity has its value, and a value its quantity."""
    for kind, cells in form.assets.items():
        missing = {"quantity", "amount"} - set(cells)
        if len(missing) == 1 and any(cells.values()):
            (cell,) = missing
            path = f"assets.{kind}.{cell}"
            word = "数量" if cell == "quantity" else "账面价值"
            if path not in form.unread:
                said = Said("", word, f"{ASSETS[kind]}没有填{word}。请补上。")
                yield noted("targets.asset_pair", path, form, said)


def _is_unread(form: TargetForm, task: TaskLine) -> bool:
    return any(f"task:{task.key}.{source}" in form.unread for source in TASK_SOURCES)


CHECKS = (
    any_tasks,
    task_cells,
    repeated_tasks,
    measurable_tasks,
    tasks_agree_with_budget,
    assets_stated,
    assets_in_pairs,
)
