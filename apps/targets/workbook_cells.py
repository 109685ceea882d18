"""A cell of the fill-in workbook: what is written for a text, and what a touched cell says."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from apps.core.sheets.cells import as_decimal, as_text


def cell_value(text: str, is_number: bool) -> Any:
    """The cell's value: a number where the spreadsheet keeps it exactly, else text."""
    if is_number:
        try:
            number = Decimal(text)
        except InvalidOperation:
            return flat(text)
        if number.is_finite() and as_decimal(float(number)) == number:
            return number
    return flat(text)


def flat(text: str) -> str:
    """Text with the line ends that a workbook keeps."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def kept(stored: str, found: str, is_number: bool) -> str:
    """The stored text when the cell still shows it, else what the cell holds now."""
    written = cell_value(stored, is_number)
    now = flat(found)
    if as_text(flat(stored)) == now:
        return stored
    same_number = isinstance(written, Decimal) and cell_value(now, is_number) == written
    return stored if same_number else now
