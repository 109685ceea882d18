"""Yellow and red flags over the nodes: both readings of the source, taking off, and counting."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.rules.errors import RuleError
from apps.rules.monitoring import (
    FLAGS,
    Event,
    Flag,
    Kind,
    Move,
    decide,
    failed_twice,
    flag_rules,
    missing,
    replay,
    standing,
    tally,
)

FIRST = {
    "monitoring.flag_rule": "首次黄标、再次红标",
    "monitoring.flag_clear": "合格即摘标",
    "monitoring.flag_red_clear": "摘标",
    "monitoring.flag_overdue": "否",
    "monitoring.flag_across_years": "否",
}
TWICE = FIRST | {"monitoring.flag_rule": "连续两次后定黄红"}
BY_CLOSING = {"monitoring.flag_clear": "销号后摘标"}
NEVER = {"monitoring.flag_clear": "年度内不摘标"}
STEPS_DOWN = {"monitoring.flag_red_clear": "降为黄标"}
OVERDUE = {"monitoring.flag_overdue": "是"}
ACROSS = {"monitoring.flag_across_years": "是"}
SIGNS = {"o": Kind.PASSED, "x": Kind.FAILED, "c": Kind.CLOSED, "l": Kind.OVERDUE}


def events(signs: str, year: int = 2023) -> list[Event]:
    """o 合格, x 不合格, c 销号, l 逾期未销号; / begins the next year."""
    made: list[Event] = []
    for sign in signs:
        if sign == "/":
            year += 1
        else:
            made.append(Event(SIGNS[sign], f"{year}年节点{len(made) + 1}", year))
    return made


def history(signs: str, values: dict[str, str]) -> tuple[str, list[str]]:
    """The flag after each event as a letter (- y r), and the moves."""
    steps = replay(events(signs), flag_rules(values))
    letters = {Flag.NONE: "-", Flag.YELLOW: "y", Flag.RED: "r"}
    return "".join(letters[step.after] for step in steps), [step.move.value for step in steps]


@pytest.mark.req("Y-25", "Y-26", "Y-52")
@pytest.mark.parametrize(
    ("signs", "values", "flags", "moves"),
    [
        ("x", FIRST, "y", ["初次黄标"]),
        ("xx", FIRST, "yr", ["初次黄标", "升级红标"]),
        ("xxx", FIRST, "yrr", ["初次黄标", "升级红标", "保持红标"]),
        ("xo", FIRST, "y-", ["初次黄标", "摘标"]),
        ("ox", FIRST, "-y", ["无标", "初次黄标"]),
        ("xox", FIRST, "y-y", ["初次黄标", "摘标", "再次黄标"]),
        ("xxo", FIRST, "yr-", ["初次黄标", "升级红标", "摘标"]),
        ("x", TWICE, "-", ["记不合格"]),
        ("xx", TWICE, "-y", ["记不合格", "初次黄标"]),
        ("xxx", TWICE, "-yr", ["记不合格", "初次黄标", "升级红标"]),
        ("xox", TWICE, "---", ["记不合格", "无标", "记不合格"]),
        ("xxoxx", TWICE, "-y--y", ["记不合格", "初次黄标", "摘标", "记不合格", "再次黄标"]),
        ("xxoo", FIRST | STEPS_DOWN, "yry-", ["初次黄标", "升级红标", "降为黄标", "摘标"]),
        ("xxox", FIRST | STEPS_DOWN, "yryr", ["初次黄标", "升级红标", "降为黄标", "升级红标"]),
        ("xo", FIRST | BY_CLOSING, "yy", ["初次黄标", "保持黄标"]),
        ("xoc", FIRST | BY_CLOSING, "yy-", ["初次黄标", "保持黄标", "摘标"]),
        ("xox", FIRST | BY_CLOSING, "yyr", ["初次黄标", "保持黄标", "升级红标"]),
        ("xcx", FIRST | BY_CLOSING, "y-r", ["初次黄标", "摘标", "升级红标"]),
        ("xcox", FIRST | BY_CLOSING, "y--y", ["初次黄标", "摘标", "无标", "再次黄标"]),
        ("xxcc", FIRST | BY_CLOSING | STEPS_DOWN, "yry-", None),
        ("xxo", FIRST | NEVER, "yrr", ["初次黄标", "升级红标", "保持红标"]),
        ("xl", FIRST | OVERDUE, "yr", ["初次黄标", "升级红标"]),
        ("xll", FIRST | OVERDUE, "yrr", ["初次黄标", "升级红标", "保持红标"]),
        ("x/x", FIRST, "yy", ["初次黄标", "初次黄标"]),
        ("x/x", FIRST | ACROSS, "yr", ["初次黄标", "升级红标"]),
        ("x/x", TWICE | ACROSS, "-y", ["记不合格", "初次黄标"]),
        ("x/o", FIRST | NEVER, "y-", ["初次黄标", "无标"]),
    ],
)
def test_a_history_is_replayed_from_its_events(signs, values, flags, moves) -> None:
    found, named = history(signs, values)

    assert found == flags
    assert moves in (None, named)


@pytest.mark.req("Y-25", "Y-26")
def test_the_figures_of_yuli_come_out() -> None:
    """May: 132 monitored, 69 yellow. August: 321, of which 3 turned red and 18 yellow anew."""
    rules = flag_rules(FIRST)
    projects = ["x"] * 69 + ["o"] * 63 + [""] * 189  # those of August only came in between
    may = tally(replay(events(signs), rules)[0] for signs in projects if signs)
    august = ["x" * 2] * 3 + ["xo"] * 66 + ["ox"] * 4 + ["oo"] * 59 + ["x"] * 14 + ["o"] * 175
    moved = tally(replay(events(signs), rules)[-1] for signs in august)

    assert (len(august), may[Move.FIRST_YELLOW]) == (321, 69)
    assert moved == {
        Move.UPGRADED: 3,
        Move.FIRST_YELLOW: 18,
        Move.CLEARED: 66,
        Move.CLEAN: 234,
    }


@pytest.mark.req("Y-52")
def test_a_step_explains_itself() -> None:
    steps = replay(events("xx"), flag_rules(FIRST, "2024年计划 任务分工"))

    assert [step.is_first_yellow for step in steps] == [True, False]
    assert [(step.n_failed, step.n_yellow) for step in steps] == [(1, 1), (2, 1)]
    assert steps[1].trace == {
        "title": "2023年节点2 升级红标",
        "rule": "monitoring.flag",
        "formula": "首次黄标、再次红标：连续1次不合格为黄标，再次不合格为红标；合格即摘标",
        "calculation": "",
        "inputs": [
            {"name": "2023年节点2", "value": "不合格"},
            {"name": "原来", "value": "黄标"},
            {"name": "连续不合格", "value": "2次"},
        ],
        "result": "升级红标，现为红标",
        "clause": "2024年计划 任务分工",
    }
    clean = replay(events("o"), flag_rules(FIRST | BY_CLOSING | STEPS_DOWN))[0].trace
    assert (clean["result"], clean["clause"]) == ("无标", "本地黄标、红标规则")
    assert str(clean["formula"]).endswith("销号后摘标，红标先降为黄标")
    kept = replay(events("x"), flag_rules(FIRST | NEVER))[0].trace
    assert str(kept["formula"]).endswith("年度内不摘标")


@pytest.mark.req("Y-25")
@pytest.mark.parametrize(
    ("signs", "values", "words"),
    [
        ("xc", FIRST, "销号：本计划的摘标条件不是销号"),
        ("oc", FIRST | BY_CLOSING, "销号：没有黄标、红标可摘"),
        ("xl", FIRST, "逾期未销号：本计划没有设“逾期未销号升级红标”"),
        ("ol", FIRST | OVERDUE, "逾期未销号：没有黄标可升级"),
        ("xx/c", FIRST | BY_CLOSING, "没有黄标、红标可摘"),
    ],
)
def test_what_the_settings_do_not_allow_is_refused(signs, values, words) -> None:
    rules = flag_rules(values)
    due = replay(events(signs), rules)[-1].after
    with pytest.raises(RuleError, match=words) as refused:
        decide(events(signs), rules, due)

    assert refused.value.code == "flags.not_allowed"


@pytest.mark.req("Y-25", "Y-52")
@pytest.mark.parametrize(
    ("signs", "values", "flags", "why"),
    [
        ("xcx", FIRST, "yyr", "本计划的摘标条件不是销号"),
        ("xlo", FIRST, "yy-", "本计划没有设“逾期未销号升级红标”"),
        ("ocx", FIRST | BY_CLOSING, "--y", "没有黄标、红标可摘"),
        ("olx", FIRST | OVERDUE, "--y", "没有黄标可升级"),
    ],
)
def test_what_amended_rules_no_longer_know_stays_in_the_history_without_effect(
    signs, values, flags, why
) -> None:
    assert history(signs, values)[0] == flags
    noted = replay(events(signs), flag_rules(values))[1].trace
    assert noted["calculation"] == f"只作记录：{why}"


@pytest.mark.req("Y-25", "Y-26")
def test_closing_a_problem_of_last_year_leaves_this_years_flag() -> None:
    rules = flag_rules(FIRST | BY_CLOSING)
    told = [
        Event(Kind.FAILED, "2023年节点", 2023),
        Event(Kind.FAILED, "2024年节点1", 2024),
        Event(Kind.CLOSED, "2023年的问题", 2023),
    ]

    assert (standing(told, rules, 2024), standing(told, rules, 2023)) == (Flag.YELLOW, Flag.NONE)
    again = [*told, Event(Kind.FAILED, "2024年节点2", 2024)]
    assert replay(again, rules)[-1].move == Move.UPGRADED


@pytest.mark.req("Y-26", "Y-52")
def test_finance_sets_the_flag_that_follows_and_no_other() -> None:
    rules = flag_rules(FIRST)

    assert decide(events("xx"), rules, Flag.RED).move == Move.UPGRADED
    with pytest.raises(
        RuleError,
        match="2023年节点2 不合格：按“首次黄标、再次红标”，黄标之后应为红标，选的是黄标。",
    ) as refused:
        decide(events("xx"), rules, Flag.YELLOW)
    assert refused.value.data == {"due": "red"}
    with pytest.raises(RuleError, match="没有监控审核结论"):
        decide([], rules, Flag.NONE)


def test_a_flag_ends_with_its_year_unless_years_run_on() -> None:
    rules = flag_rules(FIRST)

    assert standing(events("x"), rules, 2023) == Flag.YELLOW
    assert standing(events("x"), rules, 2024) == Flag.NONE
    assert standing(events("x"), flag_rules(FIRST | ACROSS), 2024) == Flag.YELLOW
    assert standing([], rules, 2023) == Flag.NONE


@pytest.mark.req("Y-50")
@pytest.mark.parametrize(
    ("signs", "across", "year", "pair"),
    [
        ("xx", False, None, (1, 2)),
        ("xcx", False, None, (1, 3)),  # closing a rectification is no verdict
        ("xox", False, None, None),
        ("x/x", False, None, None),
        ("x/x", True, None, (1, 2)),
        ("xx/xx", False, 2024, (3, 4)),
        ("xx/xx", True, 2024, (2, 3)),
        ("", True, None, None),
    ],
)
def test_two_neighbouring_nodes_failed(signs, across, year, pair) -> None:
    found = failed_twice(events(signs), across_years=across, year=year)

    numbers = found and tuple(int(each.label.rpartition("点")[2]) for each in found)
    assert numbers == pair


def test_no_reading_of_the_flags_is_the_default() -> None:
    with pytest.raises(RuleError, match=r"“黄标、红标的判定”、“摘标的条件”.*：待本地确认"):
        flag_rules({})

    assert missing(FIRST, FLAGS) == []
    # how a red flag goes is not asked where no flag goes
    assert missing(FIRST | NEVER | {"monitoring.flag_red_clear": ""}, FLAGS) == []
    assert not flag_rules(FIRST | NEVER | {"monitoring.flag_red_clear": ""}).lowers_red


# --- against a tiny model -----------------------------------------------------------------------
def model(signs: str, n_first: int, lowers: bool) -> str:
    """Where a pass takes flags off, told as a walk: how many failures running, and the flag."""
    running, flag, found = 0, 0, ""
    for sign in signs:
        if sign == "x":
            running += 1
            flag = 2 if flag else max(flag, min(2, running - n_first + 1), 0)
        else:
            running = 0
            flag = 1 if lowers and flag == 2 else 0
        found += "-yr"[flag]
    return found


@pytest.mark.req("Y-26", "Y-52")
@given(st.text("ox", max_size=12), st.sampled_from([1, 2]), st.booleans())
def test_flags_equal_a_tiny_model(signs: str, n_first: int, lowers: bool) -> None:
    values = {1: FIRST, 2: TWICE}[n_first] | (STEPS_DOWN if lowers else {})

    assert history(signs, values)[0] == model(signs, n_first, lowers)


@pytest.mark.req("Y-26")
@given(st.text("ox", max_size=12), st.sampled_from([FIRST, TWICE]), st.booleans())
def test_counts_hold_together(signs: str, values: dict[str, str], lowers: bool) -> None:
    steps = replay(events(signs), flag_rules(values | (STEPS_DOWN if lowers else {})))
    moves = tally(steps)

    assert moves[Move.FIRST_YELLOW] <= 1
    assert moves[Move.FIRST_YELLOW] or not moves[Move.UPGRADED]
    assert all(one.after == other.before for one, other in pairwise(steps))
    is_open = bool(steps) and steps[-1].after != Flag.NONE
    n_set = moves[Move.FIRST_YELLOW] + moves[Move.YELLOW_AGAIN]
    assert n_set == moves[Move.CLEARED] + is_open


def test_a_plan_may_count_otherwise() -> None:
    """Rules are data: three failures running for yellow, five for red."""
    rules = replace(flag_rules(FIRST), yellow_after=3, red_after=5)

    assert [step.after for step in replay(events("xxx"), rules)][-1] == Flag.YELLOW
