"""The sheet of a transfer's shares in the fill-in workbook: how it is written and read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Protection
from openpyxl.worksheet.worksheet import Worksheet

from apps.core import sheets
from apps.core.sheets import CellError, Column, Grid, Table
from apps.core.sheets.cells import normal
from apps.core.sheets.templates import HEAD_FILL, THIN, fill_page
from apps.filings.models import Filing, Revision
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.form_words import show_target
from apps.rules.target_form import TargetForm, TargetLine
from apps.targets import content, handed, handing, share_form
from apps.targets.handing import ShareIn
from apps.targets.workbook_cells import cell_value

SHEET = "分解到接收方"
UPPER = "上级下达"  # says so in the row of the values from above
SPARE_ROWS = 20
LIMIT = 60
NOTE = (
    f"“{SHEET}”一行一个接收方：填编码、资金、各指标的值；不承担的指标留空，整行删去就不再分给它。"
    "在“绩效指标”里新增的指标，在这张表右边加一列，表头写三级指标的名称。"
)
FIXED = (
    Column("key", "行标识（勿改）", sheets.text(LIMIT), width=12),
    Column("code", "接收方编码", sheets.text(LIMIT), width=26, example="601"),
    Column("title", "接收方（供对照）", sheets.text(200), width=34),
    Column("amount", "资金（万元）", sheets.text(LIMIT), width=16, example="190.00"),
)


@dataclass
class ShareSheet:
    """The sheet as read: rows to hand down, where each stood, and the cells that are wrong."""

    rows: list[ShareIn] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)  # share key → row on the sheet
    letters: dict[str, str] = field(default_factory=dict)  # column or indicator key → letter
    head: int = 2
    errors: list[CellError] = field(default_factory=list)

    def address(self, path: str) -> tuple[str, int, str] | None:
        """Sheet, row and column letter of a share, one of its values, or an upper indicator."""
        kind, _, rest = path.partition(":")
        key, _, indicator = rest.partition(".")
        if kind == "upper" and key in self.letters:
            return SHEET, self.head, self.letters[key]
        if kind == "share" and key in self.places:
            return SHEET, self.places[key], self.letters.get(indicator, self.letters["code"])
        return None


def _heads(lines: Sequence[TargetLine]) -> dict[str, str]:
    """The column head of each indicator by its key: its name, with its level where doubled."""
    names = [normal(line.name) for line in lines]
    return {
        line.key: line.name
        if names.count(normal(line.name)) == 1
        else f"{line.level2}：{line.name}"
        for line in lines
    }


def _named(form: TargetForm) -> list[TargetLine]:
    return [line for line in form.lines if line.name.strip()]


# --- writing --------------------------------------------------------------------------------
def write_shares(book: Workbook, revision: Revision, form: TargetForm, title: str) -> None:
    """The shares as the last sheet to fill in, below what came from above; the key is hidden."""
    lines, shares = _named(form), handed.shares_of(revision)
    heads = _heads(lines)
    values = [Column(line.key, heads[line.key], sheets.text(LIMIT), width=18) for line in lines]
    page = book.create_sheet(SHEET, 2)
    upper = ["", UPPER, "", "", *(show_target(line) for line in lines)]
    texts = share_form.inputs_of(shares)
    rows = [
        _cells(f"share-{n}", str(share.recipient), lines, texts) for n, share in enumerate(shares)
    ]
    fill_page(page, (*FIXED, *values), title="", rows=[upper, *rows])
    _finish(page, title, len(shares), len(lines))


def _cells(
    base: str, title: str, lines: Sequence[TargetLine], texts: Mapping[str, str]
) -> list[Any]:
    amount = cell_value(texts[f"{base}-amount"], is_number=True)
    values = (cell_value(texts.get(f"{base}-v-{line.key}", ""), is_number=True) for line in lines)
    return [texts[f"{base}-key"], texts[f"{base}-code"], title, amount, *values]


def _finish(page: Worksheet, title: str, n_shares: int, n_lines: int) -> None:
    """Borders for filled and spare rows; the row from above and the names are locked."""
    page.column_dimensions["A"].hidden = True
    page.cell(1, 2).value = title
    page.cell(1, 2).font = Font(bold=True, size=14)
    for row in range(3, 4 + n_shares + SPARE_ROWS):
        for place in range(1, len(FIXED) + n_lines + 1):
            cell = page.cell(row, place)
            cell.border = Border(THIN, THIN, THIN, THIN)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            cell.protection = Protection(locked=row == 3 or place == 3)
            if row == 3:
                cell.fill = HEAD_FILL
    page.freeze_panes = "D4"
    page.print_title_rows = "2:3"


# --- reading --------------------------------------------------------------------------------
def read_shares(
    file: bytes, filing: Filing, actor: User, form: TargetForm, stored: TargetForm
) -> ShareSheet:
    """The rows with every wrong cell, against the indicators as the same workbook has them.

    Raises RuleError for a sheet or a column that is missing, and for a head that nothing asks for.
    """
    grid = sheets.read_grid(file, sheet=SHEET, max_rows=handing.MOST + 100)
    lines = _named(form)
    table = sheets.read_table(grid, (*FIXED, *_values(lines, stored)))
    _demand_heads(table, lines, stored)
    found = ShareSheet(letters=table.letters, errors=list(table.errors), head=_head_of(grid))
    texts, numbers = _inputs(table, lines)
    read = share_form.read(texts, lines)
    found.rows = read.rows
    found.places = {share.key: numbers[n] for share, n in zip(read.rows, read.numbers, strict=True)}
    found.errors += _wrong_cells(table, lines, read.errors, numbers, texts)
    if not found.errors:
        found.errors += _refused(filing, actor, found, table)
    return found


def _values(lines: Sequence[TargetLine], stored: TargetForm) -> Iterator[Column]:
    """A column for each indicator, known also by the name that it had when it was downloaded."""
    heads, earlier = _heads(lines), _heads(_named(stored))
    for line in lines:
        before = earlier.get(line.key, "")
        is_taken = normal(before) in {normal(heads[each.key]) for each in lines}
        aliases = () if is_taken or not before else (before,)
        yield Column(line.key, heads[line.key], sheets.text(LIMIT), aliases=aliases)


def _demand_heads(table: Table, lines: Sequence[TargetLine], stored: TargetForm) -> None:
    """A column that is gone must not empty its cells, and none may be lost unread."""
    earlier = {line.key for line in stored.lines}
    wanted = [column for column in FIXED if column.key in ("code", "amount")]
    missing = [column.label for column in wanted if column.key not in table.letters]
    missing += [
        line.name for line in lines if line.key in earlier and line.key not in table.letters
    ]
    if missing:
        raise RuleError(
            f"工作表“{SHEET}”缺少“{'、'.join(missing)}”列。请重新下载填报表，表头不要改。",
            code="sheet.head",
        )
    gone = {normal(name) for name in _heads(_named(stored)).values()}
    strange = [head for head in table.ignored if normal(head) not in gone]
    if strange:
        raise RuleError(
            f"工作表“{SHEET}”的“{'、'.join(strange)}”列不是“绩效指标”里的三级指标。"
            "请核对名称，或删去这一列。",
            code="sheet.head",
        )


def _head_of(grid: Grid) -> int:
    """The number of the head's row."""
    label = normal(FIXED[1].label)
    rows = (n for n, row in enumerate(grid.rows, start=1) if label in {normal(c) for c in row})
    return next(rows, 2)


