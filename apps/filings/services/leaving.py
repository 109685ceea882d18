"""Who leaves a joint review before it is over, and what is taken off its agenda (Y-10)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.filings import permissions
from apps.filings.models import JointSession, SessionMatter, SessionMember
from apps.filings.selectors import sessions as selectors
from apps.filings.services.sessions import NOT_YOURS, note, note_matter, open_matter, run_by
from apps.organizations.models import User
from apps.rules.errors import RuleError


@transaction.atomic
def take_out(*, session: JointSession, user: User, actor: User, reason: str = "") -> SessionMember:
    """The person takes part no longer and has nothing to sign; what they said stays.

    Raises PermissionDenied, or RuleError for who takes no part, the last who signs, or without a
    reason for who has spoken or signed, or while a conclusion waits for signatures.
    """
    session = run_by(session, actor)
    member = session.members.filter(user=user, left_at=None).first()
    if member is None:
        raise RuleError(f"{user}没有参加这次会审。", code="sessions.member")
    staying = session.members.filter(left_at=None, part=SessionMember.Part.SIGN)
    if member.part == SessionMember.Part.SIGN and staying.count() == 1:
        raise RuleError("会签的只剩这一人，先请别人参加会签。", code="sessions.last")
    counts = member.voices.exists() or selectors.to_carry_out(session).exists()
    if counts and not reason.strip():
        raise RuleError(
            f"{user}已发表意见或会签，或有结论在等会签，请他退出要写理由。", code="sessions.reason"
        )
    member.left_at, member.left_reason = clock.now(), reason.strip()
    member.save(update_fields=["left_at", "left_reason"])
    note(session, actor, "take_out", subject=user.name, reason=member.left_reason)
    return member


@transaction.atomic
def take_off(*, matter: SessionMatter, actor: User, reason: str = "") -> SessionMatter:
    """The filing is off the agenda and goes on at its desk; what was said of it stays.

    Raises PermissionDenied, or RuleError once it was carried out or taken off, or without a reason
    where somebody spoke or something was agreed.
    """
    if not permissions.may_convene(actor, matter.session.jurisdiction_id):
        raise PermissionDenied(NOT_YOURS)
    matter = open_matter(matter)
    if (matter.decision or matter.voices.exists()) and not reason.strip():
        raise RuleError("已有意见或结论，移出议程要写理由。", code="sessions.reason")
    matter.dropped_at, matter.dropped_reason = clock.now(), reason.strip()
    matter.save(update_fields=["dropped_at", "dropped_reason"])
    note_matter(matter, actor, "take_off", reason=matter.dropped_reason)
    return matter
