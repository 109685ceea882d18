"""The year as data: plan, task, window, scope, review steps, sheets, settings, assignments."""

from apps.workplans.models.assignments import Assignment, AssignmentQuerySet, Extension
from apps.workplans.models.demands import AttachmentSlot, FactDefinition, RuleSetting
from apps.workplans.models.holidays import Holiday, HolidayYear
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
    "Assignment",
    "AssignmentQuerySet",
    "AttachmentSlot",
    "Extension",
    "FactDefinition",
    "GradeBand",
    "Holiday",
    "HolidayYear",
    "OfflineReceipt",
    "Plan",
    "PlanTask",
    "ReviewStep",
    "RuleSetting",
    "ScoreItem",
    "ScoreSheet",
    "Stage",
    "TaskScope",
    "TaskWindow",
    "WeightTemplate",
]
