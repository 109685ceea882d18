"""The working copy of a published plan."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans.models import Plan, TaskWindow
from apps.workplans.profiles import EventRow, Profile, SettingRow, TaskRow, WindowRow
from apps.workplans.reckoning import reckoned
from apps.workplans.services.comparing import Change, compare
from apps.workplans.services.editing.common import locked, opened, recorded
from apps.workplans.services.editing.plans import discard
from apps.workplans.services.exporting import profile_of
from apps.workplans.services.holding import demand_idle
from apps.workplans.services.loading import Writer, head_values, write_content


@transaction.atomic
def begin_amendment(*, plan: Plan, actor: User) -> Plan:
    """The published plan has a working copy, a draft; the one that is there already is returned.

    Raises PermissionDenied or RuleError.
    """
    plan = locked(plan, actor)
    if plan.state != Plan.State.PUBLISHED:
        state = plan.get_state_display()
        text = f"{plan}：{state}，已发布的才修订。"
        raise RuleError(text, code="workplans.not_published")
    demand_idle(plan)
    there = plan.working_copies.select_related("jurisdiction", "amends").first()
    if there is not None:
        return there
    profile = profile_of(plan)
    copy = Plan.objects.create(
        jurisdiction=plan.jurisdiction,
        fiscal_year=plan.fiscal_year,
        version=plan.version,
        amends=plan,
        **head_values(profile),
    )
    write(copy, profile)
    recorded(plan, actor, "begin_amendment", plan, version=plan.version)
    return copy


def write(plan: Plan, profile: Profile) -> None:
    """The plan's content is the profile's; sections are taken as they are."""
    sections = {section.code: section for section in plan.jurisdiction.sections.all()}
    write_content(plan, profile, sections, Writer())


@transaction.atomic
def drop_amendment(*, copy: Plan, actor: User) -> None:
    """The working copy is gone; the published plan is as it was."""
    copy = opened(copy, actor)
    if copy.amends is None:
        raise RuleError(f"{copy}：不是修订稿。", code="workplans.not_copy")
    recorded(copy, actor, "drop_amendment", copy.amends, version=copy.version)
    discard(copy)


def amendment_changes(copy: Plan) -> list[Change]:
    """What applying the working copy would change in the published plan."""
    old, new = both(copy)
    return compare(old, new)


def both(copy: Plan) -> tuple[Profile, Profile]:
    """The published plan as it is, and as the working copy has it."""
    if copy.amends is None:
        raise RuleError(f"{copy}：不是修订稿。", code="workplans.not_copy")
    old = profile_of(copy.amends)
    return old, caught_up(profile_of(copy), old)


def caught_up(new: Profile, old: Profile) -> Profile:
    """The working copy with what was decided and dated in the published plan in the meantime."""
    dated = {row.code: row.happened_on for row in old.events if row.happened_on}
    stale = {
        row.code for row in new.events if dated.get(row.code, row.happened_on) != row.happened_on
    }
    tasks = {row.code: row for row in old.tasks}
    return new.model_copy(
        update={
            "events": [_event(row, dated) for row in new.events],
            "settings": _decided(new.settings, old.settings),
            "tasks": [_task(row, tasks.get(row.code), dated, stale) for row in new.tasks],
        }
    )


def _event(row: EventRow, dated: dict[str, date]) -> EventRow:
    """A date that the published plan has is changed where events are dated, never by a copy."""
    return row.model_copy(update={"happened_on": dated.get(row.code, row.happened_on)})


def _decided(new: list[SettingRow], old: list[SettingRow]) -> list[SettingRow]:
    values = {row.code: row.value for row in old}
    return [
        row.model_copy(update={"value": values.get(row.code)}) if row.value is None else row
        for row in new
    ]


def _task(new: TaskRow, old: TaskRow | None, dated: dict[str, date], stale: set[str]) -> TaskRow:
    windows = {row.key: row for row in old.windows} if old else {}
    update: dict[str, Any] = {
        "windows": [_window(row, windows.get(row.key), dated, stale) for row in new.windows]
    }
    if old:
        update["settings"] = _decided(new.settings, old.settings)
    return new.model_copy(update=update)


def _window(
    new: WindowRow, old: WindowRow | None, dated: dict[str, date], stale: set[str]
) -> WindowRow:
    """A window that counts from an event has the days that the event gave it since."""
    if new.kind != TaskWindow.Kind.EVENT or new.event not in dated:
        return new
    if new.event not in stale and new.opens:
        return new
    rule = ("kind", "event", "days_after", "in_working_days")
    if old is not None and all(getattr(new, key) == getattr(old, key) for key in rule):
        return new.model_copy(update={"opens": old.opens, "closes": old.closes})
    return reckoned(new, dated[new.event])
