"""A sheet of executions is imported whole or not at all, by the machinery of the project list."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.audit.models import Entry
from apps.core import clock, sheets
from apps.jobs import files
from apps.jobs import services as jobs
from apps.jobs.models import Event, Job
from apps.organizations.models import Membership
from apps.projects import services as projects
from apps.projects.imports import executions, services
from apps.projects.imports.listings import EXECUTIONS
from apps.projects.models import Execution, Project
from apps.rules.errors import RuleError
from tests.makers import MONDAY
from tests.personas import client_of
from tests.projects.lists import (
    YEAR,
    as_file,
    bare,
    checked,
    code,
    imported,
    line,
    paid,
    payments,
    ran,
    workbook,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_here(settings, tmp_path):
    """8 April 2024, files in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path
    with clock.at(MONDAY):
        yield


@pytest.fixture
def listed(world):
    """Two projects of the water bureau and one of the next unit, 100 万元 each."""
    imported(world, workbook(world, line(1), line(2), line(3, unit="205")))


def sheet_checked(world, *lines, year=YEAR):
    return checked(world, payments(world, *lines, year=year), year, listing=EXECUTIONS)


def sheet_imported(world, *lines):
    return imported(world, payments(world, *lines), listing=EXECUTIONS)


def kept():
    rows = Execution.objects.order_by("pk")
    return [(row.project.code, row.as_of, row.amount, row.source) for row in rows]


def everything():
    tables = (Execution, Entry)
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


def messages(job: Job) -> list[str]:
    return [error["message"] for error in job.result["errors"]]


# --- template -------------------------------------------------------------------------------
def test_the_template_holds_the_years_projects_with_budget_and_last_execution(
    world, listed, plan_admin
):
    projects.create_project(
        actor=plan_admin, unit=world.units["water"], code=code(9), name="储备的", first_year=2024
    )
    secret = projects.create_classified(
        actor=plan_admin, unit=world.units["secret"], first_year=2024
    )
    projects.confirm(project=secret, actor=plan_admin, year=YEAR, origin="initial", attribute="new")
    sheet_imported(world, paid(code(1), as_of=date(2024, 2, 29), amount=10), paid(code(1)))

    answer = client_of(world.people["budget_officer"]).get(
        reverse("projects:executions_template", args=[YEAR])
    )

    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).active.values]
    assert [row[0] for row in rows[2:]] == [code(1), code(2), code(3)]
    name, unit, budget, last_as_of, last_amount, *blank, source = rows[2][1:]
    assert (name, unit, budget) == ("农村饮水巩固1", "县水利局", 100)
    assert (last_as_of.date(), last_amount, source) == (date(2024, 3, 31), 25, "国库")
    assert blank == [None, None]
    assert rows[3][4:] == [None] * 5
    assert sheets.read_meta(content).year == YEAR


def test_the_template_comes_back_filled_and_its_blank_rows_are_left_out(world, listed):
    sheet_imported(world, paid(code(1)))
    book = openpyxl.load_workbook(io.BytesIO(executions.template(world.county, YEAR)))
    book.active["G4"], book.active["H4"], book.active["I4"] = date(2024, 4, 1), 7.5, "国库"
    target = io.BytesIO()
    book.save(target)

    done = imported(world, target.getvalue(), listing=EXECUTIONS)

    assert done.message == "已导入：新增1笔，更正0笔，相同0笔。"
    assert done.result["n_same"] == 0
    assert kept()[1:] == [(code(2), date(2024, 4, 1), Decimal(75_000), "国库")]


# --- what it does ---------------------------------------------------------------------------
def test_a_checked_sheet_is_stored_as_the_page_would_store_it(world, listed, plan_admin):
    lines = (paid(code(1)), paid(code(3), amount="12.345678", as_of="2024-02-29"))
    check = sheet_checked(world, *lines)
    assert (check.state, check.result["n_errors"]) == (Job.State.DONE, 0), messages(check)
    assert check.message == "核对通过：将新增2笔，更正0笔，相同0笔。确认后导入。"
    assert kept() == []

    done = sheet_imported(world, *lines)

    assert done.message == "已导入：新增2笔，更正0笔，相同0笔。"
    assert kept() == [
        (code(1), date(2024, 3, 31), Decimal(250_000), "国库"),
        (code(3), date(2024, 2, 29), Decimal("123456.78"), "国库"),
    ]
    row = Execution.objects.first()
    assert (row.fiscal_year, row.jurisdiction, row.recorded_by) == (YEAR, world.county, plan_admin)
    assert row.recorded_at == MONDAY


@pytest.mark.trust("F01")
def test_an_import_leaves_one_line_per_unit_and_no_event(world, listed):
    before = Event.objects.count()
    sheet_imported(world, paid(code(1)), paid(code(2)), paid(code(3)))
    lines = Entry.objects.filter(action="projects.import_executions").order_by("pk")
    assert [(row.chain.name, row.data["n_rows"]) for row in lines] == [
        ("unit:652823/201", 2),
        ("unit:652823/205", 1),
    ]
    assert all(len(row.data["digest"]) == 64 for row in lines)
    assert Event.objects.count() == before


