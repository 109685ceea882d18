"""Findings that do not block: answered by the unit, waived by the bureau, counted when sent."""

from __future__ import annotations

import pytest

from apps.audit.models import Entry
from apps.core import clock
from apps.filings import check_counts, services
from apps.filings.models import Filing, FindingAnswer, FindingRecord, Recheck, Revision
from apps.filings.services import rechecking
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.workplans.models import CheckSetting, Plan
from tests import makers
from tests.filings import steps
from tests.filings.steps import LATER, denied, refused
from tests.personas import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("Y-46", "U-25")]
CODE = "targets.zero"


@pytest.fixture
def filing(world):
    return makers.target_filing(world)


@pytest.fixture
def form():
    """A good form but for one target of 0, which the check asks about."""
    whole = makers.good_form()
    line = next(n for n, each in enumerate(whole.lines) if each.operator == "≥")
    return makers.with_line(whole, line, value=0)


@pytest.fixture
def path(form):
    line = next(each for each in form.lines if each.value == 0)
    return f"indicator:{line.key}.value"


def ask(filing):
    """The plan wants the finding answered."""
    plan = filing.assignment.plan
    return CheckSetting.objects.create(plan=plan, code=CODE, must_answer=True, reason="须说明")


def answer(world, filing, path, text="试运行年，明年起计。", code=CODE):
    return services.answer_finding(
        filing=filing, actor=world.people["filer"], code=code, path=path, text=text
    )


def send(world, filing):
    version = filing.revisions.order_by("-number")[0].version
    with clock.at(LATER):
        return services.submit(
            filing=filing, actor=world.people["filer"], version=version, key=f"k{version}"
        )


def test_what_the_plan_wants_answered_stops_until_it_is(world, filing, form, path):
    ask(filing)
    makers.saved(world, filing, form)
    with refused("还有1条检查意见须答复"):
        services.submit(
            filing=filing,
            actor=world.people["filer"],
            version=filing.revisions.get().version,
            key="k",
        )

    with clock.at(LATER):
        answer(world, filing, path)
    revision = send(world, filing)

    assert revision.answers.get().text == "试运行年，明年起计。"
    assert Entry.objects.filter(action="filings.answer_finding").count() == 1


def test_a_waiver_settles_it_as_well(world, filing, form, path):
    ask(filing)
    makers.saved(world, filing, form)
    with clock.at(LATER):
        services.waive(
            filing=filing, actor=world.people["plan_admin"], code=CODE, path=path, reason="已说明"
        )
    assert send(world, filing).receipt_number


def test_an_answer_is_refused_where_nothing_can_be_answered(world, filing, form, path):
    makers.saved(world, filing, makers.with_line(form, 0, unit=""))
    with refused("已经没有了"):
        answer(world, filing, path, code="targets.negative")
    blocked = next(
        each
        for each in services.findings_of(revision=filing.revisions.get())
        if each.severity == "阻断"
    )
    with refused("阻断的要改好"):
        answer(world, filing, blocked.path, code=blocked.code)
    with refused("最多500字"):
        answer(world, filing, path, text="字" * 501)
    with denied("只有本单位填报员"):
        services.answer_finding(
            filing=filing,
            actor=world.people["unit_head"],
            code=CODE,
            path=path,
            text="已核",
        )


def test_an_answer_is_taken_away_and_goes_on_while_its_finding_stands(world, filing, form, path):
    makers.saved(world, filing, form)
    with clock.at(LATER):
        answer(world, filing, path)
        assert answer(world, filing, path, text=" ") is None
        assert not FindingAnswer.objects.exists()
        answer(world, filing, path)
    send(world, filing)
    steps.returned(world, filing)
    assert filing.revisions.get(number=2).answers.get().path == path

    makers.saved(world, filing, makers.good_form())
    item = filing.return_items.get()
    with clock.at(LATER):
        services.answer_item(
            item=item, actor=world.people["filer"], answer="已改", is_resolved=True
        )
    revision = send(world, filing)

    assert not revision.answers.exists()
    assert filing.revisions.get(number=1).answers.exists()


