"""Deadlines as a calendar file (RFC 5545) that phones and mail programs read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from apps.core import clock
from apps.workplans.selectors import Deadline

WIDTH = 74  # octets of one line, without the line break


def render(deadlines: Iterable[Deadline], title: str, now: datetime, host: str) -> str:
    """All-day entries on the last day in time."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//perf_mgmt//plan//ZH",
        f"X-WR-CALNAME:{_plain(title)}",
    ]
    for deadline in deadlines:
        lines += _event(deadline, stamp, host)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(deadline: Deadline, stamp: str, host: str) -> list[str]:
    last = clock.last_day(deadline.due_at)
    count = f"（{deadline.number}件）" if deadline.number > 1 else ""
    return [
        "BEGIN:VEVENT",
        f"UID:{deadline.key}@{host}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{last:%Y%m%d}",
        f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_plain(deadline.title + count + '截止')}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _plain(text: str) -> str:
    """Text with the signs escaped that have a meaning in the format; always one line."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _folded(line: str) -> str:
    """The line broken after at most 75 octets, never inside a character."""
    parts, size = [""], 0
    for char in line:
        octets = len(char.encode())
        if size + octets > WIDTH:
            parts.append(" ")
            size = 1
        parts[-1] += char
        size += octets
    return "\r\n".join(parts)
