"""The pages, papers and routes of an adjustment: what they show and what they let do (Y-45)."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from apps.core import clock
from apps.core.uploads import XLSX_TYPE, Upload
from apps.filings.models import Filing, State
from apps.targets import documents, form_xlsx, selectors, services, uploads, workbook
from apps.targets.form_json import form_as, head_as
from apps.targets.inputs import inputs_of
from apps.targets.models import AdjustmentException
from tests.makers import YEAR
from tests.personas import World, client_of
from tests.targets import adjusting
from tests.targets.adjusting import JULY, NODE, WAN, project_of, subject_of


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def target(world: World) -> Filing:
    """A target in force."""
    return adjusting.in_force(world)


def page(world: World, person: str, name: str, *args: Any, moment: Any = NODE, **data: Any) -> Any:
    """GET, or POST with data, as a person at a moment."""
    client = client_of(world.people[person])
    with clock.at(moment):
        url = reverse(name, args=args)
        return client.post(url, data) if data else client.get(url)


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.req("Y-45")
def test_the_unit_asks_writes_and_sees_what_changes(world: World, target: Filing) -> None:
    project = project_of(target)
    where = (YEAR, project.public_id)
    closed = text(page(world, "filer", "targets:adjustment", *where, moment=JULY))
    assert "现在不能申请调整" in closed
    assert "下一次是8月节点" in closed
    assert "提出例外" in closed
    assert "申请调整</button>" in text(page(world, "filer", "targets:adjustment", *where))

    answer = page(world, "filer", "targets:request_adjustment", *where, ok="1")
    filing = Filing.objects.get(kind="targets.adjustment")
    assert answer.url == reverse("targets:sheet", args=[YEAR, filing.public_id])

    form, head = adjusting.changed(filing)
    money = {f"adjust-money-{row.source}-{row.level}": str(row.amount / WAN) for row in head.money}
    texts = {f"adjust-{name}": getattr(head, name) for name in ("reason", "explanation", "basis")}
    data = {"version": "1", "next": "stay", **inputs_of(form), **texts, **money}
    sheet = (YEAR, filing.public_id)
    assert page(world, "filer", "targets:sheet", *sheet, **data).status_code == 302

    stored = selectors.current_head(filing)
    assert (stored.reason, stored.n_money) == (head.reason, 1)
    shown = text(page(world, "filer", "targets:sheet", *sheet))
    assert "年初项目绩效目标第1版对照：改" in shown
    assert '<del class="jx-old">≥1,900块</del>' in shown
    assert '<ins class="jx-new">≥1,500块</ins>' in shown
    assert "项未变" in shown


@pytest.mark.req("Y-45")
def test_a_number_that_is_none_stays_as_typed(world: World, target: Filing) -> None:
    filing = adjusting.asked(world, target)
    form, head = adjusting.changed(filing)
    data = {"version": "1", **inputs_of(form), "adjust-reason": head.reason}
    data |= {"adjust-explanation": "", "adjust-basis": "", "adjust-money-fiscal-county": "一千二"}
    sheet = (YEAR, filing.public_id)
    page(world, "filer", "targets:sheet", *sheet, **data)
    stale = page(world, "filer", "targets:sheet", *sheet, **data)

    assert 'value="一千二"' in text(page(world, "filer", "targets:sheet", *sheet))
    assert stale.status_code == 409


@pytest.mark.req("Y-45")
def test_reviewers_see_the_same_comparison_and_the_reason(world: World, target: Filing) -> None:
    filing = adjusting.submitted(world, adjusting.asked(world, target))
    shown = text(page(world, "section_reviewer", "filings:review", YEAR, filing.public_id))
    assert "与年初项目绩效目标第1版比较<b>改" in shown
    assert adjusting.REASONS[0] in shown
    assert '<del class="jx-old">1,380.00</del>' in shown


@pytest.mark.req("Y-45")
def test_the_superseded_version_names_what_took_its_place(world: World, target: Filing) -> None:
    adjusting.adjusted(world, target)
    old = text(page(world, "filer", "filings:detail", YEAR, target.public_id))
    assert "项目绩效目标调整</a>取代" in old
    project = text(page(world, "filer", "reports:project", YEAR, project_of(target).public_id))
    assert "版本链" in project
    assert "已被<a" in project
    assert "≥1,500块" in project


def test_a_person_of_the_bureau_decides_on_the_page(world: World, target: Filing) -> None:
    where = (YEAR, project_of(target).public_id)
    told = {"reason": "洪水冲毁取水口，等不到八月", "evidence": "灾情证明"}
    wrong = page(
        world, "filer", "targets:ask_exception", *where, moment=JULY, reason="", evidence=""
    )
    assert wrong.status_code == 422
    short = {**told, "reason": "洪水"}
    again = page(world, "filer", "targets:ask_exception", *where, moment=JULY, **short)
    assert "理由至少10个字" in text(again)
    asked = page(world, "filer", "targets:ask_exception", *where, moment=JULY, **told)
    assert asked.status_code == 302
    exception = AdjustmentException.objects.get()

    decide = ("targets:decide_exception", YEAR, exception.public_id)
    undated = page(world, "leader", *decide, moment=JULY, is_agreed="yes")
    assert "哪一天到期" in text(undated)
    page(world, "leader", *decide, moment=JULY, is_agreed="yes", until="2024-07-10")
    shown = text(page(world, "filer", "targets:adjustment", *where, moment=JULY))
    assert "按例外办理" in shown


@pytest.mark.req("Y-45")
def test_the_official_form_prints_before_and_after(world: World, target: Filing) -> None:
    filing = adjusting.submitted(world, adjusting.asked(world, target))
    made = documents.document_of(filing, filing.revisions.get())

    assert made.title == "项目支出绩效目标调整申请表"
    assert made.adjusted is not None
    assert made.adjusted.notes[0] == ("调整原因", adjusting.REASONS[0])
    changes = {(row.old, row.new) for row in made.adjusted.changes}
    assert {("1,380.00", "1,200.00"), ("≥1,900块", "≥1,500块")} <= changes
    sheet = load_workbook(io.BytesIO(form_xlsx.form_xlsx(made))).worksheets[0]
    cells = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"调整前", "调整后", "≥1,900块", "≥1,500块"} <= cells
    shown = text(page(world, "filer", "targets:document", YEAR, filing.public_id))
    assert "与年初项目绩效目标第1版对照" in shown


def test_an_adjustment_is_filled_in_offline_too(world: World, target: Filing) -> None:
    filing = adjusting.asked(world, target)
    form, head = adjusting.changed(filing)
    adjusting.saved(world, filing, form, head)
    with clock.at(NODE):
        content = workbook.write(filing, filing.revisions.get())
        book = load_workbook(io.BytesIO(content))
        page = book["基本信息"]
        row = next(r for r in page.iter_rows() if r[0].value == "年度目标")
        row[1].value = "改造3个乡镇供水管网26公里，更换老旧水表1,500块，漏损率降到11%以内。"
        target_file = io.BytesIO()
        book.save(target_file)
        upload = Upload("表.xlsx", target_file.getvalue(), XLSX_TYPE)
        taken = uploads.take_in(filing=filing, actor=world.people["filer"], upload=upload)
    assert taken.is_changed
    assert "11%" in selectors.current_form(filing).year_goal
    assert selectors.current_head(filing).basis == head.basis


def test_a_program_goes_the_whole_way_to_a_draft(world: World, target: Filing) -> None:
    client = client_of(world.people["filer"])
    base = f"/api/v1/{YEAR}/projects/{project_of(target).public_id}/adjustment/"
    with clock.at(NODE):
        stands = client.get(base).json()
        assert (stands["is_open"], stands["may_request"]) == (True, True)
        assert [row["is_in_force"] for row in stands["versions"]] == [True]
        made = client.post(f"{base}request/").json()
        filing = Filing.objects.get(public_id=made["filing"])
        form, head = adjusting.changed(filing)
        told = {"version": 1, "form": form_as(form), "adjustment": head_as(head)}
        url = f"/api/v1/{YEAR}/targets/{filing.public_id}/"
        answer = client.put(url, told, content_type="application/json").json()
    assert answer["adjustment"]["reason"] == adjusting.REASONS[0]
    assert answer["adjustment"]["money"][0]["after"] == "12000000.00"
    assert {row["code"] for row in answer["findings"]} == {"filings.slot_missing"}
    assert filing.state == State.DRAFT


def test_a_program_asks_and_decides_an_exception(world: World, target: Filing) -> None:
    told = {"reason": "洪水冲毁取水口，等不到八月", "evidence": "灾情证明"}
    base = f"/api/v1/{YEAR}/projects/{project_of(target).public_id}/adjustment/"
    with clock.at(JULY):
        asked = client_of(world.people["filer"]).post(
            f"{base}exception/", told, content_type="application/json"
        )
        assert asked.status_code == 201
        url = f"/api/v1/{YEAR}/adjustment-exceptions/{asked.json()['public_id']}/decide/"
        decided = client_of(world.people["leader"]).post(
            url, {"is_agreed": True, "until": "2024-07-10"}, content_type="application/json"
        )
    assert decided.json()["expires_at"].startswith("2024-07-11")
    with clock.at(JULY):
        filing = services.request_adjustment(
            subject=subject_of(target), actor=world.people["filer"], year=YEAR
        )
    assert Decimal(filing.assignment.occasion) == 1
