"""What targets do when an adjustment was approved; idempotent."""

from apps.jobs.models import Event
from apps.targets import services
from apps.targets.models import Adjustment


def adjusted(event: Event) -> None:
    """The supplementary disclosure becomes due (decision 13)."""
    rows = Adjustment.objects.filter(pk=event.payload["adjustment"], made__isnull=False)
    for row in rows.select_related("project__unit__jurisdiction", "unit__jurisdiction"):
        services.disclose(adjustment=row)
