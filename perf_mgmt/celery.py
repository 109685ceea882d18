"""The Celery application. Redis is only a doorbell: what must not be lost is a database row."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perf_mgmt.settings")

app = Celery("perf_mgmt")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
