"""The pages of projects: what each person sees, sends and gets back."""

import io

import openpyxl
import pytest
from django.urls import reverse

from apps.audit.models import Entry
from apps.core import sheets
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.projects import services
from apps.projects.models import FundLine, Project, ProjectYear
from apps.projects.services import MoneyLine
from tests.core.books import book
from tests.personas import client_of
from tests.projects.lists import YEAR, as_file, code, line, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def project(world, plan_admin):
    """A confirmed project of the water bureau with its money."""
    return confirmed(world, plan_admin, "water", 1, "农村饮水巩固")


def confirmed(world, plan_admin, unit, number, name):
    project = services.create_project(
        actor=plan_admin, unit=world.units[unit], code=code(number), name=name, first_year=2024
    )
    services.confirm(
        project=project, actor=plan_admin, year=YEAR, origin="initial", attribute="new"
    )
    lines = [MoneyLine("fiscal", initial=1_000_000, adjusted=1_000_000)]
    services.set_money(project=project, actor=plan_admin, year=YEAR, lines=lines)
    return project


def get(user, page, /, *args, **query):
    return client_of(user).get(reverse(f"projects:{page}", args=args), query)


def post(user, page, /, *args, **data):
    return client_of(user).post(reverse(f"projects:{page}", args=args), data)


# --- list -----------------------------------------------------------------------------------
@pytest.mark.req("Y-47")
@pytest.mark.trust("B03")
@pytest.mark.parametrize(
    ("key", "sees"),
    [
        ("filer", {"水利项目"}),
        ("station_filer", {"管理站项目"}),
        ("supervisor", {"水利项目", "管理站项目"}),
        ("stranger", {"交通项目"}),
        ("section_reviewer", {"水利项目", "管理站项目"}),
        ("other_section_reviewer", {"交通项目"}),
        ("rural_reviewer", set()),
        ("leader", {"水利项目", "管理站项目", "交通项目"}),
        ("budget_officer", {"水利项目", "管理站项目", "交通项目"}),
        ("performance_reviewer", {"水利项目", "管理站项目", "交通项目", "涉密项目1"}),
        ("plan_admin", {"水利项目", "管理站项目", "交通项目", "涉密项目1"}),
        ("observer", {"水利项目", "管理站项目", "交通项目"}),
        ("secret_filer", {"涉密项目1"}),
        ("foreign_reviewer", set()),
        ("sys_admin", set()),
        ("sec_admin", set()),
        ("expert", set()),
    ],
)
def test_everyone_sees_the_rows_that_are_theirs_on_page_export_and_api(
    world, plan_admin, key, sees
):
    confirmed(world, plan_admin, "water", 1, "水利项目")
    confirmed(world, plan_admin, "water_station", 2, "管理站项目")
    confirmed(world, plan_admin, "traffic", 3, "交通项目")
    secret = services.create_classified(
        actor=plan_admin, unit=world.units["secret"], first_year=2024
    )
    services.confirm(project=secret, actor=plan_admin, year=YEAR, origin="initial", attribute="new")
    names = {"水利项目", "管理站项目", "交通项目", "涉密项目1"}
    user = world.people[key]

    page = get(user, "list", YEAR).content.decode()
    assert {name for name in names if name in page} == sees
    rows = sheets.read_grid(post(user, "export", YEAR).content).rows[2:]
    assert {row[1] for row in rows} == sees
    answer = client_of(user).get(reverse("api-projects", args=[YEAR])).json()["results"]
    assert {row["name"] or "涉密项目1" for row in answer} == sees


@pytest.mark.parametrize(
    ("query", "n_found"),
    [
        ({}, 2),
        ({"q": "饮水"}, 1),
        ({"q": "65282324T"}, 2),
        ({"origin": "added"}, 0),
        ({"origin": "reserve"}, 1),
        ({"budget_type": "fund"}, 0),
        ({"unit": "nonsense"}, 2),
        ({"q": "x' OR 1=1 --"}, 0),
    ],
)
def test_the_filter_finds(world, plan_admin, project, query, n_found):
    confirmed(world, plan_admin, "traffic", 2, "公路养护")
    services.create_project(
        actor=plan_admin, unit=world.units["water"], code=code(3), name="储备的", first_year=2024
    )
    page = get(plan_admin, "list", YEAR, **query)
    assert len(page.context["page"].rows) == n_found


