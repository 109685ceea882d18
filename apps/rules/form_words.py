"""The words of the target form: the name of every cell, and a promised value as people read it."""

from decimal import Decimal

from apps.rules.errors import RuleError
from apps.rules.numbers import quoted, show_value
from apps.rules.target_form import (
    ASSET_CELLS,
    ASSET_UNITS,
    ASSETS,
    SOURCES,
    SPANS,
    TargetForm,
    TargetLine,
    TaskLine,
)
from apps.rules.target_shapes import Shape

HEAD = {
    "attribute": "项目属性",
    "first_year": "项目期起始年度",
    "last_year": "项目期终止年度",
    "leader": "项目负责人",
    "leader_phone": "联系电话",
    "duties": "职能职责",
    "grounds": "规划依据",
    "activities": "业务活动",
    "beneficiaries": "受益范围",
    "standards": "支出标准",
}
GOALS = {"mid_goal": "中期目标", "year_goal": "年度目标"}
LINE = {
    "level1": "一级指标",
    "level2": "二级指标",
    "name": "三级指标",
    "operator": "性质",
    "value": "指标值",
    "value_high": "指标值",
    "value_text": "指标值",
    "unit": "度量单位",
    "direction": "方向",
    "weight": "权重",
    "basis": "值的依据",
    "evidence": "佐证材料",
    "mid_value": "中期指标值",
    "library_id": "指标库",
}
TASK = {
    "name": "任务名称",
    "content": "主要内容",
    "fiscal": "财政拨款",
    "other": "其他资金",
}
WHOLE = {
    "form": "全表",
    "indicators": "四、绩效指标",
    "weights": "四、权重合计",
    "attachments": "五、佐证材料",
}


def label(name: str, shape: Shape) -> str:
    """What the form calls a field of its head or one of its goals."""
    return shape.words.get(name) or (HEAD | GOALS)[name]


def asset_label(kind: str, cell: str) -> str:
    """An asset's cell as the form calls it: 房屋数量（平方米）, 车辆账面价值（万元）."""
    unit = ASSET_UNITS[kind] if cell == "quantity" else "万元"
    return f"{ASSETS[kind]}{ASSET_CELLS[cell]}（{unit}）"


def place(path: str, form: TargetForm) -> str:
    """The cell a path names, in the form's own words: 四、第3行 更换老旧水表 指标值.

    Raises RuleError when the form has no such cell.
    """
    found = _whole_place(path, form.shape) or _cell_place(path, form)
    if not found:
        raise RuleError(f"表里没有“{quoted(path)}”这一格。", code="form.unknown_path")
    return found


def _whole_place(path: str, shape: Shape) -> str:
    """A part of the form, or a cell that stands alone."""
    if path in shape.head:
        return f"一、{label(path, shape)}"
    if path in shape.goals:
        return f"三、{label(path, shape)}"
    money = f"二、{shape.money_title}"
    period = f"一、{shape.words.get('period', '项目期')}"
    return (WHOLE | {"funds": money, "tasks": money, "period": period}).get(path, "")


def _cell_place(path: str, form: TargetForm) -> str:
    """A cell of one of the tables."""
    if path.startswith("funds."):
        return _fund_place(path, form.shape)
    if path.startswith("assets"):
        return _asset_place(path, form.shape)
    lead, _, rest = path.partition(":")
    if lead == "level":
        return f"四、{rest}指标" if rest in form.shape.levels else ""
    if lead == "task":
        return _task_place(rest, form)
    return _line_place(rest, form) if lead == "indicator" else ""


def line_title(position: int, line: TargetLine) -> str:
    """A row as messages call it; `position` counts from 1."""
    return f"第{position}行 {quoted(line.name)}" if line.name.strip() else f"第{position}行"


def task_title(position: int, task: TaskLine) -> str:
    """A task as messages call it; `position` counts from 1."""
    return f"任务{position} {quoted(task.name)}" if task.name.strip() else f"任务{position}"


def show_target(line: TargetLine) -> str:
    """An indicator's promised value in one phrase: ≥1,200块 · 12–15℃ · 显著高于上年."""
    if line.operator == "定性":
        return line.value_text
    if line.operator == "区间":
        return f"{_end(line.value)}–{_end(line.value_high)}{line.unit}"
    if line.value is None:
        return ""
    return f"{line.operator}{show_value(line.value)}{line.unit}"


def usual_direction(operator: str) -> str:
    """The direction an operator implies where the form says none: ≤ and < are 反向."""
    return "反向" if operator in ("≤", "<") else "正向"


def _end(value: Decimal | None) -> str:
    return "" if value is None else show_value(value)


def _fund_place(path: str, shape: Shape) -> str:
    parts = path.split(".")
    if len(parts) == 2 and parts[1] in shape.spans:
        return f"二、{SPANS[parts[1]]}总额"
    if len(parts) == 3 and parts[1] in shape.spans and parts[2] in SOURCES:
        return f"二、{SPANS[parts[1]]} {SOURCES[parts[2]]}"
    return ""


def _asset_place(path: str, shape: Shape) -> str:
    if not shape.has_assets:
        return ""
    if path == "assets":
        return "一、资产状况"
    _, kind, cell = (*path.split("."), "", "")[:3]
    return f"一、{asset_label(kind, cell)}" if kind in ASSETS and cell in ASSET_CELLS else ""


def _task_place(rest: str, form: TargetForm) -> str:
    for position, task in enumerate(form.tasks if form.shape.has_tasks else (), start=1):
        title = f"二、{task_title(position, task)}"
        if rest == task.key:
            return title
        if rest.startswith(f"{task.key}.") and (word := TASK.get(rest[len(task.key) + 1 :])):
            return f"{title} {word}"
    return ""


def _line_place(rest: str, form: TargetForm) -> str:
    for position, line in enumerate(form.lines, start=1):
        if rest == line.key:
            return f"四、{line_title(position, line)}"
        if rest.startswith(f"{line.key}.") and (word := LINE.get(rest[len(line.key) + 1 :])):
            return f"四、{line_title(position, line)} {word}"
    return ""
