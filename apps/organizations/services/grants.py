"""Roles: given, lent, handed over, ended. Nobody gives a role to oneself (TRUST B08)."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q

from apps.audit import services as audit
from apps.core import clock
from apps.organizations import permissions, selectors
from apps.organizations.models import (
    ADMIN_ROLES,
    SECTION_ROLES,
    UNIT_ROLES,
    Jurisdiction,
    Membership,
    Role,
    Section,
    Unit,
    User,
)
from apps.rules.errors import RuleError

LONGEST_DEPUTY = timedelta(days=92)
NOT_YOURSELF = "不能给自己授权，请由另一位安全管理员办理。"


def chain_of(membership: Membership) -> str:
    """The trail on which a membership's changes stand."""
    code = membership.jurisdiction.code
    return f"unit:{code}/{membership.unit.code}" if membership.unit else f"region:{code}"


@transaction.atomic
def grant(
    *,
    actor: User,
    user: User,
    role: str,
    jurisdiction: Jurisdiction,
    unit: Unit | None = None,
    section: Section | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Membership:
    """The user holds the role at the place from the day on; the open sessions end.

    Raises PermissionDenied for anyone but a security administrator and for granting to oneself,
    RuleError when the place does not fit or an administrator would hold a second role.
    Source: GB/T 22239-2019, 8.1.5.1-8.1.5.3.
    """
    if not permissions.may_grant(actor, jurisdiction):
        raise PermissionDenied("授权由安全管理员办理。")
    if actor.pk == user.pk:
        raise PermissionDenied(NOT_YOURSELF)
    membership = Membership(
        user=user,
        role=role,
        jurisdiction=jurisdiction,
        unit=unit,
        section=section,
        starts_on=starts_on or clock.today(),
        ends_on=ends_on,
    )
    return seat(membership, actor, "organizations.grant")


def seat(membership: Membership, actor: User | None, action: str) -> Membership:
    """The membership is stored after all checks; in the caller's transaction, its person locked."""
    person = User.objects.select_for_update().get(pk=membership.user_id)
    _check_dates(membership)
    _check_place(membership)
    _check_separation(membership)
    _check_twice(membership)
    membership.save()
    _end_sessions(person)
    membership.user.forget_memberships()
    audit.record(
        actor=actor,
        action=action,
        subject=membership,
        chain=chain_of(membership),
        data={
            "user": person.username,
            "role": membership.role,
            "starts_on": membership.starts_on,
            "ends_on": membership.ends_on,
            "deputy_for": membership.deputy_for_id,
        },
    )
    return membership


def _end_sessions(user: User) -> None:
    """Other log-ins of the person end at their next request."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)


def _check_dates(membership: Membership) -> None:
    if membership.ends_on and membership.ends_on < membership.starts_on:
        raise RuleError(
            f"任期：止于{membership.ends_on}，早于起始日{membership.starts_on}。请改止期。",
            code="dates",
        )


def _check_place(membership: Membership) -> None:
    """Unit roles stand in a unit, section roles in a section, the rest in the jurisdiction."""
    label = membership.get_role_display()
    place: Unit | Section | None
    if membership.role in UNIT_ROLES:
        fits, place, wanted = membership.section is None, membership.unit, "单位"
    elif membership.role in SECTION_ROLES:
        fits, place, wanted = membership.unit is None, membership.section, "科室"
    else:
        if membership.unit or membership.section:
            raise RuleError(f"{label}：按地区授权，不选单位和科室。", code="place")
        return
    if place is None or not fits:
        raise RuleError(f"{label}：按{wanted}授权，请只选一个{wanted}。", code="place")
    if place.jurisdiction_id != membership.jurisdiction_id:
        raise RuleError(f"{place.name}：不属于{membership.jurisdiction.name}。", code="place")


def _overlapping(membership: Membership) -> list[Membership]:
    """The person's other memberships that share a day with this one."""
    others = Membership.objects.filter(user=membership.user_id).exclude(pk=membership.pk)
    others = others.filter(revoked_at__isnull=True)
    others = others.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=membership.starts_on))
    if membership.ends_on:
        others = others.filter(starts_on__lte=membership.ends_on)
    return list(others.select_related("jurisdiction", "unit", "section"))


def _check_separation(membership: Membership) -> None:
    """An administrator holds that one role and no other, not even for a day."""
    for other in _overlapping(membership):
        roles = {membership.role, other.role}
        if roles & set(ADMIN_ROLES):
            raise RuleError(
                f"{membership.user.name}已是{other.get_role_display()}，"
                f"不能同时任{membership.get_role_display()}。"
                "系统、安全、审计三类管理员互斥，也不兼其他角色；请先结束原角色或另选一人。",
                code="separation",
            )


def _check_twice(membership: Membership) -> None:
    for other in _overlapping(membership):
        same = (other.role, other.jurisdiction_id, other.unit_id, other.section_id)
        if same == (
            membership.role,
            membership.jurisdiction_id,
            membership.unit_id,
            membership.section_id,
        ):
            raise RuleError(
                f"{membership.user.name}在这段时间已是{selectors.membership_label(other)}。",
                code="twice",
            )


def _locked(membership: Membership) -> Membership:
    rows = Membership.objects.select_for_update(of=("self",))
    return rows.select_related("user", "jurisdiction", "unit", "section").get(pk=membership.pk)


