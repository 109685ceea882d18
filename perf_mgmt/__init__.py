"""Settings, URL and API roots, Celery app and beat schedule; nothing else."""

from perf_mgmt.celery import app as celery_app

__all__ = ["celery_app"]
