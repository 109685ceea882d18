"""Units, people and roles from a workbook: all rows or none, and the check is the import itself.

A dry run does everything and rolls back, so what it promises is what the import does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core.sheets.cells import CellError, Column, Row, Table, choice, day, flag, shown, text
from apps.core.sheets.reading import read_grid, read_table
from apps.organizations import permissions, selectors
from apps.organizations.models import SECTION_ROLES, UNIT_ROLES, Jurisdiction, Role, Unit, User
from apps.organizations.selectors import Person
from apps.organizations.services import grants, people, places
from apps.rules.errors import RuleError

MAX_ROWS = 2000
KINDS = {word: value for value, word in Unit.Kind.choices}
ROLES = {word: value for value, word in Role.choices if value not in ("agency",)}

UNIT_COLUMNS = (
    Column(
        "code",
        "预算单位编码",
        text(9, r"[0-9]{3}([0-9]{3}){0,2}", "应为3位、6位或9位数字", "201001"),
        required=True,
        example="201001",
        note="下级单位的编码以主管部门的编码开头",
    ),
    Column("name", "单位名称", text(100), required=True, example="县水利管理站", width=28),
    Column("kind", "单位类型", choice(KINDS), required=True, options=tuple(KINDS)),
    Column("parent", "主管部门编码", text(9), example="201", note="没有上级的不填"),
    Column("credit_code", "统一社会信用代码", text(18, r"[0-9A-Z]{18}", "应为18位", ""), width=22),
    Column("is_fund_manager", "资金主管部门", flag(), options=("是", "否")),
    Column("is_classified", "涉密单位", flag(), options=("是", "否")),
)
PEOPLE_COLUMNS = (
    Column(
        "username", "账号", text(40), required=True, example="slj-tbr01", note="3–40个字母、数字"
    ),
    Column("name", "姓名", text(40), required=True, example="艾力"),
    Column("email", "邮箱", text(254), width=24),
    Column("phone", "电话", text(30)),
)
ROLE_COLUMNS = (
    Column("username", "账号", text(40), required=True, example="slj-tbr01"),
    Column("role", "角色", choice(ROLES), required=True, options=tuple(ROLES)),
    Column("unit", "单位编码", text(9), example="201", note="填报员、负责人、主管部门审核员填"),
    Column("section", "科室", text(40), example="农业科", note="科室审核员、预算科填，别名也可以"),
    Column("starts_on", "起", day(), example="2024-01-01", note="不填为今天"),
    Column("ends_on", "止", day(), example="2024-12-31", note="长期的不填"),
)


@dataclass
class Outcome:
    """What an import did, or would do: rows by what became of them, or every wrong cell."""

    n_new: int = 0
    n_changed: int = 0
    n_same: int = 0
    errors: list[CellError] = field(default_factory=list)

    @property
    def n_rows(self) -> int:
        """Rows that were read without a wrong cell."""
        return self.n_new + self.n_changed + self.n_same


ApplyRow = Callable[[User, Jurisdiction, dict[str, Any]], str]


@dataclass(frozen=True)
class Kind:
    """One importable sheet: its columns, how a row is applied, who may."""

    title: str
    sheet: str
    columns: Sequence[Column]
    apply: ApplyRow
    may: Callable[[Person, Jurisdiction], bool]
    order: Callable[[Row], Any] = lambda row: row.number


def run(
    *, actor: User, jurisdiction: Jurisdiction, kind: str, content: bytes, dry: bool
) -> Outcome:
    """Every row of the guarded workbook is applied, or none; a dry run applies none.

    Raises PermissionDenied, and RuleError when the workbook as a whole cannot be read.
    """
    sheet = KINDS_OF_SHEET[kind]
    if not sheet.may(actor, jurisdiction):
        raise PermissionDenied("这张表由管理员导入。")
    table = read_table(read_grid(content, max_rows=MAX_ROWS + 10), sheet.columns)
    if not table.rows and not table.errors:
        raise RuleError(
            f"工作表“{table.sheet}”：表头下面没有数据。没有导入任何数据。", code="empty"
        )
    outcome = Outcome(errors=list(table.errors))
    with transaction.atomic():
        _apply_all(actor, jurisdiction, sheet, table, outcome)
        if dry or outcome.errors:
            transaction.set_rollback(True)
    outcome.errors.sort(key=lambda error: (error.row, error.column))
    return outcome


def _apply_all(
    actor: User, jurisdiction: Jurisdiction, sheet: Kind, table: Table, outcome: Outcome
) -> None:
    """Loop over the single act; a refused row becomes an error that names its cell."""
    seen: dict[Any, int] = {}
    first = sheet.columns[0]
    for row in sorted(table.rows, key=sheet.order):
        key = tuple(row.values.values()) if sheet is ROLE_SHEET else row.values[first.key]
        if key in seen:
            expected = f"与第{seen[key]}行重复，请删去一行"
            outcome.errors.append(_error(table, row, first, expected))
            continue
        seen[key] = row.number
        try:
            done = sheet.apply(actor, jurisdiction, row.values)
        except RuleError as error:
            outcome.errors.append(_refused(sheet, table, row, error))
        else:
            setattr(outcome, done, getattr(outcome, done) + 1)


def _refused(sheet: Kind, table: Table, row: Row, error: RuleError) -> CellError:
    by_key = {column.key: column for column in sheet.columns}
    column = by_key.get(CELL_OF.get(error.code, error.code), sheet.columns[0])
    return _error(table, row, column, str(error).rstrip("。"))


def _error(table: Table, row: Row, column: Column, expected: str) -> CellError:
    found = row.values.get(column.key)
    place = table.letters.get(column.key, "")
    told = "" if found is None else shown(found)
    return CellError(table.sheet, row.number, place, column.label, told, expected)


CELL_OF = {
    "code_taken": "code",
    "username_taken": "username",
    "twice": "username",
    "separation": "role",
    "place": "role",
    "dates": "ends_on",
    "section_unknown": "section",
}


def _apply_unit(actor: User, jurisdiction: Jurisdiction, values: dict[str, Any]) -> str:
    units = Unit.objects.filter(jurisdiction=jurisdiction)
    parent = units.filter(code=values["parent"]).first() if values["parent"] else None
    if values["parent"] and parent is None:
        raise RuleError("没有这个编码的单位；上级单位要先建，或写在同一张表里", code="parent")
    unit = units.select_related("jurisdiction", "parent").filter(code=values["code"]).first()
    data = places.UnitData(
        name=values["name"],
        kind=values["kind"],
        parent=parent,
        credit_code=values["credit_code"] or "",
        is_fund_manager=bool(values["is_fund_manager"]),
        is_classified=bool(values["is_classified"]),
    )
    if unit is None:
        places.create_unit(actor=actor, jurisdiction=jurisdiction, code=values["code"], data=data)
        return "n_new"
    same = all(getattr(unit, name) == value for name, value in data.stored(unit.code).items())
    if not same:
        places.update_unit(actor=actor, unit=unit, data=data)
    return "n_same" if same else "n_changed"


def _apply_person(actor: User, jurisdiction: Jurisdiction, values: dict[str, Any]) -> str:
    told = {key: values[key] or "" for key in ("name", "email", "phone")}
    person = User.objects.filter(username__iexact=values["username"]).first()
    if person is None:
        people.create_person(
            actor=actor, jurisdiction=jurisdiction, username=values["username"], **told
        )
        return "n_new"
    if person.jurisdiction_id != jurisdiction.id:
        raise RuleError("这个账号已有人用，请换一个", code="username")
    if all(getattr(person, key) == value for key, value in told.items()):
        return "n_same"
    if person.pk == actor.pk:
        raise RuleError("不能改自己的账号，请删去这一行", code="username")
    people.update_person(actor=actor, person=person, **told)
    return "n_changed"


def _apply_role(actor: User, jurisdiction: Jurisdiction, values: dict[str, Any]) -> str:
    known = User.objects.looked_after_by(actor)
    person = known.filter(username=values["username"]).first()
    if person is None:
        raise RuleError("没有这个账号；账号先由系统管理员建立", code="username")
    if person.pk == actor.pk:
        raise RuleError(grants.NOT_YOURSELF, code="username")
    unit = section = None
    if values["unit"] and values["role"] in UNIT_ROLES:
        unit = Unit.objects.filter(jurisdiction=jurisdiction, code=values["unit"]).first()
        if unit is None:
            raise RuleError("没有这个编码的单位", code="unit")
    if values["section"] and values["role"] in SECTION_ROLES:
        section = selectors.section_by_name(jurisdiction, values["section"])
    held = person.memberships.filter(
        role=values["role"],
        jurisdiction=jurisdiction,
        unit=unit,
        section=section,
        ends_on=values["ends_on"],
        revoked_at__isnull=True,
    )
    if values["starts_on"]:
        held = held.filter(starts_on=values["starts_on"])
    if held.exists():
        return "n_same"
    grants.grant(
        actor=actor,
        user=person,
        role=values["role"],
        jurisdiction=jurisdiction,
        unit=unit,
        section=section,
        starts_on=values["starts_on"],
        ends_on=values["ends_on"],
    )
    return "n_new"


ROLE_SHEET = Kind("授权表", "授权", ROLE_COLUMNS, _apply_role, permissions.may_grant)
KINDS_OF_SHEET = {
    "units": Kind(
        "单位表",
        "单位",
        UNIT_COLUMNS,
        _apply_unit,
        permissions.may_manage_units,
        lambda row: (len(row.values["code"]), row.number),  # parents before those below them
    ),
    "people": Kind("人员表", "人员", PEOPLE_COLUMNS, _apply_person, permissions.may_manage_people),
    "roles": ROLE_SHEET,
}
