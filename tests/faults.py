"""Faults on purpose: a statement that fails at a chosen place (TRUST G06)."""

from collections.abc import Callable
from typing import Any

from django.db import OperationalError

UseCase = Callable[[], Any]
WRITES = ("INSERT", "UPDATE", "DELETE")


class Fault(OperationalError):
    """The server went away at this statement."""


class FailingAt:
    """Raises at the n-th statement that `matches`, once; counts them all."""

    def __init__(self, number: int, matches: str = "", *, only_writes: bool = False) -> None:
        self.number, self.matches, self.count = number, matches, 0
        self.only_writes = only_writes

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.matches in sql and (not self.only_writes or sql.startswith(WRITES)):
            self.count += 1
            if self.count == self.number:
                raise Fault
        return execute(sql, params, many, context)
