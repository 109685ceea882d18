"""Joint reviews: which exist, who may take part, what may come on the agenda, who has to sign."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from apps.filings.models import (
    DESK_STATES,
    Filing,
    JointSession,
    Revision,
    SessionMatter,
    SessionMember,
    SessionVoice,
)
from apps.filings.standing import GUIDES, SCORERS
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.workplans.models import PlanTask


@dataclass(frozen=True)
class Seat:
    """A member with what they said about a matter and whether they signed."""

    member: SessionMember
    voice: SessionVoice | None


def sessions(user: User, year: int) -> QuerySet[JointSession]:
    """The year's sessions that exist for the person, the newest first, each with its counts."""
    rows = JointSession.objects.visible_to(user).filter(fiscal_year=year)
    carried = Q(matters__carried_at__isnull=False)
    return (
        rows.select_related("task__plan", "jurisdiction", "opened_by")
        .annotate(
            n=Count("matters", distinct=True),
            n_carried=Count("matters", filter=carried, distinct=True),
        )
        .order_by("-id")
    )


def matters(user: User) -> QuerySet[SessionMatter]:
    """Matters of the sessions that exist for the person, with what their pages show."""
    rows = SessionMatter.objects.filter(session__in=JointSession.objects.visible_to(user))
    voices = SessionVoice.objects.select_related("member__user")
    return rows.select_related(
        "session__task__plan",
        "session__jurisdiction",
        "filing__assignment__project",
        "filing__assignment__transfer",
        "filing__assignment__task",
        "filing__unit",
        "filing__step",
        "revision",
        "carried_by",
    ).prefetch_related(Prefetch("voices", voices))


def tasks_to_convene(user: User, year: int) -> QuerySet[PlanTask]:
    """Tasks of the year's plans about which the person may convene a session."""
    places = people.jurisdictions_of(user, Role.PERFORMANCE_REVIEWER, Role.PLAN_ADMIN)
    rows = PlanTask.objects.visible_to(user).filter(
        plan__jurisdiction__in=places, plan__fiscal_year=year, plan__amends=None
    )
    return rows.exclude(plan__state="draft").select_related("plan__jurisdiction")


def may_convene_somewhere(user: User) -> bool:
    """Whether the person convenes sessions in any jurisdiction."""
    return people.has_role(user, Role.PERFORMANCE_REVIEWER, Role.PLAN_ADMIN)


def may_take_part(session: JointSession) -> list[User]:
    """The bureau's people, and the experts and agencies known in the jurisdiction, by name."""
    found = people.people_in(session.jurisdiction, *SCORERS, *GUIDES)
    return sorted(found, key=lambda person: (person.name, person.pk))


def guides_only(session: JointSession) -> list[User]:
    """Who may only guide: a third party that holds no office of the bureau (Y-10)."""
    bureau = {person.pk for person in people.people_in(session.jurisdiction, *SCORERS)}
    found = people.people_in(session.jurisdiction, *GUIDES)
    return [person for person in found if person.pk not in bureau]


def may_come_up(session: JointSession, user: User) -> QuerySet[Filing]:
    """Filings of the task that lie on a desk and are not on the agenda, the most urgent first."""
    rows = Filing.objects.visible_to(user).on_a_desk().filter(assignment__task=session.task_id)
    rows = rows.exclude(pk__in=session.matters.filter(dropped_at=None).values("filing"))
    return rows.select_related(
        "assignment__task", "assignment__project", "assignment__transfer", "unit", "step"
    ).order_by("desk_due_at", "id")


def to_carry_out(session: JointSession) -> QuerySet[SessionMatter]:
    """Agreed matters not carried out whose filing still lies on a desk in that revision."""
    newest = Revision.objects.filter(filing=OuterRef("filing")).order_by("-number").values("pk")
    rows = session.matters.exclude(decision="").filter(carried_at=None, dropped_at=None)
    return rows.filter(filing__state__in=DESK_STATES, revision=Subquery(newest[:1]))


def seats(matter: SessionMatter) -> list[Seat]:
    """Every member in their order with what they said; of who left only those that spoke."""
    voices = {voice.member_id: voice for voice in matter.voices.all()}
    members = matter.session.members.select_related("user")
    return [
        Seat(member, voices.get(member.pk))
        for member in members
        if member.left_at is None or member.pk in voices
    ]


def unsigned(matter: SessionMatter) -> list[SessionMember]:
    """Members who have to sign and have not."""
    signed = matter.voices.filter(signed_at__isnull=False).values("member")
    rows = matter.session.members.filter(part=SessionMember.Part.SIGN, left_at=None)
    return list(rows.exclude(pk__in=signed).select_related("user"))
