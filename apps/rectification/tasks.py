"""What beat starts for the ledger of problems."""

from celery import shared_task

from apps.rectification import services


@shared_task
def send_reminders() -> int:
    """Remind whoever has a problem to put right; twice a day is harmless."""
    return services.send_reminders()
