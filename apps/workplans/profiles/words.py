"""The rows of a profile in the words of the pages: labels of keys, values as said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any

from django.db.models import Choices

from apps.organizations.models import Unit
from apps.projects.models import BudgetType, ProjectYear
from apps.rules.numbers import plain
from apps.rules.target_checks import CODES
from apps.workplans.models import TaskScope
from apps.workplans.profiles.rows import (
    BandRow,
    CheckRow,
    DocumentRow,
    EventRow,
    FactRow,
    ItemRow,
    PlanRow,
    ReminderRow,
    Row,
    ScopeRow,
    SectionRow,
    SettingRow,
    SheetRow,
    SlotRow,
    StepRow,
    TaskRow,
    WeightRow,
    WindowRow,
)

LABELS: dict[type[Row], dict[str, str]] = {
    PlanRow: {
        "year": "年度",
        "title": "名称",
        "document_number": "文号",
        "source_note": "说明",
    },
    SectionRow: {
        "code": "标识",
        "name": "科室名称",
        "kind": "类别",
        "aliases": "别名",
        "fund_tags": "资金标签",
        "budget_types": "预算类型",
    },
    TaskRow: {
        "code": "标识",
        "title": "任务",
        "stage": "阶段",
        "kind": "填报类型",
        "subject": "对象",
        "level": "责任层级",
        "main": "主要任务",
        "evaluated_year": "所属年度",
        "responsible": "责任",
        "section": "牵头科室",
        "clause": "原文",
        "requirements": "需求编号",
        "trigger": "触发",
        "doubt": "存疑",
        "roll": "截止遇非工作日",
        "accepts_late": "逾期可补报",
        "basis": "依据",
    },
    WindowRow: {
        "key": "节点",
        "label": "名称",
        "opens": "开放",
        "closes": "截止",
        "data_until": "数据截至",
        "kind": "类型",
        "event": "事件",
        "days_after": "事件后日数",
        "in_working_days": "按工作日",
        "months_after": "节点后月数",
        "day": "该月几日",
        "series": "周期",
        "focus_opens": "集中期起",
        "focus_closes": "集中期止",
        "phrase": "原文时间",
        "note": "待确认",
    },
    ScopeRow: {"field": "条件", "value": "值", "exclude": "排除", "reason": "理由"},
    StepRow: {
        "title": "名称",
        "place": "办理处",
        "role": "角色",
        "sheet": "审核表",
        "working_days": "办理时限（工作日）",
        "clause": "依据",
    },
    SlotRow: {"code": "标识", "title": "材料", "required": "必传"},
    FactRow: {"code": "标识", "title": "名称", "unit": "单位", "required": "必填"},
    SettingRow: {
        "code": "标识",
        "title": "名称",
        "value": "值",
        "unit": "单位",
        "value_type": "类型",
        "choices": "可选值",
        "clause": "依据",
        "requirements": "需求编号",
        "note": "说明",
    },
    CheckRow: {
        "code": "标识",
        "on": "启用",
        "severity": "轻重",
        "must_answer": "须答复",
        "numbers": "参数",
        "reason": "理由",
    },
    WeightRow: {
        "title": "名称",
        "has_cost": "设成本指标",
        "has_satisfaction": "设满意度指标",
        "execution": "执行率",
        "cost": "成本",
        "output": "产出",
        "benefit": "效益",
        "satisfaction": "满意度",
        "required_levels": "必设一级指标",
        "on_departure": "偏离时",
        "clause": "依据",
    },
    ReminderRow: {
        "about": "事项",
        "days": "日数",
        "in_working_days": "按工作日",
        "audience": "对象",
    },
    SheetRow: {
        "code": "标识",
        "title": "名称",
        "clause": "依据",
        "requirements": "需求编号",
        "mode": "方式",
        "items": "审核要点",
        "bands": "等级",
    },
    ItemRow: {"group": "审核内容", "name": "审核要点", "prompt": "说明", "points": "满分"},
    BandRow: {
        "grade": "等级",
        "floor": "下限（含）",
        "consequence": "后果",
        "text": "说明",
        "clause": "依据",
    },
    DocumentRow: {
        "code": "标识",
        "title": "名称",
        "number": "文号",
        "issuer": "印发机关",
        "issued_on": "印发日期",
        "url": "地址",
        "note": "说明",
    },
    EventRow: {"code": "标识", "title": "事件", "happened_on": "发生日期", "clause": "依据"},
}


PARTS = {  # the lists of a file, as the pages call them
    "jurisdiction": "地区",
    "plan": "计划",
    "fund_tags": "资金标签",
    "sections": "科室",
    "documents": "依据文件",
    "events": "事件",
    "reminders": "提醒",
    "sheets": "审核表",
    "flows": "审核流程",
    "flow": "审核流程",
    "weights": "权重",
    "settings": "参数",
    "checks": "智能审核",
    "tasks": "任务",
    "windows": "填报期",
    "scopes": "范围",
    "slots": "附件",
    "facts": "填报数",
}
ROWS: dict[str, type[Row]] = {
    "plan": PlanRow,
    "sections": SectionRow,
    "documents": DocumentRow,
    "events": EventRow,
    "reminders": ReminderRow,
    "sheets": SheetRow,
    "items": ItemRow,
    "bands": BandRow,
    "flows": StepRow,
    "weights": WeightRow,
    "settings": SettingRow,
    "checks": CheckRow,
    "tasks": TaskRow,
    "windows": WindowRow,
    "scopes": ScopeRow,
    "slots": SlotRow,
    "facts": FactRow,
}


def key_word(path: Sequence[str | int]) -> str:
    """What the pages call the last key of a place in a file; empty where they have no word."""
    keys = [part for part in path if isinstance(part, str)]
    if not keys:
        return ""
    owner = next((ROWS[key] for key in reversed(keys[:-1]) if key in ROWS), None)
    own = LABELS[owner] if owner else {}
    return own.get(keys[-1]) or PARTS.get(keys[-1], "")


def label(row: type[Row], key: str) -> str:
    """What the pages call the key of a row."""
    return LABELS.get(row, {}).get(key, key)


SAID: tuple[tuple[type | UnionType, Callable[[Any], str]], ...] = (
    (NoneType, lambda _: ""),
    (bool, lambda value: "是" if value else "否"),
    (Choices, lambda value: str(value.label)),
    (ItemRow, lambda value: value.name),
    (BandRow, lambda value: value.grade),
    (Enum, lambda value: str(value.value)),
    (Decimal, lambda value: format(value.normalize(), "f")),
    (date, lambda value: f"{value.year}年{value.month}月{value.day}日"),
    (dict, lambda value: "；".join(f"{key}={shown(each)}" for key, each in value.items())),
    (list | tuple, lambda value: "、".join(shown(each) for each in value)),
)


def shown(value: object) -> str:
    """A value as the pages say it; empty for none."""
    for kind, said in SAID:
        if isinstance(value, kind):
            return said(value)
    return str(value)


def told(row: Row, names: Mapping[str, str] | None = None) -> str:
    """A whole row in one line, without what it leaves empty: 名称审核，办理处绩效科室."""
    names = names or {}
    parts = [
        f"{text}{names.get(str(value), shown(value))}"
        for key, text in LABELS[type(row)].items()
        if (value := getattr(row, key)) not in (None, "", [], False)
    ]
    return "，".join(parts)


MARK_WORDS = {"key": "重点", "livelihood": "民生", "infrastructure": "基础设施", "policy": "政策"}
FLAG_WORDS = {"yes": "是", "no": "否"}
SCOPE_WORDS: dict[str, Mapping[str, str]] = {
    TaskScope.Field.UNIT_KIND: dict(Unit.Kind.choices),
    TaskScope.Field.BUDGET_TYPE: dict(BudgetType.choices),
    TaskScope.Field.ORIGIN: dict(ProjectYear.Origin.choices),
    TaskScope.Field.ATTRIBUTE: dict(ProjectYear.Attribute.choices),
    TaskScope.Field.CLASSIFIED: FLAG_WORDS,
    TaskScope.Field.FUND_MANAGER: FLAG_WORDS,
    TaskScope.Field.MARK: MARK_WORDS,
}


def scope_text(row: ScopeRow) -> str:
    """A condition in one line: 除 单位类型：乡镇（理由）."""
    value = SCOPE_WORDS.get(row.field, {}).get(row.value, row.value)
    reason = f"（{row.reason}）" if row.reason else ""
    return f"{'除 ' if row.exclude else ''}{row.field.label}：{value}{reason}"


def reminder_text(row: ReminderRow) -> str:
    """A reminder in one line: 截止前5个工作日，填报人和代办人."""
    unit = "个工作日" if row.in_working_days else "天"
    when = f"{'前' if row.days < 0 else '后'}{abs(row.days)}{unit}" if row.days else "当天"
    return f"{row.about.label}{when}，{row.audience.label}"


def check_text(row: CheckRow) -> str:
    """What a plan makes of a check, in one line: 改为提示，相似度达到90%（理由）."""
    switched = [] if row.on is None else ["启用" if row.on else "停用"]
    weighed = [f"改为{row.severity}"] if row.severity else []
    labels = {each.name: each for each in CODES[row.code].parameters} if row.code in CODES else {}
    numbers = [
        f"{labels[name].label}{plain(value)}{labels[name].unit}"
        for name, value in row.numbers.items()
        if name in labels
    ]
    asked = ["须答复"] if row.must_answer else []
    return f"{'，'.join([*switched, *weighed, *numbers, *asked])}（{row.reason}）"


def check_title(row: CheckRow) -> str:
    """What the pages call the check."""
    return CODES[row.code].title if row.code in CODES else row.code
