"""Date phrases of notices (4月1—15日, 每季度结束次月1日前) read as a careful person reads them."""

from collections.abc import Sequence
from datetime import date

from apps.rules.dates.reading import Found, Kind, Reading, to_json

__all__ = ["Found", "Kind", "Reading", "find", "read", "to_json"]


def read(phrase: str, *, year: int, nodes: Sequence[date] = ()) -> Reading:
    """The phrase as one reading; `year` is the notice's, `nodes` those named before it."""
    return Reading(Kind.unparseable, note="没有找到日期")


def find(text: str, *, year: int) -> list[Found]:
    """Every date expression of the text in order, without overlap; linear in its length."""
    return []
