"""Doorbells: each calls a service and reports a count. Running one twice at once is harmless."""

import time

from celery import shared_task

from apps.notifications import services

LASTS = 45  # seconds, then beat's next bell goes on: a worker is not held by a slow server


@shared_task
def deliver_notices() -> int:
    n_tried, began = 0, time.monotonic()
    while n_sent := services.deliver_one():
        n_tried += n_sent
        if time.monotonic() - began >= LASTS:
            break
    return n_tried
