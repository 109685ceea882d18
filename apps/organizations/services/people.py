"""Accounts: made, disabled, enabled; the first two administrators."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from apps.audit import services as audit
from apps.core import clock
from apps.organizations import permissions
from apps.organizations.models import ADMIN_ROLES, Jurisdiction, Membership, Role, User
from apps.organizations.services.access import new_link
from apps.organizations.services.grants import check_filer_remains, seat
from apps.rules.errors import RuleError

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,39}")


@transaction.atomic
def create_person(
    *,
    actor: User,
    jurisdiction: Jurisdiction,
    username: str,
    name: str,
    email: str = "",
    phone: str = "",
) -> User:
    """An account exists without password and without any role; a one-time link opens it."""
    if not permissions.may_manage_people(actor, jurisdiction):
        raise PermissionDenied("账号由系统管理员建立。")
    check_username(username)
    person = User.objects.create_person(
        username, name, jurisdiction=jurisdiction, email=email, phone=phone
    )
    _record(actor, person, "organizations.create_person", {"username": username, "name": name})
    return person


def check_username(username: str) -> None:
    """Refuse a name of wrong shape or already taken. Raises RuleError."""
    if not USERNAME.fullmatch(username):
        raise RuleError(
            f"账号：填“{username[:60]}”，应为3–40个字母、数字、点、横线，例如slj-tbr01。",
            code="username",
        )
    if User.objects.filter(username__iexact=username).exists():
        raise RuleError(f"账号：“{username}”已有人用，请换一个。", code="username_taken")


@transaction.atomic
def update_person(*, actor: User, person: User, name: str, email: str, phone: str) -> User:
    """The account carries the name and addresses; its rights are untouched."""
    held = _locked(actor, person)
    before = {"name": held.name, "email": held.email, "phone": held.phone}
    held.name, held.email, held.phone = name, email, phone
    held.save(update_fields=["name", "email", "phone"])
    after = {"name": name, "email": email, "phone": phone}
    told = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    _record(actor, held, "organizations.update_person", dict(told))
    return held


@transaction.atomic
def issue_opening_links(*, actor: User, jurisdiction: Jurisdiction) -> list[tuple[User, str]]:
    """Everyone of the jurisdiction who has no password yet, with a fresh one-time token each."""
    if not permissions.may_manage_people(actor, jurisdiction):
        raise PermissionDenied("开户链接由系统管理员发。")
    waiting = User.objects.filter(jurisdiction=jurisdiction, is_active=True)
    waiting = waiting.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX).exclude(pk=actor.pk)
    made = [
        (person, new_link(person))
        for person in waiting.order_by("username")
        if permissions.may_issue_link(actor, person)
    ]
    audit.record(
        actor=actor,
        action="organizations.issue_opening_links",
        subject=jurisdiction,
        chain=f"region:{jurisdiction.code}",
        data={"count": len(made), "usernames": [person.username for person, _ in made]},
    )
    return made


def _record(actor: User | None, person: User, action: str, data: dict[str, object]) -> None:
    place = person.jurisdiction
    chain = f"region:{place.code}" if place else "system"
    audit.record(actor=actor, action=action, subject=person, chain=chain, data=data)


def _locked(actor: User, person: User) -> User:
    """The account's row, locked, when the actor looks after it. Raises PermissionDenied."""
    if actor.pk == person.pk or not permissions.may_manage_people(actor, person.jurisdiction_id):
        raise PermissionDenied("账号由系统管理员管理，不能管理自己的账号。")
    return User.objects.select_for_update(of=("self",)).get(pk=person.pk)


@transaction.atomic
def disable(*, actor: User, person: User, reason: str) -> User:
    """The account opens nothing from its next request on. Refused for a unit's last filer."""
    held = _locked(actor, person)
    if not held.is_active:
        raise RuleError(f"{held.name}的账号已经停用。", code="state")
    for membership in held.in_force():
        check_filer_remains(membership)
    _switch(held, False)
    held.tokens.filter(revoked_at__isnull=True).update(revoked_at=clock.now())
    _record(actor, held, "organizations.disable", {"reason": reason})
    return held


@transaction.atomic
def enable(*, actor: User, person: User, reason: str) -> User:
    """The account opens again, with the password it had."""
    held = _locked(actor, person)
    if held.is_active:
        raise RuleError(f"{held.name}的账号没有停用。", code="state")
    _switch(held, True)
    _record(actor, held, "organizations.enable", {"reason": reason})
    return held


def _switch(person: User, is_active: bool) -> None:
    User.objects.filter(pk=person.pk).update(
        is_active=is_active, session_epoch=F("session_epoch") + 1
    )
    person.refresh_from_db()
    person.forget_memberships()


@dataclass(frozen=True)
class FirstAdmin:
    """One of the first two administrators with the token of the link that sets the password."""

    user: User
    role: Role
    token: str


@transaction.atomic
def create_first_admins(
    *, jurisdiction: Jurisdiction, system: str, security: str
) -> tuple[FirstAdmin, FirstAdmin]:
    """Two people hold the system and the security seat, each with a one-time link and no password.

    Raises RuleError when the installation has, or ever had, an administrator (TRUST A10).
    """
    Jurisdiction.objects.select_for_update().get(
        pk=jurisdiction.pk
    )  # two commands at once: one wins
    if Membership.objects.filter(role__in=ADMIN_ROLES).exists():
        raise RuleError("已有管理员，首次开户只能办一次。以后由系统管理员建账号。", code="exists")
    made = []
    for username, role in ((system, Role.SYS_ADMIN), (security, Role.SEC_ADMIN)):
        check_username(username)
        user = User.objects.create_person(username, role.label, jurisdiction=jurisdiction)
        _record(None, user, "organizations.first_admin", {"username": username, "role": role.value})
        membership = Membership(
            user=user, role=role, jurisdiction=jurisdiction, starts_on=clock.today()
        )
        seat(membership, None, "organizations.grant")
        made.append(FirstAdmin(user, role, new_link(user)))
    return made[0], made[1]
