"""What a person wants by mail, and when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import time
from typing import TYPE_CHECKING

from django.db import transaction

from apps.audit import services as audit
from apps.notifications.models import Preference
from apps.notifications.topics import Topic
from apps.rules.errors import RuleError

if TYPE_CHECKING:
    from apps.organizations.models import User


@transaction.atomic
def save_preference(
    *,
    actor: User,
    muted: Collection[str],
    pace: str,
    days: str,
    digest_at: time | None,
    quiet_from: time | None,
    quiet_until: time | None,
) -> Preference:
    """The actor's mail goes out as said from the next message on; the inbox holds all of them.

    Raises RuleError for a topic that is none, or quiet hours with one end.
    """
    if unknown := set(muted) - set(Topic.values):
        raise RuleError(f"没有“{'、'.join(sorted(unknown))}”这类消息。", code="preference.topic")
    if (quiet_from is None) != (quiet_until is None):
        raise RuleError(
            "免打扰：只填了一头。起、止都填，或都不填（按本地区）。", code="preference.quiet"
        )
    wish = {
        "muted": [topic for topic in Topic.values if topic in muted],
        "pace": pace,
        "days": days,
        "digest_at": digest_at,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
    }
    saved, _ = Preference.objects.update_or_create(user=actor, defaults=wish)
    told = {
        key: value if isinstance(value, list) else str(value or "") for key, value in wish.items()
    }
    audit.record(
        actor=actor,
        action="notifications.save_preference",
        subject=saved,
        chain="system",
        data=told,
        label=str(actor),
    )
    return saved