def test_a_finding_led_to_a_change_when_its_cell_did_change(world, filing, form, path):
    makers.submitted(world, filing, form)
    spoken = set(FindingRecord.objects.values_list("code", flat=True))
    assert CODE in spoken
    assert set(FindingRecord.objects.values_list("led_to_change", flat=True)) == {None}
    steps.returned(world, filing)

    line = next(n for n, each in enumerate(form.lines) if each.value == 0)
    makers.saved(world, filing, makers.with_line(form, line, value=5))
    with clock.at(LATER):
        services.answer_item(
            item=filing.return_items.get(),
            actor=world.people["filer"],
            answer="已改",
            is_resolved=True,
        )
    send(world, filing)

    assert FindingRecord.objects.get(code=CODE).led_to_change is True


def test_a_finding_of_what_is_approved_as_it_stands_led_to_none(world, filing, form):
    makers.submitted(world, filing, form)
    steps.decide(world, filing, "section_reviewer", "pass_on")
    filing.refresh_from_db()
    marks = makers.full_marks(filing)
    steps.decide(world, filing, "performance_reviewer", "pass_on", marks=marks)

    assert FindingRecord.objects.get(code=CODE).led_to_change is False
    (line,) = [
        each
        for each in check_counts.rule_counts(world.people["leader"], makers.YEAR)
        if each.count.code == CODE
    ]
    assert (line.title, line.count.n_found, line.n_unchanged) == ("指标值为0，必然完成", 1, 1)
    assert line.count.hit_rate == 0
    with denied("只有财政部门"):
        check_counts.export(actor=world.people["filer"], year=makers.YEAR)


def test_the_desk_waives_what_the_unit_was_told_at_its_submission(world, filing, form, path):
    makers.submitted(world, filing, form)
    other = world.people["other_section_reviewer"]
    with denied("可以豁免检查"):
        services.waive(filing=filing, actor=other, code=CODE, path=path, reason="x")
    with clock.at(LATER):
        desk = client_of(world.people["section_reviewer"])
        page = f"/2024/filings/{filing.public_id}/waive/"
        form_of = desk.get(f"{page}?finding={CODE} {path}").context["form"]
        assert form_of.initial["code"] == f"{CODE} {path}"
        answer = desk.post(page, {"code": f"{CODE} {path}", "reason": "新设机构"})
    assert answer.headers["Location"] == f"/2024/reviews/{filing.public_id}/"
    with clock.at(LATER):
        shown = desk.get(f"/2024/reviews/{filing.public_id}/").content.decode()
    assert "已豁免：新设机构" in shown


# --- after an amendment of the checks ---------------------------------------------------------
@pytest.fixture
def others(world, filing, form):
    """Two submitted filings and a draft, all with the target of 0."""
    makers.submitted(world, filing, form)
    plan = filing.assignment.plan
    for n in (2, 3):
        project = makers.make_project(world, n=n, name=f"乡镇{'甲乙丙'[n - 1]}道路")
        makers.assign_all(world, plan)
        draft = makers.open_target_filing(world, project)
        makers.saved(world, draft, form)
        if n == 2:
            makers.submitted(world, draft, form)
    return plan


