"""The workbook of a node: out with what is known, back with what was filled in."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import clock
from apps.monitoring import content, paper, workbook
from tests.monitoring import acting
from tests.personas import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(world):
    acting.monitoring_plan(world)
    return acting.opened(world, acting.promised(world))


def written(filing, **cells):
    """The downloaded workbook with some cells filled in: sheet, row and head → value."""
    book = openpyxl.load_workbook(io.BytesIO(workbook.write(filing, acting.newest(filing))))
    for (sheet, row, head), value in cells.get("cells", {}).items():
        page = book[sheet]
        heads = {cell.value: cell.column for cell in page[2]}
        page.cell(row, heads[head]).value = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def sent(world, filing, content_, person="filer"):
    url = f"/2024/monitoring/{filing.public_id}/excel/upload/"
    file = SimpleUploadedFile("监控填报表.xlsx", content_)
    with clock.at(acting.day_of(5) + timedelta(hours=1)):
        return client_of(world.people[person]).post(url, {"file": file}, follow=True)


def test_a_workbook_goes_out_with_the_promise_and_comes_back_filled(world, filing):
    cells = {
        ("项目资金", 3, "1–5月执行数（万元）"): 600,
        ("绩效指标", 3, "1–5月执行情况"): 950,
        ("绩效指标", 3, "偏差原因"): "经费保障、其他",
        ("绩效指标", 3, "完成目标可能性"): "有可能",
        ("绩效指标", 4, "1–5月执行情况"): "很多",
    }

    page = sent(world, filing, written(filing, cells=cells)).text

    form = content.form_of(acting.newest(filing))
    assert "已读入3条指标" in page
    assert form.total.executed == Decimal(6000000)
    first = form.lines[0]
    assert (first.actual, first.causes, first.likelihood) == (
        Decimal(950),
        ("经费保障", "其他"),
        "有可能",
    )
    assert list(form.unread.values()) == ["很多"]


def test_a_workbook_that_the_page_overtook_changes_nothing(world, filing):
    old = written(filing, cells={("绩效指标", 3, "1–5月执行情况"): 1})
    acting.saved(world, filing, acting.filled(filing))
    before = content.form_of(acting.newest(filing))

    page = sent(world, filing, old)

    assert page.status_code == 422
    assert "又保存过" in page.text
    assert content.form_of(acting.newest(filing)) == before


def test_another_nodes_workbook_and_a_strange_row_are_refused(world, filing):
    project = filing.assignment.project
    other = acting.opened(world, project, 8)
    assert sent(world, filing, written(other)).status_code == 422
    book = openpyxl.load_workbook(io.BytesIO(written(filing)))
    book["绩效指标"].cell(3, 1).value = "不是标识"
    target = io.BytesIO()
    book.save(target)

    page = sent(world, filing, target.getvalue())

    assert page.status_code == 422
    assert "认不出" in page.text


@pytest.mark.req("Y-49")
def test_the_official_table_carries_the_months_and_a_tick_for_each_choice(world, filing):
    acting.saved(world, filing, acting.filled(filing, causes=("人员保障",)))
    made = paper.paper_of(filing, acting.newest(filing), world.people["filer"])

    book = openpyxl.load_workbook(io.BytesIO(paper.form_xlsx(made)))
    texts = {str(cell.value) for page in book for row in page for cell in row if cell.value}
    assert {"1–5月执行数", "1–5月执行率", "1–5月执行情况", "42.25%", "√"} <= texts
    assert paper.form_pdf(made).startswith(b"%PDF")
    with clock.at(acting.day_of(5)):
        job = paper.start_pdf(
            actor=world.people["filer"], filing=filing, revision=acting.newest(filing)
        )
        told = paper.run_pdf(job)
    assert told["message"] == "已生成PDF。"
