"""Typed cells of a stage's form: read where they can be, else kept as typed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from apps.rules.errors import RuleError


@dataclass
class Reader:
    """Reads cells and gathers what could not be read, by path."""

    unread: dict[str, str] = field(default_factory=dict)

    def number(self, path: str, text: str, parse: Callable[..., Any], **bounds: int) -> Any:
        """The parsed cell, or None; text that is no number goes to `unread`."""
        typed = text.strip()
        if not typed:
            return None
        try:
            return parse(typed, **bounds)
        except RuleError:
            self.unread[path] = clean(typed, 200)
            return None


def clean(text: str, limit: int) -> str:
    """Text without what no database takes (NUL, lone surrogates), cut to its column."""
    kept = "".join(char for char in text if char != "\x00" and not "\ud800" <= char <= "\udfff")
    return kept.strip()[:limit]
