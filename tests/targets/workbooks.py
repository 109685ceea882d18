"""Fill-in workbooks as people send them, and what an upload of them does."""

import io
from datetime import timedelta

import openpyxl
import pytest

from apps.core import clock
from apps.core.uploads import guard_xlsx
from apps.rules.errors import RuleError
from apps.rules.target_shapes import PROJECT
from apps.targets import content, uploads, workbook
from tests.makers import MONDAY

NOON = MONDAY + timedelta(hours=3)
HEAD, LINES = workbook.HEAD_SHEET, workbook.LINE_SHEET


def url(filing, page="excel/upload/"):
    return f"/{filing.fiscal_year}/targets/{filing.public_id}/{page}"


def newest(filing):
    return filing.revisions.order_by("-number")[0]


def canonical(filing):
    return content.canonical(newest(filing))


def download(filing) -> bytes:
    return workbook.write(filing, newest(filing))


def changed(file: bytes, *cells: tuple[str, str, object]) -> bytes:
    """The workbook with cells (sheet, address, value) changed as a person would."""
    book = openpyxl.load_workbook(io.BytesIO(file))
    for sheet, address, value in cells:
        book[sheet][address].value = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def head_row(label: str) -> int:
    labels = [place.label for place in workbook.head_places(PROJECT)]
    return workbook.FIRST_HEAD_ROW + labels.index(label)


def take(world, filing, file: bytes, person="filer") -> uploads.Taken:
    with clock.at(NOON):
        guarded = guard_xlsx(io.BytesIO(file), "填报表.xlsx")
        return uploads.take_in(filing=filing, actor=world.people[person], upload=guarded)


def refused(world, filing, file: bytes, person="filer") -> RuleError:
    """The refusal, after showing that it changed nothing."""
    before = (canonical(filing), newest(filing).version)
    with pytest.raises(RuleError) as caught:
        take(world, filing, file, person)
    assert (canonical(filing), newest(filing).version) == before
    return caught.value
