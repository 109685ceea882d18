"""The fill-in workbook of a target form: its sheets, places and columns, and how it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from apps.core import sheets
from apps.core.sheets import Column, Meta
from apps.core.sheets.templates import HEAD_FILL, THIN, add_meta, put, saved, template_book
from apps.filings.models import Filing, Revision
from apps.rules.form_words import asset_label, label, show_target
from apps.rules.target_form import (
    ASSET_CELLS,
    ASSETS,
    ATTRIBUTES,
    BASES,
    DIRECTIONS,
    OPERATORS,
    SOURCES,
    SPANS,
    TargetForm,
)
from apps.rules.target_shapes import Shape
from apps.targets import content, documents, handed, selectors
from apps.targets.forms import HEAD_TEXTS, TEXTS
from apps.targets.inputs import inputs_of, line_inputs
from apps.targets.workbook_cells import cell_value
from apps.targets.workbook_shares import NOTE as SHARES_NOTE
from apps.targets.workbook_shares import write_shares
from apps.targets.workbook_tasks import write_tasks

VERSION = 1
WHAT = "绩效目标填报表"
HEAD_SHEET = "基本信息"
LINE_SHEET = "绩效指标"
SPARE_ROWS = 20
FIRST_HEAD_ROW = 4
NOTES = (
    "先填“基本信息”，再填“绩效指标”。填好后在系统的“Excel 填报”页上传，存为草稿，不会直接提交。",
    "一行一条指标。可以增加行、删去行、调整次序；整行移动，行标识会跟着走。",
    "指标值：定量填数，不带单位和符号；区间填60–80；性质选“定性”的填判定标准。",
    "金额单位万元，最多六位小数。公式请先算出结果再上传。",
    "下拉选项只是方便填写，上传时会重新检查每一格。",
)
NUMBER_CELLS = ("value", "weight")


@dataclass(frozen=True)
class Place:
    """A cell of 基本信息: input name, path in the form, label, longest text, how to fill it."""

    name: str
    path: str
    label: str
    limit: int
    note: str = ""
    is_number: bool = False


HEAD_NOTES = {
    "attribute": "从下拉选项里选",
    "first_year": "四位年份",
    "last_year": "四位年份",
    "mid_goal": "一年的项目可不填",
    "year_goal": "写清做什么、做多少、什么时候做完、达到什么效果",
}


def head_places(shape: Shape) -> tuple[Place, ...]:
    """The cells of 基本信息 in their order: the head, the money, the goals."""
    funds = (
        Place(
            f"funds-{span}-{source}",
            f"funds.{span}.{source}",
            f"{span_word} {word}（万元）",
            60,
            "填数，没有就空着",
            is_number=True,
        )
        for span, span_word in SPANS.items()
        if span in shape.spans
        for source, word in SOURCES.items()
    )
    assets = (
        Place(
            f"assets-{kind}-{cell}",
            f"assets.{kind}.{cell}",
            asset_label(kind, cell),
            60,
            "填上年末数，没有的填0",
            is_number=True,
        )
        for kind in (ASSETS if shape.has_assets else ())
        for cell in ASSET_CELLS
    )
    heads = (_head_place(name, shape) for name in shape.head)
    return (*heads, *assets, *funds, *(_head_place(name, shape) for name in shape.goals))


def _head_place(name: str, shape: Shape) -> Place:
    limit, note = HEAD_TEXTS.get(name, 60), HEAD_NOTES.get(name, "")
    return Place(name, name, label(name, shape), limit, note, is_number=name not in HEAD_TEXTS)


def _text(key: str, label: str, width: int, options: tuple[str, ...] = (), **more: Any) -> Column:
    limit = TEXTS.get(key, 200)
    return Column(key, label, sheets.text(limit), options=options, width=width, **more)


COLUMNS = (
    Column("key", "行标识（勿改）", sheets.text(60), note="隐藏列，系统用来认出原有的行", width=12),
    _text("level1", "一级指标", 10),
    _text("level2", "二级指标", 16),
    _text("name", "三级指标", 34, example="更换老旧水表"),
    _text("operator", "性质", 8, OPERATORS),
    _text("value", "指标值", 16, example="1200", note="填数；区间60–80；定性写判定标准"),
    _text("unit", "度量单位", 10, example="块"),
    _text("direction", "方向", 8, DIRECTIONS),
    _text("weight", "权重", 8, example="10", note="0–100之间的分数"),
    _text("basis", "值的依据", 12, BASES),
    _text("evidence", "佐证材料", 22, example="验收单"),
    _text("mid_value", "中期指标值", 14),
)
LETTERS = {column.key: get_column_letter(n) for n, column in enumerate(COLUMNS, start=1)}


def second_levels(shape: Shape) -> tuple[str, ...]:
    """The second levels of the form's catalogue, each once."""
    return tuple(dict.fromkeys(word for words in shape.levels.values() for word in words))


