"""Every write to the ledger of problems."""

from apps.rectification.services.answering import add_file, answer, remove_file
from apps.rectification.services.deciding import (
    Proposed,
    approve_decision,
    propose_decision,
    refuse_decision,
    reverse_decision,
)
from apps.rectification.services.opening import (
    Found,
    Reference,
    open_problem,
    register_problem,
)
from apps.rectification.services.rechecking import (
    close,
    extend,
    name_owner,
    refuse,
    send_back,
    take_back,
    withdraw,
)
from apps.rectification.services.reminders import send_reminders

__all__ = [
    "Found",
    "Proposed",
    "Reference",
    "add_file",
    "answer",
    "approve_decision",
    "close",
    "extend",
    "name_owner",
    "open_problem",
    "propose_decision",
    "refuse",
    "refuse_decision",
    "register_problem",
    "remove_file",
    "reverse_decision",
    "send_back",
    "send_reminders",
    "take_back",
    "withdraw",
]
