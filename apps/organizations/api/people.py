"""Accounts for the system administrator, rights and locks for the security administrator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import DayField, Input, KeyPages, read
from apps.core.rest_schema import WORKBOOK
from apps.organizations import links, permissions, selectors, services
from apps.organizations.api.account import SeatOut
from apps.organizations.api.places import served
from apps.organizations.forms import ROLES
from apps.organizations.models import Membership, Role, Section, Unit, User

NOT_YOURS = "人员由系统管理员和安全管理员管理。"


class PersonOut(serializers.ModelSerializer[User]):
    """An account that the administrator looks after."""

    class Meta:
        model = User
        fields = ["public_id", "username", "name", "email", "phone", "is_active"]
        read_only_fields = fields


class PersonSeatOut(serializers.Serializer[Any]):
    """A seat of the person, past ones too."""

    seat = SeatOut(source="membership")
    words = serializers.CharField(source="label")
    is_current = serializers.BooleanField()


class PersonPageOut(serializers.Serializer[Any]):
    """An account with its seats and what the caller may do with it."""

    person = PersonOut()
    seats = PersonSeatOut(many=True)
    is_locked = serializers.BooleanField()
    may_manage = serializers.BooleanField()
    may_grant = serializers.BooleanField()
    may_issue_link = serializers.BooleanField()


class PersonIn(Input):
    """A new account."""

    username = serializers.CharField(label="账号", max_length=40)
    name = serializers.CharField(label="姓名", max_length=40)
    email = serializers.EmailField(label="邮箱", required=False, allow_blank=True, default="")
    phone = serializers.CharField(
        label="电话", max_length=30, required=False, allow_blank=True, default=""
    )


class ByUsername(KeyPages):
    """Pages by account name."""

    field = "username"


def _person(request: Request, public_id: UUID) -> User:
    """The account, if the caller looks after it. Raises PermissionDenied, or Http404."""
    user = caller(request)
    if not permissions.may_see_people(user):
        raise PermissionDenied(NOT_YOURS)
    return get_object_or_404(User.objects.looked_after_by(user), public_id=public_id)


class People(ListAPIView[User]):
    """人员账号，按账号名；POST 建账号。"""

    serializer_class = PersonOut
    pagination_class = ByUsername
    queryset = User.objects.none()

    def get_queryset(self) -> QuerySet[User]:
        """Accounts that the caller looks after. Raises PermissionDenied."""
        user = caller(self.request)
        if not permissions.may_see_people(user):
            raise PermissionDenied(NOT_YOURS)
        return User.objects.looked_after_by(user)

    @extend_schema(
        operation_id="people_create",
        summary="建账号",
        request=PersonIn,
        responses={201: PersonOut},
    )
    def post(self, request: Request) -> Response:
        """The new account, without any right."""
        place, told = served(request, Role.SYS_ADMIN), read(PersonIn, request)
        person = services.create_person(actor=caller(request), jurisdiction=place, **told)
        return Response(PersonOut(person).data, status=201)


class PersonOne(APIView):
    """一个人员账号和它的角色。"""

    @extend_schema(operation_id="people_read", responses=PersonPageOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The account as the administrator sees it."""
        page = selectors.person_page(caller(request), _person(request, public_id))
        return Response(PersonPageOut(page).data)


# --- rights ---------------------------------------------------------------------------------
class GrantIn(Input):
    """A role at a place for a time; from today and for good when no days are named."""

    role = serializers.ChoiceField(ROLES, label="角色")
    unit = serializers.CharField(
        label="单位编码", max_length=9, required=False, allow_null=True, default=None
    )
    section = serializers.CharField(
        label="科室标识", max_length=20, required=False, allow_null=True, default=None
    )
    starts_on = DayField(label="起", required=False, allow_null=True, default=None)
    ends_on = DayField(label="止", required=False, allow_null=True, default=None)


