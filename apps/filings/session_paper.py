"""The minutes of a joint review on paper: who took part, said, agreed and signed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from apps.core import pdf
from apps.filings.models import JointSession
from apps.filings.selectors import sessions as selectors
from apps.filings.services import sessions
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.organizations.models import User

KIND = "filings.session_paper"


@transaction.atomic
def start_minutes(*, session: JointSession, actor: User) -> Job:
    """A job prints the minutes. Raises PermissionDenied when the session is not seen."""
    if not JointSession.objects.visible_to(actor).filter(pk=session.pk).exists():
        raise PermissionDenied
    sessions.note(session, actor, "export_session", n_rows=session.matters.count())
    return jobs.leave(
        kind=KIND,
        title=f"生成PDF：{session.title}　会审纪要",
        owner=actor,
        params={"session": str(session.public_id)},
    )


def run_minutes(job: Job) -> dict[str, Any]:
    """The minutes as PDF on the job; the owner's right is asked again (TRUST B12)."""
    rows = JointSession.objects.visible_to(job.owner).select_related("task", "jurisdiction")
    session = rows.filter(public_id=UUID(job.params["session"])).first()
    if session is None:
        raise PermissionDenied("没有做：提交人现在看不到这次会审。")
    jobs.progress(job=job, n_done=0, n_total=1, message="正在排版")
    job.file = jobs.keep_file(
        content=minutes(session, job.owner),
        name=f"{session.title} 会审纪要.pdf",
        content_type="application/pdf",
        owner=job.owner,
    )
    jobs.progress(job=job, n_done=1, n_total=1)
    page = reverse("filings:session", args=[session.fiscal_year, session.public_id])
    return {"message": "会审纪要已生成PDF。", "url": page}


def minutes(session: JointSession, user: User) -> bytes:
    """The minutes as PDF. Raises RuleError when it takes too long."""
    rows = selectors.matters(user).filter(session=session).order_by("position")
    context = {
        "session": session,
        "members": session.members.select_related("user"),
        "matters": [(matter, selectors.seats(matter)) for matter in rows],
        "receipt": f"{session.jurisdiction}　{session.title}",
    }
    return pdf.render("print/filings/session.html", context, title=f"{session.title} 会审纪要")
