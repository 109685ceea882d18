"""Every write to the ledger of problems."""

from apps.rectification.services.answering import add_file, answer, remove_file
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
    "Reference",
    "add_file",
    "answer",
    "close",
    "extend",
    "name_owner",
    "open_problem",
    "refuse",
    "register_problem",
    "remove_file",
    "send_back",
    "send_reminders",
    "take_back",
    "withdraw",
]