def _inputs(table: Table, lines: Sequence[TargetLine]) -> tuple[dict[str, str], dict[int, int]]:
    """The rows as inputs of the page's grid, each under a key of its own, and where they stood."""
    texts: dict[str, str] = {}
    numbers: dict[int, int] = {}
    seen: set[str] = set()
    for n, row in enumerate(table.rows):
        cells: dict[str, str] = {key: value or "" for key, value in row.values.items()}
        if cells["code"] == UPPER:
            continue
        key = _fresh(cells["key"], seen)
        seen.add(key)
        numbers[n] = row.number
        texts[f"share-{n}-key"] = key
        texts |= {f"share-{n}-{name}": cells[name] for name in ("code", "amount")}
        texts |= {f"share-{n}-v-{line.key}": cells[line.key] for line in lines}
    return texts, numbers


def _fresh(text: str, seen: set[str]) -> str:
    try:
        key = str(UUID(text))
    except ValueError:
        return str(uuid4())
    return str(uuid4()) if key in seen else key


def _wrong_cells(
    table: Table,
    lines: Sequence[TargetLine],
    errors: Mapping[str, str],
    numbers: Mapping[int, int],
    texts: Mapping[str, str],
) -> Iterator[CellError]:
    """What the page's grid would say, at the cells of the sheet."""
    labels = {column.key: column.label for column in FIXED} | _heads(lines)
    for name, said in errors.items():
        _, number, cell = name.split("-", 2)
        key = cell.removeprefix("v-")
        place = table.letters.get(key, "")
        text = said.removesuffix("。")
        yield CellError(SHEET, numbers[int(number)], place, labels[key], texts[name], text)


def _refused(filing: Filing, actor: User, found: ShareSheet, table: Table) -> Iterator[CellError]:
    """Whom nothing may be handed down to, at the code of the row."""
    rows = list(found.places.values())
    refused = handing.refusals(filing=filing, actor=actor, rows=found.rows)
    for place, error in refused.items():
        letter, text = table.letters["code"], str(error).removesuffix("。")
        code = found.rows[place].code
        yield CellError(SHEET, rows[place], letter, FIXED[1].label, code, text)


# --- what an upload would change ----------------------------------------------------------------
@dataclass(frozen=True)
class ShareCounts:
    """How many rows of an upload are new, changed, the same, and how many are gone."""

    n_new: int
    n_changed: int
    n_same: int
    n_gone: int

    @property
    def message(self) -> str:
        """One sentence."""
        told = f"接收方新增{self.n_new}个，改动{self.n_changed}个，相同{self.n_same}个"
        return f"{told}，删去{self.n_gone}个。"


def counts(revision: Revision, rows: Sequence[ShareIn]) -> ShareCounts:
    """The rows against the revision's shares, recipient by recipient."""
    before = {share.code: (share.amount, share.values) for share in handed.shares_of(revision)}
    known = {line.key for line in content.form_of(revision).lines}
    after = {
        row.code: (row.amount, {key: v for key, v in row.values.items() if key in known})
        for row in rows
    }
    both = before.keys() & after.keys()
    n_same = sum(before[code] == after[code] for code in both)
    return ShareCounts(
        n_new=len(after.keys() - both),
        n_changed=len(both) - n_same,
        n_same=n_same,
        n_gone=len(before.keys() - both),
    )
