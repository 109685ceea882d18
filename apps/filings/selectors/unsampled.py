"""What a sample left out: whether the plan lets it pass together, and what stands in the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Prefetch

from apps.filings import permissions
from apps.filings.models import DESK_STATES, Filing, Revision, SampleDraw
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import selectors as plans
from apps.workplans.models import PlanTask, RuleSetting

SAMPLED = "抽审"  # the value of the plan's parameter that lets the rest pass together
OF_ALL = "全审"


@dataclass(frozen=True)
class LeftOut:
    """A filing of the population that was not drawn; `reason` says why it needs its own review."""

    filing: Filing
    number: int  # of the revision that the snapshot names
    reason: str = ""


@dataclass(frozen=True)
class Rest:
    """What a draw left out, for one person; `refusal` where nothing of it passes together."""

    rows: list[LeftOut]
    refusal: str = ""

    @property
    def ready(self) -> list[LeftOut]:
        """What the person may pass together."""
        return [] if self.refusal else [row for row in self.rows if not row.reason]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why others are not among them, and how many, the most first."""
        return Counter(row.reason for row in self.rows if row.reason).most_common()


def mode_of(task: PlanTask) -> str:
    """全审, 抽审 or 全审加抽审 as the plan says; 全审 where it knows no such parameter.

    Raises RuleError while the parameter is there and nobody decided it (U-54).
    """
    try:
        return plans.setting(task.plan, f"{task.stage}.review_mode", task).value
    except RuleError as error:
        if error.code == "workplans.setting_unknown":
            return OF_ALL
        raise


def demand_together(draw: SampleDraw) -> RuleSetting:
    """The plan's condition under which what was not drawn is let in.

    Raises RuleError where every filing has its own review, while the check of the sample is not
    over, or while the condition is not decided (U-54).
    """
    mode = mode_of(draw.task)
    if mode != SAMPLED:
        raise RuleError(
            f"计划定的审核方式是“{mode}”，每件都要单独审核，不能批量通过。"
            f"只有定为“{SAMPLED}”的，未抽中的才可以批量通过。",
            code="sampling.of_all",
        )
    if draw.state != SampleDraw.State.CLOSED:
        raise RuleError(
            f"这次抽审是“{draw.get_state_display()}”，结束以后未抽中的才可以批量通过。",
            code="sampling.state",
        )
    return plans.setting(draw.task.plan, f"{draw.task.stage}.unsampled", draw.task)


def rest_of(draw: SampleDraw, user: User) -> Rest:
    """What the draw left out, each with what keeps the person from passing it with the others."""
    try:
        demand_together(draw)
    except RuleError as error:
        return Rest([], str(error))
    drawn = {str(key) for key in draw.items.values_list("filing__public_id", flat=True)}
    drawn |= _drawn_elsewhere(draw)
    numbers = {r["key"]: r["revision"] for r in draw.population if r["key"] not in drawn}
    rows = Filing.objects.visible_to(user).filter(public_id__in=list(numbers)).order_by("pk")
    sent = Revision.objects.order_by("-number").prefetch_related("reviews")
    found = rows.select_related("unit", "step", "assignment__project", "assignment__transfer")
    return Rest(
        [
            _row(filing, numbers[str(filing.public_id)], user)
            for filing in found.prefetch_related(Prefetch("revisions", sent, to_attr="told"))
        ]
    )


def _drawn_elsewhere(draw: SampleDraw) -> set[str]:
    """What another draw of the task drew has its own review."""
    others = draw.task.sample_draws.exclude(pk=draw.pk).exclude(state=SampleDraw.State.VOID)
    return {str(key) for key in others.values_list("items__filing__public_id", flat=True) if key}


def _row(filing: Filing, number: int, user: User) -> LeftOut:
    newest: Revision = filing.told[0]  # type: ignore[attr-defined]  # prefetched above
    reason = ""
    if filing.state not in DESK_STATES:
        reason = f"现在是“{filing.get_state_display()}”"
    elif newest.number != number:
        reason = "抽取后又报了新版，要单独审核"
    elif not permissions.holds_desk(user, filing):
        reason = "不在您的办理处"
    elif user.pk in permissions.taken_part(newest, filing):
        reason = "您已经办过这一版"
    return LeftOut(filing, number, reason)
