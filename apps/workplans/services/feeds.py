"""A person's subscribed calendar: the address is shown once, kept as a hash, revoked at will."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.organizations.models import User
from apps.organizations.services.tokens import digest
from apps.workplans.models import CalendarFeed

SEEN_EVERY = timedelta(hours=1)  # a reading calendar writes no oftener


@transaction.atomic
def make_feed(*, actor: User) -> str:
    """The secret of a new address, which cannot be shown again; an earlier one answers no more."""
    User.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    _end(actor)
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(user=actor, hashed=digest(secret), created_at=clock.now())
    audit.record(actor=actor, action="workplans.make_feed", subject=feed, chain=audit.SYSTEM)
    return secret


@transaction.atomic
def revoke_feed(*, actor: User) -> bool:
    """The person has no address any more. Returns whether there was one."""
    User.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    feed = _end(actor)
    if feed is not None:
        audit.record(actor=actor, action="workplans.revoke_feed", subject=feed, chain=audit.SYSTEM)
    return feed is not None


def _end(actor: User) -> CalendarFeed | None:
    """The living address has ended, in the caller's transaction."""
    feed = CalendarFeed.objects.filter(user=actor, revoked_at__isnull=True).first()
    if feed is not None:
        feed.revoked_at = clock.now()
        feed.save(update_fields=["revoked_at"])
    return feed


def reader_of(*, secret: str) -> User | None:
    """Whose calendar the secret opens, None for a wrong or revoked one or a closed account.

    The only write is the hour of the last reading, so that the person sees a forgotten address.
    """
    living = CalendarFeed.objects.filter(revoked_at__isnull=True, user__is_active=True)
    feed = living.select_related("user").filter(hashed=digest(secret)).first()
    if feed is None:
        return None
    now = clock.now()
    if feed.last_used_at is None or now - feed.last_used_at >= SEEN_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_used_at=now)
    return feed.user
