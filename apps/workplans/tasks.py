"""What beat starts for the plans."""

from celery import shared_task

from apps.core import clock
from apps.workplans import services


@shared_task
def open_due() -> int:
    """Open what became due to be filled in; twice a day is harmless."""
    return services.open_due(on=clock.today())


@shared_task
def end_exemptions() -> int:
    """What was excused for a time is owed again the day after; twice a day is harmless."""
    return services.end_exemptions(on=clock.today())
