"""The documents that tasks stand on (依据库), and the events that windows wait for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from apps.organizations.models import Jurisdiction, User
from apps.workplans.models import BasisDocument, Plan, PlanEvent, PlanTask


def add_document(
    *, jurisdiction: Jurisdiction, values: Mapping[str, object], actor: User
) -> BasisDocument:
    """A new document of the library. `values`: the keys of DocumentRow; without `code` one is made.

    The library belongs to the jurisdiction, not to a plan, and is open at any time.
    """
    raise NotImplementedError


def edit_document(
    *, document: BasisDocument, values: Mapping[str, object], actor: User
) -> BasisDocument:
    """The document has these values."""
    raise NotImplementedError


def remove_document(*, document: BasisDocument, actor: User) -> None:
    """The document is gone. Refused while a task stands on it."""
    raise NotImplementedError


def set_basis(*, task: PlanTask, codes: Sequence[str], actor: User) -> PlanTask:
    """The task stands on these documents of the jurisdiction."""
    raise NotImplementedError


def add_event(*, plan: Plan, values: Mapping[str, object], actor: User) -> PlanEvent:
    """A new event. `values`: the keys of EventRow; without `code` one is made."""
    raise NotImplementedError


def edit_event(*, event: PlanEvent, values: Mapping[str, object], actor: User) -> PlanEvent:
    """The event has these values; the windows that wait for it are reckoned again."""
    raise NotImplementedError


def remove_event(*, event: PlanEvent, actor: User) -> None:
    """The event is gone. Refused while a window waits for it."""
    raise NotImplementedError
