"""The plan itself: made, renamed, thrown away while it is a draft."""

from __future__ import annotations

from collections.abc import Mapping

from apps.organizations.models import Jurisdiction, User
from apps.workplans.models import Plan


def create_plan(*, jurisdiction: Jurisdiction, values: Mapping[str, object], actor: User) -> Plan:
    """The jurisdiction has a draft plan for the year, with the usual reminders.

    `values`: year, title, document_number, source_note. Raises PermissionDenied or RuleError.
    """
    raise NotImplementedError


def edit_plan(*, plan: Plan, values: Mapping[str, object], actor: User) -> Plan:
    """The plan has this title, document number and source note."""
    raise NotImplementedError


def drop_plan(*, plan: Plan, actor: User) -> None:
    """The draft, which was never published, is gone with all that belongs to it."""
    raise NotImplementedError
