"""The year as data: plan, task, window, scope, review steps, sheets, settings, assignments."""

from apps.workplans.models.amendments import Amendment, ReminderRule
from apps.workplans.models.assignments import (
    BEGAN_AT,
    OWED,
    Assignment,
    AssignmentQuerySet,
    Extension,
)
from apps.workplans.models.checkpoints import TaskCheckpoint
from apps.workplans.models.checks import CheckSetting
from apps.workplans.models.demands import AttachmentSlot, FactDefinition, RuleSetting
from apps.workplans.models.feeds import CalendarFeed
from apps.workplans.models.holidays import Holiday, HolidayYear
from apps.workplans.models.notices import BasisDocument, Notice, PlanEvent
from apps.workplans.models.offline import OfflineReceipt
from apps.workplans.models.plans import Plan, PlanTask, Stage, TaskScope, TaskWindow
from apps.workplans.models.sheets import (
    GradeBand,
    ReviewStep,
    ScoreItem,
    ScoreSheet,
    WeightTemplate,
)

__all__ = [
    "BEGAN_AT",
    "OWED",
    "Amendment",
    "Assignment",
    "AssignmentQuerySet",
    "AttachmentSlot",
    "BasisDocument",
    "CalendarFeed",
    "CheckSetting",
    "Extension",
    "FactDefinition",
    "GradeBand",
    "Holiday",
    "HolidayYear",
    "Notice",
    "OfflineReceipt",
    "Plan",
    "PlanEvent",
    "PlanTask",
    "ReminderRule",
    "ReviewStep",
    "RuleSetting",
    "ScoreItem",
    "ScoreSheet",
    "Stage",
    "TaskCheckpoint",
    "TaskScope",
    "TaskWindow",
    "WeightTemplate",
]
