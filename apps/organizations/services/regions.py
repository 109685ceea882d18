"""The regions right below, each with the finance bureau that answers for it (B-42, W-02)."""

from __future__ import annotations

import re

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.organizations import permissions
from apps.organizations.models import Jurisdiction, Membership, Role, Unit, User
from apps.rules.errors import RuleError

LEVELS = list(Jurisdiction.Level)
DIGITS = {Jurisdiction.Level.PROVINCE: 2, Jurisdiction.Level.PREFECTURE: 4}  # that say where
UNIT_CODE = re.compile(r"[0-9]{3}([0-9]{3}){0,2}")


@transaction.atomic
def register_region(
    *,
    actor: User,
    above: Jurisdiction,
    code: str,
    name: str,
    bureau_code: str,
    bureau_name: str,
) -> Jurisdiction:
    """The region stands below `above`, and its bureau owes what a plan asks of the region.

    A region or bureau that is known by its code is taken as it is, except for the region's name and
    the choice of its bureau; one that works here itself keeps its name and its units. Raises
    PermissionDenied, or RuleError for a code that does not lie in `above`, a place known elsewhere,
    a county (nothing is below it), what the region itself keeps, or an unfit bureau.
    """
    if not permissions.may_manage_units(actor, above):
        raise PermissionDenied("下级地区由系统管理员维护。")
    Jurisdiction.objects.select_for_update().get(pk=above.pk)
    region = _region(above, code, name)
    if region.name != name and _keeps_itself(region):
        raise RuleError(
            f"名称：填“{name}”，{region.name}在本系统有自己的系统管理员，名称由该地区修改。",
            code="name",
        )
    bureau = _bureau(region, bureau_code, bureau_name)
    was = {"name": region.name, "bureau": region.bureau.code if region.bureau else None}
    region.name, region.bureau = name, bureau
    region.save(update_fields=["name", "bureau"])
    audit.record(
        actor=actor,
        action="organizations.register_region",
        subject=region,
        chain=f"region:{above.code}",
        data={"code": code, "name": [was["name"], name], "bureau": [was["bureau"], bureau.code]},
    )
    return region


def _region(above: Jurisdiction, code: str, name: str) -> Jurisdiction:
    """The region of the code, created when it is new."""
    n_digits = DIGITS.get(Jurisdiction.Level(above.level))
    if n_digits is None:
        raise RuleError(f"{above}是县级，下面没有地区。", code="no_level_below")
    place = re.fullmatch(r"[0-9]{6}", code) and code.startswith(above.code[:n_digits])
    if not place or code == above.code:
        raise RuleError(
            f"区划代码：填“{code}”，应为6位数字，以{above.code[:n_digits]}开头，"
            f"不同于{above}的{above.code}。",
            code="code",
        )
    known = Jurisdiction.objects.select_for_update(of=("self",)).select_related("bureau")
    held = known.filter(code=code).first()
    if held is None:
        level = LEVELS[LEVELS.index(Jurisdiction.Level(above.level)) + 1]
        return Jurisdiction.objects.create(code=code, name=name, level=level, parent=above)
    if held.parent_id != above.pk:
        raise RuleError(f"区划代码：{code}已是{held}，不在{above}下。", code="code")
    return held


def _bureau(region: Jurisdiction, code: str, name: str) -> Unit:
    """The region's unit of the code, created when it is new."""
    if not UNIT_CODE.fullmatch(code):
        raise RuleError(
            f"财政部门编码：填“{code}”，应为3位、6位或9位数字，例如101。", code="bureau_code"
        )
    bureau = Unit.objects.filter(jurisdiction=region, code=code).first()
    if bureau is None:
        return _new_bureau(region, code, name)
    if bureau.is_classified or not bureau.is_active:
        raise RuleError(f"财政部门：{bureau.code}涉密或已停用，不能答复任务。", code="bureau_code")
    if bureau.name != name:
        raise RuleError(
            f"财政部门名称：填“{name}”，{region}编码{code}的单位是“{bureau.name}”。请核对编码和名称。",
            code="bureau_name",
        )
    return bureau


def _new_bureau(region: Jurisdiction, code: str, name: str) -> Unit:
    if _keeps_itself(region):
        raise RuleError(
            f"财政部门编码：填“{code}”，{region}没有这个单位。单位由该地区的系统管理员登记。",
            code="bureau_code",
        )
    kind = Unit.Kind.DEPARTMENT
    return Unit.objects.create(jurisdiction=region, code=code, name=name, kind=kind)


def _keeps_itself(region: Jurisdiction) -> bool:
    """Whether the region has a system administrator of its own."""
    seats = Membership.objects.in_force(clock.today())
    return seats.filter(jurisdiction=region, role=Role.SYS_ADMIN, user__is_active=True).exists()
