"""python -m tests.bench.job_child ID: do one waiting job as the worker does, in a fresh process."""

from __future__ import annotations

import json
import sys
from datetime import date

import django
from django.conf import settings


def main() -> None:
    """Answer how long the job took; its memory is watched from outside."""
    settings.BUSINESS_DATE = date(2024, 4, 8)
    django.setup()
    from apps.jobs import services as jobs
    from apps.jobs.models import Job
    from perf_mgmt.celery import load_pages
    from tests.bench.measuring import seconds_of

    load_pages()  # as a worker does when it starts
    job = Job.objects.get(pk=int(sys.argv[1]))
    seconds = seconds_of(lambda: jobs.run_job(job_id=job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    sys.stdout.write(json.dumps({"seconds": seconds}))


main()
