"""A project list is imported whole or not at all, and says exactly what is wrong."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.jobs import files
from apps.jobs.models import Event, Job
from apps.organizations.models import Membership
from apps.projects import services as projects
from apps.projects.imports import services
from apps.projects.imports.listings import PROJECTS
from apps.projects.models import FundLine, FundTag, Project, ProjectYear
from apps.rules.errors import RuleError
from tests.projects.lists import YEAR, bare, checked, code, imported, line, ran, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def everything():
    """All that an import may touch, as plain rows."""
    tables = (Project, ProjectYear, FundLine, Project.fund_tags.through, Entry)
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


def messages(job: Job) -> list[str]:
    return [error["message"] for error in job.result["errors"]]


@pytest.mark.req("Q-05", "Q-06", "Y-12")
def test_a_checked_list_is_stored_with_money_tags_and_marks(world):
    FundTag.objects.create(code="bond", name="债券")
    content = workbook(
        world,
        line(1, tags="债券", is_key="是", leader="阿不都", total_investment=1286),
        line(2, unit="201001", budget_type="政府性基金预算", last_year=2026),
        line(
            3,
            unit="205",
            origin="年中追加",
            joined_on=date(2024, 4, 1),
            **{
                "fiscal/county/initial": "",
                "fiscal/county/adjusted": 30,
                "other/county/adjusted": 1,
            },
        ),
    )

    check = checked(world, content)
    assert (check.state, check.result["n_errors"]) == (Job.State.DONE, 0), messages(check)
    assert check.message == "核对通过：将新增3个，更新0个，相同0个。确认后导入。"
    assert Project.objects.count() == 0

    done = imported(world, content)

    assert done.message == "已导入：新增3个，更新0个，相同0个。"
    first = Project.objects.get(code=code(1))
    assert (first.is_key, first.leader, first.category) == (True, "阿不都", "T")
    assert first.total_investment == Decimal("12860000.00")
    assert [tag.code for tag in first.fund_tags.all()] == ["bond"]
    place = first.years.get()
    assert (place.fiscal_year, place.origin, place.joined_on) == (YEAR, "initial", date(2024, 1, 1))
    money = place.funds.get()
    assert (money.initial, money.adjusted, money.arrived) == (1_000_000, 1_000_000, 400_000)
    third = FundLine.objects.filter(year__project__code=code(3)).order_by("source")
    assert [(row.source, row.initial, row.adjusted) for row in third] == [
        ("fiscal", 0, 300_000),
        ("other", 0, 10_000),
    ]


@pytest.mark.trust("F01")
def test_an_import_leaves_one_line_per_unit_and_one_event(world):
    content = workbook(world, line(1), line(2), line(3, unit="205"))
    job = imported(world, content)

    lines = Entry.objects.filter(action="projects.import").order_by("pk")
    assert [(row.chain.name, row.data["n_rows"]) for row in lines] == [
        ("unit:652823/201", 2),
        ("unit:652823/205", 1),
    ]
    assert all(len(row.data["digest"]) == 64 for row in lines)
    assert Event.objects.filter(kind="projects.imported", key=str(job.public_id)).count() == 1


@pytest.mark.trust("D08")
def test_the_same_file_twice_changes_nothing(world):
    content = workbook(world, line(1), line(2))
    imported(world, content)
    before = everything()

    again = imported(world, content)

    assert again.message == "已导入：新增0个，更新0个，相同2个。"
    assert everything() == before


def test_a_second_click_gets_the_first_clicks_job(world, plan_admin):
    check = checked(world, workbook(world, line(1)))
    first = services.start_import(actor=plan_admin, checked=check)
    assert services.start_import(actor=plan_admin, checked=check) == first


def test_a_later_list_updates_what_it_says_and_keeps_what_it_leaves_empty(world):
    imported(world, workbook(world, line(1, leader="阿不都")))
    project = Project.objects.get()

    done = imported(
        world,
        workbook(
            world,
            line(1, name="新名", **{"fiscal/county/initial": "", "carryover/county/adjusted": 2}),
        ),
    )

    assert done.message == "已导入：新增0个，更新1个，相同0个。"
    project.refresh_from_db()
    assert (project.name, project.leader) == ("新名", "阿不都")
    funds = FundLine.objects.order_by("source").values_list("source", "initial", "adjusted")
    assert [(s, i, a) for s, i, a in funds] == [
        ("carryover", 0, 20_000),
        ("fiscal", 1_000_000, 1_000_000),
    ]


def test_a_project_of_last_year_gets_a_place_in_this_one(world, plan_admin):
    project = projects.create_project(
        actor=plan_admin, unit=world.units["water"], code=code(1), name="甲", first_year=2023
    )
    assert project.state == Project.State.RESERVE

    imported(world, workbook(world, line(1, name="甲", first_year=2023, attribute="延续项目")))

    project.refresh_from_db()
    assert project.state == Project.State.ACTIVE
    assert project.years.get().attribute == "continuing"


WRONG = [
    ({"code": "65282324T00000000012"}, "B列", "A列 项目编码", "共20位，应为21位"),
    ({"code": code(1, region="652325")}, "", "项目编码", "区划（第1–6位）为652325，应为652823"),
    ({"code": code(1, letter="X")}, "", "项目编码", "类别（第9位）"),
    ({"unit": "999"}, "", "C列 单位编码：填“999”", "单位表里没有这个编码"),
    ({"unit": "299"}, "", "单位编码", "涉密单位"),
    ({"unit": "2a1"}, "", "单位编码", "应为3、6或9位数字"),
    ({"name": ""}, "", "项目名称：未填", "必须填写"),
    (
        {"fiscal/county/initial": "N/A"},
        "",
        "县本级财政拨款 年初预算数（万元）：填“N/A”",
        "应为数字",
    ),
    ({"fiscal/county/initial": "100万"}, "", "填“100万”", "不带单位"),
    ({"attribute": "新"}, "", "项目属性：填“新”", "应为新增项目、延续项目、一次性项目中的一个"),
    ({"origin": "年中追加", "fiscal/county/initial": ""}, "", "列入日期：未填", "必须填写"),
    (
        {"origin": "年中追加", "joined_on": "2024-04-01"},
        "",
        "县本级财政拨款 年初预算数（万元）：填“100.00”",
        "年初预算数应为0",
    ),
    ({"joined_on": "2023-04-01"}, "", "列入日期", "应在2024年内"),
    ({"first_year": 2025}, "", "起始年度：填“2025”", "项目期应包含2024年度"),
    ({"last_year": 2020}, "", "终止年度：填“2020”", "不能早于起始年度2024"),
    ({"category": "人员类"}, "", "项目类别：填“人员类”", "应为特定目标类"),
    ({"tags": "没有的"}, "", "资金标签", "应为"),
]


@pytest.mark.trust("D08")
@pytest.mark.parametrize(("cells", "_", "place", "expected"), WRONG)
def test_one_wrong_cell_refuses_the_whole_list_and_names_it(world, cells, _, place, expected):
    before = everything()

    job = checked(world, workbook(world, line(2), line(1, **cells)))

    assert job.result["n_errors"] == 1, messages(job)
    (message,) = messages(job)
    assert message.startswith("工作表“项目” 第4行 ")
    assert place in message
    assert expected in message
    assert job.message == "有1处要改。本次没有导入任何数据。"
    assert everything() == before
    with pytest.raises(RuleError, match="还没有核对通过"):
        services.start_import(actor=world.people["plan_admin"], checked=job)


def test_a_code_twice_in_the_file_names_both_rows(world):
    job = checked(world, workbook(world, line(1), line(2), line(1, name="又一个")))
    assert messages(job) == [
        f"工作表“项目” 第5行 A列 项目编码：填“{code(1)}”，与第3行重复，一个编码只能有一行。"
    ]


def test_a_code_of_another_unit_names_the_owner(world):
    imported(world, workbook(world, line(1)))
    job = checked(world, workbook(world, line(1, unit="205")))
    assert "已属于201县水利局的“农村饮水巩固1”，不能改到205" in messages(job)[0]


def test_the_error_workbook_comes_back_marked(world):
    job = checked(world, workbook(world, line(1, unit="999"), line(2)))
    with files.opened(job.file) as file:
        marked = openpyxl.load_workbook(io.BytesIO(file.read()))
    assert marked["错误清单"]["D2"].value == "单位编码"
    assert marked["项目"]["C3"].fill.fgColor.rgb == "00FBE8E5"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda w: workbook(w, line(1), year=2023), "这是2023年度的表，现在填报2024年度"),
        (lambda w: bare(["甲", "乙"], [1, 2]), "没有找到表头"),
        (lambda w: bare(["项目编码", "项目名称"], [code(1), "甲"]), "缺少“单位编码、项目属性"),
    ],
)
def test_a_wrong_file_is_refused_as_a_whole(world, content, words):
    job = checked(world, content(world))
    assert job.state == Job.State.FAILED
    assert words in job.message
    assert Project.objects.count() == 0


def test_an_empty_list_says_that_rows_are_missing(world):
    job = checked(world, workbook(world))
    assert job.result["n_errors"] == 1
    assert "没有数据行" in messages(job)[0]


def test_another_programs_list_is_read_by_its_heads(world):
    head = ["序号", "项目编码", "项目名称", "单位编码", "项目属性", "来源", "起始年度", "说明"]
    job = checked(world, bare(head, [1, code(1), "甲", 201, "新增项目", "年初", 2024, "x"]))
    assert job.result["n_errors"] == 0, messages(job)
    assert job.result["ignored"] == ["序号", "说明"]


def test_data_that_changed_since_the_check_stops_the_import(world, plan_admin):
    check = checked(world, workbook(world, line(1)))
    projects.create_project(
        actor=plan_admin, unit=world.units["traffic"], code=code(1), name="抢先", first_year=2024
    )
    before = everything()

    job = ran(services.start_import(actor=plan_admin, checked=check))

    assert job.state == Job.State.FAILED
    assert "核对以后数据有变化" in job.message
    assert everything() == before


@pytest.mark.trust("B12")
def test_a_right_that_ended_meanwhile_stops_the_job(world, plan_admin):
    check = checked(world, workbook(world, line(1)))
    Membership.objects.filter(user=plan_admin).update(ends_on=date(2020, 1, 1))
    plan_admin.forget_memberships()

    job = ran(services.start_import(actor=plan_admin, checked=check))

    assert job.state == Job.State.FAILED
    assert Project.objects.count() == 0


@pytest.mark.trust("B06")
@pytest.mark.parametrize("key", ["filer", "supervisor", "performance_reviewer", "foreign_reviewer"])
def test_only_the_plan_administrator_imports(world, key):
    with pytest.raises(PermissionDenied):
        services.start_check(
            listing=PROJECTS,
            actor=world.people[key],
            jurisdiction=world.county,
            year=YEAR,
            upload=None,
        )
    assert Job.objects.count() == 0


def test_a_list_costs_queries_by_the_thousand_not_by_the_row(world, django_assert_max_num_queries):
    content = workbook(world, *(line(n) for n in range(1, 120)))
    check = checked(world, content)
    job = services.start_import(actor=world.people["plan_admin"], checked=check)
    with django_assert_max_num_queries(60):
        ran(job)
    assert Project.objects.count() == 119
