"""Parameters of the year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.numbers import parse_number
from apps.workplans.models import Plan, PlanTask, RuleSetting
from apps.workplans.profiles import SettingRow, setting_problems
from apps.workplans.services.editing.common import (
    Values,
    agreed,
    checked,
    differing,
    free_code,
    locked,
    opened,
    recorded,
    refusal,
)
from apps.workplans.services.exporting import setting_row
from apps.workplans.services.holding import demand_idle
from apps.workplans.services.loading.values import setting_values

HUNDRED = Decimal(100)
Type = RuleSetting.Type


@transaction.atomic
def add_setting(
    *, plan: Plan, task: PlanTask | None = None, values: Values, actor: User
) -> RuleSetting:
    """A new parameter of the plan, or of one task. `values`: the keys of SettingRow."""
    plan = opened(plan, actor)
    setting = new_setting(plan, task, values)
    recorded(plan, actor, "add_setting", setting, code=setting.code, value=setting.value)
    return setting


def new_setting(plan: Plan, task: PlanTask | None, values: Values) -> RuleSetting:
    """The row of a new parameter of the locked draft; the caller records it."""
    there = plan.settings.filter(task=task)
    taken = list(there.values_list("code", flat=True))
    row = _row({"code": free_code("setting-", taken)} | dict(values))
    if row.code in taken:
        raise refusal(f"标识：“{row.code}”已是另一个参数的，换一个。", field="code")
    return RuleSetting.objects.create(plan=plan, task=task, **setting_values([row])[0])


@transaction.atomic
def edit_setting(*, setting: RuleSetting, values: Values, actor: User) -> RuleSetting:
    """The parameter has these values (title, type, clause …); `value` None takes the value away."""
    plan = opened(setting.plan, actor)
    setting = plan.settings.get(pk=setting.pk)
    now = setting_row(setting)
    row = _row(now.model_dump() | dict(values) | {"code": setting.code})
    data = differing(now, row)
    if not data:
        return setting
    columns = setting_values([row])[0]
    for key, value in columns.items():
        setattr(setting, key, value)
    setting.save(update_fields=list(columns))
    recorded(plan, actor, "edit_setting", setting, **data)
    return setting


@transaction.atomic
def set_setting(*, setting: RuleSetting, value: str, actor: User) -> RuleSetting:
    """The parameter is decided; an empty value takes the decision back.

    One that a published plan left open may be decided there, without an amendment.
    """
    plan = locked(setting.plan, actor)
    setting = RuleSetting.objects.select_for_update().get(pk=setting.pk)
    is_left_open = plan.state == Plan.State.PUBLISHED and not setting.is_filled
    if not (is_left_open and value.strip()):
        opened(plan, actor)
    demand_idle(plan)
    now = setting_row(setting)
    row = _row(now.model_dump() | {"value": value})
    if row.value == now.value:
        return setting
    setting.value, setting.is_filled = row.value or "", row.value is not None
    setting.save(update_fields=["value", "is_filled"])
    recorded(plan, actor, "set_setting", setting, value=[now.value or "", setting.value])
    return setting


@transaction.atomic
def remove_setting(*, setting: RuleSetting, actor: User) -> None:
    """The parameter is gone."""
    plan = opened(setting.plan, actor)
    setting = plan.settings.get(pk=setting.pk)
    recorded(plan, actor, "remove_setting", setting, code=setting.code, value=setting.value)
    setting.delete()


def _row(values: Values) -> SettingRow:
    """The values as a row whose value is of its type. Raises RuleError."""
    row = checked(SettingRow, values)
    agreed(SettingRow, setting_problems([row], ()))
    return row if row.value is None else row.model_copy(update={"value": typed(row)})


def typed(row: SettingRow) -> str:
    """The value as its type writes it. Raises RuleError naming what was found and what is asked."""
    value = row.value or ""
    if row.value_type == Type.DAY:
        return _day(row, value)
    if row.value_type == Type.CHOICE:
        return _choice(row, value)
    if row.value_type == Type.TEXT:
        return value
    number = _number(row, value.removesuffix("%") if row.value_type == Type.PERCENT else value)
    if row.value_type == Type.PERCENT and not 0 <= number <= HUNDRED:
        raise _wrong(row, "应在0到100之间")
    if row.value_type == Type.MONEY and (number < 0 or number != round(number, 2)):
        raise _wrong(row, "应为0以上的金额，以元计，最多两位小数")
    return format(number.normalize(), "f")


def _number(row: SettingRow, value: str) -> Decimal:
    try:
        return parse_number(value, places=6)
    except RuleError as error:
        raise _wrong(row, "应为数字，不带单位") from error


def _day(row: SettingRow, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise _wrong(row, "应为日期，例如2024-04-10") from error


def _choice(row: SettingRow, value: str) -> str:
    if value not in row.choices:
        raise _wrong(row, f"应为{'、'.join(row.choices)}之一")
    return value


def _wrong(row: SettingRow, expected: str) -> RuleError:
    return refusal(f"{row.title}：填“{row.value}”，{expected}。", field="value")
