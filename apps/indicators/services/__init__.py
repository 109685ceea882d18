"""Writes of the library: files loaded, editions made, rows written, workbooks taken in."""

from apps.indicators.services.editions import drop, publish, send_back, start, submit
from apps.indicators.services.harvesting import take
from apps.indicators.services.importing import Outcome, check_rows, import_rows
from apps.indicators.services.loading import Loaded, load
from apps.indicators.services.rows import add_category, add_row, edit_row, withdraw_row

__all__ = [
    "Loaded",
    "Outcome",
    "add_category",
    "add_row",
    "check_rows",
    "drop",
    "edit_row",
    "import_rows",
    "load",
    "publish",
    "send_back",
    "start",
    "submit",
    "take",
    "withdraw_row",
]
