"""Tell people, bring it to their mailbox and their group, and keep the ways there."""

from apps.notifications.delivering import deliver_one
from apps.notifications.outbox import Row, row
from apps.notifications.services.channels import (
    ChannelData,
    create_channel,
    resend,
    set_times,
    test_channel,
    update_channel,
)
from apps.notifications.services.preferences import save_preference
from apps.notifications.services.sweeps import days_to_do, mark_done
from apps.notifications.services.telling import mark_all_read, mark_read, notify, notify_rows

__all__ = [
    "ChannelData",
    "Row",
    "create_channel",
    "days_to_do",
    "deliver_one",
    "mark_all_read",
    "mark_done",
    "mark_read",
    "notify",
    "notify_rows",
    "resend",
    "row",
    "save_preference",
    "set_times",
    "test_channel",
    "update_channel",
]
