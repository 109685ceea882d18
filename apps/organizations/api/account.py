"""My own account: whose rights a program has, its tokens, deputies and hand-overs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import DayField, Input, read
from apps.organizations import permissions, services
from apps.organizations.forms import colleagues
from apps.organizations.models import ApiToken, Membership, User


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description names the token."""

    target_class = "apps.organizations.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Bearer in the Authorization header."""
        return {"type": "http", "scheme": "bearer"}


class PageScheme(SessionScheme):  # type: ignore[no-untyped-call]
    """How the description names a page's own log-in."""

    target_class = "apps.organizations.authentication.SessionAuthentication"


class SeatOut(serializers.ModelSerializer[Membership]):
    """A role with its place and days; `seat` names it where it is lent, handed over or ended."""

    seat = serializers.IntegerField(source="pk")
    jurisdiction = serializers.CharField(source="jurisdiction.code")
    unit = serializers.CharField(source="unit.code", default=None, allow_null=True)
    section = serializers.CharField(source="section.code", default=None, allow_null=True)
    is_deputy = serializers.SerializerMethodField()

    class Meta:
        model = Membership
        fields = [
            "seat",
            "role",
            "jurisdiction",
            "unit",
            "section",
            "starts_on",
            "ends_on",
            "is_deputy",
        ]
        read_only_fields = fields

    def get_is_deputy(self, held: Membership) -> bool:
        """Whether it stands in for another seat."""
        return held.deputy_for_id is not None


class MeOut(serializers.ModelSerializer[User]):
    """Whose rights the program has."""

    memberships = SeatOut(many=True, source="in_force")

    class Meta:
        model = User
        fields = ["public_id", "username", "name", "memberships"]
        read_only_fields = fields


class Me(APIView):
    """令牌或登录代表谁，有哪些角色。"""

    @extend_schema(operation_id="me", responses=MeOut)
    def get(self, request: Request) -> Response:
        """The caller with the roles in force today."""
        return Response(MeOut(caller(request)).data)


# --- tokens ---------------------------------------------------------------------------------
class TokenOut(serializers.ModelSerializer[ApiToken]):
    """A token without its text, which is shown once, on the page that makes it."""

    class Meta:
        model = ApiToken
        fields = [
            "public_id",
            "name",
            "may_write",
            "created_at",
            "expires_at",
            "last_used_on",
            "revoked_at",
        ]
        read_only_fields = fields


class Tokens(APIView):
    """本人的令牌，新的在前；新建只在页面上。"""

    @extend_schema(operation_id="tokens_list", responses=TokenOut(many=True))
    def get(self, request: Request) -> Response:
        """The newest fifty."""
        rows = caller(request).tokens.order_by("-created_at", "-id")[:50]
        return Response(TokenOut(rows, many=True).data)


class TokenOne(APIView):
    """作废一个令牌。"""

    @extend_schema(operation_id="tokens_revoke", responses={204: None})
    def delete(self, request: Request, public_id: UUID) -> Response:
        """The token opens nothing any more."""
        token = get_object_or_404(caller(request).tokens, public_id=public_id)
        services.revoke_token(actor=caller(request), token=token)
        return Response(status=204)


# --- seats ----------------------------------------------------------------------------------
class ColleagueOut(serializers.ModelSerializer[User]):
    """Somebody to whom the seat may be lent or handed over."""

    class Meta:
        model = User
        fields = ["public_id", "name"]
        read_only_fields = fields


class DeputyIn(Input):
    """Who stands in, from when to when."""

    user = serializers.UUIDField(label="代办人")
    starts_on = DayField(label="起")
    ends_on = DayField(label="止")


class HandOverIn(Input):
    """Who takes over, from which day; today when none is named."""

    to = serializers.UUIDField(label="接手人")
    on = DayField(label="从哪天起", required=False, allow_null=True, default=None)


def _lent(request: Request, pk: int) -> tuple[Membership, QuerySet[User]]:
    """The seat when the caller may lend it or hand it over, and to whom; else as if missing."""
    rows = Membership.objects.select_related("user", "unit", "section", "jurisdiction")
    held = get_object_or_404(rows, pk=pk)
    if not permissions.may_appoint_deputy(caller(request), held):
        raise Http404
    return held, colleagues(held)


class Colleagues(APIView):
    """一个角色可以请谁代办、交给谁。"""

    @extend_schema(operation_id="seats_colleagues", responses=ColleagueOut(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """The people whom the page offers."""
        return Response(ColleagueOut(_lent(request, pk)[1].order_by("name", "pk"), many=True).data)


class Deputy(APIView):
    """指定代办人。"""

    @extend_schema(operation_id="seats_deputy", request=DeputyIn, responses={201: SeatOut})
    def post(self, request: Request, pk: int) -> Response:
        """The deputy's seat."""
        held, people = _lent(request, pk)
        told = read(DeputyIn, request)
        told["user"] = get_object_or_404(people, public_id=told["user"])
        made = services.appoint_deputy(actor=caller(request), membership=held, **told)
        return Response(SeatOut(made).data, status=201)


class HandOver(APIView):
    """办理交接。"""

    @extend_schema(operation_id="seats_hand_over", request=HandOverIn, responses={201: SeatOut})
    def post(self, request: Request, pk: int) -> Response:
        """The successor's seat."""
        held, people = _lent(request, pk)
        told: dict[str, Any] = read(HandOverIn, request)
        told["to"] = get_object_or_404(people, public_id=told["to"])
        made = services.hand_over(actor=caller(request), membership=held, **told)
        return Response(SeatOut(made).data, status=201)
