"""Somebody leaves: seats, liaison posts and deputies go to the successor in one step.

Drafts, returns and what lies on desks stay where they are: they belong to the unit or the section.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet

from apps.audit import services as audit
from apps.core import clock
from apps.notifications import services as notifications
from apps.organizations import permissions, selectors
from apps.organizations.models import ADMIN_ROLES, Liaison, Membership, Role, Unit, User
from apps.organizations.services import grants, liaisons
from apps.rules.errors import RuleError

ACTION = "organizations.hand_over_person"
ONE = "organizations.hand_over"


@dataclass(frozen=True)
class Change:
    """What leaves whose hands: from `on` it is the successor's, or nobody's when there is none."""

    person: User
    to: User | None
    on: date
    reason: str = ""
    phone: str = ""  # of the successor as liaison officer; else the account's own

    @property
    def last_day(self) -> date:
        """The leaver's last day."""
        return self.on - timedelta(days=1)


@transaction.atomic
def hand_over_person(
    *, actor: User, change: Change, seats: Collection[int], posts: Collection[int]
) -> list[Membership]:
    """The chosen seats and posts (by id) ended the day before; the successor's new seats.

    A deputy of a seat goes on as the successor's deputy; where the leaver was a deputy, the
    successor is. Raises PermissionDenied for anyone but a security administrator of the place,
    RuleError when a unit would lose its last filer without a successor or a reason.
    """
    held, kept = list(_seats_of(change, seats)), list(_posts_of(change, posts))
    _demand_right(actor, change, held, kept)
    _lock(held, kept)  # who waited reads again what is left
    held = list(_seats_of(change, seats).select_for_update(of=("self",)))
    kept = list(_posts_of(change, posts).select_for_update(of=("self",)))
    _check(change, held, kept)
    made = [new for seat in held if (new := _pass_on(seat, change, actor)) is not None]
    for post in kept:
        _pass_post(post, change, actor)
    _record(actor, change, held, kept)
    _tell(change, held, kept)
    return made


def _seats_of(change: Change, ids: Collection[int]) -> QuerySet[Membership]:
    """What ends before the day goes nowhere."""
    rows = Membership.objects.filter(user=change.person, pk__in=ids).not_over(change.on)
    related = rows.select_related("user", "unit", "section", "jurisdiction", "deputy_for__user")
    return related.order_by("pk")


def _posts_of(change: Change, ids: Collection[int]) -> QuerySet[Liaison]:
    rows = Liaison.objects.filter(user=change.person, pk__in=ids).not_over(change.on)
    return rows.select_related("unit__jurisdiction").order_by("unit__code", "pk")


def _demand_right(
    actor: User, change: Change, seats: list[Membership], posts: list[Liaison]
) -> None:
    places = {seat.jurisdiction_id for seat in seats} | {p.unit.jurisdiction_id for p in posts}
    if not all(permissions.may_grant(actor, place) for place in places):
        raise PermissionDenied("人员交接由安全管理员办理。")
    if actor.pk in (change.person.pk, change.to.pk if change.to else None):
        raise PermissionDenied(grants.NOT_YOURSELF)


def _lock(seats: list[Membership], posts: list[Liaison]) -> None:
    """Two hand-overs of one unit wait for each other: one filer stays."""
    units = {seat.unit_id for seat in seats if seat.unit_id} | {post.unit_id for post in posts}
    list(Unit.objects.select_for_update().filter(pk__in=units).order_by("pk"))


def _check(change: Change, seats: list[Membership], posts: list[Liaison]) -> None:
    if not seats and not posts:
        raise RuleError("没有选要交接的角色或联络员。", code="nothing")
    if change.on < clock.today():
        raise RuleError(f"交接日：填{change.on}，已经过去。请填今天或以后。", code="on")
    if change.to is not None and change.to.pk == change.person.pk:
        raise RuleError("接手人应是另一个人。", code="to")
    if any(seat.role in ADMIN_ROLES for seat in seats):
        text = "管理员不办交接，请先授新角色再结束旧角色。"
        raise RuleError(text, code="hand_over")
    for seat in seats:
        if change.to is None and not change.reason.strip() and is_last_filer(seat, change.on):
            raise RuleError(
                f"{seat.unit}只有{change.person.name}一位填报员。请选接手人，或写明没有人接的原因。",
                code="last_filer",
            )


def is_last_filer(seat: Membership, on: date) -> bool:
    """Whether the unit has no other filer of its own from the day on, or from the seat's first."""
    if seat.role != Role.FILER or seat.deputy_for_id or not (seat.unit and seat.unit.is_active):
        return False
    others = Membership.objects.in_force(max(on, seat.starts_on)).filter(
        unit=seat.unit, role=Role.FILER, user__is_active=True, deputy_for__isnull=True
    )
    return not others.exclude(user=seat.user_id).exists()


