"""Keys of programs: shown once, kept as a hash, ending by themselves (TRUST A13)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.organizations import passwords
from apps.organizations.models import ApiToken, User
from apps.rules.errors import RuleError

LONGEST = 365  # days
MOST = 10  # living tokens of one person
PREFIX = "pm_"  # lets secret scanners recognise a leaked one


def digest(token: str) -> str:
    """What is stored of a token or of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_token(*, actor: User, name: str, days: int, may_write: bool) -> tuple[ApiToken, str]:
    """A token with the actor's own rights, and its text, which cannot be shown again.

    Raises PermissionDenied while the actor must change the password, RuleError for the days.
    """
    now = clock.now()
    if passwords.must_change(actor, now):
        raise PermissionDenied("请先换密码，换好后再新建令牌。")
    User.objects.select_for_update(of=("self",)).get(pk=actor.pk)
    if not 1 <= days <= LONGEST:
        raise RuleError(f"有效天数：填{days}，应为1–{LONGEST}。", code="days")
    living = actor.tokens.filter(revoked_at__isnull=True, expires_at__gt=now)
    if living.count() >= MOST:
        raise RuleError(f"已有{MOST}个有效令牌，请先作废不用的。", code="too_many")
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=actor,
        name=name,
        hashed=digest(text),
        may_write=may_write,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    data = {"name": name, "days": days, "may_write": may_write}
    audit.record(
        actor=actor, action="organizations.make_token", subject=token, chain="system", data=data
    )
    return token, text


@transaction.atomic
def revoke_token(*, actor: User, token: ApiToken) -> ApiToken:
    """The token opens nothing any more."""
    held = ApiToken.objects.select_for_update().get(pk=token.pk)
    if held.user_id != actor.pk:
        raise PermissionDenied("只能作废自己的令牌。")
    if held.revoked_at:
        raise RuleError(f"令牌“{held.name}”已经作废。", code="state")
    held.revoked_at = clock.now()
    held.save(update_fields=["revoked_at"])
    audit.record(actor=actor, action="organizations.revoke_token", subject=held, chain="system")
    return held
