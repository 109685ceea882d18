"""A notice (通知、方案、要点、计划) read into a draft plan; every field keeps where it was read."""

from apps.rules.notices.answer import to_json
from apps.rules.notices.model import (
    Attachment,
    Basis,
    Category,
    Certainty,
    DraftFinding,
    DraftTask,
    DraftWindow,
    Leftover,
    Notice,
    Parameter,
    Said,
    Section,
    Span,
    Stage,
    Subject,
    WindowKind,
)
from apps.rules.notices.reading import read

__all__ = [
    "Attachment",
    "Basis",
    "Category",
    "Certainty",
    "DraftFinding",
    "DraftTask",
    "DraftWindow",
    "Leftover",
    "Notice",
    "Parameter",
    "Said",
    "Section",
    "Span",
    "Stage",
    "Subject",
    "WindowKind",
    "read",
    "to_json",
]
