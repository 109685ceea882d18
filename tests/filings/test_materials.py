"""The generic materials filing: numbers kept as typed, slots, what changed (U-06, Y-84)."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.core import clock
from apps.filings import materials, services, stages
from apps.filings.models import State
from apps.rules.form_diff import ADDED, CHANGED, REMOVED, SAME
from apps.workplans.models import FactDefinition
from tests import makers
from tests.filings import steps
from tests.filings.steps import denied, refused
from tests.makers import MONDAY
from tests.personas import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("U-06", "Y-84")]


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def filing(world):
    found = steps.materials_filing(world)
    FactDefinition.objects.filter(task=found.assignment.task).update(is_required=True)
    return found


@pytest.fixture
def page(filing):
    return reverse("filings:materials", args=[2024, filing.public_id])


def save(world, filing, summary="", person="filer", **facts):
    version = filing.revisions.order_by("-number")[0].version
    with clock.at(MONDAY):
        return services.save_materials(
            filing=filing,
            actor=world.people[person],
            version=version,
            summary=summary,
            facts=facts,
        )


def newest(filing):
    return filing.revisions.order_by("-number")[0]


@pytest.mark.parametrize(
    ("typed", "value", "unread"),
    [("12", Decimal(12), {}), ("1,200.5", Decimal("1200.5"), {}), ("十二", None, {"n": "十二"})],
)
def test_a_number_is_read_and_what_is_none_stays_as_typed(world, filing, typed, value, unread):
    revision = save(world, filing, "报送四篇", n=typed, unknown="9")
    assert materials.values(revision).get("n") == value
    assert revision.material_sheet.unread == unread


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", "未填。请填数，单位篇，例如12。"), ("十二", "填“十二”，请填数，单位篇，例如12。")],
)
def test_a_required_number_stops_the_submission(world, filing, typed, words):
    revision = save(world, filing, n=typed)
    (finding,) = [f for f in services.findings_of(revision=revision) if f.path == "fact.n"]
    assert (finding.message, finding.where, finding.severity) == (words, "宣传稿件", "阻断")


def test_a_number_that_nobody_requires_may_be_missing(world, filing):
    filing.assignment.task.facts.update(is_required=False)
    revision = save(world, filing, n="")
    assert [f.path for f in services.findings_of(revision=revision)] == ["slot.summary"]


def test_a_place_is_named_and_an_unknown_one_refused(filing):
    revision = newest(filing)
    assert materials.place(revision, "summary") == "情况说明"
    assert materials.place(revision, "fact.n") == "宣传稿件"
    assert materials.place(revision, "slot.summary") == "佐证材料 汇总表"
    with refused("表里没有这一处"):
        materials.place(revision, "fact.other")


def test_a_return_opens_a_copy_and_the_difference_is_shown(world, filing, page):
    client = client_of(world.people["filer"])
    with clock.at(MONDAY):
        client.post(page, {"version": 1, "summary": "旧", "fact-n": "12"})
        upload = SimpleUploadedFile("汇总.pdf", b"%PDF-1.4\n", "application/pdf")
        url = reverse("filings:attach", args=[2024, filing.public_id])
        client.post(url, {"slot": "summary", "file": upload})
        version = newest(filing).version
        services.submit(filing=filing, actor=world.people["filer"], version=version, key="k")
    first = newest(filing)
    items = [services.Wanted("fact.n", "核对篇数")]
    steps.decide(
        world,
        filing,
        "performance_reviewer",
        "send_back",
        items=items,
        due_on=MONDAY.date(),
    )
    second = newest(filing)
    assert materials.canonical(first) == materials.canonical(second)
    save(world, filing, "新", n="")
    (section,) = materials.diff(first, second).sections
    assert {row.key: row.kind for row in section.rows} == {"summary": CHANGED, "fact.n": REMOVED}
    (whole,) = materials.diff(None, first).sections
    assert {row.kind for row in whole.rows} == {ADDED}
    (same,) = materials.diff(first, first).sections
    assert {row.kind for row in same.rows} == {SAME}
    assert materials.figures(first) == [("情况说明", "旧"), ("宣传稿件", "12篇")]
    assert services.verify_receipt(revision=first).holds


def test_a_unit_files_its_materials_by_page(world, filing, page):
    client = client_of(world.people["filer"])
    with clock.at(MONDAY):
        assert "宣传稿件" in client.get(page).content.decode()
        saved = client.post(
            page,
            {"version": 1, "summary": "x\x00y", "fact-n": "十二\x00"},
            headers={"X-Autosave": "true"},
        )
        assert saved.json()["version"] == 2
        assert "填“十二”" in saved.json()["findings_html"]
        assert "十二" in client.get(page).content.decode()
        answer = client.post(page, {"version": 2, "fact-n": "12", "next": "confirm"})
        assert answer["Location"].endswith("/confirm/")
    assert newest(filing).material_sheet.facts.get().value == 12


def test_a_stale_page_keeps_what_was_typed_and_overwrites_nothing(world, filing, page):
    save(world, filing, "已存", n="3")
    client = client_of(world.people["filer2"])
    with clock.at(MONDAY):
        quiet = client.post(
            page, {"version": 1, "summary": "我写的"}, headers={"X-Autosave": "true"}
        )
        loud = client.post(page, {"version": 1, "summary": "我写的"})
    assert (quiet.status_code, quiet.json()["code"]) == (409, "filings.stale")
    assert loud.status_code == 409
    assert "我写的" in loud.content.decode()
    assert newest(filing).material_sheet.summary == "已存"


def test_a_submitted_filing_shows_its_lock_and_takes_nothing(world, filing, page):
    save(world, filing, "x", n="1")
    filing.assignment.task.slots.update(is_required=False)
    with clock.at(MONDAY):
        services.submit(
            filing=filing, actor=world.people["filer"], version=newest(filing).version, key="k"
        )
    filing.refresh_from_db()
    assert filing.state == State.SUBMITTED
    with refused("内容已锁定"):
        save(world, filing, "y")
    with clock.at(MONDAY):
        assert "审核中" in client_of(world.people["filer"]).get(page).content.decode()


def test_only_the_units_filer_writes(world, filing):
    with denied("只有本单位填报员"):
        save(world, filing, person="unit_head")


def test_another_kind_of_filing_has_another_page(world):
    filing = makers.target_filing(world)
    client = client_of(world.people["filer"])
    with clock.at(MONDAY):
        answer = client.get(reverse("filings:materials", args=[2024, filing.public_id]))
    assert answer["Location"] == reverse("filings:detail", args=[2024, filing.public_id])


def test_a_kind_that_no_stage_registered_is_refused():
    assert stages.kinds() == [
        "materials",
        "monitoring.policy",
        "monitoring.project",
        "monitoring.unit",
        "pre_assessment.policy",
        "pre_assessment.project",
        "targets.adjustment",
        "targets.policy",
        "targets.project",
        "targets.transfer",
        "targets.unit",
    ]
    with refused("“dreams”这类任务还不能在本系统填报"):
        stages.hooks_for("dreams")
