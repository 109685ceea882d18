"""Score sheets of a draft."""

from __future__ import annotations

from collections.abc import Mapping

from apps.organizations.models import User
from apps.workplans.models import Plan, ScoreSheet


def add_sheet(*, plan: Plan, values: Mapping[str, object], actor: User) -> ScoreSheet:
    """A new score sheet. `values`: the keys of SheetRow, with items and bands as lists.

    `pass_mark` (a number of points) may stand instead of bands: 合格 from it on, else 不合格.
    """
    raise NotImplementedError


def edit_sheet(*, sheet: ScoreSheet, values: Mapping[str, object], actor: User) -> ScoreSheet:
    """The sheet has these values; items and bands are whole lists."""
    raise NotImplementedError


def remove_sheet(*, sheet: ScoreSheet, actor: User) -> None:
    """The sheet is gone. Refused while a review step uses it."""
    raise NotImplementedError