def test_the_list_pages_by_key_with_few_queries(world, plan_admin, django_assert_max_num_queries):
    for number in range(1, 56):
        project = Project.objects.create(
            jurisdiction=world.county,
            unit=world.units["water"],
            code=code(number),
            name=f"项目{number:03d}",
            first_year=2024,
            created_at="2024-01-01T00:00:00+08:00",
        )
        ProjectYear.objects.create(
            project=project,
            jurisdiction=world.county,
            fiscal_year=YEAR,
            origin="initial",
            attribute="new",
            joined_on="2024-01-01",
        )
    client = client_of(plan_admin)
    client.get(reverse("projects:list", args=[YEAR]))
    with django_assert_max_num_queries(20):
        page = client.get(reverse("projects:list", args=[YEAR]))
    assert len(page.content) < 150_000
    following = client.get(page.context["page"].next_url)
    assert [row.name for row in following.context["page"].rows] == [
        f"项目{n:03d}" for n in range(51, 56)
    ]


def test_an_export_is_on_record_and_carries_the_filter(world, plan_admin, project):
    answer = post(plan_admin, "export", YEAR, q="饮水")
    cells = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [cells["B3"].value, cells["Q3"].value] == ["农村饮水巩固", 100]
    entry = Entry.objects.get(action="projects.export")
    assert entry.data == {"year": YEAR, "filter": {"text": "饮水"}, "n_rows": 1}


# --- forms ----------------------------------------------------------------------------------
def test_a_filer_puts_a_project_into_reserve(world, filer):
    data = {
        "unit": world.units["water"].pk,
        "code": code(7),
        "name": "新打机井",
        "category": "T",
        "budget_type": "general",
        "first_year": 2024,
        "total_investment": "12.5",
    }
    answer = post(filer, "new", YEAR, **data)
    project = Project.objects.get()
    assert answer.status_code == 302
    assert (project.state, project.total_investment) == ("reserve", 125_000)

    again = post(filer, "new", YEAR, **data)
    assert again.status_code == 422
    assert f"项目编码{code(7)}已有" in again.content.decode()
    assert Project.objects.count() == 1


@pytest.mark.trust("B06", "B07")
def test_a_filer_changes_only_what_describes_the_project(world, filer, project):
    answer = post(
        filer, "edit", YEAR, project.public_id, leader="阿不都", name="改名", code=code(9)
    )
    assert answer.status_code == 302
    project.refresh_from_db()
    assert (project.leader, project.name, project.code) == ("阿不都", "农村饮水巩固", code(1))
    assert Entry.objects.filter(action="projects.update").count() == 1


@pytest.mark.trust("B10")
@pytest.mark.parametrize(
    ("key", "status"), [("stranger", 404), ("foreign_reviewer", 404), ("observer", 403)]
)
def test_others_do_not_edit(world, project, key, status):
    assert get(world.people[key], "edit", YEAR, project.public_id).status_code == status
    assert (
        post(world.people[key], "edit", YEAR, project.public_id, leader="x").status_code == status
    )
    project.refresh_from_db()
    assert project.leader == ""


def test_the_plan_administrator_confirms_and_sets_money(world, plan_admin, filer):
    project = services.create_project(
        actor=filer, unit=world.units["water"], code=code(1), name="甲", first_year=2024
    )
    page = get(plan_admin, "edit", YEAR, project.public_id)
    assert "列入2024年度预算" in page.content.decode()

    missing = post(plan_admin, "confirm", YEAR, project.public_id, origin="added", attribute="new")
    assert missing.status_code == 422
    assert ProjectYear.objects.count() == 0

    post(plan_admin, "confirm", YEAR, project.public_id, origin="initial", attribute="new")
    post(plan_admin, "money", YEAR, project.public_id, **{"fiscal-county-adjusted": "1286.00"})
    assert FundLine.objects.get().adjusted == 12_860_000

    assert post(filer, "money", YEAR, project.public_id).status_code == 403
    wrong = post(plan_admin, "money", YEAR, project.public_id, **{"fiscal-county-adjusted": "甲"})
    assert wrong.status_code == 422
    assert FundLine.objects.get().adjusted == 12_860_000


