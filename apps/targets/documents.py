"""The official form as a document: one plain structure that paper, page and workbook share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from apps.core import clock, pdf
from apps.filings.models import Filing, Revision
from apps.filings.stages import hooks_for
from apps.rules import weights
from apps.rules.adjustment import MONEY, TEXTS, Difference, differences
from apps.rules.errors import RuleError
from apps.rules.form_words import label
from apps.rules.numbers import MISSING, parse_number, show_points, show_value, show_wan
from apps.rules.target_form import (
    ASSET_UNITS,
    ASSETS,
    ATTRIBUTES,
    SOURCES,
    TASK_SOURCES,
    TargetForm,
    TargetLine,
    TaskLine,
)
from apps.rules.target_shapes import Shape
from apps.targets import adjusting, content
from apps.targets.handed_paper import Handed, handed_of
from apps.targets.in_force import ADJUSTMENT
from apps.targets.inputs import asset_text, fund_text, value_text

DRAFT = "草稿，未提交"
LONG = ("duties", "grounds", "activities", "beneficiaries", "standards")  # texts of the head
HEADS = (
    "一级指标",
    "二级指标",
    "三级指标",
    "中期\n指标值",
    "指标\n性质",
    "年度\n指标值",
    "度量\n单位",
    "指标\n方向",
    "权重",
)


@dataclass(frozen=True)
class FundRow:
    """A line of the fund block in 万元, as printed: mid-term left, year right."""

    label: str
    mid: str
    year: str


@dataclass(frozen=True)
class TaskRow:
    """One of a unit's tasks in 万元, as printed; the last row is the sum."""

    name: str
    content: str
    total: str
    fiscal: str
    other: str


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator as printed; a level is empty with span 0 where the cell above covers it."""

    level1: str
    span1: int
    level2: str
    span2: int
    cells: tuple[str, ...]  # 三级指标 to 权重, in the order of HEADS

    @property
    def texts(self) -> tuple[str, ...]:
        """All nine cells, covered ones empty."""
        return (self.level1, self.level2, *self.cells)


@dataclass(frozen=True)
class Adjusted:
    """What an adjustment says beside the form: why, and every change before and after."""

    notes: tuple[tuple[str, str], ...]  # label, text
    changes: tuple[Difference, ...]
    compared: str  # 年初项目绩效目标第1版


@dataclass(frozen=True)
class Document:
    """The official form of one revision, every cell as text."""

    title: str
    year: int
    subject_label: str  # 项目名称
    project: str  # or what else the form is about
    pairs: tuple[tuple[str, str, str, str], ...]  # label, value, label, value
    texts: tuple[tuple[str, str], ...]  # label, text over the whole width
    money_title: str
    funds: tuple[FundRow, ...]
    tasks: tuple[TaskRow, ...]
    goal_labels: tuple[str, ...]
    goals: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[IndicatorRow, ...]
    execution: str
    total: str
    signs: tuple[tuple[str, str], ...]
    receipt: str  # number, revision, time: what the foot of every page says
    is_draft: bool
    file_name: str  # without extension
    adjusted: Adjusted | None = None
    handed: Handed | None = None


def subject_of(filing: Filing) -> str:
    """What the form is about: the project or transfer, else the unit itself."""
    return str(filing.assignment.subject or filing.unit)


def title_of(filing: Filing, shape: Shape) -> str:
    """The official form's name; an adjustment's says what is adjusted."""
    if filing.kind == ADJUSTMENT:
        return adjusting.title_of(shape)
    return hooks_for(filing.kind).title


def document_of(filing: Filing, revision: Revision) -> Document:
    """The revision's form as printed, with receipt number and revision, or marked as a draft."""
    form = content.form_of(revision)
    year = filing.assignment.task.evaluated_year
    project, shape = subject_of(filing), form.shape
    points = content.facts_of(revision, form).weights.execution
    title = title_of(filing, shape)
    return Document(
        title=title,
        year=year,
        subject_label=shape.subject,
        project=project,
        pairs=_pairs(filing, form),
        texts=_texts(form),
        money_title=shape.money_title,
        funds=_funds(form),
        tasks=_tasks(form),
        goal_labels=tuple(_goal_label(name, form, year) for name in shape.goals),
        goals=tuple(_goal(getattr(form, name), shape) for name in shape.goals),
        heads=HEADS,
        rows=tuple(_indicator_rows(form)),
        execution=show_points(points) if shape.weighs else "",
        total=_total(form, points if shape.weighs else Decimal(0)),
        signs=_signs(form, revision),
        receipt=_receipt(filing, revision),
        is_draft=revision.is_open,
        file_name=f"{year}年度{title} {project} 第{revision.number}版",
        adjusted=_adjusted(filing, revision),
        handed=handed_of(filing, revision, form),
    )


