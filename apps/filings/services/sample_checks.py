"""What becomes of drawn filings: dealt to checkers, checked, sent back where they are faulty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.filings import permissions
from apps.filings.models import DESK_STATES, Filing, ReturnItem, SampleDraw, SampleItem
from apps.filings.selectors import sampling as selectors
from apps.filings.selectors import unfit
from apps.filings.services import exceptional, moves, reviewing, sampling
from apps.filings.services.reviewing import Wanted
from apps.jobs import services as jobs
from apps.notifications import services as notifications
from apps.organizations.models import User
from apps.rules.errors import RuleError

Result = SampleItem.Result
Severity = ReturnItem.Severity
DrawState = SampleDraw.State
CHECKED = "filings.sample_checked"  # the event of a result, and of each correction of it


@transaction.atomic
def assign_checkers(*, draw: SampleDraw, actor: User, checkers: Iterable[User]) -> int:
    """Drawn filings without a result are dealt out anew; returns how many nobody chosen may check.

    Nobody checks what they wrote, submitted or reviewed, nor what they may not see; the rest goes
    to whoever has least. Raises PermissionDenied, or RuleError for nobody or a wrong state.
    """
    if not permissions.may_sample(actor, draw.jurisdiction_id):
        raise PermissionDenied(sampling.NOT_YOURS)
    draw = sampling.locked(draw)
    sampling.demand(draw, DrawState.DRAWN)
    known = {person.pk for person in selectors.may_be_checkers(draw)}
    chosen = [person for person in checkers if person.pk in known]
    if not chosen:
        raise RuleError("没有选检查人。从本局审核员里选。", code="sampling.checkers")
    load, n_left = _dealt(draw, chosen)
    sampling.note(draw, actor, "assign_checkers", n_rows=sum(load.values()), n_left=n_left)
    _tell(draw, [person for person in chosen if person != actor], load)
    return n_left


def _dealt(draw: SampleDraw, chosen: Sequence[User]) -> tuple[dict[int, int], int]:
    """The unchecked filings among the chosen; how many each has, and how many are left over."""
    load, n_left = dict.fromkeys((person.pk for person in chosen), 0), 0
    seen = {person.pk: unfit.seen_by(draw, person) for person in chosen}
    rows = draw.items.filter(result__in=(Result.OPEN, Result.EXCUSED))
    for item in rows.select_related("revision"):
        busy = unfit.took_part(item)
        fit = [pk for pk in load if pk not in busy and item.filing_id in seen[pk]]
        if item.result == Result.EXCUSED:
            if not fit:
                continue
            _taken_up(item)
        item.checker_id = min(fit, key=lambda pk: (load[pk], pk), default=None)
        item.assigned_at = clock.now() if item.checker_id else None
        item.save(update_fields=["checker", "assigned_at"])
        if item.checker_id is None:
            n_left += 1
        else:
            load[item.checker_id] += 1
    return load, n_left


def _taken_up(item: SampleItem) -> None:
    """Somebody may check by now what was excused."""
    item.result, item.opinion, item.checked_at = Result.OPEN, "", None
    item.save(update_fields=["result", "opinion", "checked_at"])


def _tell(draw: SampleDraw, people: Iterable[User], load: dict[int, int]) -> None:
    for person in people:
        if not load[person.pk]:
            continue
        notifications.notify(
            recipients=[person],
            kind="filings.desk_sample",
            key=f"{draw.public_id}:{clock.today():%Y%m%d}",
            title=f"抽审待检查{load[person.pk]}件：{draw.title}",
            body=f"{draw.task}，{draw.method_text}。",
            url=f"/{draw.fiscal_year}/samples/",
        )


@transaction.atomic
def record_check(
    *,
    item: SampleItem,
    actor: User,
    result: str,
    opinion: str = "",
    problems: Sequence[Wanted] = (),
) -> SampleItem:
    """What the checker found; it can be corrected until it was sent back or the draw is closed.

    Raises PermissionDenied for anybody else, or RuleError for no result, 不合格 without a problem,
    合格 with one, or a place that the form does not have.
    """
    if not permissions.may_check(actor, item):
        raise PermissionDenied("这一件由指定的检查人检查。")
    item = _locked(item)
    if not permissions.may_check(actor, item):
        raise PermissionDenied("这一件已改由别人检查。")
    sampling.demand(item.draw, DrawState.DRAWN)
    _demand_here(item)
    item.problems = _found(item, result, problems)
    item.result, item.opinion, item.checked_at = result, opinion.strip(), clock.now()
    item.save(update_fields=["problems", "result", "opinion", "checked_at"])
    sampling.note(
        item.draw,
        actor,
        "record_check",
        subject=moves.label(item.filing),
        result=item.get_result_display(),
        n_problems=len(item.problems),
    )
    jobs.leave_event(kind=CHECKED, key=str(uuid4()), payload={"item": item.pk})
    return item


@transaction.atomic
def send_back_faulty(*, item: SampleItem, actor: User, due_on: date) -> SampleItem:
    """A filing found faulty goes back to its unit with the problems as items.

    On a desk it is returned by whoever has the desk; one in force is opened again by the plan
    administrator. Neither goes around the engine's own rights. Raises PermissionDenied, or
    RuleError when it was not found faulty, went back before, is with its unit already, or another
    revision is in force now.
    """
    _demand_returner(item.filing, actor)
    item = _locked(item)
    sampling.demand(item.draw, DrawState.DRAWN)
    if item.result != Result.FAULTY:
        raise RuleError("检查结果不是不合格，不用退回。", code="sampling.not_faulty")
    _demand_here(item)
    _demand_in_force(item)
    item.sent_back_at, item.sent_back_by = clock.now(), actor
    item.save(update_fields=["sent_back_at", "sent_back_by"])
    # the region's chain before the unit's: their names are the order of their locks
    sampling.note(item.draw, actor, "send_back_faulty", subject=moves.label(item.filing))
    _go_back(item, actor, due_on)
    return item


def _go_back(item: SampleItem, actor: User, due_on: date) -> None:
    """The engine's own return on a desk, its reopening of what is in force."""
    wanted = [
        Wanted(one["path"], one["message"], one.get("severity", Severity.MUST))
        for one in item.problems
    ]
    if item.filing.state in DESK_STATES:
        reviewing.send_back(
            filing=item.filing,
            actor=actor,
            items=wanted,
            due_on=due_on,
            opinion=item.opinion,
            seen=item.revision.number,
        )
        return
    filing, revision = item.filing, item.revision
    kept = [reviewing.keep_item(filing, revision, want, sample=item) for want in wanted]
    reason = f"抽审不合格，退回{len(kept)}处，逐条见退回意见。"
    asked = reviewing.itemised(kept)
    exceptional.reopen(filing=filing, actor=actor, reason=reason, until=due_on, asked=asked)


