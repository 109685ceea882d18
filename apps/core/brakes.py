"""Counts how often something was asked, so that a door without a lock is not tried for ever.

Each web process counts for itself and forgets with it: a brake, not a lock. What must hold exactly
is counted in the database (organizations.services.guard).
"""

from __future__ import annotations

from django.core.cache import cache


def count(key: str, seconds: int) -> int:
    """One more of its kind within the window that began with the first; how many so far."""
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # the window ended in between
        return 1
