"""Plans, their tasks and what units owe, for programs."""

from apps.workplans.api.deadlines import AssignmentExempt, AssignmentExtend, AssignmentList
from apps.workplans.api.reading import (
    Deadlines,
    PlanList,
    PlanPublish,
    PlanSettings,
    TaskDetail,
    TaskList,
    TaskOffline,
    TaskReach,
)

__all__ = [
    "AssignmentExempt",
    "AssignmentExtend",
    "AssignmentList",
    "Deadlines",
    "PlanList",
    "PlanPublish",
    "PlanSettings",
    "TaskDetail",
    "TaskList",
    "TaskOffline",
    "TaskReach",
]