def _demand_returner(filing: Filing, actor: User) -> None:
    """The desk while it lies on one, the plan administrator once it is in force."""
    if filing.state in DESK_STATES and not permissions.may_review(actor, filing):
        raise PermissionDenied(f"这一件在{filing.step}，由办理人退回。")
    if filing.state not in DESK_STATES and not permissions.may_reopen(actor, filing):
        raise PermissionDenied("不在办理处的，由计划管理员重新开放。")


def _demand_here(item: SampleItem) -> None:
    if item.sent_back_at is not None:
        raise RuleError("这一件已退回单位，结果不再改。", code="sampling.sent_back")


def _demand_in_force(item: SampleItem) -> None:
    """What is in force must be what was checked; on a desk the engine asks the same."""
    filing = item.filing
    if filing.state not in DESK_STATES and filing.approved_revision_id != item.revision_id:
        raise RuleError(
            f"检查的是第{item.revision.number}版，现在定稿的不是这一版，不能按这次检查退回。",
            code="sampling.revision",
        )


def _locked(item: SampleItem) -> SampleItem:
    """The drawn filing behind its draw's lock: results and closing wait for each other."""
    draw = sampling.locked(item.draw)
    found = draw.items.select_related("revision").get(pk=item.pk)
    found.filing, found.draw = moves.locked(item.filing), draw
    return found


def _found(item: SampleItem, result: str, problems: Sequence[Wanted]) -> list[dict[str, str]]:
    """The problems with their places in words. Raises RuleError where the result says otherwise."""
    if result not in (Result.GOOD, Result.FAULTY):
        raise RuleError("检查结果：未选。选合格或不合格。", code="sampling.result")
    if (result == Result.FAULTY) != bool(problems):
        raise RuleError(
            "不合格至少写一条问题，合格不写问题；要提醒的写在检查意见里。", code="sampling.problems"
        )
    if any(not one.message.strip() for one in problems):
        raise RuleError("问题未写内容。写明哪里不对、应怎样。", code="sampling.problems")
    return [
        {
            "path": one.path,
            "place": reviewing.hooks_place(item.revision, one.path),
            "message": one.message.strip()[:500],
            "severity": _severity(one),
        }
        for one in problems
    ]


def _severity(one: Wanted) -> str:
    if one.severity not in Severity.values:
        raise RuleError("问题只分“必须改”和“建议改”。", code="sampling.problems")
    return str(one.severity)
