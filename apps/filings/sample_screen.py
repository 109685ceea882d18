"""What the pages of sample checks show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.filings import permissions
from apps.filings.models import DESK_STATES, ReturnItem, SampleDraw, SampleItem
from apps.filings.selectors import sampling as selectors
from apps.filings.selectors import unfit
from apps.filings.selectors.sampling import Progress, Recount
from apps.filings.selectors.unfit import Candidate
from apps.filings.selectors.unsampled import Rest, rest_of
from apps.filings.stages import hooks_for
from apps.organizations.models import User
from apps.rules import sampling
from apps.rules.form_diff import FormDiff
from apps.workplans.models import RuleSetting

SHOWN = 500  # rows of a population on the page; paper and workbook have all


@dataclass(frozen=True)
class DrawScreen:
    """One draw with what it was drawn from and what the check found."""

    draw: SampleDraw
    quotas: list[sampling.Quota]
    items: list[SampleItem]
    amounts: dict[str, str]
    population: list[dict[str, Any]]
    n_population: int
    progress: Progress
    recount: Recount | None
    parameters: list[RuleSetting]
    checkers: list[User]
    stuck: set[int]  # drawn filings that nobody may check
    may_sample: bool
    may_draw: bool
    rest: Rest | None  # what it left out, for whoever may pass it together

    @property
    def is_cut(self) -> bool:
        """Whether the page leaves out a part of the population."""
        return len(self.population) < self.n_population


def build(draw: SampleDraw, user: User, *, with_recount: bool = False) -> DrawScreen:
    """The page; the recount where it was asked for."""
    may_sample = permissions.may_sample(user, draw.jurisdiction_id)
    is_drawn = draw.state == SampleDraw.State.DRAWN
    return DrawScreen(
        draw=draw,
        quotas=sampling.quotas(draw.members, draw.design),
        items=list(selectors.items(user).filter(draw=draw).order_by("position")),
        amounts={row["key"]: row["amount"] for row in draw.population},
        population=draw.population[:SHOWN],
        n_population=len(draw.population),
        progress=selectors.progress(draw),
        recount=selectors.recount(draw) if with_recount else None,
        parameters=selectors.parameters(draw.task),
        checkers=selectors.may_be_checkers(draw) if may_sample and is_drawn else [],
        stuck=unfit.stuck(draw) if may_sample and is_drawn else set(),
        may_sample=may_sample,
        may_draw=permissions.may_draw(user, draw),
        rest=_rest(draw, user),
    )


def _rest(draw: SampleDraw, user: User) -> Rest | None:
    """What was left out, once it is known and for the section that passes it."""
    is_known = draw.state in (SampleDraw.State.DRAWN, SampleDraw.State.CLOSED)
    may_pass = permissions.may_pass_unsampled(user, draw.jurisdiction_id)
    return rest_of(draw, user) if is_known and may_pass else None


@dataclass(frozen=True)
class ItemScreen:
    """One drawn filing for its checker, or for whoever reads the draw."""

    item: SampleItem
    title: str
    diff: FormDiff
    places: list[tuple[str, str]]
    problems: list[dict[str, str]]
    severities: list[tuple[str, str]]
    candidates: list[Candidate]  # while it lies with nobody
    may_check: bool
    may_excuse: bool
    may_send_back: bool


def item_screen(item: SampleItem, user: User, posted: list[dict[str, str]] | None) -> ItemScreen:
    """The page; `posted` are the problems as typed when a rule refused."""
    hooks = hooks_for(item.filing.kind)
    diff = hooks.diff(None, item.revision)
    is_open = item.draw.state == SampleDraw.State.DRAWN and item.sent_back_at is None
    on_desk = item.filing.state in DESK_STATES
    returns = permissions.may_review if on_desk else permissions.may_reopen
    is_lying = is_open and not item.result and item.checker_id is None
    runs = permissions.may_sample(user, item.draw.jurisdiction_id)
    candidates = unfit.candidates(item) if is_lying and runs else []
    is_faulty = item.result == SampleItem.Result.FAULTY
    return ItemScreen(
        item=item,
        title=hooks.title,
        diff=diff,
        places=places_of(diff),
        problems=item.problems if posted is None else posted,
        severities=list(ReturnItem.Severity.choices),
        candidates=candidates,
        may_excuse=is_lying and runs and all(one.reason for one in candidates),
        may_check=is_open and permissions.may_check(user, item),
        may_send_back=is_open and is_faulty and returns(user, item.filing),
    )


def places_of(diff: FormDiff) -> list[tuple[str, str]]:
    """The lines of a form as choices: path, and the place in the form's words."""
    return [
        (row.path, row.place)
        for section in diff.sections
        for row in section.rows
        if any(cell.new for cell in row.cells)
    ]
