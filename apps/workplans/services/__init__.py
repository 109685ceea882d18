"""Every write of the room: loading a profile, publishing, assigning, extending, holidays."""

from apps.workplans.services.assigning import (
    assign,
    assign_project,
    assign_transfer,
    open_due,
    open_task,
)
from apps.workplans.services.checkpoints import register_checkpoint
from apps.workplans.services.deadlines import (
    cancel,
    demand_cancellable,
    demand_exemptable,
    demand_extendable,
    end_exemptions,
    exempt,
    extend,
    late_words,
    reason_of,
    restore,
    unexempt,
    void_request,
)
from apps.workplans.services.events import Effect, date_event, foreseen
from apps.workplans.services.feeds import make_feed, reader_of, revoke_feed
from apps.workplans.services.holidays import announce_year, load_years, reset_day, set_day
from apps.workplans.services.loading import load_profile
from apps.workplans.services.offline import register_offline
from apps.workplans.services.publishing import publish
from apps.workplans.services.renewing import renew_due
from apps.workplans.services.requesting import Span, call_for, request
from apps.workplans.services.rolled import move_ends
from apps.workplans.services.works import start_amending, start_dating, start_publishing

__all__ = [
    "Effect",
    "Span",
    "announce_year",
    "assign",
    "assign_project",
    "assign_transfer",
    "call_for",
    "cancel",
    "date_event",
    "demand_cancellable",
    "demand_exemptable",
    "demand_extendable",
    "end_exemptions",
    "exempt",
    "extend",
    "foreseen",
    "late_words",
    "load_profile",
    "load_years",
    "make_feed",
    "move_ends",
    "open_due",
    "open_task",
    "publish",
    "reader_of",
    "reason_of",
    "register_checkpoint",
    "register_offline",
    "renew_due",
    "request",
    "reset_day",
    "restore",
    "revoke_feed",
    "set_day",
    "start_amending",
    "start_dating",
    "start_publishing",
    "unexempt",
    "void_request",
]
