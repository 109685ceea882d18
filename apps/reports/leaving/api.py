"""The hand-over for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import clock
from apps.core.http import caller
from apps.core.rest import DayField, Input, read
from apps.organizations import permissions, services
from apps.organizations import selectors as people
from apps.organizations.api.account import SeatOut
from apps.organizations.models import Role, User
from apps.organizations.services import Change
from apps.reports.leaving.in_hand import in_hand

NOT_YOURS = "人员由系统管理员和安全管理员管理。"


class HeldSeatOut(serializers.Serializer[Any]):
    """A seat that the person holds."""

    seat = SeatOut(source="membership")
    words = serializers.CharField(source="label")
    deputies = serializers.ListField(child=serializers.CharField(), source="deputy_names")
    is_last_filer = serializers.BooleanField()
    may_go = serializers.BooleanField()


class HeldPostOut(serializers.Serializer[Any]):
    """A unit that the person speaks for."""

    post = serializers.IntegerField(source="pk")
    unit = serializers.CharField(source="unit.code")
    phone = serializers.CharField()


class WorkOut(serializers.Serializer[Any]):
    """How many filings of one task wait at a place."""

    year = serializers.IntegerField()
    place = serializers.CharField()
    task = serializers.CharField()
    state = serializers.CharField()
    number = serializers.IntegerField()


class InHandOut(serializers.Serializer[Any]):
    """What must go on without the person; numbers only."""

    seats = HeldSeatOut(many=True)
    posts = HeldPostOut(many=True)
    drafts = WorkOut(many=True)
    desks = WorkOut(many=True)


class HandOverPersonIn(Input):
    """What goes (everything that may when nothing is named), to whom, from which day."""

    to = serializers.UUIDField(label="接手人", required=False, allow_null=True, default=None)
    on = DayField(label="从哪天起", required=False, allow_null=True, default=None)
    seats = serializers.ListField(
        child=serializers.IntegerField(),
        label="角色",
        required=False,
        allow_null=True,
        default=None,
    )
    posts = serializers.ListField(
        child=serializers.IntegerField(),
        label="联络员",
        required=False,
        allow_null=True,
        default=None,
    )
    phone = serializers.CharField(
        label="联络电话", max_length=30, required=False, allow_blank=True, default=""
    )
    reason = serializers.CharField(
        label="原因", max_length=200, required=False, allow_blank=True, default=""
    )


class HandOverPerson(APIView):
    """一个人手里有什么；POST 交给接手人。"""

    @extend_schema(
        operation_id="people_in_hand", summary="人员交接：手里有什么", responses=InHandOut
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Seats, posts, and the work that waits, counted."""
        return Response(InHandOut(in_hand(_person(request, public_id))).data)

    @extend_schema(
        operation_id="people_hand_over",
        summary="人员交接",
        request=HandOverPersonIn,
        responses=SeatOut(many=True),
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The successor's new seats; 409 when the rule refuses."""
        person, user = _person(request, public_id), caller(request)
        if not people.has_role(user, Role.SEC_ADMIN):
            raise PermissionDenied("人员交接由安全管理员办理。")
        told, held = read(HandOverPersonIn, request), in_hand(person)
        near = User.objects.filter(jurisdiction=person.jurisdiction_id, is_active=True)
        to = get_object_or_404(near, public_id=told["to"]) if told["to"] else None
        seats = [seat.membership.pk for seat in held.seats if seat.may_go]
        made = services.hand_over_person(
            actor=user,
            change=Change(person, to, told["on"] or clock.today(), told["reason"], told["phone"]),
            seats=seats if told["seats"] is None else told["seats"],
            posts=[post.pk for post in held.posts] if told["posts"] is None else told["posts"],
        )
        return Response(SeatOut(made, many=True).data)


def _person(request: Request, public_id: UUID) -> User:
    """The account, if the caller looks after it. Raises PermissionDenied, or Http404."""
    user = caller(request)
    if not permissions.may_see_people(user):
        raise PermissionDenied(NOT_YOURS)
    return get_object_or_404(User.objects.looked_after_by(user), public_id=public_id)
