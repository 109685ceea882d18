"""What an administrator may do beside the rules, each with reason and trail."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from apps.core import clock
from apps.filings import permissions, selectors
from apps.filings.models import DESK_STATES, OPEN_STATES, Filing, Reopening, Revision, Waiver
from apps.filings.services import desks, moves, writing
from apps.filings.stages import hooks_for
from apps.organizations.models import User
from apps.rules import waiving
from apps.rules.errors import RuleError
from apps.rules.findings import Finding
from apps.workplans import contents
from apps.workplans import services as plans
from apps.workplans.services import renewing

MAY_CANCEL = "只有计划管理员可以取消填报；本单位自己申请、还在起草的，填报员也可以。"


def _reason(text: str) -> str:
    """The reason without blanks. Raises RuleError when it is empty."""
    if not text.strip():
        raise RuleError("理由未填。理由会留档，并显示给单位和审核科室。", code="filings.reason")
    return text.strip()


@transaction.atomic
def reopen(*, filing: Filing, actor: User, reason: str, until: date, asked: str = "") -> Reopening:
    """Open a closed filing until the end of a day; what was approved stays in force meanwhile.

    `asked`: what the unit shall change, for its notice.
    Raises PermissionDenied, or RuleError for a wrong state, no reason or a past date.
    """
    if not permissions.may_reopen(actor, filing):
        raise PermissionDenied("只有计划管理员可以重新开放。")
    filing = moves.locked(filing)
    demand_reopenable(filing, until)
    last = moves.current(filing)
    if not last.is_open:  # an earlier reopening that lapsed left its draft: go on with it
        source = filing.approved_revision  # not a change of it that was turned down
        writing.open_next(filing, actor, Revision.Origin.REOPENING, last, source)
    reopening = Reopening.objects.create(
        filing=filing,
        reason=_reason(reason),
        opened_by=actor,
        opened_at=clock.now(),
        expires_at=clock.end_of(until),
    )
    renewing.reopen_due(assignment=filing.assignment, due_at=reopening.expires_at)
    moves.move(filing, "reopen", closed_at=None, **desks.NOWHERE)
    moves.note(filing, actor, "reopen", reason=reopening.reason, until=str(until))
    desks.tell_unit(
        filing,
        actor,
        "filings.reopened",
        f"重新开放：{moves.label(filing)}",
        f"{reopening.reason}{asked}",
        again=f":{reopening.pk}",
    )
    return reopening


def demand_reopenable(filing: Filing, until: date) -> None:
    """Refuse to open what is not closed, or for a time that is over. Raises RuleError."""
    moves.demand(filing, "reopen")
    hooks_for(filing.kind).demand_reopenable(filing)
    if until < clock.today():
        raise RuleError(f"到期日写的是{until:%Y-%m-%d}，不能早于今天。", code="filings.due_past")


def lapse_reopenings(*, actor: User | None = None) -> int:
    """Close again what was reopened and not filed in time. Beat runs this; twice is harmless.

    Each filing is its own transaction: none waits for another while it holds its unit's trail. A
    submission that arrived in time may still be on its way for as long as its arrival is believed.
    """
    before = clock.now() - timedelta(seconds=settings.TRUST_REQUEST_START)
    stale = Filing.objects.filter(
        Q(approved_revision__isnull=False) | Q(pk__in=Reopening.objects.values("filing")),
        state__in=OPEN_STATES,
        assignment__due_at__lte=before,
    )
    return sum(
        _lapse(pk, before, actor) for pk in stale.order_by("pk").values_list("pk", flat=True)
    )


@transaction.atomic
def _lapse(pk: int, before: datetime, actor: User | None) -> bool:
    """Whether the filing was still open past its day, and is again what it was."""
    filing = moves.locked(Filing(pk=pk))
    due_at = renewing.locked(filing.assignment).due_at
    if filing.state not in OPEN_STATES or due_at is None or due_at > before:
        return False
    last = str(clock.last_day(due_at))
    _go_back(filing, actor, said="到期未重报", again=last, until=last)
    return True


@transaction.atomic
def end_reopening(*, filing: Filing, actor: User, reason: str) -> Filing:
    """Close a reopened filing before its day: it is again what it was, its draft waits unseen.

    Raises PermissionDenied, or RuleError for a filing that is not open, was never reopened, or no
    reason.
    """
    if not permissions.may_reopen(actor, filing):
        raise PermissionDenied("只有计划管理员可以结束开放。")
    filing = moves.locked(filing)
    demand_reopened(filing)
    reason = _reason(reason)
    _go_back(filing, actor, said="提前结束开放", again=str(clock.now()), reason=reason)
    return filing


def demand_reopened(filing: Filing) -> None:
    """Refuse to end what is not a reopening under way. Raises RuleError."""
    moves.demand(filing, _way_back(filing))
    if not filing.reopenings.exists():
        raise RuleError(
            "这件没有重新开放过，不用结束。不再报的请取消填报。", code="filings.not_reopened"
        )


def _way_back(filing: Filing) -> str:
    return "lapse" if filing.approved_revision_id else "lapse_rejected"


def _go_back(filing: Filing, actor: User | None, *, said: str, again: str, **noted: str) -> None:
    """The filing is what it was before it was reopened; the unit is told."""
    verb = _way_back(filing)
    moves.move(filing, verb, closed_at=clock.now())
    moves.note(filing, actor, verb, **noted)
    was = "原定稿的版次继续有效。" if filing.approved_revision_id else "仍按不通过处理。"
    why = f"理由：{noted['reason']}。" if "reason" in noted else ""
    desks.tell_unit(
        filing,
        actor,
        "filings.lapsed",
        f"{said}，{moves.VERBS[verb]}：{moves.label(filing)}",
        f"{was}没改完的留着，再次开放时接着改。{why}",
        again=f":{again}",
    )


@transaction.atomic
def waive(*, filing: Filing, actor: User, code: str, reason: str, path: str = "") -> Waiver:
    """Let one check of one filing pass with a reason; it stays visible, a 阻断 as 提示.

    While the unit writes, the check must speak now; on a desk, at the submission. Twice is
    harmless. Raises PermissionDenied, or RuleError for a check that does not speak or that no form
    can do without, or no reason.
    """
    if not permissions.may_waive(actor, filing):
        raise PermissionDenied("只有计划管理员和正在审核的财政科室可以豁免检查。")
    filing = moves.locked(filing)
    earlier = filing.waivers.filter(code=code, path=path).first()
    if earlier is not None:
        return earlier
    waiving.demand_waivable(code)
    if not any(_is_meant(finding, code, path) for finding in waivable(filing)):
        raise RuleError("这份表现在没有这一项可以豁免的检查意见。", code="filings.waiver")
    waiver = Waiver.objects.create(
        filing=filing,
        code=code,
        path=path,
        reason=_reason(reason),
        granted_by=actor,
        granted_at=clock.now(),
    )
    moves.note(filing, actor, "waive", code=code, path=path, reason=waiver.reason)
    return waiver


def waivable(filing: Filing) -> list[Finding]:
    """What the checks say that can be waived: of what the unit writes, or of what lies on a desk.

    Raises RuleError for a filing that is neither.
    """
    if filing.state in DESK_STATES:
        found = selectors.stored_findings(moves.current(filing))
    else:
        moves.demand(filing, "submit")
        found = writing.findings_of(revision=moves.current(filing))
    return [each for each in found if waiving.may_be_waived(each.code)]


def _is_meant(finding: Finding, code: str, path: str) -> bool:
    return finding.code == code and path in ("", finding.path)


def demand_cancellable(filing: Filing) -> None:
    """Refuse to strike out what is closed or in force. Raises RuleError."""
    moves.demand(filing, "cancel")
    if filing.approved_revision is not None:
        raise RuleError(
            f"{filing.approved_revision}已定稿，仍然有效，不能取消。重新开放的，可以结束开放，恢复定稿。",
            code="filings.in_force",
        )


@transaction.atomic
def cancel(*, filing: Filing, actor: User, reason: str) -> Filing:
    """Strike a filing out, so that its assignment can be answered anew; of what the unit asked for
    itself the assignment is void, and it asks again.

    Raises PermissionDenied, or RuleError for a wrong state, no reason, or while a revision of it is
    in force, also when it was reopened.
    """
    filing = moves.locked(filing)  # a draft that is sent meanwhile is no longer the filer's
    if not permissions.may_cancel(actor, filing):
        raise PermissionDenied(MAY_CANCEL)
    demand_cancellable(filing)
    at_desk = desks.desk_people(filing)
    strike_out(filing, actor, reason)
    if contents.is_requested(filing.kind):
        plans.void_request(assignment=filing.assignment, reason=reason, actor=actor)
    desks.tell_unit(filing, actor, "filings.cancelled", f"已取消：{moves.label(filing)}", reason)
    desks.tell_gone(filing, actor, at_desk, "cancelled", reason)
    return filing


def strike_out(filing: Filing, actor: User, reason: str) -> None:
    """The locked filing is cancelled; the caller tells whom it concerns."""
    moves.move(filing, "cancel", closed_at=clock.now(), **desks.NOWHERE)
    moves.note(filing, actor, "cancel", reason=_reason(reason))
    hooks_for(filing.kind).on_dropped(filing, actor)
