"""Reads of the engine: locks, work lists, queues, findings from slots and returns."""

from apps.filings.selectors.findings import (
    findings_from,
    open_items,
    return_findings,
    return_items,
    sampled_items,
    slot_findings,
    stored_findings,
    with_waivers,
)
from apps.filings.selectors.lists import WAITING, queue, sent, shown, todo
from apps.filings.selectors.locks import (
    Dated,
    Lock,
    begin_lock,
    late_note,
    lock_of,
    takes_late,
    window_lock,
)
from apps.filings.selectors.revisions import (
    attachments,
    began_from,
    file_digests,
    first_shown,
    history,
    newest,
    threads,
    threads_by_path,
)

__all__ = [
    "WAITING",
    "Dated",
    "Lock",
    "attachments",
    "began_from",
    "begin_lock",
    "file_digests",
    "findings_from",
    "first_shown",
    "history",
    "late_note",
    "lock_of",
    "newest",
    "open_items",
    "queue",
    "return_findings",
    "return_items",
    "sampled_items",
    "sent",
    "shown",
    "slot_findings",
    "stored_findings",
    "takes_late",
    "threads",
    "threads_by_path",
    "todo",
    "window_lock",
    "with_waivers",
]
