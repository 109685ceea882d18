"""Sample checks: fixed before they are drawn, drawn by a second person, recounted by anyone."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import uuid4

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.core import clock
from apps.filings import returned_book, sample_paper, services
from apps.filings.models import Filing, Revision, SampleDraw, SampleItem, State
from apps.filings.selectors import returned as sent
from apps.filings.selectors import sampling as selectors
from apps.filings.selectors import unfit
from apps.filings.selectors.sampling import Scope
from apps.filings.services import exceptional, sample_checks, sampling
from apps.filings.services import unfit as excusing
from apps.filings.services.reviewing import Wanted
from apps.jobs.downloads import file_response
from apps.jobs.models import Job
from apps.jobs.services import run_one
from apps.notifications.models import Message
from apps.organizations.models import Role, User
from apps.projects.models import Project
from apps.rules.sampling import Design, Method
from apps.workplans.models import PlanTask, RuleSetting
from tests import makers
from tests.filings.steps import approved, at_second_desk, denied, refused, returned
from tests.makers import MONDAY
from tests.personas import World, client_of, make_person, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.req("U-11", "U-54")]
HALF = Design(Method.SHARE, Decimal("0.5"))
ALL = Design(Method.SHARE, Decimal(1))
FAULT = [Wanted("year_goal", "写明完成年份")]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture(scope="module")
def kept(module_rows: None) -> bytes:
    """One handed in, one at the second desk, one in force; one returned, one never sent."""
    with clock.at(MONDAY):
        world = make_world()
        made = {}
        world.people["second"] = make_person(
            world, "second", "李二", "performance_reviewer", "performance"
        )
        names = {"sent": makers.submitted, "second": at_second_desk, "approved": approved}
        for n, (name, bring) in enumerate(names.items(), 1):
            made[name] = bring(world, makers.target_filing(world, n=n))
        made["returned"] = returned(world, makers.submitted(world, makers.target_filing(world, 4)))
        makers.target_filing(world, n=5)
        task = made["sent"].assignment.task
    return pickle.dumps((world, made, task))


@pytest.fixture
def world(db: None, kept: bytes) -> World:
    return pickle.loads(kept)[0]


@pytest.fixture
def made(db: None, kept: bytes) -> dict[str, Filing]:
    return pickle.loads(kept)[1]


@pytest.fixture
def task(db: None, kept: bytes) -> PlanTask:
    return pickle.loads(kept)[2]


def prepared(world, task, design=ALL, scope=None, who="performance_reviewer", reason=""):
    return sampling.prepare_sample(
        task=task,
        title="2024年目标抽审",
        design=design,
        scope=scope or Scope(),
        reason=reason,
        actor=world.people[who],
    )


def drawn(world, task, design=ALL, who="plan_admin"):
    return sampling.draw_sample(draw=prepared(world, task, design), actor=world.people[who])


def given(world, draw, who="second"):
    """The drawn filings in the hands of one checker; returns what is left over."""
    return sample_checks.assign_checkers(
        draw=draw, actor=world.people["plan_admin"], checkers=[world.people[who]]
    )


def of(draw, filing) -> SampleItem:
    return draw.items.select_related("draw", "filing", "revision").get(filing=filing)


def found(world, item, result="good", problems=(), who="second"):
    return sample_checks.record_check(
        item=item, actor=world.people[who], result=result, problems=problems
    )


# --- before the draw --------------------------------------------------------------------------
def test_the_population_is_what_is_handed_in_at_that_moment(world, task, made):
    draw = prepared(world, task)
    keys = {row["key"] for row in draw.population}
    assert keys == {str(made[name].public_id) for name in ("sent", "second", "approved")}
    assert [row["key"] for row in draw.population] == sorted(keys)
    assert (draw.population_at, len(draw.seed)) == (MONDAY, 32)
    assert {row["amount"] for row in draw.population} == {"14200000.00"}
    makers.submitted(world, Filing.objects.get(state=State.DRAFT, assignment__task=task))
    draw.refresh_from_db()
    assert len(draw.population) == 3
    assert selectors.recount(draw).is_equal


def test_the_number_of_another_method_is_void(world, task, made):
    design = Design(Method.COUNT, Decimal(1), 1)
    draw = drawn(world, task, design)
    assert (draw.share, draw.count, draw.items.count()) == (None, 1, 1)
    assert "1件" in draw.method_text


def test_a_preview_counts_and_leaves_nothing(world, task):
    told = {"task": task, "design": HALF, "scope": Scope(), "actor": world.people["plan_admin"]}
    made = sampling.preview(**told)
    assert (len(made.population), made.n) == (3, 2)
    assert not SampleDraw.objects.exists()


@pytest.mark.parametrize("who", ["filer", "section_reviewer", "leader", "foreign_reviewer"])
def test_nobody_else_prepares_a_draw(world, task, who):
    with denied("绩效科"):
        prepared(world, task, who=who)
    with denied("绩效科"):
        told = {"task": task, "design": HALF, "scope": Scope(), "actor": world.people[who]}
        sampling.preview(**told)


def test_drawing_once_more_needs_a_reason_also_after_a_void_one(world, task):
    first = prepared(world, task)
    with refused("再抽一次要写理由"):
        prepared(world, task)
    sampling.void_sample(draw=first, actor=world.people["plan_admin"], reason="节点选错")
    with refused("再抽一次要写理由"):
        prepared(world, task, reason="  ")
    assert prepared(world, task, reason="节点选错，重备").reason == "节点选错，重备"


@pytest.mark.parametrize(
    ("design", "scope", "match"),
    [
        (Design(Method.COUNT, count=4), Scope(), "总体只有3件"),
        (HALF, Scope(window="2024-05"), "没有一件"),
        (Design(Method.STRATA, Decimal(1)), Scope(), "按什么分层"),
        (HALF, Scope(by="unit"), "按什么分层"),
        (Design(Method.STRATA, Decimal(1)), Scope(by="amount", limits=("5", "1")), "从小到大"),
    ],
)
def test_what_cannot_be_drawn_is_not_prepared(world, task, design, scope, match):
    with refused(match):
        prepared(world, task, design, scope)


@pytest.mark.parametrize(
    ("by", "limits", "strata"),
    [
        ("unit", (), {"201 县水利局"}),
        ("section", (), {"农业科"}),
        ("fund", (), {"一般公共预算"}),
        ("amount", ("100", "1420"), {"3 1420万元以上"}),
        ("amount", ("100", "1500"), {"2 100—1500万元"}),
        ("amount", ("1500",), {"1 1500万元以下"}),
    ],
)
def test_strata_are_units_sections_money_and_amounts(world, task, by, limits, strata):
    design = Design(Method.STRATA, Decimal("0.1"))
    draw = prepared(world, task, design, Scope(by=by, limits=limits))
    assert {row["stratum"] for row in draw.population} == strata
    assert draw.method_text.endswith("分层")


# --- the draw ---------------------------------------------------------------------------------
def test_a_second_person_draws_by_the_seed_that_stood_before(world, task, made):
    draw = prepared(world, task, HALF)
    seed = draw.seed
    with denied("另一个人办理"):
        sampling.draw_sample(draw=draw, actor=world.people["performance_reviewer"])
    with denied("抽取由"):
        sampling.draw_sample(draw=draw, actor=world.people["budget_officer"])
    sampling.draw_sample(draw=draw, actor=world.people["leader"])
    draw.refresh_from_db()
    assert (draw.state, draw.seed, draw.items.count()) == (SampleDraw.State.DRAWN, seed, 2)
    assert selectors.recount(draw).is_equal
    item = draw.items.first()
    assert item.revision == item.filing.revisions.exclude(submitted_at=None).last()
    lines = Entry.objects.filter(action__in=["filings.prepare_sample", "filings.draw_sample"])
    assert all(entry.data["seed"] == seed for entry in lines)
    with refused("检查中"):
        sampling.draw_sample(draw=draw, actor=world.people["plan_admin"])


def test_a_recount_tells_what_was_touched(world, task, made):
    draw = drawn(world, task)
    first, second = draw.items.all()[:2]
    SampleItem.objects.filter(pk=first.pk).update(position=99)
    told = selectors.recount(draw)
    assert (told.is_same_population, told.is_same_draw) == (True, False)
    assert told.first_difference == "第2件存下的与重算的不同"
    second.delete()
    assert selectors.recount(draw).first_difference == "存下2件，重算3件"
    draw.population[0]["stratum"] = "别的"
    assert not selectors.recount(draw).is_same_population


def test_a_snapshot_that_was_touched_is_not_drawn_from(world, task):
    draw = prepared(world, task)
    draw.population.pop()
    draw.save(update_fields=["population"])
    with refused("摘要不符"):
        sampling.draw_sample(draw=draw, actor=world.people["plan_admin"])


def test_the_database_keeps_preparation_and_draw_apart(world, task):
    draw = prepared(world, task)
    wrong = {"state": "drawn", "drawn_by": draw.prepared_by, "drawn_at": MONDAY}
    for values in (wrong, {"state": "void"}, {"state": "drawn"}, {"void_reason": "无"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SampleDraw.objects.filter(pk=draw.pk).update(**values)


def test_a_void_draw_stays_with_its_reason(world, task):
    draw = drawn(world, task)
    with denied("绩效科"):
        sampling.void_sample(draw=draw, actor=world.people["leader"], reason="错")
    with refused("未填"):
        sampling.void_sample(draw=draw, actor=world.people["plan_admin"], reason=" ")
    given(world, draw)
    found(world, draw.items.filter(checker__isnull=False).first())
    with refused("已有检查结果"):
        sampling.void_sample(draw=draw, actor=world.people["plan_admin"], reason="错")


# --- the check --------------------------------------------------------------------------------
def test_nobody_checks_what_they_judged_and_the_rest_is_dealt_evenly(world, task, made):
    draw = drawn(world, task)
    with denied("绩效科"):
        sample_checks.assign_checkers(draw=draw, actor=world.people["leader"], checkers=[])
    with refused("没有选检查人"):
        sample_checks.assign_checkers(
            draw=draw, actor=world.people["plan_admin"], checkers=[world.people["filer"]]
        )
    left = given(world, draw, "performance_reviewer")
    assert (left, of(draw, made["approved"]).checker) == (1, None)
    both = [world.people[key] for key in ("performance_reviewer", "second")]
    left = sample_checks.assign_checkers(draw=draw, actor=world.people["plan_admin"], checkers=both)
    assert left == 0
    assert of(draw, made["approved"]).checker == world.people["second"]
    assert {item.checker for item in draw.items.all()} == set(both)
    assert world.people["second"].messages.filter(kind="filings.desk_sample").count() == 1


def test_a_section_checks_nothing_outside_its_share(world, task, made):
    draw = drawn(world, task)
    assert given(world, draw, "other_section_reviewer") == 3
    assert given(world, draw, "section_reviewer") == 2  # judged two of them
    item = of(draw, made["sent"])
    assert item in selectors.items(world.people["section_reviewer"])
    assert not SampleDraw.objects.visible_to(world.people["section_reviewer"]).exists()
    assert list(selectors.to_check(world.people["section_reviewer"], 2024)) == [item]


@pytest.mark.parametrize(
    ("result", "problems", "match"),
    [
        ("", FAULT, "未选"),
        ("faulty", [], "至少写一条"),
        ("good", FAULT, "合格不写问题"),
        ("faulty", [Wanted("year_goal", " ")], "未写内容"),
        ("faulty", [Wanted("nowhere", "改")], "没有"),
    ],
)
def test_a_result_must_agree_with_its_problems(world, task, made, result, problems, match):
    draw = drawn(world, task)
    given(world, draw)
    with refused(match):
        found(world, of(draw, made["sent"]), result, problems)


def test_only_the_checker_says_what_was_found(world, task, made):
    draw = drawn(world, task)
    given(world, draw)
    item = of(draw, made["sent"])
    with denied("指定的检查人"):
        found(world, item, who="performance_reviewer")
    stale = of(draw, made["sent"])
    SampleItem.objects.filter(pk=item.pk).update(checker=world.people["performance_reviewer"])
    with denied("改由别人"):
        found(world, stale)


@pytest.mark.trust("B10")
def test_checking_ends_with_the_office_in_that_county(world, task, made):
    draw = drawn(world, task)
    given(world, draw)
    gone = User.objects.get(pk=world.people["second"].pk)
    gone.memberships.update(jurisdiction=world.sibling)
    item = of(draw, made["sent"])
    with denied("指定的检查人"):
        sample_checks.record_check(item=item, actor=gone, result="good")
    assert of(draw, made["sent"]).result == ""
    assert not SampleItem.objects.visible_to(gone).exists()


def test_a_faulty_one_goes_back_through_its_desk(world, task, made):
    draw = drawn(world, task)
    given(world, draw)
    item = found(world, of(draw, made["second"]), "faulty", FAULT)
    due = date(2024, 4, 17)
    with denied("由办理人退回"):
        sample_checks.send_back_faulty(item=item, actor=world.people["plan_admin"], due_on=due)
    actor = world.people["performance_reviewer"]
    sample_checks.send_back_faulty(item=item, actor=actor, due_on=due)
    filing = Filing.objects.get(pk=made["second"].pk)
    assert filing.state == State.RETURNED
    assert [i.message for i in filing.return_items.all()] == ["写明完成年份"]
    with refused("已退回单位"):
        found(world, of(draw, made["second"]))


def test_a_faulty_one_in_force_is_opened_again_by_the_plan_administrator(world, task, made):
    draw = drawn(world, task)
    given(world, draw)
    item, due = of(draw, made["approved"]), date(2024, 4, 17)
    admin = world.people["plan_admin"]
    with refused("不是不合格"):
        sample_checks.send_back_faulty(item=item, actor=admin, due_on=due)
    item = found(world, item, "faulty", FAULT)
    with denied("计划管理员"):
        sample_checks.send_back_faulty(item=item, actor=world.people["second"], due_on=due)
    sample_checks.send_back_faulty(item=item, actor=admin, due_on=due)
    filing = Filing.objects.get(pk=made["approved"].pk)
    assert filing.state == State.RETURNED
    assert filing.approved_revision is not None
    assert filing.reopenings.get().reason == "抽审不合格，退回1处，逐条见退回意见。"
    assert filing.revisions.last().origin == Revision.Origin.REOPENING


@pytest.mark.req("Y-14", "U-54")
def test_each_problem_of_what_was_in_force_is_an_item_to_be_answered(world, task, made):
    draw = drawn(world, task)
    given(world, draw)
    long = "长" * 400
    wanted = [Wanted("year_goal", long), Wanted("funds.year.fiscal", "核对", "should")]
    item = found(world, of(draw, made["approved"]), "faulty", wanted)
    admin, due = world.people["plan_admin"], date(2024, 4, 17)
    sample_checks.send_back_faulty(item=item, actor=admin, due_on=due)
    filing = Filing.objects.get(pk=made["approved"].pk)
    assert [(i.path, i.message, i.severity) for i in filing.return_items.all()] == [
        ("year_goal", long, "must"),
        ("funds.year.fiscal", "核对", "should"),
    ]
    asked = filing.return_items.first()
    assert (asked.asked_by, asked.asked_of.number) == (f"抽审 {draw}", 1)
    assert asked.asked_at is not None
    told = Message.objects.filter(title__startswith="重新开放").latest("pk")
    assert f"{long}（必须改）" in told.body
    with refused("处阻断"):
        submit_as_it_is(world, filing)
    for each in filing.return_items.all():
        services.answer_item(item=each, actor=world.people["filer"], answer="", is_resolved=True)
    approved(world, filing)
    assert Filing.objects.get(pk=filing.pk).state == State.APPROVED
    assert rows_of(world).filter(filing=filing, resolved_at=None).count() == 0


def submit_as_it_is(world, filing):
    services.submit(
        filing=filing,
        actor=world.people["filer"],
        version=filing.revisions.last().version,
        key=str(uuid4()),
    )


def rows_of(world):
    return sent.problems(world.people["leader"], 2024, sent.ReturnedAsked())


@pytest.mark.req("Y-14")
def test_what_a_sample_sent_back_counts_by_object_and_by_problem(world, task, made):
    before = sent.counts(rows_of(world))
    draw = drawn(world, task)
    given(world, draw)
    wanted = [Wanted("year_goal", "写明年份"), Wanted("funds.year.fiscal", "核对", "should")]
    item = found(world, of(draw, made["approved"]), "faulty", wanted)
    due = date(2024, 4, 17)
    sample_checks.send_back_faulty(item=item, actor=world.people["plan_admin"], due_on=due)
    now = sent.counts(rows_of(world))
    assert (before.n_filings, before.n_returns, before.n_problems) == (1, 1, 1)
    assert (now.n_filings, now.n_returns, now.n_problems) == (2, 2, 3)
    lines = sent.lines(sent.objects(world.people["leader"], 2024, rows_of(world)), rows_of(world))
    assert len(lines) == 2
    assert all(line.last_at for line in lines)
    client = client_of(world.people["performance_reviewer"])
    assert f"抽审 {draw}" in client.get("/2024/returned/?by=problem").content.decode()
    told = client.get("/api/v1/2024/returned/problems/").json()["results"]
    assert {row["step"] for row in told} == {"业务科室初审", f"抽审 {draw}"}
    asked = sent.ReturnedAsked()
    book = returned_book.export(actor=world.people["leader"], year=2024, asked=asked)
    detail = openpyxl.load_workbook(io.BytesIO(book))["问题明细"]
    assert "写明年份" in [cell.value for row in detail.iter_rows() for cell in row]


def test_a_problem_is_of_one_of_two_weights(world, task, made):
    draw = drawn(world, task)
    given(world, draw)
    with refused("只分“必须改”和“建议改”"):
        found(world, of(draw, made["sent"]), "faulty", [Wanted("year_goal", "改", "soon")])


def test_what_was_found_in_a_revision_does_not_open_the_one_after_it(world, task, made):
    draw = drawn(world, task)
    given(world, draw)
    item = found(world, of(draw, made["approved"]), "faulty", FAULT)
    admin, due = world.people["plan_admin"], date(2024, 4, 17)
    reopened = made["approved"]
    exceptional.reopen(filing=reopened, actor=admin, reason="数据更正", until=due)
    approved(world, Filing.objects.get(pk=reopened.pk))
    with refused("检查的是第1版"):
        sample_checks.send_back_faulty(item=item, actor=admin, due_on=due)
    assert Filing.objects.get(pk=reopened.pk).state == State.APPROVED
    assert of(draw, reopened).sent_back_at is None


def test_a_draw_closes_once_all_is_checked_and_says_the_pass_rate(world, task, made):
    draw = drawn(world, task)
    admin = world.people["plan_admin"]
    given(world, draw)
    with refused("还有3件"):
        sampling.close_sample(draw=draw, actor=admin)
    assert selectors.progress(draw).rate is None
    for name in ("sent", "second"):
        found(world, of(draw, made[name]))
    found(world, of(draw, made["approved"]), "faulty", FAULT)
    with denied("绩效科"):
        sampling.close_sample(draw=draw, actor=world.people["leader"])
    sampling.close_sample(draw=draw, actor=admin)
    told = selectors.progress(draw)
    assert (told.n, told.n_checked, told.n_faulty) == (3, 3, 1)
    assert told.rate == Decimal(2) / 3
    with refused("已结束"):
        found(world, of(draw, made["sent"]))


# --- paper, pages -----------------------------------------------------------------------------
def test_the_workbook_holds_all_that_a_recount_needs(world, task, made):
    draw = drawn(world, task)
    given(world, draw)
    found(world, of(draw, made["sent"]), "faulty", FAULT)
    content = sample_paper.workbook(draw=draw, actor=world.people["leader"])
    book = openpyxl.load_workbook(io.BytesIO(content))
    facts = {row[0].value: row[1].value for row in book["抽样事项"].iter_rows()}
    assert (facts["种子"], facts["总体摘要"]) == (draw.seed, draw.population_hash)
    keys = [row[1].value for row in book["抽样总体"].iter_rows(min_row=2)]
    assert keys == [row["key"] for row in draw.population]
    lots = {row[1].value: row for row in book["抽中名单"].iter_rows(min_row=2)}
    assert lots[str(made["sent"].public_id)][10].value.endswith("写明完成年份")
    assert Entry.objects.filter(action="filings.export_sample").count() == 1
    with pytest.raises(PermissionDenied):
        sample_paper.workbook(draw=draw, actor=world.people["section_reviewer"])


def test_the_record_is_printed_for_who_may_still_see_it(world, task):
    Project.objects.update(is_key=True)
    draw = sampling.draw_sample(
        draw=prepared(world, task, Design(Method.KEYED, count=1)), actor=world.people["leader"]
    )
    job = sample_paper.start_paper(draw=draw, actor=world.people["leader"])
    while run_one():
        pass
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    assert b"".join(file_response(job.file).streaming_content).startswith(b"%PDF-")
    world.people["leader"].memberships.filter(role=Role.LEADER).update(ends_on=date(2024, 4, 1))
    late = Job.objects.get(pk=job.pk)
    with pytest.raises(PermissionDenied):
        sample_paper.run_paper(late)


def test_the_pages_lead_from_preparation_to_closing(world, task, made):
    RuleSetting.objects.create(
        plan=task.plan, code="targets.sample_share", title="目标抽审比例", clause="抽审目标表"
    )
    first, second = (
        client_of(world.people["performance_reviewer"]),
        client_of(world.people["second"]),
    )
    asked = {"task": str(task.public_id), "title": "抽审", "method": "share", "share": "50"}
    page = first.get("/2024/samples/new/", asked).content.decode()
    assert "目标抽审比例" in page
    assert "2<small>件" in page
    assert (
        "总体只有3件"
        in first.get(
            "/2024/samples/new/", {**asked, "method": "count", "count": "9"}
        ).content.decode()
    )
    wrong = first.post("/2024/samples/new/", {**asked, "method": "strata"})
    assert (wrong.status_code, SampleDraw.objects.count()) == (422, 0)
    there = first.post("/2024/samples/new/", {**asked, "share": "100"}).url
    assert "按种子抽取" not in first.get(there).content.decode()
    assert second.post(there, {"act": "draw"}).status_code == 302
    assert "重算一致" in second.get(f"{there}?recount=1").content.decode()
    assert second.post(there, {"act": "nothing"}).status_code == 409
    chosen = {"act": "assign", "checker": [str(world.people["second"].public_id)]}
    second.post(there, chosen)
    draw = SampleDraw.objects.get()
    for item in draw.items.all():
        at = f"/2024/sample-items/{item.public_id}/"
        assert second.post(at, {"act": "result", "result": "faulty"}).status_code == 422
        told = {"result": "faulty", "path": ["year_goal", ""], "message": ["写明年份", ""]}
        assert second.post(at, told).status_code == 302
    at = f"/2024/sample-items/{of(draw, made['sent']).public_id}/"
    assert second.post(at, {"act": "return", "due_on": "2024-04-17"}).status_code == 403
    assert second.post(at, {"act": "return", "due_on": ""}).status_code == 422
    assert second.post(there, {"act": "close"}).status_code == 302
    assert "0.0%" in second.get(there).content.decode()
    assert second.get("/2024/samples/").status_code == 200


def nobody_is_left(world, draw):
    """All of the bureau who may check took part in what is in force, or see nothing of it."""
    world.people["second"].memberships.all().delete()
    return given(world, draw, "performance_reviewer")


@pytest.mark.req("U-11")
def test_what_nobody_may_check_is_seen_with_who_and_why(world, task, made):
    draw = drawn(world, task)
    assert nobody_is_left(world, draw) == 1
    item = of(draw, made["approved"])
    assert item.pk in unfit.stuck(draw)
    told = {one.person.name: one.reason for one in unfit.candidates(item)}
    assert set(told.values()) == {"填过、报过或审过这一件", "不在其分管范围"}
    client = client_of(world.people["plan_admin"])
    assert "没有人能查" in client.get(f"/2024/samples/{draw.public_id}/").content.decode()
    page = client.get(f"/2024/sample-items/{item.public_id}/").content.decode()
    assert "没有人能查这一件" in page
    assert "登记为无人可查" in page


@pytest.mark.req("U-11")
def test_what_nobody_may_check_is_left_out_with_a_reason_and_the_draw_ends(world, task, made):
    draw = drawn(world, task)
    given(world, draw)
    for name in ("sent", "second"):
        found(world, of(draw, made[name]))
    item, admin = of(draw, made["approved"]), world.people["plan_admin"]
    with refused("李二可以查这一件"):
        excusing.excuse(item=item, actor=admin, reason="都办过")
    nobody_is_left(world, draw)
    with refused("没有人能查的，在那一件的页面写明理由"):
        sampling.close_sample(draw=draw, actor=admin)
    with denied("抽审由绩效科审核员或计划管理员办理"):
        excusing.excuse(item=item, actor=world.people["leader"], reason="都办过")
    with refused("理由：未填"):
        excusing.excuse(item=item, actor=admin, reason=" ")
    client = client_of(admin)
    url = f"/2024/sample-items/{item.public_id}/"
    assert client.post(url, {"act": "excuse", "reason": ""}).status_code == 422
    assert client.post(url, {"act": "excuse", "reason": "三人都审过这一件"}).status_code == 302
    with refused("已是“无人可查”"):
        excusing.excuse(item=item, actor=admin, reason="都办过")
    told = selectors.progress(draw)
    assert (told.n, told.n_checked, told.n_excused, told.rate) == (3, 2, 1, 1)
    assert sampling.close_sample(draw=draw, actor=admin).state == SampleDraw.State.CLOSED
    book = sample_paper.workbook(draw=draw, actor=admin)
    sheets = openpyxl.load_workbook(io.BytesIO(book)).worksheets
    cells = {cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row}
    assert {"无人可查", "三人都审过这一件"} <= cells


def test_a_new_colleague_takes_up_what_was_left_out(world, task, made):
    draw = drawn(world, task)
    nobody_is_left(world, draw)
    item = of(draw, made["approved"])
    excusing.excuse(item=item, actor=world.people["plan_admin"], reason="都办过")
    given(world, draw, "performance_reviewer")
    assert of(draw, made["approved"]).result == SampleItem.Result.EXCUSED
    world.people["third"] = make_person(
        world, "third", "王三", "performance_reviewer", "performance"
    )
    given(world, draw, "third")
    item = of(draw, made["approved"])
    assert (item.result, item.opinion, item.checker.name) == ("", "", "王三")


def test_the_database_wants_the_reason_of_what_is_left_out(world, task, made):
    item = of(drawn(world, task), made["approved"])
    with pytest.raises(IntegrityError), transaction.atomic():
        SampleItem.objects.filter(pk=item.pk).update(result="excused", checked_at=MONDAY)
