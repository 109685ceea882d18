"""Which checks of the target form speak in the plan's year, how heavily, by which numbers."""

from __future__ import annotations

from django.db import transaction

from apps.organizations.models import User
from apps.rules.target_checks import CODES
from apps.workplans.models import CheckSetting, Plan
from apps.workplans.profiles import CheckRow, check_problems
from apps.workplans.profiles.words import check_text
from apps.workplans.services.comparing import AS_USUAL
from apps.workplans.services.editing.common import (
    Rows,
    Values,
    agreed,
    checked,
    checked_rows,
    opened,
    recorded,
)
from apps.workplans.services.exporting import check_row
from apps.workplans.services.loading import values as columns
from apps.workplans.services.loading.writing import Writer


@transaction.atomic
def set_checks(*, plan: Plan, rows: Rows, actor: User) -> None:
    """The checks that the plan changes; all others are as usual. Keys of CheckRow."""
    plan = opened(plan, actor)
    wanted = checked_rows(CheckRow, rows)
    agreed(CheckRow, check_problems(wanted, ()))
    _put(plan, wanted, actor)


@transaction.atomic
def edit_check(*, plan: Plan, code: str, values: Values, actor: User) -> None:
    """One check as the plan wants it. Keys of CheckRow without code; what is as usual is left out.

    With nothing but a reason the check is as usual again.
    """
    plan = opened(plan, actor)
    others = [check_row(row) for row in plan.checks.exclude(code=code)]
    if not _says_anything(values):
        _put(plan, others, actor)
        return
    row = checked(CheckRow, {**values, "code": code})
    agreed(CheckRow, check_problems([row], ()))
    _put(plan, [*others, row], actor)


def _says_anything(values: Values) -> bool:
    is_switched = values.get("on") is not None
    return is_switched or any(values.get(key) for key in ("severity", "must_answer", "numbers"))


def _put(plan: Plan, wanted: list[CheckRow], actor: User) -> None:
    before = {row.code: check_text(check_row(row)) for row in plan.checks.all()}
    writer = Writer()
    writer.merge(CheckSetting.objects.all(), "plan", {plan: columns.check_values(wanted)})
    if writer.changes:
        after = {row.code: check_text(row) for row in wanted}
        changed = sorted(code for code, _ in before.items() ^ after.items())
        told = [
            f"{CODES[code].title}：{after.get(code, AS_USUAL)}" for code in dict.fromkeys(changed)
        ]
        recorded(plan, actor, "set_checks", plan, changes=told)
