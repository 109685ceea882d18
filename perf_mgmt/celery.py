"""The Celery application. Redis is only a doorbell: what must not be lost is a database row."""

import os
from importlib import import_module

from celery import Celery
from celery.signals import worker_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perf_mgmt.settings")

app = Celery("perf_mgmt")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def load_pages(**_: object) -> None:
    """Every page's code is loaded, which the first address that a job writes would ask for.

    Once, before a worker's children are forked: they share it, and no first job waits a second.
    """
    import_module(settings.ROOT_URLCONF)


worker_init.connect(load_pages)
