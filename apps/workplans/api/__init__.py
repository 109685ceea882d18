"""Plans, their tasks and what units owe, for programs."""

from apps.workplans.api.calendar import DaySet, HolidayYearOne, YearAnnounce, YearsLoad
from apps.workplans.api.deadlines import AssignmentExempt, AssignmentExtend, AssignmentList
from apps.workplans.api.events import EventDates
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
    "DaySet",
    "Deadlines",
    "EventDates",
    "HolidayYearOne",
    "PlanList",
    "PlanPublish",
    "PlanSettings",
    "TaskDetail",
    "TaskList",
    "TaskOffline",
    "TaskReach",
    "YearAnnounce",
    "YearsLoad",
]
