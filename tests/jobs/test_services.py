"""A job is left, claimed by one worker, done, and says how it ended."""

import time
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import OperationalError

from apps.core import clock
from apps.jobs import pulse, registry, services, tasks
from apps.jobs.models import Job
from apps.organizations.models import User
from apps.rules.errors import RuleError

NOW = datetime(2024, 4, 10, 9, tzinfo=clock.ZONE)


@pytest.fixture
def owner(db) -> User:
    return User.objects.create_person("ali", "艾力")


def leave(owner: User, kind: str = "tests.kind", **params: object) -> Job:
    return services.leave(kind=kind, title="导入项目", owner=owner, params=params)


@pytest.mark.trust("H01")
def test_a_left_job_waits_with_its_owner_and_params(owner, does):
    does("tests.kind", lambda job: None)

    with clock.at(NOW):
        job = leave(owner, file=3)

    job.refresh_from_db()
    assert (job.state, job.owner, job.params) == (Job.State.QUEUED, owner, {"file": 3})
    assert job.created_at == NOW
    assert job.heartbeat_at is None


@pytest.mark.trust("H01")
def test_a_job_whose_transaction_rolled_back_was_never_left(owner, does):
    does("tests.kind", lambda job: None)

    with transaction.atomic():
        leave(owner)
        transaction.set_rollback(True)

    assert services.run_one() is None
    assert not Job.objects.exists()


def test_nobody_leaves_a_job_that_nobody_does(owner):
    with pytest.raises(LookupError, match=r"tests\.nobody"):
        leave(owner, "tests.nobody")

    assert not Job.objects.exists()


def test_two_handlers_for_one_kind_are_a_mistake(does):
    def handler(job: Job) -> None: ...

    does("tests.kind", handler)

    registry.register_job("tests.kind", handler)
    with pytest.raises(ValueError, match="two handlers"):
        registry.job_handler("tests.kind")(lambda job: None)

    assert registry.handler_of("tests.kind") is handler


def test_a_done_job_keeps_result_message_progress_and_file(owner, does):
    def work(job: Job) -> dict[str, object]:
        services.progress(job=job, n_done=3, n_total=3, message="正在写")
        job.file = services.keep_file(
            content=b"x", name="结果.xlsx", content_type="text/plain", owner=job.owner
        )
        return {"message": "导入3个项目。", "url": "/2024/projects/"}

    does("tests.kind", work)
    job = leave(owner)

    with clock.at(NOW):
        assert services.run_one() == job

    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.DONE, "导入3个项目。")
    assert (job.n_done, job.n_total) == (3, 3)
    assert job.result["url"] == "/2024/projects/"
    assert job.file.name == "结果.xlsx"
    assert job.finished_at == NOW
    assert job.seen_at is None


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (RuleError("工作表“项目”没有数据行。"), "工作表“项目”没有数据行。"),
        (PermissionDenied(), services.NOT_ALLOWED),
        (PermissionDenied("只有计划管理员可以导入。"), "只有计划管理员可以导入。"),
    ],
)
def test_a_refused_job_ends_with_its_sentence_and_without_result(owner, does, error, sentence):
    def work(job: Job) -> None:
        job.file = services.keep_file(content=b"", name="x", content_type="x/y", owner=job.owner)
        raise error

    does("tests.kind", work)
    job = leave(owner)

    services.run_one()

    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, sentence)
    assert (job.result, job.file) == ({}, None)
    assert job.finished_at is not None


def test_a_bug_stays_loud_and_the_job_does_not_stay_running(owner, does):
    def work(job: Job) -> None:
        raise KeyError("a secret inside")

    does("tests.kind", work)
    job = leave(owner)

    with pytest.raises(KeyError):
        services.run_one()

    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, services.BROKEN)


@pytest.mark.trust("H07")
def test_a_job_that_lost_its_database_is_tried_three_times_in_all(owner, does):
    tries = []

    def work(job: Job) -> None:
        tries.append(job.n_attempts)
        raise OperationalError("server closed the connection")

    does("tests.kind", work)
    job = leave(owner)

    assert services.run_one() == services.run_one() == job
    with pytest.raises(OperationalError):
        services.run_one()

    job.refresh_from_db()
    assert tries == [1, 2, 3]
    assert job.state == Job.State.FAILED
    assert services.run_one() is None


@pytest.mark.trust("B12")
def test_a_job_of_a_person_who_left_is_not_done(owner, does):
    ran = []
    does("tests.kind", ran.append)
    job = leave(owner)
    User.objects.update(is_active=False)

    services.run_one()

    job.refresh_from_db()
    assert ran == []
    assert (job.state, job.message) == (Job.State.FAILED, services.OWNER_LEFT)


