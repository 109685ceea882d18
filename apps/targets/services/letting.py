"""An adjustment outside its node: one asks, another of the bureau agrees until a day (Y-45)."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import arrival, clock
from apps.notifications import services as notifications
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.rules.errors import RuleError
from apps.targets import adjusting, nodes, permissions
from apps.targets.models import AdjustmentException
from apps.targets.services.requesting import demand_task
from apps.targets.subjects import Subject

SHORTEST = 10  # characters that a reason needs to say anything


@transaction.atomic
def ask_exception(
    *, subject: Subject, actor: User, year: int, reason: str, evidence: str
) -> AdjustmentException:
    """The unit or the bureau asks to adjust the subject's targets outside a node.

    Raises PermissionDenied, or RuleError where a node is open, nothing is in force, the plan
    adjusts nothing, a word is missing, or one is asked for already.
    """
    if not permissions.may_ask_exception(actor, subject):
        raise PermissionDenied("例外由本单位填报员，或财政绩效、预算科室、计划管理员提出。")
    subject = subject.locked()
    _demand_needed(subject, year)
    if len(reason.strip()) < SHORTEST or not evidence.strip():
        raise RuleError(
            f"理由至少{SHORTEST}个字，依据和佐证要写明文件名称。", code="targets.exception"
        )
    made = AdjustmentException.objects.create(
        jurisdiction=subject.jurisdiction,
        **subject.own,
        year=year,
        reason=reason.strip(),
        evidence=evidence.strip(),
        asked_by=actor,
        asked_at=clock.now(),
    )
    adjusting.note(
        subject, actor, "ask_exception", year=year, reason=made.reason, evidence=made.evidence
    )
    notifications.notify(
        recipients=_deciders(made, actor),
        kind="targets.exception_asked",
        key=str(made.public_id),
        title=f"节点外调整目标待定：{subject}",
        body=made.reason,
        url=subject.page(year),
    )
    return made


def _demand_needed(subject: Subject, year: int) -> None:
    """Nothing else lets the adjustment in; a draft that missed its node may go on by an exception.

    Raises RuleError.
    """
    task, moment = demand_task(subject, year), arrival.received_at()
    if nodes.season(nodes.dated(task), moment).is_open:
        raise RuleError("现在就在监控节点内，直接申请调整，不用例外。", code="targets.in_season")
    under_way = adjusting.open_of(subject, year)
    if under_way is None or nodes.is_in_hand(under_way.filing, moment):
        adjusting.demand_adjustable(subject, year)
    rows = AdjustmentException.objects.filter(**subject.own, year=year)
    if rows.filter(decided_at=None).exists():
        raise RuleError("例外已经提出，等财政局决定。", code="targets.exception_asked")
    running = nodes.exception_in_force(subject, year, moment)
    if running is not None and running.expires_at is not None:
        last = clock.last_day(running.expires_at)
        raise RuleError(
            f"例外已经同意，{last:%Y-%m-%d}24:00前直接申请调整。", code="targets.exception_runs"
        )


def _deciders(exception: AdjustmentException, actor: User) -> list[User]:
    found = people.people_in(exception.jurisdiction, *permissions.DECIDERS)
    return [person for person in found if person.pk != actor.pk]


@transaction.atomic
def decide_exception(
    *,
    exception: AdjustmentException,
    actor: User,
    is_agreed: bool,
    until: date | None = None,
    refusal: str = "",
) -> AdjustmentException:
    """Another person of the bureau agrees until the end of a day, or refuses with the reason.

    Raises PermissionDenied, or RuleError once it is decided, without a day to come, or without a
    reason.
    """
    held = AdjustmentException.objects.select_for_update(of=("self",)).get(pk=exception.pk)
    if not permissions.may_decide_exception(actor, held):
        raise PermissionDenied("例外由财政负责人或计划管理员决定，不能批准自己提出的。")
    _demand_decidable(held, is_agreed, until, refusal)
    held.decided_by, held.decided_at = actor, clock.now()
    if is_agreed and until is not None:
        held.expires_at = clock.end_of(until)
    else:
        held.refusal = refusal.strip()
    held.save(update_fields=["decided_by", "decided_at", "expires_at", "refusal"])
    adjusting.note(
        held.subject,
        actor,
        "decide_exception",
        is_agreed=is_agreed,
        until=str(until or ""),
        refusal=held.refusal,
    )
    _tell(held, until)
    return held


def _demand_decidable(
    exception: AdjustmentException, is_agreed: bool, until: date | None, refusal: str
) -> None:
    if exception.decided_at is not None:
        raise RuleError("这件例外已经办过。", code="targets.exception_decided")
    if is_agreed and until is None:
        raise RuleError("同意的，写明哪一天到期。", code="targets.exception_until")
    if is_agreed and until is not None and until < clock.today():
        raise RuleError(
            f"到期日写的是{until:%Y-%m-%d}，不能早于今天。", code="targets.exception_until"
        )
    if not is_agreed and not refusal.strip():
        raise RuleError("不同意的理由未填。", code="targets.exception_reason")


def _tell(exception: AdjustmentException, until: date | None) -> None:
    """Who asked, and the unit, hear what was decided."""
    filers = people.people_at_unit(exception.subject.unit, Role.FILER)
    agreed = exception.expires_at is not None
    body = f"{until:%Y-%m-%d}24:00前申请调整。" if agreed and until else exception.refusal
    notifications.notify(
        recipients={person.pk: person for person in [exception.asked_by, *filers]}.values(),
        kind="targets.exception_decided",
        key=str(exception.public_id),
        title=f"节点外调整{'同意' if agreed else '不同意'}：{exception.subject}",
        body=body,
        url=exception.subject.page(exception.year),
    )