# --- import ---------------------------------------------------------------------------------
def test_a_list_is_uploaded_checked_confirmed_and_imported(world, plan_admin):
    client = client_of(plan_admin)
    url = reverse("projects:import", args=[YEAR])
    template = client.get(reverse("projects:template", args=[YEAR]))
    assert sheets.read_meta(template.content).year == YEAR

    sent = client.post(url, {"file": as_file(workbook(world, line(1)))})
    assert sent.status_code == 302
    jobs.run_one()
    assert "新增" in client.get(sent.url).content.decode()

    check = Job.objects.get()
    told = client.post(
        reverse("projects:import_confirm", args=[YEAR]), {"job": str(check.public_id)}
    )
    jobs.run_one()
    assert "已导入：新增1个" in client.get(told.url).content.decode()
    assert Project.objects.get().name == "农村饮水巩固1"


def test_wrong_cells_stand_on_the_page_with_place_and_remedy(world, plan_admin):
    client = client_of(plan_admin)
    bad = workbook(world, line(1, unit="999"))
    sent = client.post(reverse("projects:import", args=[YEAR]), {"file": as_file(bad)})
    jobs.run_one()
    page = client.get(sent.url).content.decode()
    assert "单位表里没有这个编码" in page
    assert "确认导入" not in page
    check = Job.objects.get()
    assert client.get(reverse("jobs:file", args=[check.public_id])).status_code == 200
    refused = client.post(
        reverse("projects:import_confirm", args=[YEAR]), {"job": str(check.public_id)}
    )
    assert refused.status_code == 409
    assert Project.objects.count() == 0


@pytest.mark.trust("D02")
@pytest.mark.parametrize(
    ("file", "words"),
    [
        (None, "没有收到文件"),
        (as_file(b"PK\x03\x04junk"), "损坏"),
        (as_file(book(), "清单.xls"), "只收.xlsx"),
    ],
)
def test_a_file_that_is_not_taken_says_why_on_the_same_page(world, plan_admin, file, words):
    answer = client_of(plan_admin).post(
        reverse("projects:import", args=[YEAR]), {"file": file} if file else {}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Job.objects.count() == 0


@pytest.mark.trust("B01", "B05")
@pytest.mark.parametrize("key", ["filer", "performance_reviewer", "observer", "sys_admin"])
def test_the_import_pages_are_the_plan_administrators(world, plan_admin, key):
    client_of(plan_admin).post(
        reverse("projects:import", args=[YEAR]), {"file": as_file(workbook(world, line(1)))}
    )
    job = Job.objects.get()
    user = world.people[key]
    assert get(user, "import", YEAR).status_code == 403
    assert get(user, "template", YEAR).status_code == 403
    assert post(user, "import_confirm", YEAR, job=str(job.public_id)).status_code == 403
    assert Project.objects.count() == 0


def test_a_job_of_another_or_of_none_is_not_found(world, plan_admin):
    assert get(plan_admin, "import", YEAR, job="nonsense").status_code == 404
    assert post(plan_admin, "import_confirm", YEAR, job="nonsense").status_code == 404


# --- the choice of a unit ---------------------------------------------------------------------
def facts(number, **more):
    return {
        "code": code(number),
        "name": "河道治理",
        "category": "T",
        "budget_type": "general",
        "first_year": "2024",
        **more,
    }


def test_who_files_for_one_unit_reads_it_and_does_not_choose(world, filer):
    page = get(filer, "new", YEAR).content.decode()
    assert "县水利局（" in page
    assert 'name="unit"' not in page
    traffic = world.units["traffic"].pk
    made = post(filer, "new", YEAR, **facts(5, unit=traffic))
    assert made.status_code == 302
    assert Project.objects.get(name="河道治理").unit == world.units["water"]


def test_who_keeps_many_units_chooses_one_in_words(plan_admin):
    page = get(plan_admin, "new", YEAR).content.decode()
    assert '<option value="" selected>请选择</option>' in page
    assert "---------" not in page
    refused = post(plan_admin, "new", YEAR, **facts(6))
    assert refused.status_code == 422
    assert not Project.objects.filter(name="河道治理").exists()
