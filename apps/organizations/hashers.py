"""Argon2 with measured cost, a bounded number at once (docs/adr/0002-passwords.md)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from apps.rules.errors import RuleError

AT_ONCE = 2  # hashes in one process; each holds 46 MiB and a core for about 0.1 s

_turns = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one of the hashing seats. Raises RuleError when the queue is too long."""
    if not _turns.acquire(timeout=settings.LOGIN_PATIENCE):
        raise RuleError("登录的人太多，正在排队。请过一分钟再登录。", code="busy")
    try:
        yield
    finally:
        _turns.release()


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id, 2 passes over 46 MiB, one lane."""

    time_cost = 2
    memory_cost = 47104
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """The hash to store."""
        with turn():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Whether the password gives the hash."""
        with turn():
            return super().verify(password, encoded)
