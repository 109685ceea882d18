"""Two workers, one row; a worker that is killed."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from apps.core import clock
from apps.jobs import registry, services
from apps.jobs.models import Event, Job
from apps.organizations.models import User
from tests.jobs.together import at_once


def make_owner() -> User:
    return User.objects.create_person("ali", "艾力")


@pytest.mark.trust("H02")
def test_each_job_is_done_by_one_of_many_workers(own_database, does):
    owner, done = make_owner(), Counter()
    does("tests.kind", lambda job: done.update([job.pk]))
    jobs = [services.leave(kind="tests.kind", title="x", owner=owner) for _ in range(24)]

    def work(index: int) -> None:
        while services.run_one():
            pass

    at_once(6, work)

    assert done == Counter(job.pk for job in jobs)
    assert set(Job.objects.values_list("state", "n_attempts")) == {(Job.State.DONE, 1)}


@pytest.mark.trust("H02")
def test_a_hurried_job_and_the_sweep_do_it_once(own_database, does):
    owner, done = make_owner(), Counter()
    does("tests.kind", lambda job: done.update([job.pk]))
    job = services.leave(kind="tests.kind", title="x", owner=owner)

    at_once(6, lambda n: services.run_job(job_id=job.pk) if n % 2 else services.run_one())

    assert done == {job.pk: 1}


@pytest.mark.trust("H02")
def test_an_event_tried_by_many_at_once_has_its_effect_once(own_database, reacts):
    reacts("tests.fact", lambda event: make_owner() and None)
    services.leave_event(kind="tests.fact", key="1")

    handled = at_once(6, lambda index: services.handle_event())

    assert sorted(handled) == [False] * 5 + [True]
    assert User.objects.count() == 1
    assert Event.objects.get().handled_at is not None


@pytest.mark.trust("G02")
def test_an_event_left_by_many_at_once_is_one_event(own_database):
    at_once(6, lambda index: services.leave_event(kind="tests.fact", key="1"))

    assert Event.objects.count() == 1


@pytest.mark.trust("H04")
def test_a_job_whose_worker_was_killed_is_taken_over(own_database, does, tmp_path):
    begun = tmp_path / "begun"
    does("tests.hang", lambda job: {"message": "接手办完。"})
    job = services.leave(
        kind="tests.hang", title="x", owner=make_owner(), params={"path": str(begun)}
    )
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.worker"],
        env={**os.environ, "DATABASE_URL": own_database},
        cwd=settings.BASE_DIR,
    )
    wait_for(begun)
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    job.refresh_from_db()
    assert (job.state, job.n_attempts) == (Job.State.RUNNING, 1)
    assert services.run_one() is None  # its last sign of life is too fresh

    with clock.at(clock.now() + services.STALE_AFTER + timedelta(minutes=1)):
        assert services.run_one() == job

    job.refresh_from_db()
    assert (job.state, job.n_attempts) == (Job.State.DONE, 2)
    assert job.message == "接手办完。"
    assert registry.handlers_of("tests.hang") == []


def wait_for(path: Path, seconds: float = 60) -> None:
    """Return when the file exists; fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} did not come"
        time.sleep(0.1)
