"""Log-in, lock-out, passwords, one-time links."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from apps.audit import services as audit
from apps.core import arrival, clock
from apps.organizations import passwords, permissions, sessions
from apps.organizations.models import LoginGuard, OneTimeLink, PastPassword, User
from apps.organizations.services import guard
from apps.organizations.services.tokens import digest
from apps.rules.errors import RuleError

LINK_HOURS = 72
BACKEND = "apps.organizations.backend.PeopleBackend"
LINK_DEAD = "链接已用过或已过期。请联系系统管理员重新发一个。"


def chain_of(person: User) -> str:
    """The trail on which an account's changes stand."""
    place = person.jurisdiction
    return f"region:{place.code}" if place else "system"


def log_in(*, request: HttpRequest, username: str, password: str) -> User:
    """The request's session belongs to the person, under a new session id.

    The attempt is counted before the password is looked at, so that parallel guesses cannot outrun
    the count. Unknown, disabled and wrong are refused alike: same sentence, same work.
    Raises RuleError with code login_wrong, login_locked, login_address or busy.
    Source: GB/T 22239-2019, 8.1.4.1 b.
    """
    person = _verified(username, password)
    _start(request, person)
    return person


def log_in_again(*, request: HttpRequest, username: str, password: str) -> User:
    """The page stays open and works again, for the same person only. Raises RuleError as log_in."""
    ended = request.session.get(sessions.ENDED_USER)
    person = _verified(username, password)
    if ended is not None and str(person.pk) != str(ended):
        raise RuleError(
            "这一页是另一位用户打开的，不能换人接着填。请先复制内容，再从登录页登录。",
            code="other_person",
        )
    _start(request, person)
    return person


def _verified(username: str, password: str) -> User:
    """The person whose password it is. Raises RuleError; every refusal stands in the trail."""
    address = arrival.ip()
    try:
        n_left = guard.claim(username, address)
    except RuleError as error:
        _refused(None, username, error.code)
        raise
    person = _candidate(username)
    try:
        right = _fits(person, password)
    except RuleError:  # too many at once: nothing was tried, nothing is counted
        guard.give_back(username, address)
        raise
    if person is None or not right:
        _refused(person, username, "login_wrong")
        raise guard.wrong(username, n_left)
    guard.clear(username, address)
    return person


def _candidate(username: str) -> User | None:
    people = User.objects.select_related("jurisdiction")
    return people.filter(username=username, is_active=True).first()


def _fits(person: User | None, password: str) -> bool:
    """Costs one hash whether or not the account exists (TRUST A04)."""
    if len(password) > passwords.LONGEST:
        password = ""
    if person is None:
        return check_password(password, "")  # no hash: the library works as long as for one
    return person.check_password(password)


def _refused(person: User | None, username: str, code: str) -> None:
    audit.refuse(
        actor=person, action="organizations.log_in", label=username[:40], data={"code": code}
    )


@transaction.atomic
def _start(request: HttpRequest, person: User) -> None:
    auth.login(request, person, backend=BACKEND)  # a new session id and a new CSRF secret
    request.session.pop(sessions.ENDED_USER, None)
    sessions.stamp(request.session, clock.now())
    audit.record(
        actor=person, action="organizations.log_in", subject=person, chain=chain_of(person)
    )


@transaction.atomic
def log_out(*, request: HttpRequest, actor: User) -> None:
    """The session row is gone; the old cookie opens nothing."""
    audit.record(actor=actor, action="organizations.log_out", subject=actor, chain=chain_of(actor))
    auth.logout(request)


@transaction.atomic
def end_other_sessions(*, request: HttpRequest, actor: User) -> None:
    """Only the session of this request stays alive."""
    person = User.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    _raise_epoch(person)
    auth.update_session_auth_hash(request, person)
    audit.record(
        actor=actor,
        action="organizations.end_other_sessions",
        subject=actor,
        chain=chain_of(actor),
    )


def _raise_epoch(person: User) -> None:
    User.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    person.refresh_from_db(fields=["session_epoch"])


