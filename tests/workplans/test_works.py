"""Publishing, amending and dating as jobs: asked at once, done whole or not, told at the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.utils import OperationalError

from apps.audit.models import Entry
from apps.core import clock
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.notifications.models import Message
from apps.organizations.models import Membership, User
from apps.rules.errors import RuleError
from apps.workplans import services
from apps.workplans.models import Amendment, Assignment, Plan, PlanEvent, TaskWindow
from apps.workplans.services import amending, assigning, editing, fingerprints, works
from apps.workplans.services.holding import work_of
from tests.personas import World, client_of, make_world
from tests.processes import until
from tests.workplans.conftest import make_plan, make_task, make_window, run_jobs

pytestmark = pytest.mark.usefixtures("april")
FIVE = 5  # units of the county that are not classified


@pytest.fixture
def draft(april, world: World) -> Plan:
    return make_draft(world)


def make_draft(world: World) -> Plan:
    """One task that is open, and one that counts from an event to come."""
    plan = make_plan(world, Plan.State.DRAFT)
    section = world.sections["performance"]
    task = make_task(plan, "quarter", "unit", section=section)
    make_window(task, "2024Q2", date(2024, 4, 1), date(2024, 7, 1))
    event = PlanEvent.objects.create(plan=plan, code="budget", title="预算批复")
    goal = make_task(plan, "goal", "unit", section=section)
    TaskWindow.objects.create(task=goal, key="2024", kind="event", event=event, days_after=30)
    return plan


@pytest.fixture
def published(draft: Plan, plan_admin: User) -> Plan:
    return services.publish(plan=draft, actor=plan_admin)


@pytest.fixture
def copy(published: Plan, plan_admin: User) -> Plan:
    return make_copy(published, plan_admin)


def make_copy(plan: Plan, actor: User) -> Plan:
    """A working copy in which the open task ends later."""
    copy = amending.begin_amendment(plan=plan, actor=actor)
    window = copy.tasks.get(code="quarter").windows.get()
    editing.edit_window(window=window, values={"closes": date(2024, 7, 10)}, actor=actor)
    return copy


def amend(copy: Plan, actor: User, **more: str) -> Job:
    return services.start_amending(
        copy=copy, reason="上级推迟", document_number="", actor=actor, **more
    )


def date_it(plan: Plan, actor: User, **more: str) -> Job:
    return services.start_dating(
        event=plan.events.get(), happened_on=date(2024, 4, 3), actor=actor, **more
    )


def told(user: User) -> list[tuple[str, str]]:
    rows = Message.objects.filter(recipient=user, kind__startswith="workplans.work_")
    return list(rows.values_list("title", "body"))


def ended(job: Job) -> Job:
    run_jobs()
    job.refresh_from_db()
    return job


# --- done -------------------------------------------------------------------------------------
@pytest.mark.trust("H01")
def test_publishing_is_left_and_done_by_a_worker(draft: Plan, plan_admin: User) -> None:
    job = services.start_publishing(plan=draft, actor=plan_admin)
    draft.refresh_from_db()
    assert (draft.state, draft.work) == (Plan.State.DRAFT, job)
    assert not Assignment.objects.exists()

    ended(job)

    draft.refresh_from_db()
    assert (draft.state, draft.work) == (Plan.State.PUBLISHED, None)
    assert Assignment.objects.count() == FIVE
    assert (job.state, job.n_done, job.n_total) == (Job.State.DONE, 2, 2)
    assert told(plan_admin) == [("尉犁县2024年度计划：计划已发布，派发5件。", "")]
    assert Entry.objects.filter(action="workplans.publish").count() == 1


def test_an_amendment_is_left_and_done_by_a_worker(copy: Plan, plan_admin: User) -> None:
    job = ended(amend(copy, plan_admin))

    assert job.message == "尉犁县2024年度计划：第1次修订已生效，5件的截止日已改，已通知有关单位。"
    assert Plan.objects.get().work is None
    assert {row.due_at for row in Assignment.objects.all()} == {clock.end_of(date(2024, 7, 10))}


def test_a_date_is_left_and_done_by_a_worker(published: Plan, plan_admin: User) -> None:
    job = ended(date_it(published, plan_admin))

    assert job.message == "预算批复：日期已填2024-04-03，任务已派发，已通知单位。"
    assert Assignment.objects.filter(task__code="goal").count() == FIVE
    assert Plan.objects.get().work is None


def test_a_job_says_how_far_it_is(
    draft: Plan, plan_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[int, int, str]] = []
    progress = jobs.progress

    def noted(*, job: Job, n_done: int, n_total: int, message: str = "") -> None:
        said.append((n_done, n_total, message))
        progress(job=job, n_done=n_done, n_total=n_total, message=message)

    monkeypatch.setattr(jobs, "progress", noted)
    ended(services.start_publishing(plan=draft, actor=plan_admin))

    assert said == [
        (0, 2, "正在派发第1项，共2项，已派发0件"),
        (1, 2, "正在派发第2项，共2项，已派发5件"),
        (2, 2, "已派发5件，正在写入记录"),
    ]


# --- refused at once --------------------------------------------------------------------------
def test_what_blocks_is_refused_at_once_and_leaves_no_job(draft: Plan, plan_admin: User) -> None:
    draft.tasks.update(check_state="waiting")
    with pytest.raises(RuleError, match="不能发布"):
        services.start_publishing(plan=draft, actor=plan_admin)
    assert not Job.objects.exists()
    assert Plan.objects.get().work is None


def test_an_amendment_that_cannot_be_is_refused_at_once(copy: Plan, plan_admin: User) -> None:
    with pytest.raises(RuleError, match="修订理由：未填"):
        services.start_amending(copy=copy, reason=" ", document_number="", actor=plan_admin)
    window = copy.tasks.get(code="quarter").windows.get()
    editing.edit_window(window=window, values={"closes": date(2024, 4, 2)}, actor=plan_admin)
    with pytest.raises(RuleError, match="这一天已过"):
        amend(copy, plan_admin)
    assert not Job.objects.exists()


def test_a_date_that_cannot_be_is_refused_at_once(published: Plan, plan_admin: User) -> None:
    event = published.events.get()
    with pytest.raises(RuleError, match="已经发生才填"):
        services.start_dating(event=event, happened_on=date(2024, 5, 1), actor=plan_admin)
    TaskWindow.objects.filter(event=event).update(in_working_days=True)
    with pytest.raises(RuleError, match="尚未公布"):
        date_it(published, plan_admin)
    assert not Job.objects.exists()


@pytest.mark.trust("B12")
def test_only_the_plan_administrator_leaves_such_jobs(
    copy: Plan, published: Plan, filer: User
) -> None:
    acts: tuple[Callable[[], Job], ...] = (
        lambda: services.start_publishing(plan=published, actor=filer),
        lambda: amend(copy, filer),
        lambda: date_it(published, filer),
    )
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert not Job.objects.exists()


# --- pressed twice, edited meanwhile ----------------------------------------------------------
@pytest.mark.trust("G04")
def test_a_second_press_is_answered_with_the_job_of_the_first(
    draft: Plan, plan_admin: User
) -> None:
    first = services.start_publishing(plan=draft, actor=plan_admin)
    assert services.start_publishing(plan=draft, actor=plan_admin) == first
    ended(first)
    with pytest.raises(RuleError, match="已发布，不能再发布"):
        services.start_publishing(plan=draft, actor=plan_admin)
    assert Job.objects.count() == 1


def test_a_plan_has_one_work_at_a_time(copy: Plan, published: Plan, plan_admin: User) -> None:
    amend(copy, plan_admin)
    with pytest.raises(RuleError, match=r"正在修订“尉犁县2024年度计划”.*办完再改"):
        date_it(published, plan_admin)
    with pytest.raises(RuleError, match="正在修订"):
        services.start_amending(
            copy=copy, reason="另一个理由", document_number="", actor=plan_admin
        )
    assert Job.objects.count() == 1


def test_nothing_is_edited_while_the_job_is_under_way(copy: Plan, plan_admin: User) -> None:
    task = copy.tasks.get(code="quarter")
    plan, job = copy.amends, amend(copy, plan_admin)
    assert plan is not None
    acts: tuple[Callable[[], object], ...] = (
        lambda: editing.edit_task(task=task, values={"title": "改"}, actor=plan_admin),
        lambda: amending.drop_amendment(copy=copy, actor=plan_admin),
        lambda: amending.begin_amendment(plan=plan, actor=plan_admin),
    )
    for act in acts:
        with pytest.raises(RuleError, match="办完再改"):
            act()
    assert copy.tasks.get(code="quarter").title == "任务quarter"

    assert ended(job).state == Job.State.DONE
    assert amending.begin_amendment(plan=plan, actor=plan_admin).pk


def test_what_was_changed_after_it_was_looked_at_is_not_done(draft: Plan, plan_admin: User) -> None:
    seen = fingerprints.of_plan(draft)
    editing.edit_task(task=draft.tasks.get(code="goal"), values={"title": "改"}, actor=plan_admin)
    with pytest.raises(RuleError, match="打开页面以后内容改过"):
        services.start_publishing(plan=draft, actor=plan_admin, seen=seen)
    assert not Job.objects.exists()


@pytest.mark.parametrize("kind", [works.PUBLISH, works.AMEND, works.DATE])
def test_a_job_refuses_what_is_not_as_it_was_pressed_and_says_so(
    draft: Plan, plan_admin: User, kind: str
) -> None:
    if kind == works.PUBLISH:
        job = services.start_publishing(plan=draft, actor=plan_admin)
        changed = draft.tasks.get(code="goal").windows
    else:
        plan = services.publish(plan=draft, actor=plan_admin)
        copy = amending.begin_amendment(plan=plan, actor=plan_admin)
        task = copy.tasks.get(code="goal")
        editing.edit_task(task=task, values={"title": "改名"}, actor=plan_admin)
        is_date = kind == works.DATE
        job = date_it(plan, plan_admin) if is_date else amend(copy, plan_admin)
        changed = (plan if is_date else copy).tasks.get(code="goal").windows
    before = Assignment.objects.count()
    changed.update(days_after=10)  # by no service: they refuse while the job is under way

    ended(job)

    says = "尉犁县2024年度计划：打开页面以后内容改过，没有办。看过现在的内容再办。"
    assert (job.state, job.message) == (Job.State.FAILED, says)
    assert told(plan_admin) == [(f"{job.title}：没有办成", says)]
    assert Assignment.objects.count() == before
    assert not Amendment.objects.exists()
    assert not PlanEvent.objects.exclude(happened_on=None).exists()
    page = client_of(plan_admin).get("/2024/plan/").text
    assert says in page, "the plan's page says why nothing was done"
    assert work_of(Plan.objects.get(pk=draft.pk)) is None, "it may be edited again"


@pytest.mark.trust("B12")
def test_who_lost_the_right_meanwhile_publishes_nothing(draft: Plan, plan_admin: User) -> None:
    job = services.start_publishing(plan=draft, actor=plan_admin)
    Membership.objects.filter(user=plan_admin).update(ends_on=date(2024, 4, 1))

    ended(job)

    assert (job.state, job.message) == (Job.State.FAILED, works.NO_RIGHT)
    assert told(plan_admin) == [(f"{job.title}：没有办成", works.NO_RIGHT)]
    assert Plan.objects.get().state == Plan.State.DRAFT
    assert not Assignment.objects.exists()


def test_a_draft_that_is_gone_is_no_fault(draft: Plan, plan_admin: User) -> None:
    job = services.start_publishing(plan=draft, actor=plan_admin)
    draft.tasks.all().delete()
    draft.delete()
    assert ended(job).message == "没有办：计划草稿已删除。"


def test_a_copy_that_is_gone_is_no_fault(copy: Plan, plan_admin: User) -> None:
    job = amend(copy, plan_admin)
    copy.tasks.all().delete()
    copy.delete()
    assert "修订稿已生效或已放弃" in ended(job).message
    assert not Amendment.objects.exists()


# --- workers that die -------------------------------------------------------------------------
@pytest.mark.trust("H02")
def test_a_job_that_was_done_before_its_worker_died_is_not_done_again(
    draft: Plan, plan_admin: User
) -> None:
    job = ended(services.start_publishing(plan=draft, actor=plan_admin))
    stale = clock.now() - jobs.STALE_AFTER - timedelta(seconds=1)
    Job.objects.update(state=Job.State.RUNNING, heartbeat_at=stale, finished_at=None)

    ended(job)

    assert (job.state, job.n_attempts) == (Job.State.DONE, 2)
    assert Assignment.objects.count() == FIVE
    assert len(told(plan_admin)) == 1
    assert Entry.objects.filter(action="workplans.publish").count() == 1


def test_after_three_dead_workers_the_owner_is_told_that_nothing_was_done(
    draft: Plan, plan_admin: User
) -> None:
    job = services.start_publishing(plan=draft, actor=plan_admin)
    long_ago = clock.now() - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, n_attempts=jobs.MOST_ATTEMPTS, heartbeat_at=long_ago
    )

    assert jobs.run_one() is None
    while jobs.handle_event():
        pass

    told = Message.objects.get(recipient=plan_admin, kind="workplans.work_refused")
    assert told.body == jobs.INTERRUPTED
    draft.refresh_from_db()
    assert draft.state == Plan.State.DRAFT


@pytest.mark.trust("G06", "H04")
def test_a_database_that_goes_away_half_way_leaves_nothing_and_the_job_is_tried_again(
    draft: Plan, plan_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, make, n = services.start_publishing(plan=draft, actor=plan_admin), assigning.make, []

    def failing(*told: object) -> None:
        make(*told)  # type: ignore[arg-type]
        n.append(Assignment.objects.count())
        if len(n) == 1:
            raise OperationalError("gone")

    monkeypatch.setattr(assigning, "make", failing)
    jobs.run_job(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, n) == (Job.State.QUEUED, [FIVE])
    assert Plan.objects.get().state == Plan.State.DRAFT
    assert not Assignment.objects.exists()

    assert ended(job).state == Job.State.DONE
    assert Assignment.objects.count() == FIVE


KILLED = """
import time, django
django.setup()
from apps.jobs import services as jobs
from apps.workplans.services import assigning
make = assigning.make
def hanging(*told):
    make(*told)
    print("begun", flush=True)
    time.sleep(60)
assigning.make = hanging
jobs.run_one()
"""


@pytest.mark.trust("H04")
def test_a_worker_killed_half_way_publishes_nothing_and_another_does_it(
    own_database: str,
) -> None:
    world = make_world()
    plan, actor = make_draft(world), world.people["plan_admin"]
    job = services.start_publishing(plan=plan, actor=actor)
    worker = subprocess.Popen(
        [sys.executable, "-c", KILLED],
        env={**os.environ, "DATABASE_URL": own_database, "BUSINESS_DATE": "2024-04-10"},
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "begun\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    connection.close()
    job.refresh_from_db()
    assert job.state == Job.State.RUNNING
    until(lambda: Plan.objects.get().state == Plan.State.DRAFT, 10)
    assert not Assignment.objects.exists()

    Job.objects.update(heartbeat_at=clock.now() - jobs.STALE_AFTER - timedelta(seconds=1))
    run_jobs()

    job.refresh_from_db()
    assert (job.state, job.n_attempts) == (Job.State.DONE, 2)
    assert Plan.objects.get().state == Plan.State.PUBLISHED
    assert Assignment.objects.count() == FIVE
