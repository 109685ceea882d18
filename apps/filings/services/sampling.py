"""Sample checks (U-11, U-54): prepared with a seed, drawn by a second person, closed or void."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.filings import permissions
from apps.filings.models import Filing, SampleDraw, SampleItem
from apps.filings.selectors import sampling as selectors
from apps.filings.selectors.sampling import Scope
from apps.organizations.models import User
from apps.rules import sampling
from apps.rules.errors import RuleError
from apps.rules.sampling import Design, Method
from apps.workplans.models import PlanTask

NOT_YOURS = "抽审由绩效科审核员或计划管理员办理。"
MOST = 20_000  # of a population: a snapshot of some megabytes
DrawState = SampleDraw.State


@dataclass(frozen=True)
class Preview:
    """What a draw would be drawn from, and how many of it."""

    population: list[dict[str, Any]]
    quotas: list[sampling.Quota]

    @property
    def n(self) -> int:
        """How many would be drawn."""
        return sum(quota.n for quota in self.quotas)


# --- before the draw --------------------------------------------------------------------------
def preview(*, task: PlanTask, design: Design, scope: Scope, actor: User) -> Preview:
    """Population and numbers of a draw as of now; nothing is written and no seed is made.

    Raises PermissionDenied, or RuleError for a number that does not fit.
    """
    if not permissions.may_sample(actor, task.plan.jurisdiction_id):
        raise PermissionDenied(NOT_YOURS)
    _demand_scope(design, scope)
    rows = selectors.population(task, scope)
    if len(rows) > MOST:
        raise RuleError(f"抽样总体有{len(rows)}件，一次最多{MOST}件。", code="sampling.size")
    members = [sampling.Member(row["key"], row["stratum"], row["is_key"]) for row in rows]
    return Preview(rows, sampling.quotas(members, design))


@transaction.atomic
def prepare_sample(
    *, task: PlanTask, title: str, design: Design, scope: Scope, actor: User, reason: str = ""
) -> SampleDraw:
    """Population, method and seed are fixed; somebody else draws.

    A task that was drawn from or prepared before needs a reason, also where that was void. Raises
    PermissionDenied, or RuleError without title or reason, or for a number that does not fit.
    """
    if not permissions.may_sample(actor, task.plan.jurisdiction_id):
        raise PermissionDenied(NOT_YOURS)
    task = PlanTask.objects.select_for_update(of=("self",)).select_related("plan").get(pk=task.pk)
    if not title.strip():
        raise RuleError("抽审名称：未填。例如2024年绩效目标抽审。", code="sampling.title")
    if task.sample_draws.exists() and not reason.strip():
        raise RuleError(
            "这项任务已经备过抽审。再抽一次要写理由，和前一次一起留档。", code="sampling.reason"
        )
    design = sampling.meant(design)
    made = preview(task=task, design=design, scope=scope, actor=actor)
    draw = SampleDraw(
        task=task,
        jurisdiction_id=task.plan.jurisdiction_id,
        fiscal_year=task.plan.fiscal_year,
        title=title.strip(),
        window=scope.window,
        method=design.method,
        share=design.share,
        count=design.count,
        by=scope.by,
        limits=list(scope.limits),
        reason=reason.strip(),
        seed=secrets.token_hex(16),
        population=made.population,
        population_at=clock.now(),
        prepared_by=actor,
    )
    draw.population_hash = sampling.digest(draw.members)
    draw.save(force_insert=True)
    note(draw, actor, "prepare_sample", **_facts(draw))
    return draw


@transaction.atomic
def draw_sample(*, draw: SampleDraw, actor: User) -> SampleDraw:
    """The filings are drawn by the seed that stands since the preparation.

    Raises PermissionDenied, also for who prepared it, or RuleError when it is drawn or void, or
    its snapshot is not what it was.
    """
    _demand_second(draw, actor)
    draw = locked(draw)
    demand(draw, DrawState.PREPARED)
    if sampling.digest(draw.members) != draw.population_hash:
        raise RuleError("总体名单与备下时的摘要不符，不能抽取。", code="sampling.changed")
    drawn = sampling.draw(draw.members, draw.design, draw.seed)
    filings = _filings_of(draw, drawn)
    SampleItem.objects.bulk_create(_item(draw, one, filings) for one in drawn)
    draw.state, draw.drawn_by, draw.drawn_at = DrawState.DRAWN, actor, clock.now()
    draw.save(update_fields=["state", "drawn_by", "drawn_at"])
    note(draw, actor, "draw_sample", n_drawn=len(drawn), seed=draw.seed)
    return draw


@transaction.atomic
def void_sample(*, draw: SampleDraw, actor: User, reason: str) -> SampleDraw:
    """The draw counts no more; it stays on record with the reason.

    Raises PermissionDenied, or RuleError without reason, when it is closed or void, or once a
    filing was checked.
    """
    if not permissions.may_sample(actor, draw.jurisdiction_id):
        raise PermissionDenied(NOT_YOURS)
    draw = locked(draw)
    demand(draw, DrawState.PREPARED, DrawState.DRAWN)
    if not reason.strip():
        raise RuleError("作废理由：未填。理由和种子、名单一起留档。", code="sampling.reason")
    if draw.items.filter(result__in=selectors.CHECKED).exists():
        raise RuleError("已有检查结果，不能作废。", code="sampling.checked")
    draw.state, draw.void_reason = DrawState.VOID, reason.strip()
    draw.ended_by, draw.ended_at = actor, clock.now()
    draw.save(update_fields=["state", "void_reason", "ended_by", "ended_at"])
    note(draw, actor, "void_sample", reason=draw.void_reason)
    return draw


@transaction.atomic
def close_sample(*, draw: SampleDraw, actor: User) -> SampleDraw:
    """The check is over and its results stand.

    Raises PermissionDenied, or RuleError while filings are unchecked or it is not under way.
    """
    if not permissions.may_sample(actor, draw.jurisdiction_id):
        raise PermissionDenied(NOT_YOURS)
    draw = locked(draw)
    demand(draw, DrawState.DRAWN)
    told = selectors.progress(draw)
    if not told.is_done:
        n = told.n - told.n_checked - told.n_excused
        raise RuleError(
            f"还有{n}件没有检查结果，不能结束。没有人能查的，在那一件的页面写明理由。",
            code="sampling.open",
        )
    draw.state, draw.ended_by, draw.ended_at = DrawState.CLOSED, actor, clock.now()
    draw.save(update_fields=["state", "ended_by", "ended_at"])
    note(
        draw,
        actor,
        "close_sample",
        n_rows=told.n,
        n_faulty=told.n_faulty,
        n_back=told.n_back,
        n_excused=told.n_excused,
    )
    return draw


# --- parts ------------------------------------------------------------------------------------
def _demand_scope(design: Design, scope: Scope) -> None:
    if (design.method == Method.STRATA) != bool(scope.by):
        raise RuleError("分层抽取要选按什么分层，其他方式不分层。", code="sampling.by")


def _demand_second(draw: SampleDraw, actor: User) -> None:
    if permissions.may_draw(actor, draw):
        return
    if draw.prepared_by_id == actor.pk:
        raise PermissionDenied("抽审由您备下，抽取要由另一个人办理，两人见证。")
    raise PermissionDenied("抽取由绩效科审核员、计划管理员或局领导办理。")


def demand(draw: SampleDraw, *states: DrawState) -> None:
    """Refuse what the present state does not allow. Raises RuleError naming it."""
    if draw.state not in states:
        raise RuleError(
            f"这次抽审是“{draw.get_state_display()}”，不能这样办。刷新页面看最新情况。",
            code="sampling.state",
            state=draw.state,
        )


def locked(draw: SampleDraw) -> SampleDraw:
    """The draw's row, locked until the transaction ends."""
    rows = SampleDraw.objects.select_for_update(of=("self",))
    return rows.select_related("jurisdiction", "task__plan").get(pk=draw.pk)


