"""What mail must know of working days and roles; registered with the room of messages."""

from __future__ import annotations

from collections.abc import Collection

from apps.core import clock
from apps.notifications import timing
from apps.organizations.models import Membership, Role
from apps.workplans import offsets

REVIEWERS = (Role.SECTION_REVIEWER, Role.PERFORMANCE_REVIEWER)


def digest_readers(people: Collection[int]) -> set[int]:
    """Who of these people reviews for a section: one mail a day unless they ask for more."""
    held = Membership.objects.in_force(clock.today()).filter(user__in=people, role__in=REVIEWERS)
    return set(held.values_list("user", flat=True))


def register() -> None:
    """Make them known; twice is harmless."""
    timing.register(working_day=offsets.is_open_day, digest_readers=digest_readers)