def _columns(shape: Shape) -> tuple[Column, ...]:
    """The columns with the form's own catalogue to choose from."""
    choices = {"level1": tuple(shape.levels), "level2": second_levels(shape)}
    return tuple(
        replace(column, options=choices[column.key]) if column.key in choices else column
        for column in COLUMNS
    )


# --- writing --------------------------------------------------------------------------------
def meta_of(filing: Filing, revision: Revision) -> Meta:
    """What the workbook's signed note says: whose form, which year, made from which save."""
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
    form = content.form_of(revision)
    year = filing.assignment.task.evaluated_year
    before = f"{year - 1}年目标"
    book = template_book(
        (
            *_columns(form.shape),
            Column("last", before, sheets.text(), width=16, note="上年定稿值，只供对照"),
        ),
        sheet=LINE_SHEET,
        title=f"{year}年度绩效指标　{documents.subject_of(filing)}",
        rows=_rows(filing, form),
        notes=(*NOTES, SHARES_NOTE) if filing.kind == handed.KIND else NOTES,
    )
    _finish_lines(book[LINE_SHEET], len(form.lines))
    _write_head(book, filing, form, year)
    if form.shape.has_tasks:
        write_tasks(book, form, f"{year}年度主要任务　{filing.unit}")
    if filing.kind == handed.KIND:
        title = f"{year}年度转移支付分解　{documents.subject_of(filing)}"
        write_shares(book, revision, form, title)
    add_meta(book, meta_of(filing, revision))
    return saved(book)


def _rows(filing: Filing, form: TargetForm) -> Iterator[list[Any]]:
    before = selectors.last_year_form(filing)
    earlier = {(line.level2, line.name): line for line in before.lines} if before else {}
    for line in form.lines:
        texts = line_inputs(form, line)
        is_words = line.operator == "定性"
        cells = [
            cell_value(texts[c.key], c.key in NUMBER_CELLS and not (is_words and c.key == "value"))
            for c in COLUMNS
        ]
        last = earlier.get((line.level2, line.name))
        yield [*cells, show_target(last) if last else ""]


def _finish_lines(page: Worksheet, n_lines: int) -> None:
    """Borders and wrapping for filled and spare rows; the key column hidden, last year's locked."""
    page.column_dimensions["A"].hidden = True
    put(page, 1, 2, page.cell(1, 1).value)
    page.cell(1, 2).font = Font(bold=True, size=14)
    page.cell(1, 1).value = None
    border = Border(THIN, THIN, THIN, THIN)
    last = len(COLUMNS) + 1
    for row in range(3, 3 + n_lines + SPARE_ROWS):
        for place in range(1, last + 1):
            cell = page.cell(row, place)
            cell.border = border
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            cell.protection = Protection(locked=place == last)
    page.freeze_panes = "E3"
    _on_paper(page, "2:2", wide=True)


def _on_paper(page: Worksheet, titles: str, *, wide: bool) -> None:
    page.page_setup.orientation = "landscape" if wide else "portrait"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = titles


def _write_head(book: Workbook, filing: Filing, form: TargetForm, year: int) -> None:
    """基本信息 as the first sheet: what the system knows, then one cell a line to fill."""
    page = book.create_sheet(HEAD_SHEET, 0)
    book.active = 0
    book[LINE_SHEET].sheet_view.tabSelected = False
    put(page, 1, 1, f"{year}年度{documents.title_of(filing, form.shape)}（填报用）")
    page.cell(1, 1).font = Font(bold=True, size=14)
    put(page, 2, 1, f"{documents.subject_of(filing)}　{filing.unit}（{filing.unit.code}）")
    for column, word in enumerate(("栏目", "填写内容", "怎样填"), start=1):
        put(page, 3, column, word)
        page.cell(3, column).font = Font(bold=True)
        page.cell(3, column).fill = HEAD_FILL
    texts = inputs_of(form) | {"attribute": ATTRIBUTES.get(form.attribute, form.attribute)}
    for row, place in enumerate(head_places(form.shape), start=FIRST_HEAD_ROW):
        _write_place(page, row, place, texts[place.name])
    for letter, width in (("A", 26), ("B", 64), ("C", 48)):
        page.column_dimensions[letter].width = width
    page.protection.sheet = True
    page.protection.formatColumns = False
    page.protection.formatRows = False
    page.freeze_panes = "A4"
    _on_paper(page, "3:3", wide=False)


def _write_place(page: Worksheet, row: int, place: Place, text: str) -> None:
    put(page, row, 1, place.label)
    put(page, row, 2, cell_value(text, place.is_number))
    put(page, row, 3, place.note)
    for column in (1, 2, 3):
        cell = page.cell(row, column)
        cell.border = Border(THIN, THIN, THIN, THIN)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="left")
        cell.protection = Protection(locked=column != 2)
    if place.limit > 1_000:
        page.row_dimensions[row].height = 120
    if place.name == "attribute":
        words = ",".join(ATTRIBUTES.values())
        rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
        page.add_data_validation(rule)
        rule.add(f"B{row}")
