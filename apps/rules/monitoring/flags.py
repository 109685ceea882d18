"""Yellow and red flags over the nodes of a project or a unit (Y-25, Y-26, Y-52).

Flags follow from the verdicts of the review, not from lights. The sources read two ways: 2023 a
first failure made yellow and the next one red; the plan of 2024 speaks of projects that failed
twice running. Which of them holds, how a flag is taken off and whether a year runs on into the next
are settings; a history is replayed from its events, so that nothing but events need be kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from apps.rules.errors import RuleError
from apps.rules.monitoring import parameters as settled
from apps.rules.monitoring.parameters import FLAGS, Settings
from apps.rules.monitoring.words import Trace, trace

LOCAL = "本地黄标、红标规则"


class Kind(StrEnum):
    """What may happen to a project: a verdict at a node, or what became of its rectification."""

    PASSED = "合格"
    FAILED = "不合格"
    CLOSED = "销号"
    OVERDUE = "逾期未销号"


class Flag(StrEnum):
    """What a project carries; the values are those stored."""

    NONE = "none"
    YELLOW = "yellow"
    RED = "red"


WORDS = {Flag.NONE: "无标", Flag.YELLOW: "黄标", Flag.RED: "红标"}


class Move(StrEnum):
    """What an event did to the flag."""

    FIRST_YELLOW = "初次黄标"
    YELLOW_AGAIN = "再次黄标"
    UPGRADED = "升级红标"
    KEPT_YELLOW = "保持黄标"
    KEPT_RED = "保持红标"
    LOWERED = "降为黄标"
    CLEARED = "摘标"
    NOTED = "记不合格"
    CLEAN = "无标"


@dataclass(frozen=True)
class Event:
    """One event in the order of time; `label` names the node or the day, `year` is the plan's."""

    kind: Kind
    label: str
    year: int


@dataclass(frozen=True)
class FlagRules:
    """How failures become flags: the numbers count failures running.

    A failure while a yellow flag stands makes it red too. `cleared_by` None: no flag is taken off
    within the year.
    """

    name: str  # the reading, as the plan words it
    yellow_after: int
    red_after: int
    cleared_by: Kind | None
    lowers_red: bool = False  # a red flag becomes yellow before it goes
    overdue_is_red: bool = False
    across_years: bool = False
    clause: str = ""


@dataclass(frozen=True)
class Step:
    """One event with the flag before and after; `n_failed` failures are running after it."""

    event: Event
    before: Flag
    after: Flag
    move: Move
    n_failed: int
    n_yellow: int  # times that a yellow flag was set so far
    trace: Trace

    @property
    def is_first_yellow(self) -> bool:
        """Whether it counts among 初次黄标."""
        return self.move == Move.FIRST_YELLOW


@dataclass(frozen=True)
class _State:
    flag: Flag = Flag.NONE
    n_failed: int = 0
    n_yellow: int = 0


def flag_rules(values: Mapping[str, str], clause: str = "") -> FlagRules:
    """The rules that a plan's values make: code of the setting → its text.

    Raises RuleError naming every setting that is still 待本地确认, and one that cannot be read.
    """
    settings = Settings(values, FLAGS)
    name = settings.choice("flag_rule")
    after = 1 if name == settled.FIRST else 2
    clear = settings.choice("flag_clear")
    cleared_by = {settled.BY_PASS: Kind.PASSED, settled.BY_CLOSING: Kind.CLOSED}.get(clear)
    return FlagRules(
        name=name,
        yellow_after=after,
        red_after=after + 1,
        cleared_by=cleared_by,
        lowers_red=bool(cleared_by) and settings.choice("flag_red_clear") == settled.LOWER,
        overdue_is_red=settings.says_yes("flag_overdue"),
        across_years=settings.says_yes("flag_across_years"),
        clause=clause,
    )


def replay(events: Iterable[Event], rules: FlagRules) -> list[Step]:
    """The history that the events make, in their order.

    Each year has its own flag unless years run on: a problem of last year may be closed after this
    year's first verdict. What happened before the plan was amended and its rules know no more is
    noted without effect.
    """
    states: dict[int, _State] = {}
    steps: list[Step] = []
    for event in events:
        year = 0 if rules.across_years else event.year
        step = _step(states.get(year, _State()), event, rules)
        states[year] = _State(step.after, step.n_failed, step.n_yellow)
        steps.append(step)
    return steps


def standing(events: Sequence[Event], rules: FlagRules, year: int) -> Flag:
    """The flag carried in a year after the events; 无标 where none of them counts any more."""
    steps = replay(events, rules)
    counting = [step for step in steps if rules.across_years or step.event.year == year]
    return counting[-1].after if counting else Flag.NONE


