"""The library as a workbook, with the filters of the page."""

from __future__ import annotations

from apps.core.sheets import Head, write_table
from apps.indicators import selectors
from apps.indicators.selectors import Wanted
from apps.organizations.models import User

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
    Head("佐证材料", width=32),
    Head("来源", width=28),
]


def library(*, user: User, year: int, wanted: Wanted) -> bytes:
    """The workbook of what the filters find for the person in the year."""
    rows = selectors.export_rows(user=user, year=year, wanted=wanted)
    note = selectors.described(user=user, year=year, wanted=wanted)
    return write_table(rows, HEADS, sheet="指标库", title=f"{year}年度指标库", note=note)
