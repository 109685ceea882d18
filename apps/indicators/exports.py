"""The library as a workbook: what the page's filters find, or an edition to be imported again."""

from __future__ import annotations

from typing import Any

from apps.core.sheets import Head, write_table, write_template
from apps.indicators import selectors
from apps.indicators.models import Indicator, Library
from apps.indicators.selectors import Wanted
from apps.indicators.services.importing import COLUMNS, meta_of
from apps.organizations.models import User

NOTES = (
    "表头不要改。一行一条，全部正确才导入；有一格不对就一行也不导入。",
    "标识已有的改那一条，没有的新增；表里没有的条目留在库里，不删除。",
)
HEADS = [
    Head("类别", width=18),
    Head("标识", width=10),
    Head("一级指标", width=10),
    Head("二级指标", width=16),
    Head("三级指标", width=26),
    Head("性质", width=6),
    Head("常用值", width=18),
    Head("度量单位", width=12),
    Head("方向", width=6),
    Head("核心指标", width=9),
    Head("指标解释", width=44),
    Head("计算方法", width=40),
    Head("数据来源", width=26),
    Head("佐证材料", width=32),
    Head("常用范围", width=14),
    Head("单位成本", width=18),
    Head("子类", width=14),
    Head("资金用途", width=18),
    Head("级次", width=8),
    Head("来源", width=28),
]


def library(*, user: User, year: int, wanted: Wanted) -> bytes:
    """The workbook of what the filters find for the person in the year."""
    rows = selectors.export_rows(user=user, year=year, wanted=wanted)
    note = selectors.described(user=user, year=year, wanted=wanted)
    return write_table(rows, HEADS, sheet="指标库", title=f"{year}年度指标库", note=note)


def edition(held: Library) -> bytes:
    """All rows of an edition as the workbook that can be imported again."""
    rows = selectors.edition_rows(held, Wanted())
    return write_template(
        COLUMNS,
        meta=meta_of(held),
        sheet="指标",
        title=f"{held}（{held.edition}）",
        rows=([_cell(row, column.key) for column in COLUMNS] for row in rows.iterator(500)),
        notes=NOTES,
    )


def _cell(row: Indicator, key: str) -> Any:
    if key == "kind":
        return row.category.get_kind_display()
    if key == "category":
        return row.category.name
    return getattr(row, key)
