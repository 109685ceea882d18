"""Whether a message still says what is true when it is about to go out.

Between a reminder and the mail that carries it somebody may have filed. The room that left the
message registers the question for its kinds; what no longer holds is dropped, not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from apps.notifications.models import Message

Check = Callable[[list[Message]], set[int]]  # ids of the messages that no longer hold

_checks: dict[str, Check] = {}


def register(prefix: str, check: Check) -> None:
    """Ask `check` about messages whose kind begins so. From ready(); twice is harmless."""
    _checks[prefix] = check


def outdated(messages: Iterable[Message]) -> set[int]:
    """Ids of those messages that no longer hold."""
    told = list(messages)
    found: set[int] = set()
    for prefix, check in _checks.items():
        asked = [message for message in told if message.kind.startswith(prefix)]
        if asked:
            found |= check(asked)
    return found
