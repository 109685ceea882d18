"""The fill-in workbook of a node: money and indicators as they are saved, to fill offline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl.styles import Alignment, Border, Font, Protection
from openpyxl.worksheet.worksheet import Worksheet

from apps.core import sheets
from apps.core.sheets import Column, Meta
from apps.core.sheets.templates import THIN, add_meta, fill_page, put, saved, template_book
from apps.filings.models import Filing, Revision
from apps.monitoring import content, nodes
from apps.monitoring.forms import TEXTS
from apps.monitoring.inputs import inputs_of
from apps.rules.form_words import show_target
from apps.rules.monitoring import FUNDS, LIKELIHOODS, Node, NodeForm, ProgressLine
from apps.rules.numbers import show_value

VERSION = 1
WHAT = "监控填报表"
MONEY_SHEET, LINE_SHEET = "项目资金", "绩效指标"
YES = "是"
NOTES = (
    "只填白色的格。灰色的列由系统带出，改了也不算。",
    "一行对一条已批复的指标，不要增加、删去行；行标识会跟着走。",
    "执行情况、全年预计：定量填数，不带单位；定性填达成、部分达成或未达成。",
    "偏差原因可填几项，用顿号隔开：经费保障、制度保障、人员保障、硬件条件保障、其他。",
    "金额单位万元，从1月起累计，最多六位小数。公式请先算出结果再上传。",
    "上传只存为草稿，不会直接提交。",
)
KEY = Column("key", "行标识（勿改）", sheets.text(60), note="隐藏列，系统用来认出行", width=12)


def money_columns(node: Node) -> tuple[Column, ...]:
    """The fund table's columns; `known` ones are shown only."""
    return (
        KEY,
        Column("fund", "资金", sheets.text(60), width=28),
        Column("initial", "年初预算数（万元）", sheets.text(60), width=18),
        Column("executed", f"{node.columns['executed']}（万元）", sheets.text(60), width=20),
        Column("forecast", "全年预计执行数（万元）", sheets.text(60), width=20),
        Column("last", "上一节点执行数（万元）", sheets.text(60), width=20, note="只供对照"),
    )


def line_columns(node: Node) -> tuple[Column, ...]:
    """The indicator table's columns."""
    return (
        KEY,
        Column("level2", "二级指标", sheets.text(60), width=14),
        Column("name", "三级指标", sheets.text(200), width=30),
        Column("target", "年度指标值", sheets.text(200), width=14),
        Column("last", "上一节点执行情况", sheets.text(200), width=16, note="只供对照"),
        Column("actual", node.columns["actual"], sheets.text(200), width=16),
        Column("forecast", "全年预计完成情况", sheets.text(200), width=16),
        Column("causes", "偏差原因", sheets.text(60), width=20),
        Column("reason", "原因说明", sheets.text(TEXTS["reason"]), width=30),
        Column("likelihood", "完成目标可能性", sheets.text(10), options=LIKELIHOODS, width=14),
        Column("measure", "拟采取措施", sheets.text(TEXTS["measure"]), width=30),
        Column("remark", "备注", sheets.text(TEXTS["remark"]), width=24),
        Column("not_due", "未到考核时点", sheets.text(4), options=(YES,), width=12),
    )


MONEY_TYPED = ("initial", "executed", "forecast")
LINE_TYPED = (
    "actual",
    "forecast",
    "causes",
    "reason",
    "likelihood",
    "measure",
    "remark",
    "not_due",
)


def meta_of(filing: Filing, revision: Revision) -> Meta:
    """What the workbook's signed note says: whose filing, which node, made from which save."""
    return Meta(
        kind=filing.kind,
        unit=filing.unit.code,
        year=filing.assignment.task.evaluated_year,
        version=VERSION,
        subject=str(filing.public_id),
        mark=f"{revision.number}/{revision.version}",
    )


def write(filing: Filing, revision: Revision) -> bytes:
    """The revision as a workbook to fill offline: heads locked, drop-downs, a signed note."""
    node = nodes.node_of(filing)
    before = nodes.last_revision(filing, node)
    form, last = content.form_of(revision), content.form_of(before) if before else None
    about = f"{node.fiscal_year}年度{node.label}　{filing.assignment.project or filing.unit}"
    lines = line_columns(node)
    book = template_book(
        lines,
        sheet=LINE_SHEET,
        title=f"绩效指标　{about}",
        rows=_line_rows(form, last, lines),
        notes=NOTES,
    )
    page = book.create_sheet(MONEY_SHEET, 0)
    funds = money_columns(node)
    fill_page(page, funds, title=f"项目资金　{about}", rows=_money_rows(form, last, funds))
    _finish(page, len(form.money), funds, MONEY_TYPED)
    _finish(book[LINE_SHEET], len(form.lines), lines, LINE_TYPED)
    book.active = 0
    add_meta(book, meta_of(filing, revision))
    return saved(book)


def _money_rows(
    form: NodeForm, last: NodeForm | None, columns: tuple[Column, ...]
) -> Iterator[list[Any]]:
    told = inputs_of(form)
    earlier = inputs_of(last) if last else {}
    for row in form.money:
        base = f"money-{row.key}"
        cells = {"key": row.key, "fund": FUNDS[row.key]}
        cells["last"] = earlier.get(f"{base}-executed", "")
        cells |= {name: told[f"{base}-{name}"] for name in MONEY_TYPED}
        yield [cells[column.key] for column in columns]


def _line_rows(
    form: NodeForm, last: NodeForm | None, columns: tuple[Column, ...]
) -> Iterator[list[Any]]:
    told = inputs_of(form)
    for number, row in enumerate(form.lines):
        cells = line_cells(told, number, row)
        cells |= {
            "level2": row.target.level2 or row.target.level1,
            "name": row.target.name,
            "target": show_target(row.target),
            "last": _last(last.line(row.key) if last else None),
        }
        yield [cells[column.key] for column in columns]


def line_cells(told: dict[str, str], number: int, row: ProgressLine) -> dict[str, str]:
    """What a row's typed cells show, from the inputs of the form."""
    base = f"line-{number}"
    return {
        "key": row.key,
        "actual": told[f"{base}-actual"],
        "forecast": told[f"{base}-forecast"],
        "causes": content.JOINT.join(row.causes),
        "not_due": YES if row.is_not_due else "",
        **{name: told[f"{base}-{name}"] for name in TEXTS},
    }


def _last(row: ProgressLine | None) -> str:
    if row is None:
        return ""
    return row.band or ("" if row.actual is None else show_value(row.actual))


def _finish(
    page: Worksheet, n_rows: int, columns: tuple[Column, ...], typed: tuple[str, ...]
) -> None:
    """The key column hidden, what is only shown locked, borders around what may be filled."""
    page.column_dimensions["A"].hidden = True
    put(page, 1, 2, page.cell(1, 1).value)
    page.cell(1, 2).font = Font(bold=True, size=14)
    page.cell(1, 1).value = None
    border = Border(THIN, THIN, THIN, THIN)
    for row in range(3, 3 + n_rows):
        for place, column in enumerate(columns, start=1):
            cell = page.cell(row, place)
            cell.border = border
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            cell.protection = Protection(locked=column.key not in typed)
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
