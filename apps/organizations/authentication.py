"""How a program proves whose rights it has; apart from api.py, which is imported later."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.authentication import SessionAuthentication as PageSession
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.exceptions import PermissionDenied as Refused
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from apps.core import clock
from apps.organizations import passwords
from apps.organizations.models import ApiToken, User
from apps.organizations.services.tokens import digest

BAD = "令牌不对、已作废或已到期。请在“账号—令牌”里新建一个。"
NO_MARK = "页面的登录在这里写入，要带页面的防伪标记（X-CSRFToken）。程序请用令牌。"
CHANGE_FIRST = "请先登录页面换密码，换好后令牌才能用。"
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
        if passwords.must_change(token.user, now):
            raise PermissionDenied(CHANGE_FIRST)
        if request.method not in SAFE_METHODS and not token.may_write:
            raise PermissionDenied(READ_ONLY)
        if token.last_used_on != now.date():
            ApiToken.objects.filter(pk=token.pk).update(last_used_on=now.date())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing log-in a 401."""
        return "Bearer"


class SessionAuthentication(PageSession):
    """A page's log-in also reads the API; to write it needs the page's own mark (TRUST C01)."""

    def enforce_csrf(self, request: Request) -> None:
        """Raises PermissionDenied without the mark."""
        try:
            super().enforce_csrf(request)
        except Refused as error:
            raise Refused(NO_MARK, code="csrf") from error
