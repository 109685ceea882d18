"""The kinds of filing that are answered by a target form: each starts one, and may check more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from apps.filings.models import Filing, Revision
from apps.organizations.models import User
from apps.rules.findings import Finding
from apps.rules.target_form import TargetForm


def _no_more(revision: Revision, form: TargetForm) -> list[Finding]:
    """A kind whose form is checked by apps.rules alone."""
    return []


def _nothing(filing: Filing, actor: User) -> None:
    """A kind that does nothing more when it is approved."""


@dataclass(frozen=True)
class TargetKind:
    """One kind; `start` makes the form of a filing's first revision, of the shape it shall have.

    Every later revision begins as a copy, so the shape stays the filing's own. `more` are findings
    beside those of apps.rules; page, submission and workbook all show them.
    """

    code: str  # of the task: targets.project
    title: str  # the official form's name
    start: Callable[[Revision], TargetForm]
    more: Callable[[Revision, TargetForm], list[Finding]] = _no_more
    on_approved: Callable[[Filing, User], None] = _nothing
    budget: Callable[[Revision], dict[str, Decimal]] | None = None  # else the money on record


_registered: dict[str, TargetKind] = {}


def register(kind: TargetKind) -> None:
    """Let pages, API, workbook and paper serve the kind. `content.hooks_of` is for the engine."""
    _registered[kind.code] = kind


def codes() -> list[str]:
    """The kinds that the doors of this app serve."""
    return sorted(_registered)


def kind_of(code: str) -> TargetKind:
    """A registered kind."""
    return _registered[code]
