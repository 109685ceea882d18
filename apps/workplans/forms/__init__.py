"""What people type on the plan's pages."""

from apps.workplans.forms.deadlines import (
    EventForm,
    ExemptionForm,
    ExtensionForm,
    OfflineForm,
    ReasonForm,
)
from apps.workplans.forms.holidays import AnnounceForm, DayOffForm

__all__ = [
    "AnnounceForm",
    "DayOffForm",
    "EventForm",
    "ExemptionForm",
    "ExtensionForm",
    "OfflineForm",
    "ReasonForm",
]
