"""Parameters of the year."""

from __future__ import annotations

from collections.abc import Mapping

from apps.organizations.models import User
from apps.workplans.models import Plan, PlanTask, RuleSetting


def add_setting(
    *, plan: Plan, task: PlanTask | None = None, values: Mapping[str, object], actor: User
) -> RuleSetting:
    """A new parameter of the plan, or of one task. `values`: the keys of SettingRow."""
    raise NotImplementedError


def edit_setting(*, setting: RuleSetting, values: Mapping[str, object], actor: User) -> RuleSetting:
    """The parameter has these values (title, type, clause …); `value` None takes the value away."""
    raise NotImplementedError


def set_setting(*, setting: RuleSetting, value: str, actor: User) -> RuleSetting:
    """The parameter is decided; an empty value takes the decision back.

    One that a published plan left open may be decided there, without an amendment.
    """
    raise NotImplementedError


def remove_setting(*, setting: RuleSetting, actor: User) -> None:
    """The parameter is gone."""
    raise NotImplementedError
