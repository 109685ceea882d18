"""Relief in batches: previewed as it is done, one result a row, one trail line an act."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.core import clock
from apps.filings import services
from apps.filings.models import Filing, Reopening, State
from apps.filings.services import relief
from apps.filings.services.relief import Act, Relief
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.notifications.models import Message
from apps.workplans import services as plans
from apps.workplans.models import Extension
from tests import makers
from tests.filings import steps
from tests.filings.steps import LATER, denied, refused
from tests.flows.stored import ALL, digest
from tests.personas import client_of

pytestmark = pytest.mark.django_db
LAST = date(2024, 4, 26)


@pytest.fixture
def plan(world):
    plan = makers.make_plan(world)
    makers.assign_all(world, plan)
    return plan


@pytest.fixture
def task(plan):
    return plan.tasks.get(code="quarter.unit")


@pytest.fixture
def admin(world):
    return world.people["plan_admin"]


def ids(task, *codes):
    rows = task.assignments.filter(unit__code__in=codes) if codes else task.assignments.all()
    return [row.public_id for row in rows]


def owed(task, code):
    return task.assignments.get(unit__code=code)


def batch(task, admin, act, *codes, until=LAST, reason="洪水"):
    """The preview, and the verdicts once it is done: they must be the same."""
    told = Relief(act, reason, until)
    with clock.at(LATER):
        before = digest(ALL)
        foreseen = relief.preview(
            task=task, assignments=ids(task, *codes), relief=told, actor=admin
        )
        assert digest(ALL) == before, "a preview writes nothing"
        job = relief.start(task=task, assignments=ids(task, *codes), relief=told, actor=admin)
        jobs.run_job(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert [row["is_done"] for row in job.result["rows"]] == [row.is_done for row in foreseen]
    assert [row["text"] for row in job.result["rows"]] == [row.text for row in foreseen]
    return job


@pytest.mark.trust("G11")
def test_a_batch_extends_each_and_says_why_not(world, task, admin):
    plans.exempt(assignment=owed(task, "301"), reason="撤并", actor=admin)
    job = batch(task, admin, Act.EXTEND, "201", "205", "301")
    assert job.message == "延期2件，1件没有办。"
    moved = task.assignments.filter(due_at=clock.end_of(LAST))
    assert set(moved.values_list("unit__code", flat=True)) == {"201", "205"}
    first, second = Extension.objects.order_by("pk")
    assert first.batch == second.batch == UUID(job.params["batch"])
    assert (first.granted_by, first.reason) == (admin, "洪水")
    (refusal,) = [row for row in job.result["rows"] if not row["is_done"]]
    assert "已豁免（撤并）" in refusal["text"]
    assert Entry.objects.filter(action="workplans.extend").count() == 2
    assert Message.objects.filter(kind="workplans.extended", recipient__username="filer").exists()


@pytest.mark.trust("G11")
def test_what_is_handed_in_is_not_extended(world, task, admin):
    sent = owed(task, "201")
    with clock.at(LATER):
        filing = services.open_filing(assignment=sent, actor=world.people["filer"])
    step = task.steps.first() or task.steps.create(
        position=1, title="审", place="performance", role="performance_reviewer"
    )
    for state in (State.SUBMITTED, State.IN_REVIEW, State.APPROVED, State.REJECTED):
        on_desk = step if state in (State.SUBMITTED, State.IN_REVIEW) else None
        Filing.objects.filter(pk=filing.pk).update(state=state, step=on_desk)
        job = batch(task, admin, Act.EXTEND, "201")
        assert "已经报送" in job.result["rows"][0]["text"]
        assert "重新开放" in job.result["rows"][0]["text"]
    assert not Extension.objects.exists()
    assert owed(task, "201").due_at == sent.due_at
    for state in (State.DRAFT, State.RETURNED):
        Filing.objects.filter(pk=filing.pk).update(state=state)
        with clock.at(LATER):
            assert plans.demand_extendable(owed(task, "201"), clock.end_of(LAST)) == sent.due_at


def test_what_comes_back_late_is_foreseen_so(world, task, admin):
    plans.exempt(assignment=owed(task, "201"), reason="x", actor=admin)
    plans.cancel(assignment=owed(task, "205"), reason="x", actor=admin)
    task.assignments.update(due_at=LATER)
    job = batch(task, admin, Act.RESTORE, "201", "205")
    assert [row["text"] for row in job.result["rows"]] == [
        "豁免取消，要报，截止已过。",
        "撤销取消，要报，截止已过。",
    ]


def test_a_batch_excuses_for_a_time(world, task, admin):
    batch(task, admin, Act.EXEMPT, "201", "205", until=date(2024, 4, 12))
    row = owed(task, "201")
    assert (row.exempt_reason, row.exempt_until) == ("洪水", date(2024, 4, 12))


def test_a_batch_makes_void_with_the_drafts_but_not_what_was_sent(world, task, admin):
    filer = world.people["filer"]
    with clock.at(LATER):
        draft = services.open_filing(assignment=owed(task, "201"), actor=filer)
    sent = owed(task, "205")
    filing = Filing.objects.create(
        assignment=sent,
        kind="materials",
        jurisdiction=sent.jurisdiction,
        fiscal_year=2024,
        unit=sent.unit,
        state=State.APPROVED,
        created_at=LATER,
    )
    batch(task, admin, Act.CANCEL, "201", "205", "301", until=None)
    draft.refresh_from_db()
    filing.refresh_from_db()
    assert (draft.state, filing.state) == (State.CANCELLED, State.APPROVED)
    void = task.assignments.filter(cancelled_at__isnull=False)
    assert set(void.values_list("unit__code", flat=True)) == {"201", "301"}
    with refused("已撤销（洪水），不用报"):
        services.open_filing(assignment=owed(task, "201"), actor=filer)
    plans.assign(task=task, on=LATER.date(), actor=None)
    assert void.count() == 2, "no sweep opens it again"
    told = Message.objects.filter(recipient=filer, kind__endswith="cancelled")
    assert [message.kind for message in told] == ["workplans.cancelled"]


def test_what_was_void_can_be_restored(world, task, admin):
    with refused("没有撤销"):
        plans.restore(assignment=owed(task, "201"), reason="误撤", actor=admin)
    batch(task, admin, Act.CANCEL, "201", until=None)
    with denied("只有计划管理员可以恢复应报"):
        plans.restore(assignment=owed(task, "201"), reason="x", actor=world.people["filer"])
    plans.restore(assignment=owed(task, "201"), reason="误撤", actor=admin)
    row = owed(task, "201")
    assert (row.cancelled_at, row.cancel_reason) == (None, "")


def test_a_batch_reopens_what_is_closed(world, admin):
    filing = steps.approved(world, makers.target_filing(world))
    task = filing.assignment.task
    job = batch(task, admin, Act.REOPEN, until=date(2024, 4, 12))
    assert job.message == "重新开放1件。"
    filing.refresh_from_db()
    assert filing.state == State.RETURNED
    assert Reopening.objects.get().reason == "洪水"


def test_what_nobody_began_is_not_reopened(task, admin):
    job = batch(task, admin, Act.REOPEN, "201")
    assert job.result["rows"][0]["text"] == "还没有填报，不用重新开放。"


@pytest.mark.parametrize("act", [Act.EXTEND, Act.EXEMPT, Act.CANCEL, Act.REOPEN])
def test_a_worker_that_died_is_followed_by_one_that_goes_on(world, admin, act):
    filing = makers.target_filing(world)
    if act == Act.REOPEN:
        steps.approved(world, filing)
    task = filing.assignment.task
    if act == Act.EXEMPT:
        with clock.at(LATER):
            services.cancel(filing=filing, actor=admin, reason="重来")
    until = None if act == Act.CANCEL else LAST if act != Act.EXEMPT else date(2024, 4, 12)
    with clock.at(LATER):
        told = Relief(act, "洪水", until)
        job = relief.start(task=task, assignments=ids(task), relief=told, actor=admin)
        first = relief.run(job)
        before = digest()
        again = relief.run(job)
    assert first["message"] == again["message"]
    assert digest() == before


@pytest.mark.parametrize(
    ("told", "chosen", "says"),
    [
        (Relief(Act.EXTEND, "洪水", None), 1, "延期到：未填"),
        (Relief(Act.REOPEN, "洪水", None), 1, "重新开放到：未填"),
        (Relief(Act.EXTEND, " ", LAST), 1, "理由：未填"),
        (Relief(Act.EXTEND, "洪水", LAST), 0, "没有选中一件"),
        (Relief(Act.EXTEND, "洪水", LAST), 501, "一次最多办500件"),
    ],
)
def test_half_a_decision_is_refused(task, admin, told, chosen, says):
    wanted = [uuid4() for _ in range(chosen)]
    for act in (relief.preview, relief.start):
        with refused(says):
            act(task=task, assignments=wanted, relief=told, actor=admin)


def test_only_the_plan_administrator_decides(world, task):
    for person in ("filer", "performance_reviewer", "sys_admin", "foreign_reviewer"):
        with denied("只有计划管理员可以批量办理"):
            relief.start(
                task=task,
                assignments=ids(task),
                relief=Relief(Act.EXTEND, "x", LAST),
                actor=world.people[person],
            )
        with denied("只有计划管理员可以撤销应报"):
            relief.cancel_assignment(
                assignment=owed(task, "201"), actor=world.people[person], reason="x"
            )


def test_whoever_lost_the_right_does_nothing_more(world, task, admin):
    told = Relief(Act.EXTEND, "洪水", LAST)
    with clock.at(LATER):
        job = relief.start(task=task, assignments=ids(task), relief=told, actor=admin)
        admin.memberships.update(ends_on=date(2024, 4, 1))
        jobs.run_job(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert not Extension.objects.exists()


# --- the page -----------------------------------------------------------------------------------
def test_the_page_goes_from_choice_over_preview_to_results(world, task, admin):
    page, url = client_of(admin), f"/2024/plan/{task.public_id}/relief/"
    told = {"act": "extend", "until": "2024-04-26", "reason": "洪水"}
    chosen = [str(public_id) for public_id in ids(task, "201", "205")]
    with clock.at(LATER):
        listed = page.get(url)
        assert listed.text.count('type="checkbox"') == 5
        assert page.get(f"{url}?all=1").text.count(" checked") == 5
        preview = page.post(url, {**told, "step": "preview", "assignment": chosen})
        assert "截止由2024-04-15延到2024-04-26" in preview.text
        assert "延期2件" in preview.text
        done = page.post(url, {**told, "step": "do", "assignment": chosen})
        assert done.status_code == 302
        jobs.run_one()
        result = page.get(done.url)
    assert "延期2件。" in result.text
    assert result.text.count("截止由2024-04-15延到2024-04-26") == 2


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ("kind=town", 1),
        ("words=水利", 2),
        ("codes=201%0A205,301", 3),
        ("window=2024Q1", 5),
        ("standing=owed", 5),
        ("standing=excused", 0),
        ("standing=sent", 0),
        ("standing=closed", 0),
        ("kind=nonsense", 5),
    ],
)
def test_the_list_is_cut_down_by_kind_words_codes_and_state(world, task, admin, query, n):
    with clock.at(LATER):
        page = client_of(admin).get(f"/2024/plan/{task.public_id}/relief/?{query}")
    assert page.text.count('type="checkbox"') == n


def test_what_is_wrong_comes_back_with_the_choice_kept(world, task, admin):
    page, url = client_of(admin), f"/2024/plan/{task.public_id}/relief/"
    chosen = [str(public_id) for public_id in ids(task, "201")]
    with clock.at(LATER):
        answers = [
            page.post(url, {"act": "extend", "reason": "洪水", "assignment": chosen}),
            page.post(url, {"act": "extend", "until": "2024-04-26", "assignment": chosen}),
            page.post(url, {"act": "extend", "until": "2024-04-26", "reason": "x"}),
            page.post(url, {"act": "burn", "reason": "x", "assignment": [*chosen, "no-id"]}),
        ]
    assert [answer.status_code for answer in answers] == [422] * 4
    assert [answer.text.count(" checked") for answer in answers] == [1, 1, 0, 1]
    assert "到：未填" in answers[0].text
    assert not Job.objects.exists()


def test_an_odd_or_foreign_job_shows_nothing(world, task, admin):
    page, url = client_of(admin), f"/2024/plan/{task.public_id}/relief/"
    with clock.at(LATER):
        for job in ("x", uuid4()):
            assert "办理结果" not in page.get(f"{url}?job={job}").text


def test_a_right_is_asked_before_a_rule(world, task):
    with pytest.raises(PermissionDenied), clock.at(LATER):
        relief.preview(
            task=task,
            assignments=[],
            relief=Relief(Act.EXTEND, "", None),
            actor=world.people["filer"],
        )


def test_going_back_from_the_preview_keeps_the_choice(world, task, admin):
    page, url = client_of(admin), f"/2024/plan/{task.public_id}/relief/"
    told = {"act": "extend", "until": "2024-04-26", "reason": "洪水", "step": "back"}
    with clock.at(LATER):
        again = page.post(url, {**told, "assignment": [str(i) for i in ids(task, "201")]})
    assert again.status_code == 200
    assert again.text.count(" checked") == 1
    assert "洪水" in again.text


def test_a_batch_gives_back_what_was_excused_or_void(world, task, admin):
    plans.exempt(assignment=owed(task, "201"), reason="x", actor=admin)
    plans.cancel(assignment=owed(task, "205"), reason="x", actor=admin)
    job = batch(task, admin, Act.RESTORE, "201", "205", "301", until=None)
    assert job.message == "恢复应报2件，1件没有办。"
    assert task.assignments.owed().count() == 5


def test_programs_preview_and_start_a_batch(world, task, admin):
    api, url = client_of(admin), f"/api/v1/tasks/{task.public_id}/relief/"
    told = {
        "act": "extend",
        "until": "2024-04-26",
        "reason": "洪水",
        "assignments": [str(i) for i in ids(task, "201", "205")],
    }
    with clock.at(LATER):
        dry = api.post(url, {**told, "dry_run": True}, content_type="application/json").json()
        assert dry["job"] is None
        assert [row["is_done"] for row in dry["rows"]] == [True, True]
        assert not Job.objects.exists()
        done = api.post(url, told, content_type="application/json").json()
        jobs.run_one()
    assert str(Job.objects.get().public_id) == done["job"]
    assert Extension.objects.count() == 2
