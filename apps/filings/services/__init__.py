"""Every write on a filing. The only place where a filing changes state."""

from apps.filings.services.answering import answer_finding
from apps.filings.services.exceptional import (
    cancel,
    end_reopening,
    lapse_reopenings,
    reopen,
    waivable,
    waive,
)
from apps.filings.services.materials import save_materials
from apps.filings.services.rechecking import start_recheck
from apps.filings.services.reminders import send_reminders, sweep
from apps.filings.services.reviewing import (
    Mark,
    ReturnDraft,
    Wanted,
    comment,
    pass_on,
    reject,
    resolve_comment,
    save_review,
    send_back,
)
from apps.filings.services.standing import standing
from apps.filings.services.submitting import content_hash, submit, verify_receipt, withdraw
from apps.filings.services.writing import (
    answer_item,
    attach,
    detach,
    findings_of,
    open_filing,
    writing,
)

__all__ = [
    "Mark",
    "ReturnDraft",
    "Wanted",
    "answer_finding",
    "answer_item",
    "attach",
    "cancel",
    "comment",
    "content_hash",
    "detach",
    "end_reopening",
    "findings_of",
    "lapse_reopenings",
    "open_filing",
    "pass_on",
    "reject",
    "reopen",
    "resolve_comment",
    "save_materials",
    "save_review",
    "send_back",
    "send_reminders",
    "standing",
    "start_recheck",
    "submit",
    "sweep",
    "verify_receipt",
    "waivable",
    "waive",
    "withdraw",
    "writing",
]
