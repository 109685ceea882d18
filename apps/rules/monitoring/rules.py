"""The rules of the lights as one typed set, read from what a plan settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from apps.rules.monitoring import parameters as settled
from apps.rules.monitoring.lights import Ceilings, Floors
from apps.rules.monitoring.nodes import Basis
from apps.rules.monitoring.parameters import LIGHTS, Settings


@dataclass(frozen=True)
class MoneyRule:
    """How execution is judged; of gap and ratio at least one, both: the worse counts.

    `zero_month`: from the node of that month on nothing paid is a red light; 0: no such rule.
    """

    basis: Basis
    by_initial: bool  # the rate is of the initial budget, else of the one in force
    gap: Ceilings | None
    ratio: Floors | None
    zero_month: int


@dataclass(frozen=True)
class PromiseRule:
    """How indicators are judged: `scale` by deviation (Ceilings) or by ratio to the due (Floors).

    `prorated` are the kinds of which only the elapsed share is due; quality, timeliness and cost
    never are. What is judged by range is green when it keeps the whole year's value, else red.
    """

    scale: Ceilings | Floors
    prorated: frozenset[str]
    prorates_rates: bool
    fixed_by_range: bool  # quality, timeliness, cost
    reverse_by_range: bool  # ≤ and <
    counts_likelihood: bool


@dataclass(frozen=True)
class LightRules:
    """Both sides and how they combine (最差一侧, 以资金为准, 以目标为准), with the clause."""

    money: MoneyRule
    promise: PromiseRule
    combined: str
    clause: str = ""


def light_rules(values: Mapping[str, str], clause: str = "") -> LightRules:
    """The rules that a plan's values make: code of the setting → its text.

    Raises RuleError naming every setting that is still 待本地确认, and one that cannot be read.
    """
    settings = Settings(values, LIGHTS)
    return LightRules(_money(settings), _promise(settings), settings.choice("combined"), clause)


def _money(settings: Settings) -> MoneyRule:
    measure = settings.choice("money_measure")
    gap = ratio = None
    if measure != settled.RATIO:
        gap = Ceilings(settings.percent("gap_green"), settings.percent("gap_yellow"))
    if measure != settled.GAP:
        ratio = _floors(settings, "pace")
    return MoneyRule(
        basis=Basis(settings.choice("pace")),
        by_initial=settings.choice("money_budget") == settled.INITIAL,
        gap=gap,
        ratio=ratio,
        zero_month=settings.month("zero_month"),
    )


def _promise(settings: Settings) -> PromiseRule:
    scale: Ceilings | Floors
    if settings.choice("promise_measure") == settled.DEVIATION:
        green, yellow = settings.percent("deviation_green"), settings.percent("deviation_yellow")
        scale = Ceilings(green, yellow)
    else:
        scale = _floors(settings, "done")
    return PromiseRule(
        scale=scale,
        prorated=settings.kinds("prorated"),
        prorates_rates=settings.says_yes("prorate_rates"),
        fixed_by_range=settings.choice("fixed_measure") == settled.RANGE,
        reverse_by_range=settings.choice("reverse_measure") == settled.RANGE,
        counts_likelihood=settings.says_yes("likelihood"),
    )


def _floors(settings: Settings, name: str) -> Floors:
    """A scale with or without a blue light."""
    yellow, green, blue = (
        settings.percent(f"{name}_{light}") for light in ("yellow", "green", "blue")
    )
    return Floors(yellow, green, blue or None)
