"""The official form as page, PDF and workbook: complete, dated, harmless, for its people."""

import io
import shutil
import socket
import subprocess
import threading
import zipfile
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest

from apps.core import clock
from apps.filings import services as filings
from apps.jobs import files
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.organizations.models import Membership
from apps.rules.errors import RuleError
from apps.targets import documents, form_xlsx, prints
from tests import makers
from tests.makers import MONDAY
from tests.personas import client_of

pytestmark = pytest.mark.django_db
needs_pdftotext = pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext")


@pytest.fixture
def filing(world):
    return makers.target_filing(world)


def url(filing, page=""):
    return f"/{filing.fiscal_year}/targets/{filing.public_id}/{page}"


def newest(filing):
    return filing.revisions.order_by("-number")[0]


def text_of(pdf: bytes) -> str:
    """All text of the PDF without spaces and line breaks, as layout breaks words."""
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return "".join(done.stdout.decode().split())


def returned_once(world, filing):
    """The filing submitted, returned and submitted again."""
    makers.submitted(world, filing)
    path = f"indicator:{newest(filing).target_sheet.targets.first().key}.value"
    with clock.at(MONDAY + timedelta(hours=1)):
        filings.send_back(
            filing=filing,
            actor=world.people["section_reviewer"],
            opinion="",
            items=[filings.Wanted(path, "不低于2023年完成数")],
            due_on=(MONDAY + timedelta(days=7)).date(),
        )
    filing.refresh_from_db()
    return filing


# --- what stands on it --------------------------------------------------------------------
@needs_pdftotext
@pytest.mark.req("Y-46")
def test_the_pdf_of_a_submitted_form_carries_receipt_revision_and_every_indicator(world, filing):
    makers.submitted(world, filing)
    revision = newest(filing)

    text = text_of(documents.form_pdf(documents.document_of(filing, revision)))

    assert revision.receipt_number in text
    assert "第1版" in text
    assert "2024年4月8日09:30:00报送" in text
    assert "草稿" not in text
    for target in revision.target_sheet.targets.all():
        assert target.name in text
        assert f"{target.level1}指标" in text
    for words in (
        "项目支出绩效目标申报表",
        "1,420.00",
        "预算执行率10",
        "合计100",
        "艾力",
        "第1页共1页",
    ):
        assert words in text
    assert revision.target_sheet.year_goal in text


@needs_pdftotext
def test_an_unsubmitted_form_says_that_it_is_a_draft(world, filing):
    makers.saved(world, filing)

    text = text_of(documents.form_pdf(documents.document_of(filing, newest(filing))))

    assert "草稿，未提交" in text
    assert "回执号" not in text


def test_each_revision_keeps_its_own_form(world, filing):
    returned_once(world, filing)
    client = client_of(world.people["filer"])
    with clock.at(MONDAY + timedelta(hours=2)):
        first = client.get(url(filing, "document/?revision=1")).content.decode()
        latest = client.get(url(filing, "document/")).content.decode()

    number = filing.revisions.get(number=1).receipt_number
    assert number in first
    assert "草稿，未提交" not in first
    assert number not in latest
    assert "草稿，未提交" in latest


@pytest.mark.parametrize("number", ["9", "0", "x", "-1", "99999999", "²"])
def test_a_revision_that_does_not_exist_is_not_found(world, filing, number):
    client = client_of(world.people["filer"])
    assert client.get(url(filing, "document/"), {"revision": number}).status_code == 404


def test_levels_stand_once_over_all_their_rows(world, filing):
    form = makers.good_form()
    more = replace(form.lines[0], key=form.lines[0].key[:-4] + "abcd", name="第二条数量指标")
    makers.saved(world, filing, replace(form, lines=(*form.lines, more)))

    rows = documents.document_of(filing, newest(filing)).rows

    assert [(row.level1, row.span1, row.cells[0]) for row in rows[:2]] == [
        ("产出指标", 2, form.lines[0].name),
        ("", 0, "第二条数量指标"),
    ]
    assert sum(row.span1 for row in rows) == sum(row.span2 for row in rows) == len(rows)


