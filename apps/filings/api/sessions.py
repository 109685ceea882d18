"""Joint reviews for programs: convened, spoken, agreed, signed, carried out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.http import caller
from apps.core.rest import DayField, Input, KeyPages, read
from apps.filings.api.sampling import ProblemIn
from apps.filings.models import JointSession, Review, SessionMatter, SessionMember
from apps.filings.selectors import sessions as selectors
from apps.filings.services import leaving, sessions
from apps.filings.services.reviewing import Wanted
from apps.filings.services.sessions import Agreed
from apps.rules.errors import RuleError

NOT_A_MOMENT = "应为会审结论的时间，例如2024-04-08T10:30:00+08:00。"


class SessionIn(Input):
    """What is reviewed together, when and where."""

    task = serializers.UUIDField(label="任务")
    title = serializers.CharField(label="会审名称", max_length=80)
    held_on = DayField(label="会审日期")
    place = serializers.CharField(
        label="地点", max_length=80, required=False, allow_blank=True, default=""
    )


class MemberIn(Input):
    """Who takes part, and how."""

    user = serializers.UUIDField(label="谁")
    part = serializers.ChoiceField(label="参加方式", choices=SessionMember.Part.choices)


class LeaveIn(Input):
    """Who leaves, and why; the reason is wanted of who has spoken."""

    user = serializers.UUIDField(label="谁")
    reason = serializers.CharField(
        label="理由", max_length=300, required=False, allow_blank=True, default=""
    )


class DropIn(Input):
    """Why a filing is taken off the agenda; wanted where somebody spoke."""

    reason = serializers.CharField(
        label="理由", max_length=300, required=False, allow_blank=True, default=""
    )


class AgendaIn(Input):
    """Which filings come up."""

    filings = serializers.ListField(
        child=serializers.UUIDField(), label="填报", max_length=sessions.MOST
    )


class SpeechIn(Input):
    """What a member says."""

    text = serializers.CharField(label="我的意见", max_length=1000)


class AgreementIn(Input):
    """What the meeting agreed; items and day belong to a return."""

    decision = serializers.ChoiceField(
        label="会审结论", choices=[choice for choice in Review.Decision.choices if choice[0]]
    )
    text = serializers.CharField(label="共同意见", max_length=1000)
    items = serializers.ListField(
        child=ProblemIn(), label="退回意见", required=False, default=list, max_length=50
    )
    due_on = DayField(label="重报截止", required=False, allow_null=True, default=None)


class SignIn(Input):
    """Which agreement is signed."""

    agreed_at = serializers.DateTimeField(
        label="结论时间", error_messages=dict.fromkeys(("invalid", "date"), NOT_A_MOMENT)
    )


class MemberOut(serializers.ModelSerializer[SessionMember]):
    """Somebody who takes part."""

    name = serializers.CharField(source="user.name")

    class Meta:
        model = SessionMember
        fields = ["name", "part", "label", "left_at", "left_reason"]
        read_only_fields = fields


class SessionOut(serializers.ModelSerializer[JointSession]):
    """A session with its counts."""

    task = serializers.CharField(source="task.title")
    n = serializers.IntegerField()
    n_carried = serializers.IntegerField()

    class Meta:
        model = JointSession
        fields = [
            "public_id",
            "title",
            "task",
            "held_on",
            "place",
            "state",
            "n",
            "n_carried",
            "closed_at",
        ]
        read_only_fields = fields


class SeatOut(serializers.Serializer[Any]):
    """A member's word and signature on one matter."""

    name = serializers.CharField(source="member.user.name")
    part = serializers.CharField(source="member.part")
    text = serializers.CharField(source="voice.text", default="")
    signed_at = serializers.DateTimeField(source="voice.signed_at", default=None)


class MatterOut(serializers.ModelSerializer[SessionMatter]):
    """One filing on the agenda with what was said and agreed."""

    filing = serializers.UUIDField(source="filing.public_id")
    revision = serializers.IntegerField(source="revision.number")
    subject = serializers.SerializerMethodField()
    items = serializers.JSONField()
    seats = serializers.SerializerMethodField()

    class Meta:
        model = SessionMatter
        fields = [
            "public_id",
            "position",
            "filing",
            "revision",
            "subject",
            "decision",
            "text",
            "items",
            "due_on",
            "agreed_at",
            "carried_at",
            "dropped_at",
            "dropped_reason",
            "seats",
        ]
        read_only_fields = fields

    def get_subject(self, matter: SessionMatter) -> str:
        """The project, or the unit itself."""
        return str(matter.filing.assignment.subject or matter.filing.unit)

    def get_seats(self, matter: SessionMatter) -> list[dict[str, Any]]:
        """Every member with what they said and when they signed."""
        return list(SeatOut(selectors.seats(matter), many=True).data)


class SessionWhole(serializers.Serializer[Any]):
    """A session with its members and agenda."""

    session = SessionOut()
    members = MemberOut(many=True)
    matters = MatterOut(many=True)


def _found(request: Request, year: int, public_id: UUID) -> JointSession:
    return get_object_or_404(selectors.sessions(caller(request), year), public_id=public_id)


def _shown(request: Request, session: JointSession, status: int = 200) -> Response:
    """The session as it stands now."""
    found = _found(request, session.fiscal_year, session.public_id)
    matters = selectors.matters(caller(request)).filter(session=found).order_by("position")
    members = found.members.select_related("user")
    told = {"session": found, "members": members, "matters": matters}
    return Response(SessionWhole(told).data, status=status)


class Newest(KeyPages):
    """The newest first."""

    descending = True


