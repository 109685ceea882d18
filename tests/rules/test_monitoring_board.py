"""How a filing begins and what changed in it; the figures of a node over many projects."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.rules.form_diff import ADDED, CHANGED, REMOVED, SAME
from apps.rules.monitoring import (
    Flag,
    Light,
    MoneyLine,
    Monitored,
    NodeForm,
    begin,
    budget_of,
    canonical,
    diff,
    figures,
    fitted,
    flows,
)
from apps.rules.monitoring.words import percent
from tests.rules.nodes import QUALITY, WAN, WORDED, form, node, row, target

D = Decimal
RED, YELLOW, GREEN = Light.RED, Light.YELLOW, Light.GREEN


# --- the form -----------------------------------------------------------------------------------
def test_a_filing_begins_with_the_promise_and_the_money_on_record() -> None:
    money = {"fiscal": 800 * WAN, "carryover": 50 * WAN, "other": 150 * WAN}
    started = begin([target(), WORDED], money, money, 500 * WAN)

    assert started.money == (
        MoneyLine("total", 1000 * WAN, 500 * WAN),
        MoneyLine("fiscal", 800 * WAN, None),  # nobody knows of which fund it was paid
        MoneyLine("other", 200 * WAN, None),
    )
    assert [(line.target, line.is_filled) for line in started.lines] == [
        (target(), False),
        (WORDED, False),
    ]
    assert budget_of(money) == {"total": 1000 * WAN, "fiscal": 800 * WAN, "other": 200 * WAN}


def test_of_a_single_fund_what_was_paid_is_known() -> None:
    money = {"fiscal": 800 * WAN, "other": D(0)}
    started = begin([], money, money, 100 * WAN)

    assert [(line.key, line.executed) for line in started.money] == [
        ("total", 100 * WAN),
        ("fiscal", 100 * WAN),
    ]


def test_without_a_budget_only_the_total_is_asked() -> None:
    assert budget_of({}) == {}
    assert begin([], {}, {}).money == (MoneyLine("total"),)


@pytest.mark.req("Y-114")
def test_a_project_added_within_the_year_has_its_fund_too() -> None:
    started = begin([], {"fiscal": D(0)}, {"fiscal": 300 * WAN}, 90 * WAN)

    assert started.money == (
        MoneyLine("total", D(0), 90 * WAN),
        MoneyLine("fiscal", D(0), 90 * WAN),
    )


@pytest.mark.req("Y-45")
def test_an_adjusted_promise_keeps_what_still_measures_the_same() -> None:
    typed = {"indicator:a.actual": "六十", "indicator:b.actual": "九", "money.total.executed": "x"}
    other = replace(QUALITY, key="b")
    old = form(row(reason="晚了"), row(other), unread=typed)
    raised, turned = target(value=D(150)), replace(other, unit="分")
    found = fitted(old, [raised, turned, replace(WORDED, key="c")])

    assert [(line.target, line.actual, line.reason) for line in found.lines] == [
        (raised, D(60), "晚了"),
        (turned, None, ""),
        (replace(WORDED, key="c"), None, ""),
    ]
    assert set(found.unread) == {"indicator:a.actual", "money.total.executed"}
    assert fitted(form(row()), [target(operator="定性", value=None)]).lines[0].actual is None


def test_the_hash_speaks_of_every_cell_and_of_the_promise() -> None:
    whole = form(row(), as_of=date(2024, 6, 30))
    others = [
        replace(whole, as_of=date(2024, 6, 29)),
        replace(whole, money=whole.money[:1]),
        replace(whole, unread={"as_of": "月底"}),
        form(row(actual=D("60.01"))),
        form(row(target(value=D(121)))),
        form(row(causes=("其他",))),
        form(row(is_not_due=True)),
        form(row(remark="已验收")),
    ]

    assert canonical(whole) == canonical(form(row(actual=D("60.00"))))
    assert len({canonical(each) for each in (whole, *others)}) == 1 + len(others)


def test_what_changed_between_two_versions() -> None:
    old = form(row(reason="晚了"), row(replace(WORDED, key="b"), band="达成"))
    new = form(row(actual=D(70), remark="已验收"))
    found = diff(old, new, node(6))
    kinds = {
        each.place: (each.kind, each.cells[0].old, each.cells[0].new)
        for section in found.sections
        for each in section.rows
        if each.kind != SAME
    }

    assert [section.title for section in found.sections] == ["基本信息", "项目资金", "绩效指标"]
    lead = "绩效指标 第1行 改造供水管网"
    assert kinds[f"{lead} 1–6月执行情况"] == (CHANGED, "60公里", "70公里")
    assert kinds[f"{lead} 备注"] == (ADDED, "", "已验收")
    assert kinds[f"{lead} 原因说明"] == (REMOVED, "晚了", "")
    assert kinds["绩效指标 第2行 建立管护制度 1–6月执行情况"] == (REMOVED, "达成", "")
    first = diff(None, new, node(6))
    assert first.n_changes == sum(
        1 for each in first.sections for one in each.rows if one.kind == ADDED
    )


def test_a_filing_that_did_not_change_has_no_change() -> None:
    assert diff(form(), form(), node(6)).n_changes == 0
    assert diff(NodeForm(), NodeForm(), node(6)).n_changes == 0


# --- the board ----------------------------------------------------------------------------------
def monitored(n: int, light: Light, flag: Flag = Flag.NONE, **more) -> list[Monitored]:
    return [Monitored(f"{light}{flag}{number}", light, flag, **more) for number in range(n)]


@pytest.mark.req("Y-16", "Y-25")
def test_the_figures_of_may_2023() -> None:
    each = {"executed": D(133_000_000) / 132, "budget": D(468_000_000) / 132}
    found = figures([*monitored(69, YELLOW, Flag.YELLOW, **each), *monitored(63, GREEN, **each)])

    assert (found.n_due, found.n_filed) == (132, 132)
    assert (found.lights[YELLOW], found.flags[Flag.YELLOW]) == (69, 69)
    assert percent(found.share(Flag.YELLOW)) == "52.27%"
    assert percent(found.rate) == "28.42%"
    assert found.flagged.quantize(D(1)) == D(244_636_364)


@pytest.mark.req("Y-18", "Y-26")
def test_the_figures_and_flows_of_august_2023() -> None:
    may = {f"p{n}": Flag.YELLOW if n < 69 else Flag.NONE for n in range(132)}
    august = {f"p{n}": Flag.NONE for n in range(321)}
    august |= {f"p{n}": Flag.RED for n in range(3)}
    august |= {f"p{n}": Flag.YELLOW for n in (*range(69, 73), *range(132, 146))}
    moved = flows(may, august)

    assert moved[(Flag.YELLOW, Flag.RED)] == 3
    assert moved[(Flag.YELLOW, Flag.NONE)] == 66
    assert moved[(Flag.NONE, Flag.YELLOW)] + moved[(None, Flag.YELLOW)] == 18
    found = figures([*monitored(3, RED), *monitored(18, YELLOW), *monitored(300, GREEN)])
    shares = [percent(found.share(light)) for light in (RED, YELLOW, GREEN)]
    assert shares == ["0.93%", "5.61%", "93.46%"]


def test_what_was_not_handed_in_counts_as_due_only() -> None:
    found = figures(
        [
            Monitored("a", GREEN, executed=D(5), budget=D(10)),
            Monitored("b", GREEN, executed=None, budget=D(90)),
            Monitored("c", is_filed=False, executed=D(1), budget=D(1)),
        ]
    )

    assert (found.n_due, found.n_filed) == (3, 2)
    assert (found.executed, found.budget, found.rate) == (D(5), D(100), D("0.5"))


def test_nothing_monitored_has_no_shares() -> None:
    found = figures([])

    assert (found.rate, found.share(RED), found.share(Flag.RED)) == (None, None, None)


sides = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(Flag))


@given(sides, sides)
def test_flows_lose_nobody(before, after) -> None:
    moved = flows(before, after)

    assert moved.total() == len({**before, **after})
    for flag in Flag:
        left = sum(n for (old, _), n in moved.items() if old == flag)
        reached = sum(n for (_, new), n in moved.items() if new == flag)
        assert left == list(before.values()).count(flag)
        assert reached == list(after.values()).count(flag)