def _living(membership: Membership) -> Membership:
    """The membership under lock. Raises RuleError when it was taken back."""
    held = _locked(membership)
    if held.revoked_at is not None:
        raise RuleError(
            f"{selectors.membership_label(held)}：这个角色已收回，不能再办理。", code="state"
        )
    return held


@transaction.atomic
def end_membership(*, actor: User, membership: Membership, on: date | None = None) -> Membership:
    """The role ended: `on` is its last day, yesterday by default; deputies of it end with it.

    Raises RuleError when the unit would be left without a filer; hand over instead.
    """
    if not permissions.may_grant(actor, membership.jurisdiction_id):
        raise PermissionDenied("结束角色由安全管理员办理。")
    if membership.unit_id:
        Unit.objects.select_for_update().get(
            pk=membership.unit_id
        )  # two ends at once: one filer stays
    held = _living(membership)
    if actor.pk == held.user_id:
        raise PermissionDenied(NOT_YOURSELF)
    check_filer_remains(held)
    return close(
        held, actor, on or clock.today() - timedelta(days=1), "organizations.end_membership"
    )


def check_filer_remains(membership: Membership) -> None:
    """Refuse to take a unit's last filer away. Raises RuleError."""
    if membership.role != Role.FILER or membership.unit is None or not membership.unit.is_active:
        return
    others = Membership.objects.in_force(clock.today()).filter(
        unit=membership.unit, role=Role.FILER, user__is_active=True, deputy_for__isnull=True
    )
    if not others.exclude(user=membership.user_id).exists():
        raise RuleError(
            f"{membership.unit.name}只有{membership.user.name}一位填报员，不能结束。请先办理交接。",
            code="last_filer",
        )


def close(membership: Membership, actor: User, last_day: date, action: str) -> Membership:
    """Ended with the day, deputies too; one that held no whole day is revoked at once."""
    for deputy in membership.deputies.filter(ends_on__gt=last_day, revoked_at__isnull=True):
        close(deputy, actor, last_day, action)
    before = membership.ends_on
    if last_day < membership.starts_on:
        last_day, membership.revoked_at = membership.starts_on, clock.now()
    membership.ends_on = last_day if before is None else min(before, last_day)
    membership.save(update_fields=["ends_on", "revoked_at"])
    _end_sessions(membership.user)
    data = {"user": membership.user.username, "role": membership.role}
    audit.record(
        actor=actor,
        action=action,
        subject=membership,
        chain=chain_of(membership),
        data=data | {"ends_on": [before, membership.ends_on]},
    )
    return membership


@transaction.atomic
def appoint_deputy(
    *, actor: User, membership: Membership, user: User, starts_on: date, ends_on: date
) -> Membership:
    """The user stands in for the membership's holder on the days, both ends included.

    Raises RuleError for administrators' seats, a deputy of a deputy, and more than 92 days.
    """
    if not permissions.may_appoint_deputy(actor, membership):
        raise PermissionDenied("代办由本人、单位负责人或安全管理员指定。")
    held = _living(membership)
    if user.pk in (held.user_id, actor.pk):
        raise PermissionDenied("代办人应是另一个人。")
    if held.jurisdiction_id not in {user.jurisdiction_id, *selectors.jurisdictions_of(user)}:
        raise RuleError(f"{user.name}不是{held.jurisdiction.name}的人员，不能代办。", code="deputy")
    _check_deputy(held, starts_on, ends_on)
    deputy = Membership(
        user=user,
        role=held.role,
        jurisdiction=held.jurisdiction,
        unit=held.unit,
        section=held.section,
        deputy_for=held,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return seat(deputy, actor, "organizations.appoint_deputy")


def _check_deputy(held: Membership, starts_on: date, ends_on: date) -> None:
    if held.role in ADMIN_ROLES:
        raise RuleError("管理员不能由他人代办。", code="deputy")
    if held.deputy_for_id:
        raise RuleError("代办的角色不能再转给他人代办。", code="deputy")
    if starts_on < clock.today() or ends_on - starts_on > LONGEST_DEPUTY:
        raise RuleError("代办期从今天或以后起，最长92天。", code="deputy")
    if starts_on < held.starts_on or (held.ends_on and ends_on > held.ends_on):
        raise RuleError("代办期超出了本人的任期。", code="deputy")


@transaction.atomic
def hand_over(
    *, actor: User, membership: Membership, to: User, on: date | None = None
) -> Membership:
    """The role passed from its holder to the other person on the day (today by default).

    Drafts, returns and deadlines stay where they are: they belong to the unit.
    """
    if not permissions.may_hand_over(actor, membership):
        raise PermissionDenied("交接由单位负责人或安全管理员办理。")
    held = _living(membership)
    if to.pk in (actor.pk, held.user_id):
        raise PermissionDenied("接手人应是另一个人，也不能是经办人自己。")
    if held.role in ADMIN_ROLES:
        raise RuleError("管理员不办交接，请先授新角色再结束旧角色。", code="hand_over")
    day = on or clock.today()
    ends_on = held.ends_on
    close(held, actor, day - timedelta(days=1), "organizations.hand_over")
    new = Membership(
        user=to,
        role=held.role,
        jurisdiction=held.jurisdiction,
        unit=held.unit,
        section=held.section,
        starts_on=max(day, held.starts_on),
        ends_on=ends_on,
    )
    return seat(new, actor, "organizations.hand_over")
