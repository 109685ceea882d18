"""What messages are about, as people choose among them: each kind of message has a topic."""

from __future__ import annotations

from django.db import models


class Topic(models.TextChoices):
    """What a message is about."""

    RETURN = "return", "退回、不通过、重新开放"
    DUE = "due", "截止提醒"
    DESK = "desk", "到件、待审提醒"
    RESULT = "result", "通过、定稿、撤回、取消"
    CHANGE = "change", "延期、豁免、计划变动"
    OTHER = "other", "试发和其他"


URGENT = frozenset({Topic.RETURN, Topic.CHANGE})  # these never wait for the day's one mail
PREFIXES: tuple[tuple[str, Topic], ...] = (  # the first that fits
    ("filings.returned", Topic.RETURN),
    ("filings.rejected", Topic.RETURN),
    ("filings.reopened", Topic.RETURN),
    ("filings.lapsed", Topic.RETURN),
    ("filings.arrived", Topic.DESK),
    ("filings.desk_", Topic.DESK),
    ("remind.desk", Topic.DESK),
    ("remind.", Topic.DUE),
    ("filings.", Topic.RESULT),
    ("workplans.", Topic.CHANGE),
    ("rectification.due", Topic.DUE),
    ("rectification.answer", Topic.DESK),
    ("rectification.open", Topic.RETURN),
    ("rectification.send_back", Topic.RETURN),
    ("rectification.refuse", Topic.RETURN),
    ("rectification.extend", Topic.CHANGE),
    ("rectification.amend", Topic.CHANGE),
    ("rectification.decision_ask", Topic.DESK),
    ("rectification.decision_made", Topic.RETURN),
    ("rectification.", Topic.RESULT),
)


def topic_of(kind: str) -> Topic:
    """The topic of a kind of message."""
    return next((topic for prefix, topic in PREFIXES if kind.startswith(prefix)), Topic.OTHER)
