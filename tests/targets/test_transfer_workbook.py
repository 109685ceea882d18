"""A transfer's regional targets and shares by workbook: checked, then whole or not at all."""

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from apps.audit.models import Entry
from apps.core import clock
from apps.core.uploads import guard_xlsx
from apps.rules.errors import RuleError
from apps.targets import content, handed, uploads, workbook_shares
from tests import makers
from tests.personas import client_of
from tests.targets import handing_down as down
from tests.targets.workbooks import changed, download, newest, refused, take, url

pytestmark = pytest.mark.django_db
SHEET = workbook_shares.SHEET
VALUES = ("1200", "95", "100"), ("800", "95", "100")


@pytest.fixture
def filing(world):
    plan = makers.make_plan(world)
    down.make_task(plan, world)
    return down.opened(world, down.registered(world))


@pytest.fixture
def project(world, filing):
    return makers.make_project(world)


def filled(file: bytes, project_code: str, *more: tuple[str, str, object]) -> bytes:
    """The template with the project and the station, which add up."""
    cells = []
    for row, code, wan, values in (
        (4, project_code, 600, VALUES[0]),
        (5, "201001", 300, VALUES[1]),
    ):
        cells += [(SHEET, f"B{row}", code), (SHEET, f"D{row}", wan)]
        cells += [
            (SHEET, f"{letter}{row}", text) for letter, text in zip("EFG", values, strict=True)
        ]
    return changed(file, *cells, *more)


def shares(filing):
    return [(share.code, share.amount) for share in handed.shares_of(newest(filing))]


def checked(world, filing, file):
    with clock.at(makers.MONDAY):
        guarded = guard_xlsx(BytesIO(file), "填报表.xlsx")
        return uploads.check(filing=filing, actor=world.people["filer"], upload=guarded)


@pytest.mark.req("Y-43")
def test_a_checked_workbook_is_taken_in_whole_and_twice_changes_nothing(world, filing, project):
    template = download(filing)
    page = openpyxl.load_workbook(BytesIO(template))[SHEET]
    assert [page.cell(2, n).value for n in (2, 5, 7)] == [
        "接收方编码",
        down.METERS,
        "管护制度落实情况",
    ]
    assert (page["B3"].value, page["E3"].value) == ("上级下达", "≥2,000块")
    file, before, lines = filled(template, project.code), newest(filing).version, Entry.objects
    n_before = lines.count()
    dry = checked(world, filing, file)
    assert (dry.is_check, dry.marks) == (True, ())
    assert "能读入3条指标，现在没有保存。接收方新增2个" in dry.message
    assert (shares(filing), newest(filing).version, lines.count()) == ([], before, n_before)
    taken = take(world, filing, file)
    assert "接收方新增2个，改动0个，相同0个，删去0个" in taken.message
    assert shares(filing) == [(project.code, Decimal(6_000_000)), ("201001", Decimal(3_000_000))]
    blocking = [f.code for f in content.check(newest(filing)) if f.severity == "阻断"]
    assert blocking == []
    version = newest(filing).version
    assert not take(world, filing, file).is_changed
    assert newest(filing).version == version


@pytest.mark.req("Y-43")
def test_every_wrong_cell_is_told_and_nothing_is_taken_in(world, filing, project):
    wrong = filled(
        download(filing),
        project.code,
        (SHEET, "D4", "六百"),
        (SHEET, "E5", "八百块"),
        (SHEET, "D6", 1),
    )
    told = refused(world, filing, wrong)
    places = {(e["row"], e["column"]): e["found"] for e in told.data["errors"]}
    assert places == {(4, "D"): "六百", (5, "E"): "八百块", (6, "B"): ""}
    strange = filled(
        download(filing), "999999", (SHEET, "B5", "201"), (SHEET, "B6", "299"), (SHEET, "D6", 0)
    )
    told = refused(world, filing, strange)
    assert [(e["row"], e["column"]) for e in told.data["errors"]] == [(4, "B"), (5, "B"), (6, "B")]
    assert "不能分解给自己" in told.data["errors"][1]["expected"]
    assert shares(filing) == []


def test_a_column_that_is_gone_or_that_nothing_asks_for_is_refused(world, filing, project):
    file = filled(download(filing), project.code)
    told = refused(world, filing, changed(file, (SHEET, "E2", None)))
    assert f"缺少“{down.METERS}”列" in str(told)
    told = refused(world, filing, changed(file, (SHEET, "H2", "新指标"), (SHEET, "H4", 3)))
    assert "“新指标”列不是" in str(told)


def test_an_indicator_renamed_or_added_in_the_same_workbook_keeps_its_column(
    world, filing, project
):
    file = filled(
        download(filing),
        project.code,
        ("绩效指标", "D3", "更换农村水表"),
        *(
            ("绩效指标", f"{letter}6", text)
            for letter, text in zip(
                "BCDEFGH", ("产出", "数量", "新建水站", "≥", 2, "座", "正向"), strict=True
            )
        ),
        (SHEET, "H2", "新建水站"),
        (SHEET, "H5", 2),
    )
    take(world, filing, file)
    form = content.form_of(newest(filing))
    keys = {line.name: line.key for line in form.lines}
    station = handed.shares_of(newest(filing))[1]
    assert station.values[keys["更换农村水表"]].value == 800
    assert station.values[keys["新建水站"]].value == 2


def test_shares_that_were_saved_meanwhile_are_not_overwritten(world, filing, project):
    file = filled(download(filing), project.code)
    down.handed_down(world, filing, down.rows(project.code)[:1])
    before = shares(filing)
    with pytest.raises(RuleError, match="分解又被保存过"):
        take(world, filing, file)
    assert shares(filing) == before


def test_the_page_tells_a_dry_run_and_marks_what_does_not_add_up(world, filing, project):
    client = client_of(world.people["filer"])
    short = filled(download(filing), project.code, (SHEET, "E5", 700))
    upload = BytesIO(short)
    upload.name = "填报表.xlsx"
    with clock.at(makers.MONDAY):
        answer = client.post(url(filing), {"file": upload, "only": "check"})
        page = answer.content.decode()
    assert answer.status_code == 200
    assert "核对完了，没有保存" in page
    assert "提交前要改的格" in page
    assert f"分解 {down.METERS}" in page
    assert shares(filing) == []