# --- seats ----------------------------------------------------------------------------------
def _pass_on(seat: Membership, change: Change, actor: User) -> Membership | None:
    """The seat ended; the successor's, None where nobody succeeds or they hold it already."""
    deputies = list(seat.deputies.not_over(change.on).select_related("user"))
    ends_on = seat.ends_on
    grants.close(seat, actor, change.last_day, ONE)
    if change.to is None or (seat.deputy_for and seat.deputy_for.user_id == change.to.pk):
        return None
    starts_on: date | None
    first = starts_on = max(change.on, seat.starts_on)
    known = _held_already(seat, change.to, first)
    if known is not None:
        starts_on = _day_after(known, ends_on)
    new = _seat(seat, change.to, starts_on, ends_on, seat.deputy_for) if starts_on else None
    if new is not None:
        grants.seat(new, actor, ONE)
    for deputy in deputies:
        for own in filter(None, (known, new)):
            _pass_deputy(deputy, own, change, actor)
    return new


def _day_after(known: Membership | Liaison, ends_on: date | None) -> date | None:
    """From when the successor, who is there already, needs the leaver's place; None for never."""
    if known.ends_on is None or (ends_on is not None and ends_on <= known.ends_on):
        return None
    return known.ends_on + timedelta(days=1)


def _seat(
    like: Membership, user: User, starts_on: date, ends_on: date | None, of: Membership | None
) -> Membership:
    """An unsaved membership at the same place in the same role."""
    return Membership(
        user=user,
        role=like.role,
        jurisdiction=like.jurisdiction,
        unit=like.unit,
        section=like.section,
        deputy_for=of,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def _held_already(seat: Membership, to: User, on: date) -> Membership | None:
    """The successor's own membership of the same place and role on the day."""
    rows = Membership.objects.in_force(on).filter(
        user=to,
        role=seat.role,
        jurisdiction=seat.jurisdiction,
        unit=seat.unit,
        section=seat.section,
        deputy_for=None,
    )
    return rows.first()


def _pass_deputy(deputy: Membership, of: Membership, change: Change, actor: User) -> None:
    """Who stood in for the leaver stands in for the successor until the same day."""
    if change.to is None or deputy.user_id == change.to.pk:
        return
    starts_on = max(deputy.starts_on, change.on, of.starts_on)
    ends_on = min(deputy.ends_on or starts_on, of.ends_on or date.max)
    if starts_on <= ends_on:
        grants.seat(_seat(of, deputy.user, starts_on, ends_on, of), actor, ONE)


# --- liaison posts --------------------------------------------------------------------------
def _pass_post(post: Liaison, change: Change, actor: User) -> None:
    unit, ends_on = post.unit, post.ends_on
    starts_on: date | None
    first = starts_on = max(change.on, post.starts_on)
    liaisons.close_post(post, actor, change.last_day)
    if change.to is None:
        return
    known = Liaison.objects.in_force(first).filter(unit=unit)
    own = known.filter(Q(user=change.to) | Q(name=change.to.name)).first()
    if own is not None:
        starts_on = _day_after(own, ends_on)
    if starts_on is not None:
        liaisons.appoint(_post(unit, change, change.to, actor, (starts_on, ends_on)), actor)


def _post(
    unit: Unit, change: Change, to: User, actor: User, days: tuple[date, date | None]
) -> Liaison:
    """An unsaved post. Raises RuleError without a phone."""
    phone = change.phone.strip() or to.phone
    if not phone:
        text = f"联络电话：{to.name}没有登记电话。请填联络电话，或不交接联络员。"
        raise RuleError(text, code="phone")
    return Liaison(
        unit=unit,
        name=to.name,
        phone=phone,
        user=to,
        starts_on=days[0],
        ends_on=days[1],
        registered_by=actor,
        registered_at=clock.now(),
    )


# --- the record -----------------------------------------------------------------------------
def _labels(seats: list[Membership], posts: list[Liaison]) -> list[str]:
    told = [selectors.membership_label(seat) for seat in seats]
    return told + [f"联络员·{post.unit}" for post in posts]


def _record(actor: User, change: Change, seats: list[Membership], posts: list[Liaison]) -> None:
    """One line for the whole; each seat and post has its own on its unit's trail."""
    place = change.person.jurisdiction or (seats[0] if seats else posts[0].unit).jurisdiction
    audit.record(
        actor=actor,
        action=ACTION,
        subject=change.person,
        chain=f"region:{place.code}",
        data={
            "person": change.person.username,
            "to": change.to.username if change.to else "",
            "on": change.on,
            "reason": change.reason.strip(),
            "handed": _labels(seats, posts),
        },
    )


def _tell(change: Change, seats: list[Membership], posts: list[Liaison]) -> None:
    if change.to is None:
        return
    body = f"从{change.on.month}月{change.on.day}日起：{'、'.join(_labels(seats, posts))}。"
    notifications.notify(
        recipients=[change.to],
        kind="handed_over",
        key=f"{change.person.pk}:{change.on}:{clock.now():%Y%m%d%H%M%S}",
        title=f"{change.person.name}的工作交给您",
        body=f"{body}草稿、退回和待审的都在原处，接着办就可以。",
        url="/",
    )
