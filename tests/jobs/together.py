"""Let threads with connections of their own do something at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections


def at_once(n_threads: int, work: Callable[[int], Any]) -> list[Any]:
    """Run work(0) … work(n-1) in threads that start together; errors are raised here."""
    gate = Barrier(n_threads)

    def one(index: int) -> Any:
        gate.wait(30)
        try:
            return work(index)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(n_threads) as pool:
        return list(pool.map(one, range(n_threads)))
