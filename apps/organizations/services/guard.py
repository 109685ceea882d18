"""Counting failed log-ins, by name and by address (TRUST A02, A03).

A name that nobody has is counted like any other, so the answer never tells who exists. The address
has a budget of its own, wide enough for an office behind one address.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from apps.core import clock
from apps.organizations.models import LoginGuard
from apps.rules.errors import RuleError

ADDRESS_FACTOR = 20  # failures from one address, as a multiple of those of one name


def name_key(username: str) -> str:
    """The row of a name; a long one is stored by its digest."""
    plain = username.strip()
    if len(plain) > 60 or not plain.isprintable():
        plain = hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
    return f"name:{plain}"


def address_key(address: str) -> str:
    """The row of a client address."""
    return f"ip:{address}"


def claim(username: str, address: str) -> int:
    """Count one attempt before it is made; how many more the name has after it."""
    if address:
        _count(address_key(address), settings.LOGIN_FAILURES * ADDRESS_FACTOR, "login_address")
    return _count(name_key(username), settings.LOGIN_FAILURES, "login_locked")


@transaction.atomic
def _count(key: str, limit: int, code: str) -> int:
    """The row's count is one higher, under its lock; at the limit it is locked from now on."""
    now = clock.now()
    row = _row(key, now)
    if row.locked_until and row.locked_until > now:
        raise _locked(row.locked_until, code)
    if row.locked_until or now - row.first_failed_at >= settings.LOGIN_LOCK:
        row.n_failures, row.first_failed_at, row.locked_until = 0, now, None
    row.n_failures += 1
    if row.n_failures >= limit:
        row.locked_until = now + settings.LOGIN_LOCK
    row.save(update_fields=["n_failures", "first_failed_at", "locked_until"])
    return limit - row.n_failures


def _row(key: str, now: datetime) -> LoginGuard:
    rows = LoginGuard.objects.select_for_update()
    row = rows.filter(key=key).first()
    if row is None:
        _forget_old(now)
        LoginGuard.objects.bulk_create(
            [LoginGuard(key=key, first_failed_at=now)], ignore_conflicts=True
        )
        row = rows.get(key=key)
    return row


def _forget_old(now: datetime) -> None:
    """Names tried days ago are no longer of use; the table must not grow with every guess."""
    old = LoginGuard.objects.filter(first_failed_at__lt=now - timedelta(days=2))
    done = old.filter(Q(locked_until__isnull=True) | Q(locked_until__lt=now))
    taken = done.select_for_update(skip_locked=True).values_list("pk", flat=True)[:100]
    LoginGuard.objects.filter(pk__in=list(taken)).delete()


def _until(moment: datetime) -> str:
    return moment.astimezone(clock.ZONE).strftime("%H:%M")


def _locked(until: datetime, code: str) -> RuleError:
    what = "这个账号" if code == "login_locked" else "从这个地址"
    return RuleError(
        f"{what}登录失败次数过多，锁定到{_until(until)}。急用请联系安全管理员解锁。", code=code
    )


def wrong(username: str, n_left: int) -> RuleError:
    """What a wrong attempt is told; the same for a name that nobody has."""
    if n_left > 0:
        text = f"账号或密码不对，还可再试{n_left}次。请检查大写锁定。"
        return RuleError(text, code="login_wrong")
    until = LoginGuard.objects.values_list("locked_until", flat=True).get(key=name_key(username))
    return _locked(until or clock.now(), "login_locked")


@transaction.atomic
def clear(username: str, address: str) -> None:
    """The right password: the name starts afresh, the address gets its one attempt back."""
    LoginGuard.objects.filter(key=name_key(username)).update(n_failures=0, locked_until=None)
    _give_one(address_key(address))


@transaction.atomic
def give_back(username: str, address: str) -> None:
    """The attempt was not made after all."""
    _give_one(name_key(username))
    _give_one(address_key(address))


def _give_one(key: str) -> None:
    LoginGuard.objects.filter(key=key, n_failures__gt=0).update(
        n_failures=F("n_failures") - 1, locked_until=None
    )