@pytest.mark.trust("D08")
def test_the_same_sheet_twice_changes_nothing(world, listed):
    lines = (paid(code(1)), paid(code(1), as_of="2024-02-29", amount=10), paid(code(2)))
    sheet_imported(world, *lines)
    before = everything()

    check = sheet_checked(world, *lines)
    assert check.message == "3笔执行数与现有数据完全相同，不需要导入。"
    again = sheet_imported(world, *lines)

    assert again.message == "已导入：新增0笔，更正0笔，相同3笔。"
    assert everything() == before


def test_another_number_for_a_date_is_a_correction_and_leaves_the_old_row(world, listed):
    sheet_imported(world, paid(code(1)))
    done = sheet_imported(world, paid(code(1), amount=24))
    assert done.message == "已导入：新增0笔，更正1笔，相同0笔。"
    assert [amount for _, _, amount, _ in kept()] == [250_000, 240_000]
    # the first number again is compared with what is in force now
    assert sheet_imported(world, paid(code(1))).result["n_changed"] == 1


# --- what is wrong --------------------------------------------------------------------------
WRONG = [
    ({"code": "65282324T00000000012"}, "A列 项目编码", "应为21位"),
    ({"code": code(8)}, "A列 项目编码", "应为尉犁县项目清单里的编码；清单里没有这个编码"),
    ({"as_of": ""}, "G列 截至日期：未填", "要填就都填"),
    ({"amount": ""}, "H列 累计执行数（万元）：未填", "要填就都填"),
    ({"source": ""}, "I列 数据来源：未填", "要填就都填"),
    ({"as_of": "三月底"}, "G列 截至日期：填“三月底”", "应为日期，例如2024-03-20"),
    ({"as_of": "2024-04-09"}, "截至日期：填“2024-04-09”", "应在2024-01-01至2024-04-08之间"),
    ({"as_of": date(2023, 12, 31)}, "填“2023-12-31”", "应在2024-01-01至2024-04-08之间"),
    ({"amount": "-1"}, "H列 累计执行数（万元）：填“-1”", "不能为负"),
    ({"amount": "25万"}, "填“25万”", "不带单位"),
    ({"source": "长" * 61}, "I列 数据来源", "最多60个字"),
    ({"code": code(1)}, "G列 截至日期：填“2024-03-31”", "与第3行重复"),
]


@pytest.mark.trust("D08")
@pytest.mark.parametrize(("cells", "place", "expected"), WRONG)
def test_one_wrong_cell_refuses_the_whole_sheet_and_names_it(
    world, listed, plan_admin, cells, place, expected
):
    before = everything()

    job = sheet_checked(world, paid(code(1)), {**paid(code(2)), **cells})

    (message,) = messages(job)
    assert message.startswith("工作表“支出执行” 第4行 ")
    assert place in message
    assert expected in message
    assert job.message == "有1处要改。本次没有导入任何数据。"
    assert everything() == before
    with pytest.raises(RuleError, match="还没有核对通过"):
        services.start_import(actor=plan_admin, checked=job)
    with files.opened(job.file) as file:
        marked = openpyxl.load_workbook(io.BytesIO(file.read()))
    assert marked["错误清单"]["B2"].value == 4


def test_a_project_in_reserve_and_one_of_another_county_take_nothing(world, listed, plan_admin):
    projects.create_project(
        actor=plan_admin, unit=world.units["water"], code=code(9), name="储备的", first_year=2024
    )
    (message,) = messages(sheet_checked(world, paid(code(9))))
    assert "“储备的”没有列入2024年度，先列入再登记支出" in message
    (foreign,) = messages(sheet_checked(world, paid(code(1, region="652325"))))
    assert "区划（第1–6位）为652325，应为652823" in foreign


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda w: payments(w, paid(code(1)), year=2023), "这是2023年度的表，现在填报2024年度"),
        (lambda w: workbook(w, line(1)), "这不是支出执行表模板"),
        (lambda w: bare(["项目编码", "截至日期"], [code(1), "2024-03-31"]), "缺少“累计执行数"),
    ],
)
def test_a_wrong_file_is_refused_as_a_whole(world, listed, content, words):
    job = checked(world, content(world), listing=EXECUTIONS)
    assert job.state == Job.State.FAILED
    assert words in job.message
    assert kept() == []


@pytest.mark.parametrize("year", [0, 1999, 99999])
def test_a_year_that_no_calendar_has_is_refused_in_words(world, listed, year):
    job = sheet_checked(world, paid(code(1)), year=year)
    assert f"没有列入{year}年度" in messages(job)[0]
    assert kept() == []


