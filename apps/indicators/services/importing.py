"""The rows of a draft edition from a workbook: all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from pydantic import ValidationError

from apps.core.sheets.cells import CellError, Column, Row, Table, choice, flag, number, shown, text
from apps.core.sheets.marking import error_workbook
from apps.core.sheets.reading import Grid, read_grid, read_table
from apps.core.sheets.templates import Meta, check_meta, read_meta
from apps.indicators.library_file import Line, expected
from apps.indicators.models import Category, Indicator, Library
from apps.indicators.services.rows import new_category
from apps.indicators.services.writing import change, locked, note, searchable, values_of
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.target_form import DIRECTIONS, LEVEL1, LEVEL2, OPERATORS

MAX_ROWS = 10_000
Name = tuple[str, str, str]  # category, second level, name
KINDS = {word: value for value, word in Category.Kind.choices}
SECOND = tuple(dict.fromkeys(name for names in LEVEL2.values() for name in names))


def _words(words: tuple[str, ...]) -> dict[str, str]:
    return {word: word for word in words}


COLUMNS = (
    Column("kind", "体系", choice(KINDS), required=True, options=tuple(KINDS), width=9),
    Column("category", "类别", text(60), required=True, example="水利", width=18),
    Column("subclass", "子类", text(40), example="农村供水", width=14),
    Column("purpose", "资金用途", text(60), example="供水工程维修养护", width=18),
    Column(
        "code",
        "标识",
        text(40, r"[A-Za-z0-9-]{1,40}", "应为字母、数字和横线", "SL-2101"),
        required=True,
        example="SL-2101",
        note="一版里只能有一次；标识已有的改那一条，没有的新增",
        width=12,
    ),
    Column("level1", "一级指标", choice(_words(LEVEL1)), required=True, options=LEVEL1, width=10),
    Column("level2", "二级指标", choice(_words(SECOND)), required=True, options=SECOND, width=14),
    Column("name", "三级指标", text(100), required=True, example="农村自来水普及率", width=26),
    Column(
        "operator", "性质", choice(_words(OPERATORS)), required=True, options=OPERATORS, width=7
    ),
    Column("typical_value", "常用值", text(60), example="95", note="定性指标写判定标准", width=18),
    Column("unit", "度量单位", text(20), example="%", note="定量指标必填，定性指标不填", width=10),
    Column(
        "direction", "方向", choice(_words(DIRECTIONS)), required=True, options=DIRECTIONS, width=7
    ),
    Column("low", "常用范围下限", number(4, None), example="90"),
    Column("high", "常用范围上限", number(4, None), example="98"),
    Column("cost_unit", "成本计量单位", text(20), example="公里"),
    Column("cost_low", "单位成本下限", number(2), example="120000", note="元"),
    Column("cost_high", "单位成本上限", number(2), example="180000", note="元"),
    Column("is_core", "核心指标", flag(), options=("是", "否"), width=9),
    Column("explanation", "指标解释", text(300), required=True, width=40),
    Column("formula", "计算方法", text(300), width=36),
    Column("data_source", "数据来源", text(200), width=24),
    Column("evidence", "佐证材料", text(200), width=28),
    Column("keywords", "检索词", text(100), width=18),
)
BY_KEY = {column.key: column for column in COLUMNS}
NUMBERS = ("low", "high", "cost_low", "cost_high")


@dataclass
class Outcome:
    """What an import did: rows by what became of them, or every wrong cell and nothing done."""

    grid: Grid  # the sheet as it was read
    n_new: int = 0
    n_changed: int = 0
    n_same: int = 0
    n_extra: int = 0  # rows of the edition that the file does not name; they stay
    errors: list[CellError] = field(default_factory=list)

    @property
    def marked(self) -> bytes:
        """The uploaded sheet with its wrong cells marked, beside a list of them."""
        return error_workbook(self.grid, self.errors)


@dataclass(frozen=True)
class Wish:
    """A row of the sheet that is right by itself."""

    row: Row
    line: Line

    @property
    def category(self) -> str:
        """The category's name."""
        return str(self.row.values["category"])


def meta_of(library: Library) -> Meta:
    """What the workbook of an edition is signed with."""
    code = library.jurisdiction.code if library.jurisdiction else ""
    return Meta("indicators.edition", code, library.fiscal_year, 1, subject=str(library.public_id))


def check_rows(*, actor: User, library: Library, content: bytes) -> Outcome:
    """What importing the workbook would do; nothing is written. Raises as `import_rows` does."""
    with transaction.atomic():
        outcome = import_rows(actor=actor, library=library, content=content)
        transaction.set_rollback(True)
    return outcome


