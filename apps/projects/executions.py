"""What an execution must be, whether it comes from a page, a program or a workbook."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from apps.core import clock
from apps.rules.errors import RuleError


def check(*, year: int, as_of: date, amount: Decimal) -> None:
    """The date lies in the part of the year that is past, and the amount is not negative.

    Raises RuleError.
    """
    if refusal := day_refusal(as_of, year):
        words = f"截至日期填{as_of:%Y-%m-%d}，{refusal}。"
        raise RuleError(words, code="project.execution_day")
    if amount < 0:
        words = f"累计执行数填{amount:.2f}元，不能为负。"
        raise RuleError(words, code="project.execution_negative")


def day_refusal(as_of: date, year: int) -> str:
    """Why nothing can be on record up to this date; empty when it can."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), clock.today())
    if last < first:
        return f"{year}年度还没有开始，不能登记支出"
    if first <= as_of <= last:
        return ""
    return f"应在{first:%Y-%m-%d}至{last:%Y-%m-%d}之间"