def change_password(*, request: HttpRequest, actor: User, current: str, new: str) -> User:
    """The password is the new one; all other sessions of the person end. Raises RuleError."""
    _verified(actor.username, current)  # a found open screen gets no more guesses than a stranger
    with transaction.atomic():
        person = User.objects.select_for_update(of=("self",)).get(pk=actor.pk)
        set_password(person, new)
        auth.update_session_auth_hash(request, person)
        audit.record(
            actor=actor,
            action="organizations.change_password",
            subject=actor,
            chain=chain_of(actor),
        )
    return person


def set_password(person: User, new: str) -> None:
    """The password is set if the profile allows it; in the caller's transaction."""
    found = passwords.problems(new, person)
    if found:
        raise RuleError("".join(found), code="password")
    if person.has_usable_password():
        PastPassword.objects.create(user=person, hashed=person.password, set_at=clock.now())
    person.set_password(new)
    person.must_change_password = False
    person.password_changed_at = clock.now()
    person.save(update_fields=["password", "must_change_password", "password_changed_at"])
    _raise_epoch(person)


def new_link(person: User) -> str:
    """A fresh token that sets the person's password once; older links are dead."""
    now = clock.now()
    person.links.filter(used_at__isnull=True).update(used_at=now)
    token = secrets.token_urlsafe(32)
    OneTimeLink.objects.create(
        user=person, hashed=digest(token), expires_at=now + timedelta(hours=LINK_HOURS)
    )
    return token


@transaction.atomic
def issue_link(*, actor: User, person: User) -> str:
    """The token of a link that sets the person's password once; it is shown only now."""
    if not permissions.may_issue_link(actor, person):
        raise PermissionDenied("开户链接由系统管理员发；系统管理员自己的由安全管理员发。")
    held = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not held.is_active:
        raise RuleError(f"{held.name}的账号已停用，先启用再发链接。", code="state")
    token = new_link(held)
    audit.record(actor=actor, action="organizations.issue_link", subject=held, chain=chain_of(held))
    return token


def living_link(token: str) -> OneTimeLink | None:
    """The unused link of an active person that has not expired, or None."""
    links = OneTimeLink.objects.select_related("user__jurisdiction")
    return links.filter(
        hashed=digest(token),
        used_at__isnull=True,
        expires_at__gt=clock.now(),
        user__is_active=True,
    ).first()


@transaction.atomic
def redeem_link(*, token: str, new: str) -> User:
    """The link's person has the new password; the link is used up. Raises RuleError."""
    link = living_link(token)
    if link is None:
        raise RuleError(LINK_DEAD, code="link")
    person = User.objects.select_for_update(of=("self",)).get(pk=link.user_id)
    set_password(person, new)
    used = OneTimeLink.objects.filter(pk=link.pk, used_at__isnull=True)
    if not used.update(used_at=clock.now()):
        raise RuleError(LINK_DEAD, code="link")  # the other of two simultaneous uses won
    audit.record(
        actor=person, action="organizations.redeem_link", subject=person, chain=chain_of(person)
    )
    return person


@transaction.atomic
def unlock(*, actor: User, key: str) -> None:
    """The name or address may try again. Refused but to security administrators."""
    if not permissions.may_unlock(actor):
        raise PermissionDenied("解锁由安全管理员办理。")
    held = LoginGuard.objects.select_for_update().filter(key=key).first()
    if held is None or held.locked_until is None:
        raise RuleError("这个账号或地址没有锁定。", code="state")
    held.n_failures, held.locked_until = 0, None
    held.save(update_fields=["n_failures", "locked_until"])
    audit.record(
        actor=actor,
        action="organizations.unlock",
        subject=held,
        chain="system",
        data={"minutes": settings.LOGIN_LOCK.seconds // 60},
    )


@transaction.atomic
def shut_all_doors() -> None:
    """Nobody is logged in any more and no unused link opens: after a restore both are of the past.

    What was ended since the backup (a session, a link) must not come back to life with it.
    """
    Session.objects.all().delete()
    OneTimeLink.objects.filter(used_at__isnull=True).delete()
