"""The documents as PDF and as workbook: one list of projects, then each with its targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from apps.core import pdf
from apps.core.sheets import Head, Page, write_book
from apps.rules.numbers import show_points, show_value, show_wan
from apps.rules.target_form import TargetLine
from apps.targets.approvals.reading import Draft, Line

UNKNOWN = "未登记"
LIST = [
    Head("序号", "whole", 6),
    Head("单位名称", width=26),
    Head("项目编码", width=25),
    Head("项目名称", width=40),
    Head("预算数（万元）", "wan", 16),
    Head("其中：财政拨款（万元）", "wan", 18),
    Head("年度目标", width=60),
    Head("指标数", "whole", 8),
]
ROWS = [
    Head("序号", "whole", 6),
    Head("项目名称", width=34),
    Head("一级指标", width=11),
    Head("二级指标", width=14),
    Head("三级指标", width=34),
    Head("指标值", width=22),
    Head("权重", "number", 8),
]


@dataclass(frozen=True)
class Entry:
    """A project as printed."""

    number: int
    line: Line

    @property
    def total(self) -> str:
        """The budget in 万元, or that it is not on record."""
        return UNKNOWN if self.line.total is None else show_wan(self.line.total)

    @property
    def fiscal(self) -> str:
        """The fiscal money in 万元, or that it is not on record."""
        return UNKNOWN if self.line.fiscal is None else show_wan(self.line.fiscal)

    @property
    def indicators(self) -> list[tuple[str, str, str, str]]:
        """Second level, name, value with unit, weight."""
        return [
            (row.level2 or row.level1, row.name, value_words(row), show_points(row.weight))
            for row in self.line.form.lines
        ]


def value_words(row: TargetLine) -> str:
    """The promised value with its sign and unit; words for a qualitative one."""
    if row.operator == "定性":
        return row.value_text
    if row.operator == "区间":
        return f"{show_value(row.value)}–{show_value(row.value_high)}{row.unit}"
    return f"{row.operator}{show_value(row.value)}{row.unit}"


def entries(lines: Sequence[Line]) -> list[Entry]:
    """The lines numbered from 1."""
    return [Entry(number, line) for number, line in enumerate(lines, 1)]


# --- 批复 -----------------------------------------------------------------------------------
def approval_title(unit: str, year: int) -> str:
    """What stands above the document and names its files."""
    return f"{unit}{year}年度项目支出绩效目标批复"


def approval_pdf(draft: Draft, number: str, on: date, is_with_budget: bool, reason: str) -> bytes:
    """The document as PDF. Raises RuleError when it takes too long."""
    title = approval_title(str(draft.unit), draft.year)
    context: dict[str, Any] = {
        "draft": draft,
        "number": number,
        "on": on,
        "is_with_budget": is_with_budget,
        "reason": reason,
        "entries": entries(draft.lines),
        "receipt": f"{number}　清单校验值 {draft.digest[:16]}",
    }
    return pdf.render("print/targets/approval.html", context, title=title)


def approval_xlsx(draft: Draft, number: str, on: date) -> bytes:
    """The document as a workbook: the projects, and their indicators."""
    title = approval_title(str(draft.unit), draft.year)
    note = f"{number}　{on:%Y-%m-%d}　清单校验值 {draft.digest[:16]}"
    return _book(draft.lines, title, note)


# --- 报人大 ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Book:
    """The year's targets for the congress: by unit, with totals."""

    title: str
    year: int
    scope: str
    reported_on: date | None  # the day on which the budget went to the congress
    lines: list[Line]
    n_missing: int  # projects of the scope without targets in force

    @property
    def groups(self) -> list[tuple[str, list[Entry], Decimal]]:
        """Unit, its projects, their budget in yuan."""
        found: dict[str, list[Entry]] = {}
        for entry in entries(self.lines):
            found.setdefault(str(entry.line.project.unit), []).append(entry)
        return [(unit, rows, _sum(row.line.total for row in rows)) for unit, rows in found.items()]

    @property
    def total(self) -> Decimal:
        """The budget of all, in yuan."""
        return _sum(line.total for line in self.lines)

    @property
    def fiscal(self) -> Decimal:
        """The fiscal money of all, in yuan."""
        return _sum(line.fiscal for line in self.lines)

    @property
    def n_unknown(self) -> int:
        """Projects without money on record."""
        return sum(line.total is None for line in self.lines)


def book_pdf(book: Book) -> bytes:
    """The book as PDF, with contents and page numbers. Raises RuleError when it takes too long."""
    context = {"book": book, "receipt": book.title}
    return pdf.render("print/targets/congress.html", context, title=book.title)


def book_xlsx(book: Book) -> bytes:
    """The book as a workbook."""
    return _book(book.lines, book.title, f"{book.scope}，共{len(book.lines)}个项目。")


# --- both -----------------------------------------------------------------------------------
def _book(lines: Sequence[Line], title: str, note: str) -> bytes:
    rows = entries(lines)
    return write_book(
        [
            Page("项目", LIST, _listed(rows), title, note),
            Page("绩效指标", ROWS, _targets(rows), title, note),
        ]
    )


def _listed(rows: Sequence[Entry]) -> Iterator[tuple[Any, ...]]:
    """The projects, and their sum."""
    for row in rows:
        project, line = row.line.project, row.line
        amounts = (line.total, line.fiscal)
        about = (row.number, str(project.unit), project.code, str(project))
        yield (*about, *amounts, line.form.year_goal, len(line.form.lines))
    sums = (_sum(row.line.total for row in rows), _sum(row.line.fiscal for row in rows))
    yield (None, "合计", "", f"{len(rows)}个项目", *sums, "", None)


def _targets(rows: Sequence[Entry]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        name = str(row.line.project)
        for one in row.line.form.lines:
            levels = (one.level1, one.level2, one.name)
            yield (row.number, name, *levels, value_words(one), one.weight)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