def test_a_recheck_goes_on_where_a_dead_worker_left_it(world, others):
    admin = world.people["plan_admin"]
    CheckSetting.objects.create(plan=others, code=CODE, is_on=False, reason="不查")
    before = list(Filing.objects.order_by("pk").values_list("pk", "state"))
    kept = list(Revision.objects.order_by("pk").values_list("findings", flat=True))
    with clock.at(LATER):
        job = services.start_recheck(plan=others, actor=admin)
        assert services.start_recheck(plan=others, actor=admin) == job
        rechecking.recheck_block(others, 1)  # a worker that died after its first block
        done = Recheck.objects.get()
        jobs.run_job(job_id=job.pk)
    job.refresh_from_db()

    assert (job.state, job.n_done, job.n_total) == (Job.State.DONE, 3, 3)
    assert "重新审核3件，已报送的有2件检查结果与报送时不同" in job.message
    assert Recheck.objects.count() == 3
    assert Recheck.objects.get(pk=done.pk).made_at == done.made_at
    assert all(CODE not in str(row.findings) for row in Recheck.objects.all())
    assert list(Filing.objects.order_by("pk").values_list("pk", "state")) == before
    assert list(Revision.objects.order_by("pk").values_list("findings", flat=True)) == kept
    with refused("都审核过了"):
        services.start_recheck(plan=others, actor=admin)
    with denied("只有本级计划管理员"):
        services.start_recheck(plan=others, actor=world.people["leader"])


def test_the_page_starts_a_recheck_and_shows_it_beside_the_record(world, others, filing):
    CheckSetting.objects.create(plan=others, code=CODE, is_on=False, reason="不查")
    with clock.at(LATER):
        admin = client_of(world.people["plan_admin"])
        assert "重新审核" in admin.get("/2024/checks/").content.decode()
        told = admin.post("/2024/checks/recheck/")
        assert told.headers["Location"].startswith("/jobs/")
        again = admin.post("/api/v1/2024/checks/recheck/", {}, content_type="application/json")
        assert again.status_code == 202
        assert again.json()["job"] in told.headers["Location"]
        jobs.run_one()
        page = admin.get(f"/2024/filings/{filing.public_id}/findings/").content.decode()
    assert "规则修订后的检查结果" in page
    Plan.objects.update(state=Plan.State.DRAFT)
    with refused("还没有发布"):
        services.start_recheck(plan=others, actor=world.people["plan_admin"])


# --- pages and programs -----------------------------------------------------------------------
def test_the_page_of_findings_takes_answers_and_shows_them_to_the_desk(world, filing, form, path):
    ask(filing)
    makers.saved(world, filing, form)
    page = f"/2024/filings/{filing.public_id}/findings/"
    with clock.at(LATER):
        filer = client_of(world.people["filer"])
        assert "1条须答复" in filer.get(page).content.decode()
        assert (
            "1条检查意见须答复" in filer.get(page.replace("findings", "confirm")).content.decode()
        )
        said = {"code": CODE, "path": path, "text": "试运行年"}
        assert filer.post(f"{page}answer/", said).status_code == 302
        assert filer.post(f"{page}answer/", {"text": "无"}).status_code == 409
        assert "试运行年" in filer.get(page).content.decode()
        (told,) = [each for each in filer.get(f"/api/v1{page}").json() if each["code"] == CODE]
        assert (told["answer"], told["must_answer"], told["waiver"]) == ("试运行年", True, "")
        renewed = filer.post(
            f"/api/v1{page}answer/", {**said, "text": "第一年"}, content_type="application/json"
        )
        assert "第一年" in {each["answer"] for each in renewed.json()}
    send(world, filing)
    with clock.at(LATER):
        desk = client_of(world.people["section_reviewer"])
        assert "第一年" in desk.get(f"/2024/reviews/{filing.public_id}/").content.decode()
        assert "第一年" in desk.get(page).content.decode()


def test_the_bureau_sees_what_came_of_the_checks_and_takes_it_away(world, filing, form):
    makers.submitted(world, filing, form)
    leader = client_of(world.people["leader"])
    with clock.at(LATER):
        page = leader.get("/2024/checks/").content.decode()
        assert "指标值为0，必然完成" in page
        book = leader.post("/2024/checks/export/")
        assert book.content[:2] == b"PK"
        rows = leader.get("/api/v1/2024/checks/").json()
        assert leader.post("/api/v1/2024/checks/export/").status_code == 200
        assert client_of(world.people["filer"]).get("/2024/checks/").status_code == 403
    assert {row["code"]: row["hit_rate"] for row in rows}[CODE] is None
    assert Entry.objects.filter(action="filings.export_check_counts").count() == 2
