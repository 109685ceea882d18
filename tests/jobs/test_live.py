"""A left job is done by a real worker; Redis is only a doorbell (TRUST H05)."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from django.conf import settings

from apps.jobs import services
from apps.jobs.models import Job
from apps.organizations.models import User

pytestmark = pytest.mark.live
QUEUE = "live-tests"  # a queue of its own: other workers on the same broker must not answer
RING = "apps.jobs.tasks.run_jobs"


@pytest.fixture
def redis_url() -> str:
    url = os.environ.get("BROKER_URL", "")
    if not url.startswith("redis://"):
        pytest.skip("BROKER_URL names no Redis")
    # A database of this process alone, so that FLUSHALL's twin is safe.
    number = 12 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return f"{url.rpartition('/')[0]}/{number}"


@pytest.fixture
def environment(own_database, tmp_path) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": own_database,
        "DATA_DIR": str(tmp_path / "data"),
        "BROKER_URL": "filesystem://",
    }


@contextmanager
def running(environment: dict[str, str], *arguments: str) -> Iterator[None]:
    """A Celery process of our application while the block runs; TERM ends it."""
    command = [sys.executable, "-m", "celery", "-A", "tests.jobs.worker", *arguments]
    process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def worker(environment: dict[str, str]):
    arguments = ("worker", "-Q", QUEUE, "--pool", "solo", "--without-gossip", "--without-mingle")
    return running(environment, *arguments, "--without-heartbeat", "--loglevel", "WARNING")


def ring(environment: dict[str, str], task: str = RING, *arguments: str) -> None:
    """Send the task as a view or beat does, from another process."""
    command = [sys.executable, "-m", "celery", "-A", "tests.jobs.worker", "call", task]
    subprocess.run(
        [*command, "--queue", QUEUE, *arguments],
        env=environment,
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
        timeout=60,
    )


def leave(trace: Path) -> Job:
    owner = User.objects.filter(username="ali").first() or User.objects.create_person("ali", "艾力")
    return services.leave(
        kind="tests.write", title="写一行", owner=owner, params={"path": str(trace)}
    )


@pytest.fixture(autouse=True)
def known_kind(does):
    """The kind that tests.jobs.worker does, so that it may be left here."""
    does("tests.write", lambda job: None)


def wait_until_done(job: Job, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job.refresh_from_db()
        if job.is_over:
            break
        time.sleep(0.2)
    assert (job.state, job.message) == (Job.State.DONE, "写好了。")


def test_a_worker_on_the_embedded_broker_does_a_hurried_job(environment, tmp_path):
    trace = tmp_path / "trace"
    job = leave(trace)

    with worker(environment):
        ring(environment, "apps.jobs.tasks.run_job", "--args", f"[{job.pk}]")
        wait_until_done(job)

    assert trace.read_text(encoding="utf-8") == f"{job.pk}\n"


@pytest.mark.trust("H05")
def test_a_worker_on_redis_does_what_was_left_although_redis_lost_everything(
    environment, redis_url, tmp_path
):
    environment["BROKER_URL"] = redis_url
    broker, trace = redis.Redis.from_url(redis_url), tmp_path / "trace"
    broker.flushdb()
    job = leave(trace)
    ring(environment, "apps.jobs.tasks.run_job", "--args", f"[{job.pk}]")
    assert broker.llen(QUEUE) == 1

    broker.flushdb()
    with worker(environment):
        time.sleep(2)
        job.refresh_from_db()
        assert job.state == Job.State.QUEUED  # the bell was lost; the row is there
        ring(environment)  # what beat does every five seconds
        wait_until_done(job)

        broker.flushdb()  # also under a running worker
        second = leave(trace)
        ring(environment)
        wait_until_done(second)

    assert trace.read_text(encoding="utf-8") == f"{job.pk}\n{second.pk}\n"
    broker.flushdb()


@pytest.mark.trust("H05")
def test_beat_alone_picks_up_a_row_that_nobody_rang_for(environment, tmp_path):
    trace = tmp_path / "trace"
    job = leave(trace)
    with worker_of_all(environment), running(environment, "beat", "--loglevel", "WARNING"):
        wait_until_done(job)

    assert trace.read_text(encoding="utf-8") == f"{job.pk}\n"
    shutil.rmtree(environment["DATA_DIR"])


def worker_of_all(environment: dict[str, str]):
    """A worker on the usual queue, on a broker folder that belongs to this test alone."""
    return running(environment, "worker", "--pool", "solo", "--loglevel", "WARNING")
