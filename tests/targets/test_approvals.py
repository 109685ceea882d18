"""绩效目标批复: issued with the budget, frozen, corrected by another; the congress (Q-15)."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.core import clock
from apps.jobs import files
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.notifications.models import Message
from apps.projects import services as projects
from apps.projects.models import Project
from apps.projects.steps import selectors as steps
from apps.rules.errors import RuleError
from apps.targets.approvals import congress, paper, reading, services
from apps.targets.approvals.services import Order
from apps.targets.models import Approval
from tests import makers
from tests.filings import steps as desks
from tests.filings.steps import LATER, denied, refused
from tests.makers import YEAR
from tests.personas import World, client_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q-15", "W-07", "B-05")]
needs_pdftotext = pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext")
ORDER = Order("尉财预〔2024〕12号", date(2024, 4, 8), is_with_budget=True)


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    with clock.at(LATER):
        yield


@pytest.fixture
def project(world: World) -> Project:
    """A project with targets in force; another of the unit is still being written."""
    filing = makers.target_filing(world)
    desks.approved(world, filing)
    makers.target_filing(world, n=2)
    found: Project = filing.assignment.project
    return found


def issued(world: World, order: Order = ORDER, **more) -> Approval:
    actor = world.people["budget_officer"]
    return services.issue(actor=actor, unit=world.units["water"], year=YEAR, order=order, **more)


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=1)
    return "".join(done.stdout.decode().split())


# --- the list -------------------------------------------------------------------------------
def test_the_list_holds_what_is_in_force_and_names_what_it_leaves_out(
    world: World, project: Project
):
    draft = reading.draft_of(world.units["water"], YEAR)
    assert [line.project for line in draft.lines] == [project]
    assert [str(left) for left in draft.left_out] == ["农村饮水安全巩固提升工程2"]
    assert (draft.total, draft.fiscal) == (14_200_000, 13_800_000)
    (waits,) = reading.waiting(world.county, YEAR)
    assert (waits.unit, waits.n_projects, waits.n_settled, waits.n_waiting) == (
        world.units["water"],
        2,
        1,
        1,
    )


def test_issuing_freezes_the_list_dates_both_sides_and_tells_the_unit(
    world: World, project: Project
):
    made = issued(world)
    assert [(row.project, row.total) for row in made.rows.all()] == [(project, 14_200_000)]
    assert len(made.pdf.sha256) == len(made.digest) == 64
    dates = steps.dates_of(project, YEAR)
    for side in ("budget", "target"):
        day = dates[side, "approved"]
        assert (day.on, day.source) == (ORDER.issued_on, ORDER.number)
    assert Entry.objects.get(action="targets.issue_approval").data["n_rows"] == 1
    assert Message.objects.filter(title__contains=ORDER.number).exists()
    assert reading.waiting(world.county, YEAR) == []


def test_a_document_of_its_own_leaves_the_budgets_day_alone(world: World, project: Project):
    issued(world, Order("尉财绩〔2024〕1号", date(2024, 4, 8)))
    assert set(steps.dates_of(project, YEAR)) == {("target", "approved")}


@needs_pdftotext
def test_the_paper_says_number_projects_money_and_indicators(world: World, project: Project):
    made = issued(world)
    text = text_of(files.opened(made.pdf).read())
    for words in (
        ORDER.number,
        "随部门预算同步批复",
        str(project.code),
        "1,420.00",
        "2024年4月8日",
    ):
        assert words in text
    book = openpyxl.load_workbook(files.opened(made.xlsx))
    assert book.sheetnames == ["项目", "绩效指标"]
    assert book["绩效指标"].max_row > 5


@pytest.mark.parametrize(
    ("order", "match"),
    [
        (Order(" ", date(2024, 4, 8)), "文号未填"),
        (Order("文", date(2024, 4, 9)), "批复日期"),
    ],
)
def test_a_wrong_order_makes_no_document(world: World, project: Project, order, match):
    with refused(match):
        issued(world, order)


def test_nothing_is_approved_twice_and_no_number_used_twice(world: World, project: Project):
    issued(world)
    with refused("没有等批复的绩效目标"):
        issued(world, Order("尉财预〔2024〕13号", date(2024, 4, 8)))
    other = Project.objects.get(code__endswith="2")
    desks.approved(world, other.assignments.get().filings.get())
    with refused("已经下达过"):
        issued(world)


def test_who_does_not_approve_the_budget_does_not_approve_targets(world: World, project: Project):
    for person in ("performance_reviewer", "filer"):
        with denied("由批复预算的"):
            services.issue(
                actor=world.people[person], unit=world.units["water"], year=YEAR, order=ORDER
            )


# --- later ----------------------------------------------------------------------------------
def test_a_mistake_is_corrected_by_another_document_that_says_why(world: World, project: Project):
    first = issued(world, Order("尉财预〔2024〕12号", date(2024, 4, 1), is_with_budget=True))
    with refused("更正理由未填"):
        issued(world, Order("尉财预〔2024〕13号", date(2024, 4, 8)), replaces=first)
    second = issued(
        world,
        Order("尉财预〔2024〕13号", date(2024, 4, 8), reason="日期写错"),
        replaces=first,
    )
    assert list(Approval.objects.in_force()) == [second]
    assert steps.dates_of(project, YEAR)["target", "approved"].on == date(2024, 4, 8)
    assert steps.dates_of(project, YEAR)["budget", "approved"].on == date(2024, 4, 1)
    with refused("已经被更正过"):
        issued(world, Order("文3", date(2024, 4, 8), reason="再改"), replaces=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=second.pk).update(reason="")


def test_targets_that_change_later_wait_again_but_keep_the_first_day(
    world: World, project: Project
):
    issued(world, Order("尉财预〔2024〕12号", date(2024, 4, 1)))
    filing = project.assignments.get().filings.get()
    assert reading.waiting(world.county, YEAR) == []
    desks.reopened(world, filing)
    desks.approved(world, filing)
    (waiting,) = reading.waiting(world.county, YEAR)
    assert (waiting.n_settled, waiting.n_waiting) == (1, 1)
    (line,) = reading.draft_of(world.units["water"], YEAR).lines
    assert line.is_change
    issued(world, Order("尉财预〔2024〕20号", date(2024, 4, 8)))
    assert steps.dates_of(project, YEAR)["target", "approved"].on == date(2024, 4, 1)


# --- as jobs --------------------------------------------------------------------------------
def test_a_list_that_moved_since_it_was_seen_is_not_issued(world: World, project: Project):
    actor, unit = world.people["plan_admin"], world.units["water"]
    seen = reading.draft_of(unit, YEAR).digest
    told = {"actor": actor, "unit": unit, "year": YEAR, "order": ORDER}
    with refused("清单变了"):
        services.start(**told, seen="x")
    job = services.start(**told, seen=seen)
    projects.set_money(project=project, actor=actor, year=YEAR, lines=[])
    jobs.run_one()
    job.refresh_from_db()
    assert (job.state, Approval.objects.count()) == (Job.State.FAILED, 0)
    assert "清单变了" in job.message


def test_money_moved_between_sources_makes_another_list(world: World, project: Project):
    """The document names the fiscal money beside the total, so the digest holds both."""
    before = reading.draft_of(world.units["water"], YEAR)
    swapped = [
        projects.MoneyLine("fiscal", "county", *([Decimal("400000")] * 2), Decimal(0)),
        projects.MoneyLine("other", "county", *([Decimal("13800000")] * 2), Decimal(0)),
    ]
    actor = world.people["plan_admin"]
    projects.set_money(project=project, actor=actor, year=YEAR, lines=swapped)
    after = reading.draft_of(world.units["water"], YEAR)
    assert before.total == after.total
    assert before.digest != after.digest


def test_a_batch_gives_each_unit_its_document_under_one_number(world: World, project: Project):
    other = makers.make_project(world, "traffic", n=7)
    makers.assign_all(world, project.assignments.get().plan)
    filing = makers.open_target_filing(world, other, world.people["stranger"])
    actor = {**world.people, "filer": world.people["stranger"]}
    elsewhere = World(**{**world.__dict__, "people": actor})
    makers.submitted(elsewhere, filing)
    desks.decide(world, filing, "other_section_reviewer", "pass_on")
    filing.refresh_from_db()
    marks = makers.full_marks(filing)
    desks.decide(world, filing, "performance_reviewer", "pass_on", marks=marks)
    issued(world, Order("尉财预〔2024〕11号", date(2024, 4, 1)))
    told = {"actor": world.people["budget_officer"], "jurisdiction": world.county, "year": YEAR}
    job = services.start_batch(**told, order=ORDER)
    jobs.run_one()
    job.refresh_from_db()
    assert job.message == "已下达1家。"
    assert Approval.objects.get(number=ORDER.number).unit == world.units["traffic"]
    with refused("没有等批复"):
        services.start_batch(**told, order=ORDER)


def test_one_refused_unit_does_not_hold_up_a_batch(world: World, project: Project):
    unit = world.units["water"]
    issued(world)
    other = Project.objects.get(code__endswith="2")
    desks.approved(world, other.assignments.get().filings.get())
    job = services.start_batch(
        actor=world.people["plan_admin"], jurisdiction=world.county, year=YEAR, order=ORDER
    )
    jobs.run_one()
    job.refresh_from_db()
    assert job.message.startswith("已下达0家。没有下达1家：")
    assert Approval.objects.filter(unit=unit).count() == 1


# --- the congress ---------------------------------------------------------------------------
def marked(project: Project, world: World) -> None:
    projects.update_project(
        project=project, actor=world.people["plan_admin"], facts={"is_key": True}
    )


@needs_pdftotext
def test_the_book_holds_key_projects_with_contents_and_totals(world: World, project: Project):
    marked(project, world)
    marked(Project.objects.get(code__endswith="2"), world)
    job = congress.start(actor=world.people["leader"], year=YEAR, scope="key")
    jobs.run_one()
    job.refresh_from_db()
    assert job.message == "已做成，1个项目。1个项目没有定稿的目标，没有列入。"
    package = zipfile.ZipFile(io.BytesIO(files.opened(job.file).read()))
    pdf, xlsx = package.namelist()
    text = text_of(package.read(pdf))
    for words in ("目录", "汇总", "日期未登记", "1,420.00", str(project)):
        assert words in text
    listed = openpyxl.load_workbook(io.BytesIO(package.read(xlsx)))["项目"]
    assert [cell.value for cell in listed[listed.max_row]][1:5] == ["合计", None, "1个项目", 1420]


def test_without_key_projects_or_targets_there_is_no_book(world: World, project: Project):
    with refused("没有重点项目"):
        congress.start(actor=world.people["leader"], year=YEAR, scope="key")
    with refused("范围只能是"):
        congress.start(actor=world.people["leader"], year=YEAR, scope="some")
    with denied("由财政部门和人大"):
        congress.start(actor=world.people["filer"], year=YEAR, scope="all")
    other = Project.objects.get(code__endswith="2")
    marked(other, world)
    job = congress.start(actor=world.people["observer"], year=YEAR, scope="key")
    jobs.run_one()
    job.refresh_from_db()
    assert (job.state, "没有可报的" in job.message) == (Job.State.FAILED, True)


def test_a_book_without_money_on_record_says_so(world: World, project: Project):
    line = reading.draft_of(world.units["water"], YEAR).lines[0]
    bare = reading.line_of(project, line.revision, {})
    (entry,) = paper.entries([bare])
    assert (entry.total, entry.fiscal) == ("未登记", "未登记")
    book = paper.Book("书", YEAR, "全部项目", None, [bare], 0)
    assert (book.total, book.n_unknown) == (0, 1)


# --- pages ----------------------------------------------------------------------------------
def test_the_pages_lead_from_the_waiting_unit_to_the_document(world: World, project: Project):
    client, unit = client_of(world.people["budget_officer"]), world.units["water"]
    page = client.get(f"/{YEAR}/approvals/")
    assert "去批复" in page.text
    url = f"/{YEAR}/approvals/units/{unit.public_id}/"
    seen = client.get(url).context["draft"].digest
    wrong = client.post(url, {"number": "", "issued_on": "2024-04-08", "seen": seen})
    assert wrong.status_code == 422
    assert client.post(url, {"number": "文1", "issued_on": "2024-04-08", "seen": seen}).url
    jobs.run_one()
    made = Approval.objects.get()
    for person in ("filer", "budget_officer", "observer"):
        reader = client_of(world.people[person])
        assert made.number in reader.get(f"/{YEAR}/approvals/{made.public_id}/").text
        file = reader.get(f"/{YEAR}/approvals/{made.public_id}/pdf/")
        assert b"".join(file.streaming_content).startswith(b"%PDF")
    correcting = client.get(f"{url}?replaces={made.public_id}")
    assert "更正目标批复" in correcting.text
    assert client.get(f"{url}?replaces=x").status_code == 404


def test_a_wrong_batch_or_scope_stays_on_the_page(world: World, project: Project):
    client = client_of(world.people["plan_admin"])
    order = {"number": "文", "issued_on": "2024-05-01"}
    assert client.post(f"/{YEAR}/approvals/batch/", order).status_code == 422
    for year in (0, 9999):  # no year before or after it
        assert client.post(f"/{year}/approvals/batch/", order).status_code == 422
    assert client.post(f"/{YEAR}/approvals/congress/", {"scope": "key"}).status_code == 422


def test_a_document_of_too_many_projects_is_refused(world: World, project: Project, monkeypatch):
    monkeypatch.setattr(services, "MOST", 0)
    monkeypatch.setattr(congress, "MOST", 0)
    with pytest.raises(RuleError, match="一份批复最多"):
        issued(world)
    with pytest.raises(RuleError, match="一本最多"):
        congress.start(actor=world.people["leader"], year=YEAR, scope="all")
