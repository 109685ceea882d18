"""Joint reviews: convened, spoken, agreed, signed by each, carried out by whoever has the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from apps.audit import services as audit
from apps.core import clock
from apps.filings import permissions
from apps.filings.models import (
    DESK_STATES,
    Filing,
    JointSession,
    Review,
    SessionMatter,
    SessionMember,
    SessionVoice,
)
from apps.filings.selectors import sessions as selectors
from apps.filings.services import moves, reviewing
from apps.filings.services.reviewing import Wanted
from apps.notifications import services as notifications
from apps.organizations import selectors as people
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans.models import PlanTask

NOT_YOURS = "会审由绩效科审核员或计划管理员召集。"
MOST = 200  # filings on one agenda
Part = SessionMember.Part
Decision = Review.Decision


@dataclass(frozen=True)
class Agreed:
    """What the meeting agrees about one filing; items and day belong to a return."""

    decision: str
    text: str
    items: Sequence[Wanted] = ()
    due_on: date | None = None


# --- the meeting ------------------------------------------------------------------------------
@transaction.atomic
def open_session(
    *, task: PlanTask, title: str, held_on: date, place: str, actor: User
) -> JointSession:
    """A joint review of the task's filings is convened; who convenes takes part and signs.

    Raises PermissionDenied, or RuleError without a title.
    """
    if not permissions.may_convene(actor, task.plan.jurisdiction_id):
        raise PermissionDenied(NOT_YOURS)
    if not title.strip():
        raise RuleError("会审名称：未填。例如年初绩效目标会审。", code="sessions.title")
    session = JointSession.objects.create(
        task=task,
        jurisdiction_id=task.plan.jurisdiction_id,
        fiscal_year=task.plan.fiscal_year,
        title=title.strip(),
        held_on=held_on,
        place=place.strip(),
        opened_by=actor,
        opened_at=clock.now(),
    )
    _seat(session, actor, Part.SIGN)
    note(session, actor, "open_session", task=task.title, held_on=str(held_on))
    return session


@transaction.atomic
def add_member(*, session: JointSession, user: User, part: str, actor: User) -> SessionMember:
    """Somebody takes part; third parties and experts only as guides, who do not sign (Y-10).

    Raises PermissionDenied, or RuleError for a stranger, a third party that would sign, somebody
    who takes part already, or a session that is over.
    """
    session = run_by(session, actor)
    if user not in selectors.may_take_part(session):
        raise RuleError(f"{user}不在本局，也不是本级的专家或第三方。", code="sessions.member")
    if part != Part.GUIDE and user in selectors.guides_only(session):
        raise RuleError(f"{user}是第三方，只能指导，不能会签。", code="sessions.guide")
    if session.members.filter(user=user, left_at=None).exists():
        raise RuleError(f"{user}已经参加。", code="sessions.member")
    member = _seat(session, user, Part(part))
    note(session, actor, "add_member", subject=user.name, kind=member.get_part_display())
    notifications.notify(
        recipients=[user] if user.pk != actor.pk else [],
        kind="filings.desk_session",
        key=f"{session.public_id}",
        title=f"请参加会审（{member.get_part_display()}）：{session}",
        body=f"{session.held_on:%Y-%m-%d}　{session.place}",
        url=f"/{session.fiscal_year}/sessions/{session.public_id}/",
    )
    return member


def _seat(session: JointSession, user: User, part: Part) -> SessionMember:
    label = people.office_label(user)
    told = {"part": part, "label": label, "left_at": None, "left_reason": ""}
    member, _ = SessionMember.objects.update_or_create(session=session, user=user, defaults=told)
    return member


@transaction.atomic
def put_on_agenda(*, session: JointSession, filings: Iterable[Filing], actor: User) -> int:
    """The filings are on the agenda, each once; returns how many were put there.

    Raises PermissionDenied, or RuleError for none, too many, or a filing of another task or on no
    desk.
    """
    session = run_by(session, actor)
    known = set(session.matters.filter(dropped_at=None).values_list("filing", flat=True))
    chosen = [filing for filing in filings if filing.pk not in known]
    if not chosen:
        raise RuleError("没有选中一件，或都已列入。先勾选要会审的。", code="sessions.none")
    if len(known) + len(chosen) > MOST:
        raise RuleError(f"一次会审最多{MOST}件，请分几次。", code="sessions.size")
    last = session.matters.aggregate(last=Max("position"))["last"] or 0
    for position, filing in enumerate(chosen, last + 1):
        if filing.assignment.task_id != session.task_id or filing.state not in DESK_STATES:
            raise RuleError(f"{moves.label(filing)}：不在审核中，不能会审。", code="sessions.state")
        _come_up(session, filing, position)
    note(session, actor, "put_on_agenda", n_rows=len(chosen))
    return len(chosen)


def _come_up(session: JointSession, filing: Filing, position: int) -> None:
    """A new matter; one that was taken off comes back undecided, with what was said of it."""
    told = {
        "revision": moves.current(filing),
        "position": position,
        "decision": "",
        "text": "",
        "items": [],
        "due_on": None,
        "agreed_at": None,
        "dropped_at": None,
        "dropped_reason": "",
    }
    matter, _ = SessionMatter.objects.update_or_create(
        session=session, filing=filing, defaults=told
    )
    matter.voices.update(signed_at=None)


@transaction.atomic
def close_session(*, session: JointSession, actor: User) -> JointSession:
    """The session is over. Raises PermissionDenied, or RuleError while agreed matters wait.

    What left the desk another way, or came back in a new revision, waits for nobody.
    """
    session = run_by(session, actor)
    waiting = selectors.to_carry_out(session).count()
    if waiting:
        raise RuleError(f"还有{waiting}件已有结论、没有办理，不能结束。", code="sessions.waiting")
    session.state = JointSession.State.CLOSED
    session.closed_by, session.closed_at = actor, clock.now()
    session.save(update_fields=["state", "closed_by", "closed_at"])
    note(session, actor, "close_session", n_rows=session.matters.count())
    return session


# --- one matter -------------------------------------------------------------------------------
@transaction.atomic
def speak(*, matter: SessionMatter, actor: User, text: str) -> SessionVoice:
    """What a member says about the filing; said again it replaces what was said.

    Raises PermissionDenied for who takes no part, or RuleError without words or once it was
    carried out.
    """
    matter, member = _at_table(matter, actor)
    if not text.strip():
        raise RuleError("意见未写内容。", code="sessions.text")
    voice, _ = SessionVoice.objects.get_or_create(matter=matter, member=member)
    voice.text, voice.said_at = text.strip(), clock.now()
    voice.save(update_fields=["text", "said_at"])
    note_matter(matter, actor, "speak", text=voice.text)
    return voice


@transaction.atomic
def agree(*, matter: SessionMatter, actor: User, agreed: Agreed) -> SessionMatter:
    """What the meeting agreed stands for all to sign; signatures under anything else are void.

    Raises PermissionDenied, or RuleError for no decision, no words, a return without items or day.
    """
    if not permissions.may_convene(actor, matter.session.jurisdiction_id):
        raise PermissionDenied("会审结论由召集的科室记录。")
    matter = open_matter(matter)
    matter.items = _items(matter, agreed)
    matter.decision, matter.text = agreed.decision, agreed.text.strip()
    matter.due_on = agreed.due_on if agreed.decision == Decision.RETURN else None
    matter.agreed_at = clock.now()
    matter.save(update_fields=["items", "decision", "text", "due_on", "agreed_at"])
    matter.voices.update(signed_at=None)
    note_matter(matter, actor, "agree", decision=matter.get_decision_display(), text=matter.text)
    return matter


def _items(matter: SessionMatter, agreed: Agreed) -> list[dict[str, str]]:
    """The return items with their places in words. Raises RuleError for what does not fit."""
    if agreed.decision not in (Decision.PASS, Decision.RETURN, Decision.REJECT):
        raise RuleError("会审结论：未选。选通过、退回或不通过。", code="sessions.decision")
    if not agreed.text.strip():
        raise RuleError("会审意见：未填。写明共同意见。", code="sessions.text")
    if agreed.decision != Decision.RETURN:
        return []
    if not agreed.items or agreed.due_on is None:
        raise RuleError("退回要写至少一条意见和重报截止。", code="sessions.items")
    if agreed.due_on < clock.today():
        raise RuleError("重报截止不能早于今天。", code="sessions.due")
    return [
        {
            "path": one.path,
            "place": reviewing.hooks_place(matter.revision, one.path),
            "message": one.message.strip()[:500],
        }
        for one in agreed.items
    ]


@transaction.atomic
def sign(*, matter: SessionMatter, actor: User, agreed_at: datetime | None) -> SessionVoice:
    """A member confirms what was agreed at `agreed_at`, under the own log-in. Twice is harmless.

    Raises PermissionDenied for a guide or who takes no part, or RuleError before it is agreed or
    when something else was agreed since.
    """
    matter, member = _at_table(matter, actor)
    if member.part != Part.SIGN:
        raise PermissionDenied("指导人员不会签。")
    if not matter.decision:
        raise RuleError("还没有会审结论，不能会签。", code="sessions.unagreed")
    if matter.agreed_at != agreed_at:
        raise RuleError("会审结论已重新记录。先看现在的结论，再会签。", code="sessions.stale")
    voice, _ = SessionVoice.objects.get_or_create(matter=matter, member=member)
    if voice.signed_at is None:
        voice.signed_at = clock.now()
        voice.save(update_fields=["signed_at"])
        note_matter(matter, actor, "sign", decision=matter.get_decision_display())
    return voice


@transaction.atomic
def carry_out(*, matter: SessionMatter, actor: User) -> SessionMatter:
    """What was agreed and signed by all is done by whoever has the desk, through the engine.

    The score sheet's marks are those that were saved at the desk. Raises PermissionDenied without
    the desk, or RuleError while signatures are missing, or as the engine does.
    """
    if not permissions.may_review(actor, matter.filing):
        raise PermissionDenied("由这一件现在的办理人按会审结论办理。")
    matter = open_matter(matter)
    missing = selectors.unsigned(matter)
    if not matter.decision or missing:
        names = "、".join(member.user.name for member in missing)
        raise RuleError(f"会签没有完成，还缺：{names or '会审结论'}。", code="sessions.unsigned")
    matter.carried_at, matter.carried_by = clock.now(), actor
    matter.save(update_fields=["carried_at", "carried_by"])
    # the region's chain before the unit's: their names are the order of their locks
    note_matter(matter, actor, "carry_out", decision=matter.get_decision_display())
    _done(matter, actor)
    return matter


def _done(matter: SessionMatter, actor: User) -> None:
    told: dict[str, Any] = {
        "filing": matter.filing,
        "actor": actor,
        "opinion": f"会审：{matter.text}",
        "seen": matter.revision.number,
    }
    if matter.decision == Decision.PASS:
        reviewing.pass_on(**told)
    elif matter.decision == Decision.REJECT:
        reviewing.reject(**told)
    elif matter.due_on is not None:
        wanted = [Wanted(one["path"], one["message"]) for one in matter.items]
        reviewing.send_back(**told, items=wanted, due_on=matter.due_on)


# --- parts ------------------------------------------------------------------------------------
def run_by(session: JointSession, actor: User) -> JointSession:
    """The locked open session of somebody who may run it."""
    if not permissions.may_convene(actor, session.jurisdiction_id):
        raise PermissionDenied(NOT_YOURS)
    return _locked(session)


def _locked(session: JointSession) -> JointSession:
    """The open session, locked. Raises RuleError when it is over."""
    rows = JointSession.objects.select_for_update(of=("self",)).select_related("jurisdiction")
    found = rows.get(pk=session.pk)
    if found.state != JointSession.State.OPEN:
        raise RuleError("这次会审已结束，不再办理。", code="sessions.closed")
    return found


def open_matter(matter: SessionMatter) -> SessionMatter:
    """The matter behind its session's lock. Raises RuleError once it was carried out."""
    session = _locked(matter.session)
    found = session.matters.select_related("revision", "filing").get(pk=matter.pk)
    found.session, found.filing = session, moves.locked(found.filing)
    if found.carried_at is not None:
        raise RuleError("这一件已按会审结论办理，不再改。", code="sessions.carried")
    if found.dropped_at is not None:
        raise RuleError("这一件已移出议程，要再议的先重新列入。", code="sessions.dropped")
    return found


def _at_table(matter: SessionMatter, actor: User) -> tuple[SessionMatter, SessionMember]:
    """The open matter and the actor's own seat. Raises PermissionDenied without one."""
    member = matter.session.members.filter(user=actor, left_at=None).first()
    if member is None or not permissions.may_speak(actor, matter.session):
        raise PermissionDenied("只有参加会审的人可以发表意见和会签。")
    return open_matter(matter), member


def note(session: JointSession, actor: User, action: str, **data: Any) -> None:
    """One line in the trail about this session."""
    audit.record(
        actor=actor,
        action=f"filings.{action}",
        subject=session,
        chain=f"region:{session.jurisdiction.code}",
        data=data,
        label=session.title,
    )


def note_matter(matter: SessionMatter, actor: User, action: str, **data: Any) -> None:
    """One line in the trail of the session about one of its filings."""
    note(matter.session, actor, action, subject=moves.label(matter.filing), **data)
