"""Doorbells: each calls a service and reports a count. Running one twice at once is harmless."""

from celery import shared_task

from apps.jobs import files, services
from apps.jobs.doorbell import Doorbell


@shared_task(base=Doorbell)
def run_jobs() -> int:
    n_run = 0
    while services.run_one():
        n_run += 1
    return n_run


@shared_task(base=Doorbell)
def run_job(job_id: int) -> bool:
    return services.run_job(job_id=job_id) is not None


@shared_task
def handle_events() -> int:
    n_handled = 0
    while services.handle_event():
        n_handled += 1
    return n_handled


@shared_task
def sweep_files() -> int:
    return files.sweep_orphans()
