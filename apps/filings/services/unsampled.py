"""What a closed sample left out passes together, each with the remark of which sample (U-54)."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.filings import permissions
from apps.filings.models import Filing, SampleDraw
from apps.filings.selectors import unsampled as selectors
from apps.filings.services import reviewing, sampling
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans.models import RuleSetting

MOST = 100  # pass by one press: each is a decision of its own with messages; then another press


@dataclass(frozen=True)
class Passed:
    """What became of one filing; `refusal` says why it did not pass."""

    filing: Filing
    refusal: str = ""


def pass_unsampled(*, draw: SampleDraw, actor: User) -> list[Passed]:
    """What the draw left out passes the actor's own desk, at most a hundred of it, each for itself.

    A filing that its stage does not let pass stays where it is, with the reason in the result.
    Each is a transaction of its own: its unit's chain in the trail is let go before the next.
    Raises PermissionDenied, or RuleError where the plan wants every filing reviewed, the check of
    the sample is not over, its condition is not decided, or nothing is on the actor's desk.
    """
    if not permissions.may_pass_unsampled(actor, draw.jurisdiction_id):
        raise PermissionDenied("未抽中的由绩效科审核员在自己的办理处批量通过。")
    condition = selectors.demand_together(draw)
    rest = selectors.rest_of(draw, actor)
    if not rest.ready:
        raise RuleError("您的办理处没有这次抽审未抽中、还没有办的。", code="sampling.none_left")
    remark = remark_of(draw, condition)
    made = _in_turn(rest.ready, actor, remark)
    n_passed = sum(not row.refusal for row in made)
    with transaction.atomic():
        sampling.note(draw, actor, "pass_unsampled", n_rows=len(made), n_done=n_passed, text=remark)
    return made


def _in_turn(rows: list[selectors.LeftOut], actor: User, remark: str) -> list[Passed]:
    """One after the other until a hundred have passed: what cannot pass keeps nothing behind."""
    made: list[Passed] = []
    n_passed = 0
    for row in rows:
        if n_passed == MOST:
            break
        made.append(_one(row, actor, remark))
        n_passed += not made[-1].refusal
    return made


def _one(row: selectors.LeftOut, actor: User, remark: str) -> Passed:
    try:
        with transaction.atomic():
            filing = reviewing.pass_unseen(
                filing=row.filing, actor=actor, remark=remark, seen=row.number
            )
    except (RuleError, PermissionDenied) as error:
        return Passed(row.filing, str(error))
    return Passed(filing)


def remark_of(draw: SampleDraw, condition: RuleSetting) -> str:
    """Which sample left it out, and by which condition it passes."""
    moment = draw.population_at.astimezone(clock.ZONE)
    return (
        f"未抽中，批量通过，没有逐项打分。抽审“{draw.title}”：总体{len(draw.population)}件，"
        f"{draw.method_text}，抽中{draw.items.count()}件，{moment:%Y-%m-%d %H:%M:%S}的总体，"
        f"种子{draw.seed}。{condition.title}：{condition.value}。"
    )
