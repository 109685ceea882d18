"""Keys to the house: past passwords, failed log-ins, one-time links, tokens of programs."""

from __future__ import annotations

import uuid

from django.db import models

from apps.organizations.models.people import User


class PastPassword(models.Model):
    """A former password hash, kept so that the last five are not used again (dengbao3 profile)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords")
    hashed = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-set_at"], name="organizations_past_password")]

    def __str__(self) -> str:
        return f"{self.user_id}"


class LoginGuard(models.Model):
    """Failed log-ins of one account name or one address, counted atomically (TRUST A02)."""

    key = models.CharField(max_length=120, unique=True)  # "name:…" or "ip:…"
    n_failures = models.PositiveIntegerField(default=0)
    first_failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class OneTimeLink(models.Model):
    """A link with which one person sets a password once: first administrators, forgotten ones."""

    user = models.ForeignKey(User, models.CASCADE, related_name="links")
    hashed = models.CharField(
        max_length=64, unique=True
    )  # SHA-256 of the token; the token is shown once
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id}"


class ApiToken(models.Model):
    """A program's key that acts with one person's rights; only its hash is kept (TRUST A13)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField("用途", max_length=60)
    hashed = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField("可写", default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField("到期")
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