# --- workbook -----------------------------------------------------------------------------
def opened(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_the_workbook_has_the_cells_of_the_paper_form_in_its_order(world, filing):
    makers.submitted(world, filing)
    document = documents.document_of(filing, newest(filing))
    page = opened(form_xlsx.form_xlsx(document))

    texts = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value]
    wanted = [document.title, document.project, document.goals[1], *document.heads]
    wanted += [text for row in document.rows for text in row.texts if text]
    wanted += ["预算执行率", document.execution, "合计", document.total, document.receipt]
    places = iter(texts)
    assert all(any(text == found for found in places) for text in wanted)
    assert document.receipt in page.oddFooter.left.text
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "portrait")
    assert "A1:I1" in {str(merged) for merged in page.merged_cells.ranges}


@pytest.mark.trust("E01")
def test_formulas_in_names_and_goals_stay_text(world, filing):
    form = makers.good_form(year_goal='=HYPERLINK("http://127.0.0.1/","x")\n=1+1')
    form = makers.with_line(form, 0, name="=cmd|' /C calc'!A0", unit="@SUM(A1)")
    makers.saved(world, filing, form)

    content = form_xlsx.form_xlsx(documents.document_of(filing, newest(filing)))

    cells = [cell for row in opened(content).iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=cmd|' /C calc'!A0" in {cell.value for cell in cells}
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        assert "<f" not in sheet
        assert "<hyperlink" not in sheet


# --- E02 ----------------------------------------------------------------------------------
@pytest.fixture
def listener():
    """A port on 127.0.0.1 and what has knocked there."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    calls: list[object] = []
    stop = threading.Event()

    def listen() -> None:
        while not stop.is_set():
            try:
                calls.append(server.accept()[1])
            except TimeoutError:
                continue

    thread = threading.Thread(target=listen)
    thread.start()
    yield server.getsockname()[1], calls
    stop.set()
    thread.join()
    server.close()


@pytest.mark.trust("E02")
def test_markup_in_a_form_reaches_no_file_and_no_network(world, filing, listener, tmp_path):
    port, calls = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("CANARY-7f3a")
    evil = (
        f"<img src=file://{secret}><link rel=attachment href=file://{secret}>"
        f"<img src=http://127.0.0.1:{port}/a><style>@import 'http://127.0.0.1:{port}/b';</style>"
    )
    form = makers.with_line(makers.good_form(year_goal=evil, mid_goal=evil), 0, name=evil[:200])
    makers.saved(world, filing, form)

    pdf = documents.form_pdf(documents.document_of(filing, newest(filing)))
    page = client_of(world.people["filer"]).get(url(filing, "document/")).content.decode()

    assert calls == []
    assert b"CANARY" not in pdf
    assert b"/EmbeddedFile" not in pdf
    assert "<img src=file" not in page
    assert "&lt;img src=file" in page
    if shutil.which("pdftotext"):
        assert f"<imgsrc=file://{secret}>" in text_of(pdf)  # printed as typed
        assert "CANARY" not in text_of(pdf)


def test_a_form_as_long_as_it_may_be_is_printed(world, filing):
    form = makers.good_form(year_goal="完成一处水源改造。\n" * 350, mid_goal="三年完成。" * 700)
    lines = tuple(
        replace(form.lines[n % 3], key=f"00000000-0000-4000-8000-{n:012d}", name="长" * 200)
        for n in range(100)
    )
    makers.saved(world, filing, replace(form, lines=lines))

    pdf = documents.form_pdf(documents.document_of(filing, newest(filing)))

    assert pdf.startswith(b"%PDF-")


# --- the jobs -----------------------------------------------------------------------------
def test_the_pdf_is_made_by_a_job_that_its_owner_watches(world, filing):
    makers.submitted(world, filing)
    client = client_of(world.people["filer"])

    answer = client.post(url(filing, "document/pdf/"), {"revision": "1"})

    job = Job.objects.get()
    assert answer.status_code == 302
    assert answer.url == f"/jobs/{job.public_id}/"
    assert job.kind == prints.PDF
    jobs.run_one()
    job.refresh_from_db()
    assert (job.state, job.message, job.n_done) == (Job.State.DONE, "已生成PDF。", 1)
    assert job.file.name.endswith("第1版.pdf")
    with files.opened(job.file) as file:
        assert file.read(5) == b"%PDF-"


@pytest.mark.trust("B12")
def test_the_job_asks_for_the_right_again(world, filing):
    makers.submitted(world, filing)
    filer = world.people["filer"]
    job = prints.start_pdf(actor=filer, filing=filing, revision=newest(filing))
    Membership.objects.filter(user=filer).update(ends_on=clock.today() - timedelta(days=1))

    jobs.run_one()

    job.refresh_from_db()
    assert (job.state, job.file) == (Job.State.FAILED, None)
    assert "看不到这份填报" in job.message


def approved(world, n):
    filing = makers.submitted(world, makers.target_filing(world, n))
    for person in ("section_reviewer", "performance_reviewer"):
        with clock.at(MONDAY + timedelta(hours=n)):
            marks = makers.full_marks(filing)
            filings.pass_on(filing=filing, actor=world.people[person], opinion="", marks=marks)
        filing.refresh_from_db()
    return filing


def test_a_years_forms_in_force_come_as_one_zip(world):
    forms = [approved(world, n) for n in (1, 2)]
    makers.saved(world, makers.target_filing(world, 3))  # not in force
    client = client_of(world.people["performance_reviewer"])

    answer = client.post("/2024/targets/documents/")
    jobs.run_one()

    job = Job.objects.get()
    assert answer.url == f"/jobs/{job.public_id}/"
    assert (job.message, job.n_done) == ("已生成2份PDF，打成一个压缩包。", 2)
    with files.opened(job.file) as file, zipfile.ZipFile(file) as package:
        names = package.namelist()
        assert len(names) == 2
        for name, filing in zip(names, forms, strict=True):
            assert str(filing.assignment.project) in name
            assert package.read(name).startswith(b"%PDF-")


def test_a_batch_without_forms_is_refused(world, filing):
    with pytest.raises(RuleError, match="还没有已定稿"):
        prints.start_batch(actor=world.people["filer"], year=2024)
    assert not Job.objects.exists()
    client = client_of(world.people["filer"])
    assert client.post("/2024/targets/documents/", {"unit": "x"}).status_code == 404
    assert not Job.objects.exists()


# --- whose --------------------------------------------------------------------------------
PAGES = ("document/", "document/xlsx/", "excel/", "excel/workbook/")
ACTS = ("document/pdf/", "excel/upload/")


@pytest.mark.trust("B01", "B02")
@pytest.mark.parametrize("person", ["stranger", "foreign_filer", "foreign_reviewer"])
def test_a_filing_of_others_is_not_found(world, filing, person):
    makers.submitted(world, filing)
    client = client_of(world.people[person])

    statuses = {page: client.get(url(filing, page)).status_code for page in PAGES}
    statuses |= {page: client.post(url(filing, page)).status_code for page in ACTS}

    assert set(statuses.values()) == {404}
    assert not Job.objects.exists()
    wrong_year = url(filing, "document/").replace("/2024/", "/2023/")
    assert client_of(world.people["filer"]).get(wrong_year).status_code == 404


def test_a_reviewer_reads_the_form_but_gets_no_workbook_to_fill(world, filing):
    makers.submitted(world, filing)
    client = client_of(world.people["section_reviewer"])

    assert client.get(url(filing, "document/")).status_code == 200
    assert client.get(url(filing, "document/xlsx/")).status_code == 200
    assert "由本单位填报员下载" in client.get(url(filing, "excel/")).content.decode()
    assert client.get(url(filing, "excel/workbook/")).status_code == 403