def _adjusted(filing: Filing, revision: Revision) -> Adjusted | None:
    """The head of an adjustment and its comparison; None for any other kind."""
    if filing.kind != ADJUSTMENT:
        return None
    head, base = adjusting.head_of(revision), adjusting.base(filing)
    diff = adjusting.diff(base.revision, revision)
    money = [row for row in diff.sections[0].rows if row.key.startswith(MONEY)]
    first = replace(diff.sections[0], rows=tuple(money))
    changes = (each for part in (first, *diff.sections[1:]) for each in differences(part))
    return Adjusted(
        notes=tuple((word, getattr(head, name)) for name, word in TEXTS.items()),
        changes=tuple(changes),
        compared=base.words,
    )


def _goal_label(name: str, form: TargetForm, year: int) -> str:
    about = _span(form) if name == "mid_goal" else f"（{year}年）"
    return f"{label(name, form.shape)}{about}"


def _goal(text: str, shape: Shape) -> str:
    """A whole unit's goals are numbered, one a line, as its form has them."""
    goals = [line.strip() for line in text.splitlines() if line.strip()]
    if not shape.has_tasks or len(goals) < 2:
        return text
    return "\n".join(
        goal if goal.startswith("目标") else f"目标{number}：{goal}"
        for number, goal in enumerate(goals, start=1)
    )


def _texts(form: TargetForm) -> tuple[tuple[str, str], ...]:
    """The long texts of the head, and what the unit owns in one line."""
    shape = form.shape
    texts = [(label(name, shape), getattr(form, name)) for name in shape.head if name in LONG]
    return (*texts, ("资产状况", _assets(form))) if shape.has_assets else tuple(texts)


def _assets(form: TargetForm) -> str:
    parts = []
    for kind, word in ASSETS.items():
        quantity, amount = asset_text(form, kind, "quantity"), asset_text(form, kind, "amount")
        if quantity or amount:
            many = f"{_value(quantity)}{ASSET_UNITS[kind]}" if quantity else MISSING
            parts.append(f"{word}{many}，账面价值{_value(amount) or MISSING}万元")
    return "；".join(parts)


def _tasks(form: TargetForm) -> tuple[TaskRow, ...]:
    if not form.shape.has_tasks:
        return ()
    rows = [
        TaskRow(task.name, task.content, _wan(task.total), *_sources(form, task))
        for task in form.tasks
    ]
    sums = [
        sum((getattr(t, s) or Decimal(0) for t in form.tasks), Decimal(0)) for s in TASK_SOURCES
    ]
    is_unread = any(path.startswith("task:") for path in form.unread)
    shown = ("", "", "") if is_unread else (_wan(sum(sums, Decimal(0))), *map(_wan, sums))
    return (*rows, TaskRow("金额合计", "", *shown))


def _sources(form: TargetForm, task: TaskLine) -> tuple[str, str]:
    fiscal, other = (
        _wan(amount)
        if (amount := getattr(task, source)) is not None
        else form.unread.get(f"task:{task.key}.{source}", "")
        for source in TASK_SOURCES
    )
    return fiscal, other


def _wan(amount: Decimal) -> str:
    return show_wan(amount, exact=True)


def _pairs(filing: Filing, form: TargetForm) -> tuple[tuple[str, str, str, str], ...]:
    unit, project = filing.unit, filing.assignment.project
    above = unit.parent or unit
    head, words = form.shape.head, form.shape.words
    about = "实施单位及代码" if project else "单位及代码"
    pairs = [("主管部门及代码", f"{above}（{above.code}）", about, f"{unit}（{unit.code}）")]
    if "attribute" in head:
        attribute = ATTRIBUTES.get(form.attribute, form.attribute)
        pairs.append(("项目属性", attribute, "项目编码", (project.code or "") if project else ""))
    if "first_year" in head:
        period, leader = words.get("period", "项目期"), label("leader", form.shape)
        who = f"{form.leader}　{form.leader_phone}".strip()
        pairs.append((period, _span(form).strip("（）"), leader, who))
    return tuple(pairs)


def _span(form: TargetForm) -> str:
    first = form.unread.get("first_year") or form.first_year
    last = form.unread.get("last_year") or form.last_year
    return f"（{first or MISSING}年—{last or MISSING}年）" if first or last else ""