def decide(events: Sequence[Event], rules: FlagRules, wanted: Flag) -> Step:
    """The last event's step, where finance sets the flag that the rules give.

    Raises RuleError for another flag, for an event that the rules do not know, and without one.
    """
    if not events:
        raise RuleError("没有监控审核结论，不能定黄标、红标。", code="flags.no_event")
    step = replay(events, rules)[-1]
    event = step.event
    if why := _unknown(step.before, event, rules):
        raise RuleError(f"{event.label} {event.kind}：{why}。", code="flags.not_allowed")
    if step.after != wanted:
        raise RuleError(
            f"{event.label} {event.kind}：按“{rules.name}”，{WORDS[step.before]}之后应为"
            f"{WORDS[step.after]}，选的是{WORDS[wanted]}。",
            code="flags.not_allowed",
            due=step.after.value,
        )
    return step


def tally(steps: Iterable[Step]) -> Counter[Move]:
    """How many moved how, for one node's figures: 初次黄标18个, 升级红标3个."""
    return Counter(step.move for step in steps)


def failed_twice(
    events: Iterable[Event], *, across_years: bool, year: int | None = None
) -> tuple[Event, Event] | None:
    """The first two neighbouring nodes that both failed, for the cap of the grade (Y-50).

    `year` asks for a pair whose second node lies in that year. Whether the unit refuses to
    rectify is for the caller to know: only both together cap.
    """
    verdicts = [event for event in events if event.kind in (Kind.PASSED, Kind.FAILED)]
    for first, second in pairwise(verdicts):
        is_pair = first.kind == second.kind == Kind.FAILED
        is_meant = year is None or second.year == year
        if is_pair and is_meant and (across_years or first.year == second.year):
            return first, second
    return None


def _step(state: _State, event: Event, rules: FlagRules) -> Step:
    n_failed = _failures(state, event)
    after = _after(state, event, n_failed, rules)
    move = _move(state, after, event)
    n_yellow = state.n_yellow + (move in (Move.FIRST_YELLOW, Move.YELLOW_AGAIN))
    why = _trace(state, event, after, move, n_failed, rules)
    return Step(event, state.flag, after, move, n_failed, n_yellow, why)


def _failures(state: _State, event: Event) -> int:
    """Failures running: a verdict counts or ends them, closing a rectification does neither."""
    if event.kind == Kind.FAILED:
        return state.n_failed + 1
    return 0 if event.kind == Kind.PASSED else state.n_failed


def _after(state: _State, event: Event, n_failed: int, rules: FlagRules) -> Flag:
    if _unknown(state.flag, event, rules):
        return state.flag
    if event.kind == Kind.FAILED:
        return _failed(state.flag, n_failed, rules)
    if event.kind == Kind.OVERDUE:
        return Flag.RED
    if event.kind != rules.cleared_by:
        return state.flag
    return Flag.YELLOW if state.flag == Flag.RED and rules.lowers_red else Flag.NONE


def _failed(flag: Flag, n_failed: int, rules: FlagRules) -> Flag:
    if flag != Flag.NONE or n_failed >= rules.red_after:
        return Flag.RED
    return Flag.YELLOW if n_failed >= rules.yellow_after else Flag.NONE


def _unknown(flag: Flag, event: Event, rules: FlagRules) -> str:
    """Why the rules know no such event while the flag stands; empty: they do."""
    if event.kind == Kind.OVERDUE:
        if not rules.overdue_is_red:
            return "本计划没有设“逾期未销号升级红标”"
        return "没有黄标可升级" if flag == Flag.NONE else ""
    if event.kind == Kind.CLOSED:
        if rules.cleared_by != Kind.CLOSED:
            return "本计划的摘标条件不是销号"
        return "没有黄标、红标可摘" if flag == Flag.NONE else ""
    return ""


def _move(state: _State, after: Flag, event: Event) -> Move:
    if after == state.flag:
        kept = {Flag.YELLOW: Move.KEPT_YELLOW, Flag.RED: Move.KEPT_RED}
        return kept.get(after, Move.NOTED if event.kind == Kind.FAILED else Move.CLEAN)
    if after == Flag.RED:
        return Move.UPGRADED
    if after == Flag.NONE:
        return Move.CLEARED
    if state.flag == Flag.RED:
        return Move.LOWERED
    return Move.YELLOW_AGAIN if state.n_yellow else Move.FIRST_YELLOW


def _trace(
    state: _State, event: Event, after: Flag, move: Move, n_failed: int, rules: FlagRules
) -> Trace:
    formula = (
        f"{rules.name}：连续{rules.yellow_after}次不合格为黄标，再次不合格为红标；"
        f"{_clearing(rules)}"
    )
    inputs = (
        (event.label, event.kind.value),
        ("原来", WORDS[state.flag]),
        ("连续不合格", f"{n_failed}次"),
    )
    result = WORDS[after] if move.value == WORDS[after] else f"{move}，现为{WORDS[after]}"
    why = _unknown(state.flag, event, rules)
    noted = f"只作记录：{why}" if why else ""
    title, clause = f"{event.label} {move}", rules.clause or LOCAL
    return trace("flag", title, formula, inputs, result, clause, noted)


def _clearing(rules: FlagRules) -> str:
    if rules.cleared_by is None:
        return settled.NEVER
    how = settled.BY_PASS if rules.cleared_by == Kind.PASSED else settled.BY_CLOSING
    return f"{how}，红标先降为黄标" if rules.lowers_red else how