def test_a_sheet_without_any_number_says_so(world, listed):
    job = sheet_checked(world, {"code": code(1)}, {"code": code(2), "source": "国库"})
    assert "没有一行填了截至日期和累计执行数" in messages(job)[0]


def test_another_programs_sheet_is_read_by_its_heads(world, listed):
    head = ["项目编码", "截至日期", "累计执行数（万元）", "数据来源", "备注"]
    job = checked(world, bare(head, [code(1), 20240331, 5, "一体化", "x"]), listing=EXECUTIONS)
    assert (job.result["n_errors"], job.result["n_new"]) == (0, 1), messages(job)
    assert job.result["ignored"] == ["备注"]


# --- who and when ---------------------------------------------------------------------------
@pytest.mark.trust("B06")
@pytest.mark.parametrize("key", ["filer", "supervisor", "performance_reviewer", "foreign_reviewer"])
def test_only_who_writes_the_money_imports(world, key):
    with pytest.raises(PermissionDenied):
        services.start_check(
            listing=EXECUTIONS,
            actor=world.people[key],
            jurisdiction=world.county,
            year=YEAR,
            upload=None,
        )
    assert Job.objects.count() == 0


@pytest.mark.trust("B12")
def test_a_right_that_ended_meanwhile_stops_the_job(world, listed, plan_admin):
    check = sheet_checked(world, paid(code(1)))
    Membership.objects.filter(user=plan_admin).update(ends_on=date(2020, 1, 1))
    plan_admin.forget_memberships()
    job = ran(services.start_import(actor=plan_admin, checked=check))
    assert job.state == Job.State.FAILED
    assert kept() == []


def test_a_second_click_gets_the_first_clicks_job_and_imports_once(world, listed, plan_admin):
    check = sheet_checked(world, paid(code(1)))
    first = services.start_import(actor=plan_admin, checked=check)
    assert services.start_import(actor=plan_admin, checked=check) == first


def test_the_budget_officer_uploads_checks_confirms_and_reads_the_result(world, listed):
    client = client_of(world.people["budget_officer"])
    page = reverse("projects:import_executions", args=[YEAR])
    sent = client.post(page, {"file": as_file(payments(world, paid(code(1))))})
    assert sent.status_code == 302
    jobs.run_one()
    assert "确认导入" in client.get(sent.url).content.decode()

    check = Job.objects.get(kind=EXECUTIONS.check)
    confirm = reverse("projects:confirm_executions", args=[YEAR])
    told = client.post(confirm, {"job": str(check.public_id)})
    jobs.run_one()

    assert "已导入：新增1笔" in client.get(told.url).content.decode()
    assert Execution.objects.get().recorded_by == world.people["budget_officer"]
    wrong_list = reverse("projects:import_confirm", args=[YEAR])
    assert client.post(wrong_list, {"job": str(check.public_id)}).status_code == 403


def test_the_check_of_one_kind_is_not_confirmed_as_another(world, listed, plan_admin):
    check = sheet_checked(world, paid(code(1)))
    client = client_of(plan_admin)
    url = reverse("projects:import_confirm", args=[YEAR])
    assert client.post(url, {"job": str(check.public_id)}).status_code == 404
    assert kept() == []


def test_a_program_imports_as_the_page_does(world, listed, plan_admin):
    client = client_of(plan_admin)
    template = client.get(reverse("api-executions-template", args=[YEAR]))
    assert sheets.read_meta(b"".join(template.streaming_content)).year == YEAR
    sent = client.post(
        reverse("api-executions-import", args=[YEAR]),
        {"file": as_file(payments(world, paid(code(1))))},
    )
    assert sent.status_code == 202
    jobs.run_one()
    told = client.post(
        reverse("api-executions-import-confirm", args=[YEAR]),
        {"job": sent.json()["job"]},
        content_type="application/json",
    )
    assert told.status_code == 202
    jobs.run_one()
    assert len(kept()) == 1


def test_a_sheet_costs_queries_by_the_thousand_not_by_the_row(
    world, plan_admin, django_assert_max_num_queries
):
    imported(world, workbook(world, *(line(n) for n in range(1, 120))))
    check = sheet_checked(world, *(paid(code(n)) for n in range(1, 120)))
    job = services.start_import(actor=plan_admin, checked=check)
    with django_assert_max_num_queries(60):
        ran(job)
    assert Execution.objects.count() == 119


def test_a_single_entry_that_came_between_is_corrected_not_lost(world, listed, plan_admin):
    check = sheet_checked(world, paid(code(1)))
    project = Project.objects.get(code=code(1))
    projects.record_execution(
        project=project,
        actor=plan_admin,
        year=YEAR,
        as_of=date(2024, 3, 31),
        amount=Decimal(1),
        source="手工",
    )
    done = ran(services.start_import(actor=plan_admin, checked=check))
    assert done.message == "已导入：新增0笔，更正1笔，相同0笔。"
    assert [amount for _, _, amount, _ in kept()] == [1, 250_000]