@pytest.mark.trust("B12")
def test_a_handler_acts_with_the_right_its_owner_has_when_it_runs(owner, does):
    does("tests.kind", lambda job: services.mark_seen(job=of_another, actor=job.owner) and None)
    of_another = leave(User.objects.create_person("guli", "古丽"))
    Job.objects.filter(pk=of_another.pk).update(state=Job.State.DONE, finished_at=NOW)
    job = leave(owner)

    services.run_one()

    job.refresh_from_db()
    of_another.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, services.NOT_ALLOWED)
    assert of_another.seen_at is None


def test_jobs_are_done_in_the_order_they_were_left(owner, does):
    done = []
    does("tests.kind", lambda job: done.append(job.params["n"]))
    for number in range(3):
        leave(owner, n=number)

    assert tasks.run_jobs() == 3
    assert done == [0, 1, 2]
    assert services.run_one() is None


def test_a_hurried_job_is_done_at_once_and_once(owner, does):
    done = []
    does("tests.kind", lambda job: done.append(job.params["n"]))
    leave(owner, n=1)
    later = leave(owner, n=2)

    assert tasks.run_job(later.pk)
    assert not tasks.run_job(later.pk)
    assert done == [2]


@pytest.mark.trust("H04")
def test_a_job_whose_worker_fell_silent_is_taken_over_and_the_late_worker_writes_nothing(
    owner, does
):
    def slow(job: Job) -> dict[str, str]:
        with clock.at(NOW + services.STALE_AFTER + timedelta(seconds=1)):
            does("tests.kind", lambda job: {"message": "第二个办完"})
            assert services.run_one() == job
        services.progress(job=job, n_done=9, n_total=9)
        pulse.beat(job)
        return {"message": "第一个办完"}

    does("tests.kind", slow)
    job = leave(owner)

    with clock.at(NOW):
        services.run_one()

    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.DONE, "第二个办完")
    assert (job.n_attempts, job.n_done) == (2, 0)


def test_a_job_with_a_recent_sign_of_life_is_left_alone(owner, does):
    does("tests.kind", lambda job: None)
    leave(owner)
    Job.objects.update(
        state=Job.State.RUNNING, n_attempts=1, heartbeat_at=NOW - services.STALE_AFTER
    )

    with clock.at(NOW):
        assert services.run_one() is None
    assert Job.objects.get().state == Job.State.RUNNING


def test_after_three_dead_workers_the_job_is_over_and_says_so(owner, does):
    does("tests.kind", lambda job: None)
    job = leave(owner)
    Job.objects.update(state=Job.State.RUNNING, n_attempts=3, heartbeat_at=NOW - timedelta(hours=1))

    with clock.at(NOW):
        assert services.run_one() is None

    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, services.INTERRUPTED)
    assert job.finished_at == NOW


def test_progress_is_seen_by_others_while_the_works_own_transaction_is_open(
    own_database, does, monkeypatch
):
    monkeypatch.setattr(pulse, "EVERY", 0.02)
    seen = []

    @transaction.atomic
    def work(job: Job) -> None:
        services.progress(job=job, n_done=128, n_total=318, message="正在检查第128行")
        deadline = time.monotonic() + 20
        while not seen and time.monotonic() < deadline:
            time.sleep(0.05)
            row = Job.objects.values_list("n_done", "n_total", "message").get()
            seen.extend([row] if row[0] else [])

    # On SQLite the open transaction holds the only write lock; the page then shows the last beat.
    does("tests.kind", work if pulse.connection.vendor == "postgresql" else work.__wrapped__)
    leave(User.objects.create_person("ali", "艾力"))

    services.run_one()

    assert seen == [(128, 318, "正在检查第128行")]
    assert Job.objects.get().state == Job.State.DONE


def test_a_missed_heartbeat_does_not_stop_the_work(own_database, does, monkeypatch):
    monkeypatch.setattr(pulse, "EVERY", 0.01)
    beats = []

    def fails(*args: object) -> None:
        beats.append(1)
        raise OperationalError("database is locked")

    def work(job: Job) -> None:
        monkeypatch.setattr(pulse.clock, "now", fails)
        while len(beats) < 2:
            time.sleep(0.01)
        monkeypatch.undo()
        does("tests.kind", work)

    does("tests.kind", work)
    job = leave(User.objects.create_person("ali", "艾力"))

    services.run_one()

    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_only_its_owner_takes_a_finished_job_off_the_list(owner, does):
    does("tests.kind", lambda job: None)
    job = leave(owner)
    services.mark_seen(job=job, actor=owner)
    assert job.seen_at is None  # it still runs
    services.run_one()
    job.refresh_from_db()

    with pytest.raises(PermissionDenied):
        services.mark_seen(job=job, actor=User.objects.create_person("guli", "古丽"))
    assert Job.objects.to_be_seen().get() == job

    with clock.at(NOW):
        services.mark_seen(job=job, actor=owner)
    services.mark_seen(job=job, actor=owner)
    job.refresh_from_db()
    assert job.seen_at == NOW
    assert not Job.objects.to_be_seen().exists()