def _filings_of(draw: SampleDraw, drawn: list[sampling.Drawn]) -> dict[str, tuple[Filing, int]]:
    """The drawn filings by key, each with the id of the revision that the snapshot names."""
    numbers = {row["key"]: row["revision"] for row in draw.population}
    rows = Filing.objects.filter(public_id__in=[one.key for one in drawn])
    found = {}
    for filing in rows.prefetch_related("revisions"):
        key = str(filing.public_id)
        named = next(r for r in filing.revisions.all() if r.number == numbers[key])
        found[key] = (filing, named.pk)
    return found


def _item(
    draw: SampleDraw, one: sampling.Drawn, filings: dict[str, tuple[Filing, int]]
) -> SampleItem:
    filing, revision = filings[one.key]
    trace = {"left": one.left, "index": one.index, "value": one.value, "thrown": one.n_thrown}
    return SampleItem(
        draw=draw,
        filing=filing,
        revision_id=revision,
        position=one.position,
        stratum=one.stratum,
        trace=trace,
    )


def _facts(draw: SampleDraw) -> dict[str, Any]:
    return {
        "task": draw.task.title,
        "how": draw.method_text,
        "n_rows": len(draw.population),
        "digest": draw.population_hash,
        "seed": draw.seed,
        "reason": draw.reason,
    }


def note(draw: SampleDraw, actor: User, action: str, **data: Any) -> None:
    """One line in the trail about this draw."""
    audit.record(
        actor=actor,
        action=f"filings.{action}",
        subject=draw,
        chain=f"region:{draw.jurisdiction.code}",
        data=data,
        label=draw.title,
    )
