"""The same over REST: tokens, who am I, units, people, roles."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.rest import KeyPages
from apps.organizations import permissions, selectors, services
from apps.organizations.models import Jurisdiction, Role, Section, Unit, User
from apps.organizations.services.places import UnitData


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


class MembershipOut(serializers.Serializer[Any]):
    """A role with its place and days."""

    role = serializers.CharField()
    jurisdiction = serializers.CharField(source="jurisdiction.code")
    unit = serializers.CharField(source="unit.code", default=None)
    section = serializers.CharField(source="section.code", default=None)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class MeOut(serializers.ModelSerializer[User]):
    """Whose rights the program has."""

    memberships = MembershipOut(many=True, source="in_force")

    class Meta:
        model = User
        fields = ["public_id", "username", "name", "memberships"]


class UnitOut(serializers.ModelSerializer[Unit]):
    """A unit that exists for the person."""

    jurisdiction = serializers.CharField(source="jurisdiction.code")
    parent_code = serializers.CharField(source="parent.code", default=None)

    class Meta:
        model = Unit
        fields = [
            "public_id",
            "jurisdiction",
            "code",
            "name",
            "kind",
            "parent_code",
            "credit_code",
            "is_fund_manager",
            "is_classified",
            "is_active",
        ]


class UnitIn(serializers.Serializer[Any]):
    """A new unit."""

    code = serializers.CharField(max_length=9)
    name = serializers.CharField(max_length=100)
    kind = serializers.ChoiceField(choices=Unit.Kind.choices)
    parent_code = serializers.CharField(max_length=9, required=False, allow_blank=True, default="")
    credit_code = serializers.RegexField(r"^[0-9A-Z]{18}$", required=False, default="")
    is_fund_manager = serializers.BooleanField(default=False)
    is_classified = serializers.BooleanField(default=False)


class PersonOut(serializers.ModelSerializer[User]):
    """An account that the administrator looks after."""

    class Meta:
        model = User
        fields = ["public_id", "username", "name", "email", "phone", "is_active"]


class PersonIn(serializers.Serializer[Any]):
    """A new account."""

    username = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=40)
    email = serializers.EmailField(required=False, default="")
    phone = serializers.CharField(max_length=30, required=False, default="")


class SectionOut(serializers.ModelSerializer[Section]):
    """A finance section with the names papers use for it."""

    aliases = serializers.SlugRelatedField("name", many=True, read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = Section
        fields = ["public_id", "code", "name", "kind", "aliases"]


class ByCode(KeyPages):
    """Pages by code."""

    field = "code"


class ByUsername(ByCode):
    """Pages by account name."""

    field = "username"


def person_of(request: Request) -> User:
    """The logged-in person of a REST request. Raises NotAuthenticated for a stranger."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def _served(request: Request, *wanted: str) -> Jurisdiction:
    place = selectors.served_jurisdiction(request.user, *wanted)
    if place is None:
        raise PermissionDenied("这项由管理员办理。")
    return place


class Me(APIView):
    """Who the token or the session speaks for."""

    @extend_schema(operation_id="me", responses=MeOut)
    def get(self, request: Request) -> Response:
        return Response(MeOut(person_of(request)).data)


class Units(APIView):
    """Units that exist for the person; the system administrator adds some."""

    pagination_class = ByCode

    @extend_schema(operation_id="units_list", responses=UnitOut(many=True))
    def get(self, request: Request) -> Response:
        rows = Unit.objects.visible_to(request.user).select_related("jurisdiction", "parent")
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(UnitOut(page, many=True).data)

    @extend_schema(operation_id="units_create", request=UnitIn, responses={201: UnitOut})
    def post(self, request: Request) -> Response:
        place = _served(request, Role.SYS_ADMIN)
        told = UnitIn(data=request.data)
        told.is_valid(raise_exception=True)
        data = dict(told.validated_data)
        code, above = data.pop("code"), data.pop("parent_code")
        reach = Unit.objects.visible_to(request.user).filter(jurisdiction=place)
        parent = get_object_or_404(reach, code=above) if above else None
        unit = services.create_unit(
            actor=person_of(request),
            jurisdiction=place,
            code=code,
            data=UnitData(parent=parent, **data),
        )
        return Response(UnitOut(unit).data, status=status.HTTP_201_CREATED)


class UnitDetail(APIView):
    """One unit that exists for the person."""

    @extend_schema(operation_id="units_read", responses=UnitOut)
    def get(self, request: Request, public_id: str) -> Response:
        reach = Unit.objects.visible_to(request.user).select_related("jurisdiction", "parent")
        return Response(UnitOut(get_object_or_404(reach, public_id=public_id)).data)


class People(APIView):
    """Accounts, for system and security administrators."""

    pagination_class = ByUsername

    @extend_schema(operation_id="people_list", responses=PersonOut(many=True))
    def get(self, request: Request) -> Response:
        if not permissions.may_see_people(request.user):
            raise PermissionDenied("人员由系统管理员和安全管理员管理。")
        pages = self.pagination_class()
        rows = User.objects.looked_after_by(person_of(request))
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(PersonOut(page, many=True).data)

    @extend_schema(operation_id="people_create", request=PersonIn, responses={201: PersonOut})
    def post(self, request: Request) -> Response:
        place = _served(request, Role.SYS_ADMIN)
        told = PersonIn(data=request.data)
        told.is_valid(raise_exception=True)
        person = services.create_person(
            actor=person_of(request), jurisdiction=place, **told.validated_data
        )
        return Response(PersonOut(person).data, status=status.HTTP_201_CREATED)


class Sections(APIView):
    """The finance sections of the person's jurisdictions."""

    pagination_class = ByCode

    @extend_schema(operation_id="sections_list", responses=SectionOut(many=True))
    def get(self, request: Request) -> Response:
        reach = selectors.jurisdictions_of(request.user)
        rows = Section.objects.filter(jurisdiction__in=reach).prefetch_related("aliases")
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(SectionOut(page, many=True).data)