@extend_schema_view(get=extend_schema(operation_id="sessions_list", summary="年度会审清单"))
class Sessions(ListAPIView[JointSession]):
    """年度会审，新的在前。"""

    serializer_class = SessionOut
    pagination_class = Newest
    queryset = JointSession.objects.none()

    def get_queryset(self) -> QuerySet[JointSession]:
        """The sessions that exist for the caller."""
        return selectors.sessions(caller(self.request), self.kwargs["year"])

    @extend_schema(
        operation_id="sessions_open",
        summary="召集会审",
        request=SessionIn,
        responses={201: SessionWhole},
    )
    def post(self, request: Request, year: int) -> Response:
        """The session, with its convener as the first who signs."""
        told, actor = read(SessionIn, request), caller(request)
        if not selectors.may_convene_somewhere(actor):
            raise PermissionDenied(sessions.NOT_YOURS)
        tasks = selectors.tasks_to_convene(actor, year)
        told["task"] = get_object_or_404(tasks, public_id=told["task"])
        return _shown(request, sessions.open_session(actor=actor, **told), status=201)


class Session(APIView):
    """一次会审：参加人、议程、结论。"""

    @extend_schema(operation_id="sessions_read", summary="一次会审", responses=SessionWhole)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The session with its members and agenda."""
        return _shown(request, _found(request, year, public_id))


class Members(APIView):
    """请人参加会审。"""

    @extend_schema(operation_id="sessions_member", request=MemberIn, responses=SessionWhole)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The session with one member more."""
        session, told = _found(request, year, public_id), read(MemberIn, request)
        offered = {person.public_id: person for person in selectors.may_take_part(session)}
        if told["user"] not in offered:
            raise RuleError("参加人不在名单里。", code="sessions.member")
        told["user"] = offered[told["user"]]
        sessions.add_member(session=session, actor=caller(request), **told)
        return _shown(request, session)


class Leave(APIView):
    """请人退出会审。"""

    @extend_schema(operation_id="sessions_leave", request=LeaveIn, responses=SessionWhole)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The session with one member less."""
        session, told = _found(request, year, public_id), read(LeaveIn, request)
        member = session.members.filter(user__public_id=told["user"]).first()
        if member is None:
            raise RuleError("没有参加这次会审。", code="sessions.member")
        told["user"] = member.user
        leaving.take_out(session=session, actor=caller(request), **told)
        return _shown(request, session)


class Agenda(APIView):
    """列入议程。"""

    @extend_schema(operation_id="sessions_agenda", request=AgendaIn, responses=SessionWhole)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The session with the filings that could come up."""
        session, told = _found(request, year, public_id), read(AgendaIn, request)
        rows = selectors.may_come_up(session, caller(request))
        chosen = rows.filter(public_id__in=told["filings"])
        sessions.put_on_agenda(session=session, filings=chosen, actor=caller(request))
        return _shown(request, session)


class CloseSession(APIView):
    """结束会审。"""

    @extend_schema(operation_id="sessions_close", request=None, responses=SessionWhole)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The session, over."""
        session = _found(request, year, public_id)
        return _shown(request, sessions.close_session(session=session, actor=caller(request)))


# --- one matter -------------------------------------------------------------------------------
def _matter(request: Request, year: int, public_id: UUID) -> SessionMatter:
    rows = selectors.matters(caller(request)).filter(session__fiscal_year=year)
    return get_object_or_404(rows, public_id=public_id)


def _again(request: Request, matter: SessionMatter) -> Response:
    found = _matter(request, matter.session.fiscal_year, matter.public_id)
    return Response(MatterOut(found).data)


class Matter(APIView):
    """议程上的一件。"""

    @extend_schema(operation_id="matters_read", responses=MatterOut)
    def get(self, request: Request, year: int, public_id: UUID) -> Response:
        """The matter with what was said and agreed."""
        return Response(MatterOut(_matter(request, year, public_id)).data)


class Drop(APIView):
    """移出议程。"""

    @extend_schema(operation_id="matters_drop", request=DropIn, responses=MatterOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The matter, off the agenda."""
        matter, told = _matter(request, year, public_id), read(DropIn, request)
        leaving.take_off(matter=matter, actor=caller(request), **told)
        return _again(request, matter)


class Speak(APIView):
    """记下本人的会审意见。"""

    @extend_schema(operation_id="matters_speak", request=SpeechIn, responses=MatterOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The matter with the caller's word."""
        matter, told = _matter(request, year, public_id), read(SpeechIn, request)
        sessions.speak(matter=matter, actor=caller(request), **told)
        return _again(request, matter)


class Agree(APIView):
    """记录会审结论，已有的会签作废。"""

    @extend_schema(operation_id="matters_agree", request=AgreementIn, responses=MatterOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The matter with what was agreed."""
        matter, told = _matter(request, year, public_id), read(AgreementIn, request)
        told["items"] = [Wanted(**one) for one in told["items"]]
        sessions.agree(matter=matter, actor=caller(request), agreed=Agreed(**told))
        return _again(request, matter)


class Sign(APIView):
    """会签。"""

    @extend_schema(operation_id="matters_sign", request=SignIn, responses=MatterOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The matter with the caller's signature; refused once something else was agreed."""
        matter, told = _matter(request, year, public_id), read(SignIn, request)
        sessions.sign(matter=matter, actor=caller(request), **told)
        return _again(request, matter)


class Carry(APIView):
    """按会审结论办理。"""

    @extend_schema(operation_id="matters_carry", request=None, responses=MatterOut)
    def post(self, request: Request, year: int, public_id: UUID) -> Response:
        """The matter, done through the engine by whoever has the desk."""
        matter = _matter(request, year, public_id)
        sessions.carry_out(matter=matter, actor=caller(request))
        return _again(request, matter)