@transaction.atomic
def import_rows(*, actor: User, library: Library, content: bytes) -> Outcome:
    """The draft holds the rows of the guarded workbook, matched by code, or not one of them.

    Rows that the file does not name stay. Raises PermissionDenied, and RuleError for an edition
    that is no draft, another edition's workbook, or one that cannot be read.
    """
    held = locked(library, actor)
    grid, table = _table(held, content)
    outcome = Outcome(grid, errors=list(table.errors))
    wishes = _wishes(held, table, outcome)
    _refuse_double(table, wishes, outcome, _others(held, wishes))
    if outcome.errors:
        outcome.errors.sort(key=lambda error: (error.row, error.column))
        transaction.set_rollback(True)
        return outcome
    _apply(held, wishes, outcome)
    counts = {"n_new": outcome.n_new, "n_changed": outcome.n_changed, "n_same": outcome.n_same}
    note(held, actor, "import_indicators", **counts)
    return outcome


def _table(library: Library, content: bytes) -> tuple[Grid, Table]:
    """The sheet raw and as read. Raises RuleError for another edition's, or one without rows."""
    check_meta(
        read_meta(content),
        meta_of(library),
        what="指标表",
        whose=f"{library}{library.edition}",
        required=False,
    )
    grid = read_grid(content, max_rows=MAX_ROWS + 10)
    table = read_table(grid, COLUMNS)
    if not table.rows and not table.errors:
        raise RuleError(
            f"工作表“{table.sheet}”：表头下面没有数据。没有导入任何数据。", code="empty"
        )
    return grid, table


def _wishes(library: Library, table: Table, outcome: Outcome) -> list[Wish]:
    """The rows whose cells fit each other; the others become errors.

    A column that the sheet does not have leaves what the edition's row says.
    """
    absent = [key for key in Line.model_fields if key not in table.letters]
    rows = Indicator.objects.filter(category__library=library).values("code", *absent)
    kept = {told.pop("code"): told for told in rows}
    found = []
    for row in table.rows:
        try:
            values = {**_values(row), **kept.get(row.values["code"], {})}
            found.append(Wish(row, Line.model_validate(values)))
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                told = expected(fault["type"], fault.get("ctx", {}), fault["msg"])
                outcome.errors.append(_error(table, row, str(fault["loc"][0]), told))
    return found


def _values(row: Row) -> dict[str, Any]:
    """The cells as a line takes them: empty text for an empty cell, None for an empty number."""
    told: dict[str, Any] = {
        key: value if key in NUMBERS else value or ""
        for key, value in row.values.items()
        if key not in ("kind", "category", "is_core")
    }
    return {**told, "is_core": bool(row.values["is_core"])}


def _error(table: Table, row: Row, key: str, told: str) -> CellError:
    column = BY_KEY.get(key, BY_KEY["name"])
    found = row.values.get(column.key)
    text_ = "" if found is None else shown(found)
    place = table.letters.get(column.key, "")
    return CellError(table.sheet, row.number, place, column.label, text_, told, column.example)


def _others(library: Library, wishes: list[Wish]) -> dict[Name, str]:
    """The codes of the rows that the file does not name, by their names."""
    named = {wish.line.code for wish in wishes}
    rows = Indicator.objects.filter(category__library=library)
    told = rows.values_list("category__name", "level2", "name", "code")
    return {(place, level2, name): code for place, level2, name, code in told if code not in named}


def _refuse_double(
    table: Table, wishes: list[Wish], outcome: Outcome, others: Mapping[Name, str]
) -> None:
    """No code twice in the file, no name twice in a category's second level."""
    codes: dict[str, int] = {}
    names: dict[Name, int] = {}
    for wish in wishes:
        line, at = wish.line, wish.row.number
        first = codes.setdefault(line.code, at)
        if first != at:
            told = f"与第{first}行重复，一版里只能有一次"
            outcome.errors.append(_error(table, wish.row, "code", told))
        name = (wish.category, line.level2, line.name)
        first = names.setdefault(name, at)
        if first != at or name in others:
            where = f"第{first}行" if first != at else f"本版的{others[name]}"
            told = f"与{where}同类同名，请改名或删去一条"
            outcome.errors.append(_error(table, wish.row, "name", told))


def _apply(library: Library, wishes: list[Wish], outcome: Outcome) -> None:
    places = _places(library, wishes)
    rows = Indicator.objects.filter(category__library=library).select_related("category")
    known = {row.code: row for row in rows}
    added = []
    for wish in wishes:
        place, row = places[wish.category], known.pop(wish.line.code, None)
        if row is None:
            values: Mapping[str, Any] = wish.line.model_dump()
            added.append(Indicator(category=place, pieces=searchable(wish.line), **values))
        elif change(row, {**values_of(wish.line), "category": place}):
            outcome.n_changed += 1
        else:
            outcome.n_same += 1
    Indicator.objects.bulk_create(added, batch_size=500)
    outcome.n_new, outcome.n_extra = len(added), len(known)


def _places(library: Library, wishes: list[Wish]) -> dict[str, Category]:
    """The categories that the rows name, made where the edition has none of the name."""
    known = {row.name: row for row in library.categories.all()}
    for wish in wishes:
        if wish.category not in known:
            kind = str(wish.row.values["kind"])
            known[wish.category] = new_category(library, name=wish.category, kind=kind)
    return known
