"""The doorbell: late, never early, and no harm when it is broken."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from apps.jobs import services, tasks
from apps.jobs.models import Job
from apps.organizations.models import User

RING_AT_A_DEAD_BROKER = """
import django
django.setup()
from django.db import transaction
from apps.jobs import tasks
with transaction.atomic():
    tasks.run_job.delay_on_commit(1)
print("answered")
"""


@pytest.mark.trust("H03")
def test_the_worker_is_set_to_lose_nothing():
    assert settings.CELERY_TASK_ACKS_LATE
    assert settings.CELERY_TASK_REJECT_ON_WORKER_LOST
    assert settings.CELERY_WORKER_PREFETCH_MULTIPLIER == 1
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert options.get("visibility_timeout", 3600) > settings.CELERY_TASK_TIME_LIMIT


@pytest.mark.trust("H01")
def test_the_bell_rings_after_the_commit_and_not_without(own_database, monkeypatch):
    rung: list[int] = []
    monkeypatch.setattr(tasks.run_job, "delay", rung.append)

    with transaction.atomic():
        tasks.run_job.delay_on_commit(7)
        assert rung == []
    with transaction.atomic():
        tasks.run_job.delay_on_commit(8)
        transaction.set_rollback(True)

    assert rung == [7]


@pytest.mark.trust("H05")
def test_a_broken_bell_leaves_the_row_and_raises_nothing(own_database, does, monkeypatch, caplog):
    def breaks(*args: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.run_job, "delay", breaks)
    does("tests.kind", lambda job: None)
    owner = User.objects.create_person("ali", "艾力")

    with transaction.atomic():
        job = services.leave(kind="tests.kind", title="x", owner=owner)
        tasks.run_job.delay_on_commit(job.pk)

    assert Job.objects.get().state == Job.State.QUEUED
    assert "no broker" in caplog.text
    assert tasks.run_jobs() == 1


@pytest.mark.live
@pytest.mark.trust("H05")
def test_a_page_does_not_wait_for_a_redis_that_is_away(own_database):
    environment = {
        **os.environ,
        "DATABASE_URL": own_database,
        "BROKER_URL": "redis://127.0.0.1:1/0",
    }
    start = time.monotonic()

    told = subprocess.run(
        [sys.executable, "-c", RING_AT_A_DEAD_BROKER],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert told.stdout == "answered\n"
    assert "did not ring" in told.stderr
    assert time.monotonic() - start < 30
