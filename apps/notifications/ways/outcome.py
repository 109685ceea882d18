"""What became of a parcel on its way."""

from __future__ import annotations

from typing import NamedTuple

from apps.notifications.models import Delivery

State = Delivery.State


class Outcome(NamedTuple):
    """The state to be marked, with a sentence where it did not go well.

    `is_away`: the other side could not be reached at all, so that nothing else goes that way now.
    `is_later`: it put this one off, and takes it another time.
    """

    state: Delivery.State
    error: str = ""
    is_away: bool = False
    is_later: bool = False


SENT = Outcome(State.SENT)


def again(error: str) -> Outcome:
    """The other side said no, so nothing went out: it is tried again, a few times."""
    return Outcome(State.WAITING, error)


def away(error: str) -> Outcome:
    """Nobody answered, so nothing went out: it is tried again for days."""
    return Outcome(State.WAITING, error, is_away=True)


def later(error: str) -> Outcome:
    """The other side put it off, so nothing went out: it is tried again for days, ever later."""
    return Outcome(State.WAITING, error, is_later=True)


def unknown(error: str) -> Outcome:
    """It may be out; nobody sends it again by himself."""
    return Outcome(State.UNKNOWN, error)


def refused(error: str) -> Outcome:
    """It cannot go this way at all."""
    return Outcome(State.FAILED, error)
