"""A running job's heartbeat and progress, visible while the work's own transaction is open."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event as Signal
from threading import Thread

from django.db import connection
from django.db.utils import OperationalError

from apps.core import clock
from apps.jobs.models import Job

EVERY = 1.0  # seconds; shorter jobs never open the second connection
logger = logging.getLogger(__name__)


@contextmanager
def beating(job: Job) -> Iterator[None]:
    """While the block runs, a thread with its own connection writes what `job` holds in memory."""
    stop = Signal()
    thread = Thread(target=_beat_until, args=(job, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat_until(job: Job, stop: Signal) -> None:
    """Write the row once a second until told to stop."""
    try:
        while not stop.wait(EVERY):
            beat(job)
    finally:
        connection.close()


def beat(job: Job) -> None:
    """The row shows the job's progress and that its worker lives, unless another took it over."""
    mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, n_attempts=job.n_attempts)
    try:
        mine.update(
            heartbeat_at=clock.now(),
            n_done=job.n_done,
            n_total=job.n_total,
            message=job.message,
        )
    except OperationalError as error:  # a locked or restarting database; the next beat tries again
        logger.warning("heartbeat missed", extra={"job": job.pk, "error": str(error)})
        connection.close()
