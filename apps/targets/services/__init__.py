"""Every write of the room: the form, adjustments, what follows from them."""

from apps.targets.services.asking import request_targets
from apps.targets.services.disclosing import disclose, disclose_missed
from apps.targets.services.letting import ask_exception, decide_exception
from apps.targets.services.requesting import request_adjustment
from apps.targets.services.sheet import copy_from_last_year, save, save_chosen

__all__ = [
    "ask_exception",
    "copy_from_last_year",
    "decide_exception",
    "disclose",
    "disclose_missed",
    "request_adjustment",
    "request_targets",
    "save",
    "save_chosen",
]
