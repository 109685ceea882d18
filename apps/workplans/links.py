"""Addresses of ours that stand outside: in a calendar program."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def feed_address(secret: str) -> str:
    """The address that a calendar program is given."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("workplans:feed", args=[secret])
