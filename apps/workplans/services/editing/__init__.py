"""Writes on a draft plan or on the working copy of a published one (ADR 7).

All take the words and keys of the profile's rows (`apps.workplans.profiles`): `values` is a mapping
of a row's keys, `rows` a list of such mappings; what is left out of `values` stays as it is. All
raise PermissionDenied for anybody but a plan administrator of the jurisdiction, and RuleError with
`data["field"]` (and `data["row"]`, counted from 0) where a value cannot be. A refusal changes
nothing. A published plan is refused with “先开始修订”.
"""

from apps.workplans.services.editing.checks import edit_check, set_checks
from apps.workplans.services.editing.library import (
    add_document,
    add_event,
    edit_document,
    edit_event,
    remove_document,
    remove_event,
    set_basis,
)
from apps.workplans.services.editing.parts import (
    set_facts,
    set_reminders,
    set_scopes,
    set_slots,
    set_steps,
    set_weights,
)
from apps.workplans.services.editing.plans import create_plan, drop_plan, edit_plan
from apps.workplans.services.editing.settings import (
    add_setting,
    edit_setting,
    remove_setting,
    set_setting,
)
from apps.workplans.services.editing.sheets import add_sheet, edit_sheet, remove_sheet
from apps.workplans.services.editing.tasks import add_task, edit_task, move_task, remove_task
from apps.workplans.services.editing.windows import (
    add_series,
    add_window,
    edit_window,
    remove_window,
)

__all__ = [
    "add_document",
    "add_event",
    "add_series",
    "add_setting",
    "add_sheet",
    "add_task",
    "add_window",
    "create_plan",
    "drop_plan",
    "edit_check",
    "edit_document",
    "edit_event",
    "edit_plan",
    "edit_setting",
    "edit_sheet",
    "edit_task",
    "edit_window",
    "move_task",
    "remove_document",
    "remove_event",
    "remove_setting",
    "remove_sheet",
    "remove_task",
    "remove_window",
    "set_basis",
    "set_checks",
    "set_facts",
    "set_reminders",
    "set_scopes",
    "set_setting",
    "set_slots",
    "set_steps",
    "set_weights",
]