class Grant(APIView):
    """授予一个角色。"""

    @extend_schema(operation_id="people_grant", request=GrantIn, responses={201: SeatOut})
    def post(self, request: Request, public_id: UUID) -> Response:
        """The new seat."""
        person, place = _person(request, public_id), served(request, Role.SEC_ADMIN)
        told = read(GrantIn, request)
        units = Unit.objects.visible_to(caller(request)).active().filter(jurisdiction=place)
        sections = Section.objects.filter(jurisdiction=place)
        for name, rows in (("unit", units), ("section", sections)):
            told[name] = get_object_or_404(rows, code=told[name]) if told[name] else None
        made = services.grant(actor=caller(request), user=person, jurisdiction=place, **told)
        return Response(SeatOut(made).data, status=201)


class SeatOne(APIView):
    """结束一个角色。"""

    @extend_schema(operation_id="seats_end", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """The role ended yesterday."""
        reach = User.objects.looked_after_by(caller(request))
        rows = Membership.objects.filter(user__in=reach)
        held = get_object_or_404(
            rows.select_related("user", "unit", "section", "jurisdiction"), pk=pk
        )
        services.end_membership(actor=caller(request), membership=held)
        return Response(status=204)


# --- accounts -------------------------------------------------------------------------------
class SwitchIn(Input):
    """Whether the account shall open, and why."""

    is_active = serializers.BooleanField(label="在用")
    reason = serializers.CharField(label="原因", max_length=200)


class Switch(APIView):
    """停用或启用一个账号。"""

    @extend_schema(operation_id="people_switch", request=SwitchIn, responses=PersonOut)
    def post(self, request: Request, public_id: UUID) -> Response:
        """The account, open or closed; 409 when it is so already."""
        person, told = _person(request, public_id), read(SwitchIn, request)
        act = services.enable if told["is_active"] else services.disable
        act(actor=caller(request), person=person, reason=told["reason"])
        person.refresh_from_db()
        return Response(PersonOut(person).data)


class LinkOut(serializers.Serializer[Any]):
    """A one-time address under which the person sets the password; it is shown once."""

    link = serializers.CharField()


class Link(APIView):
    """给一个账号发一次性开户链接。"""

    @extend_schema(operation_id="people_link", request=None, responses=LinkOut)
    def post(self, request: Request, public_id: UUID) -> Response:
        """The address; earlier ones open nothing any more."""
        token = services.issue_link(actor=caller(request), person=_person(request, public_id))
        return Response(LinkOut({"link": links.absolute(token)}).data)


class OpeningLinks(APIView):
    """给还没有密码的人发开户链接，一个工作簿。"""

    @extend_schema(operation_id="people_links", request=None, responses=WORKBOOK)
    def post(self, request: Request) -> HttpResponse:
        """The sheet to hand out; nothing of it is kept."""
        place = served(request, Role.SYS_ADMIN)
        made = services.issue_opening_links(actor=caller(request), jurisdiction=place)
        return links.workbook_response(made)


# --- locks ----------------------------------------------------------------------------------
class LockedOut(serializers.Serializer[Any]):
    """A name or address that may not log in until the moment."""

    key = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.CharField()
    until = serializers.DateTimeField()


class UnlockIn(Input):
    """Which lock, by its key."""

    key = serializers.CharField(label="锁定项", max_length=120)


class Locked(APIView):
    """现在锁定的账号和地址；POST 解锁一个。"""

    @extend_schema(operation_id="locks_list", responses=LockedOut(many=True))
    def get(self, request: Request) -> Response:
        """Latest first, at most 200."""
        if not permissions.may_unlock(caller(request)):
            raise PermissionDenied("锁定的账号由安全管理员处理。")
        return Response(LockedOut(selectors.locked_names(), many=True).data)

    @extend_schema(
        operation_id="locks_unlock", summary="解锁", request=UnlockIn, responses={204: None}
    )
    def post(self, request: Request) -> Response:
        """The name or address may try again."""
        services.unlock(actor=caller(request), **read(UnlockIn, request))
        return Response(status=204)