def _funds(form: TargetForm) -> tuple[FundRow, ...]:
    if not form.shape.spans:
        return ()
    totals = [_fund_total(form, span) for span in form.shape.spans]
    rows = [FundRow("资金总额", *totals)]
    for number, (source, word) in enumerate(SOURCES.items()):
        amounts = [_amount(form, span, source) for span in form.shape.spans]
        rows.append(FundRow(f"其中：{word}" if number == 0 else f"　　　{word}", *amounts))
    return tuple(rows)


def _fund_total(form: TargetForm, span: str) -> str:
    """The sum, where every part of it can be read."""
    amounts = form.funds.get(span, {})
    if not amounts or any(path.startswith(f"funds.{span}.") for path in form.unread):
        return ""
    return show_wan(sum(amounts.values(), Decimal(0)), exact=True)


def _amount(form: TargetForm, span: str, source: str) -> str:
    amount = form.funds.get(span, {}).get(source)
    return fund_text(form, span, source) if amount is None else show_wan(amount, exact=True)


# --- indicators -----------------------------------------------------------------------------
def _indicator_rows(form: TargetForm) -> Iterable[IndicatorRow]:
    """The indicators in the order of the official form, levels once over all their rows."""
    ordered = sorted(form.lines, key=lambda line: _order(line, form.shape))
    for level1, of_level in groupby(ordered, key=lambda line: line.level1):
        lines = list(of_level)
        span1, label1 = len(lines), _level(level1)
        for level2, of_second in groupby(lines, key=lambda line: line.level2):
            seconds = list(of_second)
            span2, label2 = len(seconds), _level(level2)
            for line in seconds:
                yield IndicatorRow(label1, span1, label2, span2, _cells(form, line))
                label1, span1, label2, span2 = "", 0, "", 0


def _total(form: TargetForm, points: Decimal) -> str:
    """All weights and the execution points, where every weight can be read."""
    is_unweighed = not form.shape.weighs and all(line.weight is None for line in form.lines)
    if is_unweighed or any(path.endswith(".weight") for path in form.unread):
        return ""
    return show_points(weights.total_points(form.lines) + points)


def _order(line: TargetLine, shape: Shape) -> tuple[int, int]:
    firsts, seconds = tuple(shape.levels), shape.levels.get(line.level1, ())
    first = firsts.index(line.level1) if line.level1 in firsts else len(firsts)
    return first, seconds.index(line.level2) if line.level2 in seconds else len(seconds)


def _level(word: str) -> str:
    return f"{word}指标" if word else MISSING


def _cells(form: TargetForm, line: TargetLine) -> tuple[str, ...]:
    weight = form.unread.get(f"indicator:{line.key}.weight")
    return (
        line.name,
        line.mid_value,
        line.operator,
        _value(value_text(form, line)),
        line.unit,
        line.direction,
        weight or ("" if line.weight is None else show_points(line.weight)),
    )


def _value(text: str) -> str:
    """A number with separated thousands, anything else as it stands."""
    try:
        return show_value(parse_number(text))
    except RuleError:
        return text


# --- foot -----------------------------------------------------------------------------------
def _signs(form: TargetForm, revision: Revision) -> tuple[tuple[str, str], ...]:
    person = revision.submitted_by or revision.saved_by
    sent = revision.submitted_at
    day = sent.astimezone(clock.ZONE) if sent else None
    return (
        ("填报人", person.name if person else ""),
        ("单位负责人", ""),
        ("联系电话", (person.phone if person else "") or form.leader_phone),
        ("填报日期", f"{day.year}年{day.month}月{day.day}日" if day else ""),
    )


def _receipt(filing: Filing, revision: Revision) -> str:
    """The line at the foot of every page."""
    which = f"第{revision.number}版"
    if revision.submitted_at is None:
        saved = f"　{_moment(revision.saved_at)}保存" if revision.saved_at else ""
        return f"{filing.unit}　{which}　{DRAFT}{saved}"
    sent = _moment(revision.submitted_at)
    return f"{filing.unit}　回执号 {revision.receipt_number}　{which}　{sent}报送"


def _moment(moment: datetime) -> str:
    local = moment.astimezone(clock.ZONE)
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M:%S}"


# --- paper ----------------------------------------------------------------------------------
def form_pdf(document: Document) -> bytes:
    """The document as PDF. Raises RuleError when it takes too long."""
    context: dict[str, Any] = {"document": document, "receipt": document.receipt}
    title = f"{document.title}（{document.year}年度） {document.project}"
    return pdf.render("print/targets/form.html", context, title=title)
