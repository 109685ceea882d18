"""Walks the chains and names every row that is not what was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from apps.audit import trail, triggers
from apps.audit.models import Chain, Entry

START = "0" * 64
BATCH = 2000


@dataclass(frozen=True)
class Break:
    """One place where a chain does not hold."""

    chain: str
    number: int
    reason: str

    def __str__(self) -> str:
        return f"{self.chain} 第{self.number}行：{self.reason}"


@dataclass(frozen=True)
class Checkpoint:
    """How far a chain had come, kept outside the system, so that a cut tail shows."""

    chain: str
    n_entries: int
    head: str


def checkpoint(chain: Chain) -> Checkpoint:
    """The chain's present end."""
    return Checkpoint(chain.name, chain.n_entries, chain.head)


def breaks_of(chain: Chain) -> Iterator[Break]:
    """Every break from the first entry to the head that was read with `chain`.

    Entries appended meanwhile are left for the next walk; memory does not grow with the chain.
    """
    expected, previous = 1, START
    entries = Entry.objects.filter(chain=chain, number__lte=chain.n_entries).order_by("number")
    for entry in entries.iterator(chunk_size=BATCH):
        if entry.number != expected:
            yield Break(chain.name, expected, f"缺少{entry.number - expected}行")
        if entry.previous_hash != previous:
            yield Break(chain.name, entry.number, "与上一行接不上")
        if trail.digest(entry, chain.name) != entry.hash:
            yield Break(chain.name, entry.number, "内容与校验值不符")
        expected, previous = entry.number + 1, entry.hash
    if expected <= chain.n_entries:
        yield Break(chain.name, expected, f"缺少{chain.n_entries + 1 - expected}行")
    elif previous != chain.head:
        yield Break(chain.name, chain.n_entries, "与链头校验值不符")
    yield from _beyond_the_head(chain)


def _beyond_the_head(chain: Chain) -> Iterator[Break]:
    """Rows after the head that no append explains (an append moves the head in its transaction)."""
    beyond = Entry.objects.filter(chain=chain, number__gt=chain.n_entries).order_by("number")
    numbers = list(beyond.values_list("number", flat=True)[:BATCH])
    head = Chain.objects.get(pk=chain.pk).n_entries
    for number in numbers:
        if number > head:
            yield Break(chain.name, number, "排在链头之后")


def breaks_since(earlier: Checkpoint) -> Iterator[Break]:
    """What of an earlier checkpoint is no longer so."""
    chain = Chain.objects.filter(name=earlier.chain).first()
    if chain is None or chain.n_entries < earlier.n_entries:
        had = chain.n_entries if chain else 0
        yield Break(earlier.chain, had + 1, f"存底时到第{earlier.n_entries}行，现在只到第{had}行")
    elif earlier.n_entries:
        entry = Entry.objects.filter(chain=chain, number=earlier.n_entries).first()
        if entry is None or entry.hash != earlier.head:
            yield Break(earlier.chain, earlier.n_entries, "与存底的校验值不符")


def all_breaks() -> Iterator[Break]:
    """Every break of every chain, and a missing guard."""
    yield from missing_guard()
    for chain in Chain.objects.order_by("name"):
        yield from breaks_of(chain)


def missing_guard() -> Iterator[Break]:
    """Says so when the database no longer refuses changes of the trail."""
    if not triggers.are_installed(connection):
        yield Break("audit_entry", 0, "数据库的防改触发器不在，请重新执行迁移audit.0002")
