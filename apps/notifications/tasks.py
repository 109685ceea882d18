"""Doorbells: each calls a service and reports a count. Running one twice at once is harmless."""

from celery import shared_task

from apps.notifications import services


@shared_task
def deliver_notices() -> int:
    n_tried = 0
    while n_sent := services.deliver_one():
        n_tried += n_sent
    return n_tried
