"""When and from where the present request came; services and the trail read it here."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.core import clock


@dataclass(frozen=True)
class Arrival:
    """A request's moment (the clock when it arrived), address, and what it has read once.

    Its number stands in the log and in what a person is told when the fault is ours.
    """

    at: datetime | None
    ip: str
    number: str = field(default_factory=lambda: secrets.token_hex(6))
    memo: dict[str, Any] = field(default_factory=dict)


_arrival: ContextVar[Arrival | None] = ContextVar("arrival", default=None)


def received_at() -> datetime:
    """The moment that deadlines compare: when the request arrived, or now outside a request."""
    arrival = _arrival.get()
    return arrival.at if arrival and arrival.at else clock.now()


def ip() -> str:
    """The client's address, or empty outside a request."""
    arrival = _arrival.get()
    return arrival.ip if arrival else ""


def number() -> str:
    """The request's own number, or empty outside a request."""
    arrival = _arrival.get()
    return arrival.number if arrival else ""


def memo() -> dict[str, Any]:
    """What this request has already read; outside a request it keeps nothing."""
    arrival = _arrival.get()
    return arrival.memo if arrival else {}


@contextmanager
def of(at: datetime | None, address: str) -> Iterator[None]:
    """Hold one request's arrival while it is answered."""
    token = _arrival.set(Arrival(at, address))
    try:
        yield
    finally:
        _arrival.reset(token)
