"""A cell of the form page: one input with what it holds and what is wrong with it."""

from dataclasses import dataclass

from apps.rules.findings import Finding


@dataclass(frozen=True)
class Cell:
    """An input of the page: its name, path, text as typed or stored, and its worst finding."""

    name: str
    path: str
    text: str
    finding: Finding | None = None
