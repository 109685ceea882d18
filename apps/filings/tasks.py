"""What beat starts for the engine."""

from celery import shared_task

from apps.filings import services


@shared_task
def lapse_reopenings() -> int:
    """Close again what was reopened and not filed in time; twice is harmless."""
    return services.lapse_reopenings()


@shared_task
def send_reminders() -> int:
    """Remind whoever owes or keeps something waiting; twice a day is harmless."""
    return services.send_reminders()
