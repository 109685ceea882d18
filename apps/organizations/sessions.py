"""How long a log-in lasts: times kept in the session row, compared on the server (TRUST A07)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

LOGGED_IN_AT = "logged_in_at"
SEEN_AT = "seen_at"
ENDED_USER = "ended_user"  # whose session ended in this browser; the page stays theirs
SEEN_STEP = 60  # seconds; a session row is rewritten at most once a minute


def stamp(session: SessionBase, now: datetime) -> None:
    """The log-in counts from now."""
    session[LOGGED_IN_AT] = session[SEEN_AT] = now.timestamp()


def is_over(session: SessionBase, now: datetime) -> bool:
    """Whether the log-in idled too long or is too old; one without times is over."""
    since, seen = session.get(LOGGED_IN_AT), session.get(SEEN_AT)
    if since is None or seen is None:
        return True
    moment = now.timestamp()
    idle = moment - float(seen) >= settings.SESSION_IDLE.total_seconds()
    return idle or moment - float(since) >= settings.SESSION_ABSOLUTE.total_seconds()


def touch(session: SessionBase, now: datetime) -> None:
    """The session was seen now; written only when the last note is a minute old."""
    moment = now.timestamp()
    if moment - float(session[SEEN_AT]) >= SEEN_STEP:
        session[SEEN_AT] = moment
