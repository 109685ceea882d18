"""联络员: registered, ended (B-33)."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.organizations import permissions, selectors
from apps.organizations.models import Liaison, Unit, User
from apps.rules.errors import RuleError

PHONE = re.compile(r"\+?[0-9][0-9 ()（）转-]{4,28}")


@transaction.atomic
def register_liaison(
    *,
    actor: User,
    unit: Unit,
    name: str,
    phone: str,
    user: User | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Liaison:
    """The person speaks for the unit from the day on (today when none is named).

    Raises PermissionDenied, or RuleError for a classified unit, a wrong phone, wrong days, an
    account of another unit, or a person who is registered already.
    """
    if not permissions.may_keep_liaisons(actor, unit):
        raise PermissionDenied("联络员由本单位填报员、负责人或计划管理员登记。")
    held = Unit.objects.select_for_update().get(pk=unit.pk)
    liaison = Liaison(
        unit=held,
        name=name.strip(),
        phone=phone.strip(),
        user=user,
        starts_on=starts_on or clock.today(),
        ends_on=ends_on,
        registered_by=actor,
        registered_at=clock.now(),
    )
    return appoint(liaison, actor)


def appoint(liaison: Liaison, actor: User) -> Liaison:
    """The post is stored after all checks; in the caller's transaction, its unit locked."""
    _check_unit(liaison.unit)
    _check_words(liaison)
    _check_account(liaison)
    _check_twice(liaison)
    liaison.save(force_insert=True)
    _record(liaison, actor, "organizations.register_liaison")
    return liaison


def _check_unit(unit: Unit) -> None:
    if unit.is_classified:
        raise RuleError("涉密单位：不登记联络员，联系方式请线下保存。", code="classified")
    if not unit.is_active:
        raise RuleError(f"{unit.name}：已停用，不能登记联络员。", code="inactive")


def _check_words(liaison: Liaison) -> None:
    if not PHONE.fullmatch(liaison.phone):
        raise RuleError(
            f"电话：填“{liaison.phone[:30]}”，应为手机或座机号，例如0996-4020000。", code="phone"
        )
    if liaison.ends_on and liaison.ends_on < liaison.starts_on:
        raise RuleError(
            f"任期：止于{liaison.ends_on}，早于起始日{liaison.starts_on}。请改止期。", code="dates"
        )


def _check_account(liaison: Liaison) -> None:
    """The account belongs to the unit, unless the same person already held the post."""
    if liaison.user is None:
        return
    places = {m.unit_id for m in liaison.user.memberships.not_over(clock.today())}
    if liaison.unit_id not in places:
        raise RuleError(
            f"账号：{liaison.user.name}在{liaison.unit.name}没有角色。请选本单位的账号，或不填。",
            code="account",
        )


def _check_twice(liaison: Liaison) -> None:
    same = Liaison.objects.filter(unit=liaison.unit, name=liaison.name)
    if same.not_over(liaison.starts_on).exists():
        raise RuleError(
            f"{liaison.name}已是{liaison.unit.name}的联络员。换电话请先结束，再登记。", code="twice"
        )


@transaction.atomic
def end_liaison(*, actor: User, liaison: Liaison, on: date | None = None) -> Liaison:
    """`on` is the last day, yesterday by default; a post that held no whole day is withdrawn."""
    if not permissions.may_keep_liaisons(actor, liaison.unit):
        raise PermissionDenied("联络员由本单位填报员、负责人或计划管理员登记。")
    held = Liaison.objects.select_for_update(of=("self",)).select_related("unit__jurisdiction")
    return close_post(held.get(pk=liaison.pk), actor, on or clock.today() - timedelta(days=1))


def close_post(liaison: Liaison, actor: User, last_day: date) -> Liaison:
    """The post ended with the day, no later than it would have; in the caller's transaction.

    One that held no whole day leaves nothing but the trail, so that a slip of the pen is mended at
    once. Raises RuleError when the post is over.
    """
    if liaison.ends_on is not None and liaison.ends_on < clock.today():
        raise RuleError(f"{liaison.name}的联络员任期已于{liaison.ends_on}结束。", code="state")
    liaison.ends_on = min(last_day, liaison.ends_on or last_day)
    _record(liaison, actor, "organizations.end_liaison")
    if liaison.ends_on < liaison.starts_on:
        Liaison.objects.filter(pk=liaison.pk).delete()
    else:
        liaison.save(update_fields=["ends_on"])
    return liaison


def _record(liaison: Liaison, actor: User, action: str) -> None:
    unit = liaison.unit
    audit.record(
        actor=actor,
        action=action,
        subject=liaison,
        chain=f"unit:{unit.jurisdiction.code}/{unit.code}",
        data={
            "name": liaison.name,
            "account": liaison.user.username if liaison.user else "",
            "starts_on": liaison.starts_on,
            "ends_on": liaison.ends_on,
            "actor": selectors.office_label(actor),
        },
    )
