"""A joint review of each county with one filing of every unit on its agenda."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from apps.filings.services import sessions
from apps.filings.services.sessions import Agreed

if TYPE_CHECKING:
    from tests.access.county import County


def add_sessions(county: County) -> None:
    """A session belongs to a county; what is on its agenda belongs to a unit."""
    for key, near in (("own", ("own", "child", "sibling")), ("foreign", ("foreign",))):
        tenant = county.tenants[key]
        actor = tenant.actor("performance_reviewer")
        session = sessions.open_session(
            task=tenant.objects["task"],
            title="目标会审",
            held_on=date(2024, 4, 8),
            place="会议室",
            actor=actor,
        )
        sent = [county.tenants[name].objects["sent"] for name in near]
        sessions.put_on_agenda(session=session, filings=sent, actor=actor)
        tenant.objects["session"] = session
        for name in near:
            other = county.tenants[name].objects
            other["matter"] = session.matters.get(filing=other["sent"])
            agreed = Agreed("pass", "同意")
            other["matter"] = sessions.agree(matter=other["matter"], actor=actor, agreed=agreed)


def convened(county: County, thing: Any) -> dict[str, Any]:
    """One meeting more about the county's own task."""
    task = county.tenants["own"].objects["task"]
    told = {"task": str(task.public_id), "title": "再会审", "held_on": "2024-04-09"}
    return {**told, "place": "会议室"}


def member_json(county: County, session: Any) -> dict[str, Any]:
    """Somebody of the session's county who signs."""
    is_ours = session.jurisdiction == county.world.county
    person = county.world.people["budget_officer" if is_ours else "foreign_admin"]
    return {"user": str(person.public_id), "part": "sign"}


def leaving(county: County, session: Any) -> dict[str, Any]:
    """Who convened it, who alone signs and so may not leave."""
    return {"user": str(session.opened_by.public_id), "reason": "出差"}


def member(county: County, session: Any) -> dict[str, Any]:
    """The same as the page sends it."""
    return {"act": "member", **member_json(county, session)}


def agenda(county: County, session: Any) -> dict[str, Any]:
    """What lies on the second desk comes up too."""
    is_ours = session.jurisdiction == county.world.county
    filing = county.tenants["own" if is_ours else "foreign"].objects["second"]
    return {"filings": [str(filing.public_id)]}


def signing(county: County, matter: Any) -> dict[str, Any]:
    """The agreement that stands."""
    return {"agreed_at": matter.agreed_at.isoformat()}
