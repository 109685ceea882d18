"""What beat starts for targets."""

from celery import shared_task

from apps.targets import services


@shared_task
def disclose_missed() -> int:
    """Assign disclosures that an event should have assigned; twice is harmless."""
    return services.disclose_missed()
