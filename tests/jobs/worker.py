"""The Celery application of the live tests: ours, with kinds of work that a test can watch.

`python -m tests.jobs.worker` runs one job in this process, to be killed in the middle.
"""

import sys
import time
from pathlib import Path

import django

django.setup()

from apps.jobs import registry, services  # noqa: E402 (models come after setup)
from apps.jobs.models import Job  # noqa: E402 (Django is set up first)
from perf_mgmt.celery import app  # noqa: E402 (Django is set up first)

__all__ = ["app"]


@registry.job_handler("tests.write")
def write(job: Job) -> dict[str, str]:
    """Leaves a trace in a file, a line for each time it ran."""
    with Path(job.params["path"]).open("a", encoding="utf-8") as file:
        file.write(f"{job.pk}\n")
    return {"message": "写好了。"}


@registry.job_handler("tests.hang")
def hang(job: Job) -> None:
    """Says that it began and never ends."""
    Path(job.params["path"]).write_text("begun", encoding="utf-8")
    while True:
        time.sleep(1)


if __name__ == "__main__":
    services.run_one()
    sys.exit()
