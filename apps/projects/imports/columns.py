"""The columns of the project list, and the template that carries them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from apps.core import sheets
from apps.core.money import WAN
from apps.core.sheets import Column
from apps.core.sheets.cells import Raw, as_text
from apps.organizations.models import Jurisdiction
from apps.projects.models import BudgetType, FundLine, FundTag, Project, ProjectYear
from apps.rules import project_code
from apps.rules.errors import RuleError

KIND = "projects.import"
VERSION = 1
SHEET = "项目"
NOTES = (
    "一行一个项目。蓝底列必填。金额单位万元，最多六位小数。",
    "已有项目按项目编码更新；非必填的格子空着表示不改，不会清掉原有内容。",
    "新项目的调整后预算数空着时，等于年初预算数；年中追加的项目年初预算数填0或空着。",
    "全部正确才会导入；有一处错，一行也不导入。",
)
FLAGS = {
    "is_key": "重点项目",
    "is_livelihood": "民生项目",
    "is_infrastructure": "基建项目",
    "is_policy": "政策",
}
AMOUNTS = {"initial": "年初预算数", "adjusted": "调整后预算数", "arrived": "到位数"}


class Purse(NamedTuple):
    """One source and level of money that the list has columns for."""

    source: str
    level: str
    label: str


PURSES = (
    Purse(FundLine.Source.FISCAL, FundLine.Level.CENTRAL, "中央财政拨款"),
    Purse(FundLine.Source.FISCAL, FundLine.Level.PROVINCE, "自治区（省）财政拨款"),
    Purse(FundLine.Source.FISCAL, FundLine.Level.PREFECTURE, "地州（市）财政拨款"),
    Purse(FundLine.Source.FISCAL, FundLine.Level.COUNTY, "县本级财政拨款"),
    Purse(FundLine.Source.CARRYOVER, FundLine.Level.COUNTY, "上年结转"),
    Purse(FundLine.Source.OTHER, FundLine.Level.COUNTY, "其他资金"),
)


def money_key(purse: Purse, amount: str) -> str:
    """The column key of one amount of one purse."""
    return f"{purse.source}/{purse.level}/{amount}"


def columns(jurisdiction: Jurisdiction, tags: Iterable[FundTag]) -> list[Column]:
    """Every column of the list for one jurisdiction."""
    return [*_head(jurisdiction), *_marks(tags), *_years(), *_people(), *_money()]


def _head(jurisdiction: Jurisdiction) -> list[Column]:
    categories = {label: value for value, label in Project.Category.choices}
    budgets = {label: value for value, label in BudgetType.choices}
    return [
        Column(
            "code",
            "项目编码",
            code_reader(jurisdiction),
            required=True,
            example=f"{jurisdiction.code}24T000000000123",
            note=f"21位：{project_code.SHAPE}",
            width=25,
        ),
        Column(
            "name", "项目名称", sheets.text(120), required=True, example="农村饮水巩固", width=36
        ),
        Column(
            "unit",
            "单位编码",
            sheets.text(12, r"[0-9]{3}([0-9]{3}){0,2}", "应为3、6或9位数字", "201001"),
            required=True,
            example="201001",
            note="预算单位编码，部门3位，所属单位6位或9位",
            width=12,
        ),
        _choice("category", "项目类别", categories, "空着时按项目编码第9位"),
        _choice("budget_type", "预算类型", budgets, "新项目空着时为一般公共预算"),
    ]


def _marks(tags: Iterable[FundTag]) -> list[Column]:
    known = {tag.name: tag.pk for tag in tags}
    tag_note = f"可填几个，用顿号隔开：{'、'.join(known) or '还没有设标签'}"
    attributes = {label: value for value, label in ProjectYear.Attribute.choices}
    origins = {"年初": "initial", "追加": "added"} | {
        label: value for value, label in ProjectYear.Origin.choices
    }
    shown = tuple(ProjectYear.Origin.labels)
    return [
        Column("tags", "资金标签", sheets.several(known), note=tag_note, width=18),
        _choice("attribute", "项目属性", attributes, "", required=True),
        Column(
            "origin",
            "来源",
            sheets.choice(origins),
            required=True,
            options=shown,
            aliases=("列入方式",),
            width=12,
        ),
        Column(
            "joined_on",
            "列入日期",
            sheets.day(),
            example="2024-03-20",
            note="年中追加必填；年初预算空着时为1月1日",
        ),
    ]


def _years() -> list[Column]:
    flags = [
        Column(key, label, sheets.flag(), options=("是", "否"), width=9)
        for key, label in FLAGS.items()
    ]
    return [
        Column("first_year", "起始年度", sheets.year(), required=True, example="2024", width=10),
        Column("last_year", "终止年度", sheets.year(), example="2026", width=10),
        *flags,
    ]


def _people() -> list[Column]:
    return [
        Column("leader", "项目负责人", sheets.text(40), aliases=("负责人",), width=12),
        Column("leader_phone", "联系电话", sheets.text(30), aliases=("电话",), width=16),
        Column(
            "total_investment",
            "总投资（万元）",
            sheets.wan(),
            aliases=("总投资",),
            example="1286.00",
        ),
    ]


def _money() -> list[Column]:
    return [
        Column(
            money_key(purse, amount),
            f"{purse.label} {label}（万元）",
            sheets.wan(),
            example="1286.00",
        )
        for purse in PURSES
        for amount, label in AMOUNTS.items()
    ]


def _choice(
    key: str, label: str, options: dict[str, Any], note: str, required: bool = False
) -> Column:
    return Column(
        key, label, sheets.choice(options), required, note=note, options=tuple(options), width=16
    )


def code_reader(jurisdiction: Jurisdiction) -> sheets.Reader:
    """A 21-digit code of this jurisdiction."""
    regions = {jurisdiction.code}

    def read(value: Raw) -> str:
        try:
            return project_code.parse(as_text(value), regions=regions).text
        except RuleError as error:
            reason = str(error).partition("”")[2].lstrip("：").rstrip("。")
            raise sheets.Unread(reason or f"应为21位：{project_code.SHAPE}") from error

    return read


def template(jurisdiction: Jurisdiction, year: int, rows: Iterable[Sequence[Any]] = ()) -> bytes:
    """The list to fill offline, blank or with the given rows."""
    return sheets.write_template(
        columns(jurisdiction, FundTag.objects.all()),
        meta=meta(jurisdiction, year),
        sheet=SHEET,
        title=f"{jurisdiction.name}{year}年度项目清单",
        rows=rows,
        notes=NOTES,
    )


def meta(jurisdiction: Jurisdiction, year: int) -> sheets.Meta:
    """What the template's signed note says."""
    return sheets.Meta(KIND, jurisdiction.code, year, VERSION)


def in_wan(amount: Decimal | None) -> Decimal | None:
    """Yuan as 万元, for a cell."""
    return None if amount is None else amount / WAN
