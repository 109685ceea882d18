"""What the ledger does when a lower room found something; idempotent."""

from apps.jobs.models import Event
from apps.rectification.services import samples


def sample_checked(event: Event) -> None:
    """A drawn filing found faulty is a problem of its unit; found good again it is none."""
    samples.take_over(item_id=event.payload["item"])
