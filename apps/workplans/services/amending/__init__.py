"""A published plan changes only by a numbered amendment (ADR 7)."""

from apps.workplans.services.amending.applying import apply_amendment
from apps.workplans.services.amending.copies import (
    amendment_changes,
    begin_amendment,
    drop_amendment,
)
from apps.workplans.services.amending.effects import Concerned, whom_it_concerns

__all__ = [
    "Concerned",
    "amendment_changes",
    "apply_amendment",
    "begin_amendment",
    "drop_amendment",
    "whom_it_concerns",
]
