"""A jurisdiction's year as a file may say it: its shape and what must agree within it."""

from apps.workplans.profiles.problems import Problem, problems
from apps.workplans.profiles.rows import (
    DocumentRow,
    EventRow,
    FactRow,
    Path,
    Profile,
    ReminderRow,
    ScopeRow,
    SettingRow,
    SheetRow,
    SlotRow,
    StepRow,
    TaskRow,
    WeightRow,
    WindowRow,
)

__all__ = [
    "DocumentRow",
    "EventRow",
    "FactRow",
    "Path",
    "Problem",
    "Profile",
    "ReminderRow",
    "ScopeRow",
    "SettingRow",
    "SheetRow",
    "SlotRow",
    "StepRow",
    "TaskRow",
    "WeightRow",
    "WindowRow",
    "problems",
]
