"""Days as people type them into forms: only those that calendars can reckon with."""

from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


def too_far(day: date) -> str:
    """Why a day cannot be taken; empty when it can."""
    if FIRST_DAY <= day <= LAST_DAY:
        return ""
    return f"填{day}，应在{FIRST_DAY}至{LAST_DAY}之间。"


class DayField(forms.DateField):
    """A day between 2000 and 2099: the year 20244 is a slip, and no calendar has it."""

    def to_python(self, value: str | datetime | date | None) -> date | None:
        """The date. Raises ValidationError outside the bounds."""
        day: date | None = super().to_python(value)
        if day is not None and (reason := too_far(day)):
            raise ValidationError(reason, code="too_far")
        return day
