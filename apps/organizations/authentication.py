"""How a program proves whose rights it has; apart from api.py, which is imported later."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from apps.core import clock
from apps.organizations.models import ApiToken, User
from apps.organizations.services.tokens import digest

BAD = "令牌不对、已作废或已到期。请在“账号—令牌”里新建一个。"
READ_ONLY = "这个令牌只能读。要写入请新建可写的令牌。"


class TokenAuthentication(BaseAuthentication):
    """Authorization: Bearer pm_…; the program acts with its person's rights and no others."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token's person; None when the request carries no token."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed(BAD)
        now = clock.now()
        living = ApiToken.objects.select_related("user__jurisdiction").filter(
            revoked_at__isnull=True, expires_at__gt=now, user__is_active=True
        )
        token = living.filter(hashed=digest(parts[1].decode("ascii", "replace"))).first()
        if token is None:
            raise AuthenticationFailed(BAD)
        if request.method not in SAFE_METHODS and not token.may_write:
            raise PermissionDenied(READ_ONLY)
        if token.last_used_on != now.date():
            ApiToken.objects.filter(pk=token.pk).update(last_used_on=now.date())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing log-in a 401."""
        return "Bearer"
