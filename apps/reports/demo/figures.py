"""Deterministic choices: the same demo on every machine, and sums that are exact to the 分."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")


def number(*words: object, below: int) -> int:
    """A number from 0 up to `below`, the same for the same words."""
    digest = hashlib.sha256("/".join(str(word) for word in words).encode()).digest()
    return int.from_bytes(digest[:6], "big") % below


def pick(options: Sequence[T], *words: object) -> T:
    """One of the options, the same for the same words."""
    return options[number(*words, below=len(options))]


def shares(total: Decimal, n: int, seed: str) -> list[Decimal]:
    """Split yuan into n unequal amounts in whole 百元; the last takes the rest, exactly."""
    return parts(total, [Decimal(20 + number(seed, index, below=180)) for index in range(n)])


def parts(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split yuan by weight in whole 百元; the last takes the rest, exactly."""
    whole = sum(weights)
    amounts = [(total * part / whole).quantize(Decimal(1)) // 100 * 100 for part in weights[:-1]]
    return [*amounts, total - sum(amounts, Decimal(0))]
