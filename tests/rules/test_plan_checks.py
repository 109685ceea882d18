"""What stands against a plan, each with its task and sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from apps.rules.findings import Severity
from apps.rules.plan_checks import PlanFacts, TaskFacts, WindowFacts, check_plan

D = date
WINDOW = WindowFacts("5月节点", D(2024, 6, 1), D(2024, 6, 10), D(2024, 5, 31))
TASK = TaskFacts(
    code="monitoring",
    title="绩效监控",
    stage="monitoring",
    kind="monitoring.project",
    subject="project",
    evaluated_year=2024,
    clause="监控节点次月10日前报。",
    windows=[WINDOW],
    n_steps=1,
    reaches=True,
)
OWN = replace(TASK, code="up", title="审核上报监控结果", kind="materials", subject="section")


def found(*tasks: TaskFacts, **more: object) -> list[tuple[str, Severity]]:
    findings = check_plan(PlanFacts(year=2024, tasks=tasks, **more))  # type: ignore[arg-type]
    return [(finding.code.removeprefix("plan."), finding.severity) for finding in findings]


def with_window(**changes: object) -> TaskFacts:
    return replace(TASK, windows=[replace(WINDOW, **changes)])


def test_a_plan_in_order_has_no_findings() -> None:
    assert found(TASK, OWN) == []


def test_a_section_is_not_late_at_once() -> None:
    assert found(replace(OWN, windows=[replace(WINDOW, is_over=True)])) == []


def test_two_scopes_that_differ_are_no_finding() -> None:
    towns, bureaus = (
        replace(TASK, code=kind, scopes=frozenset({(False, "kind", kind)}))
        for kind in ("town", "department")
    )
    assert found(towns, bureaus) == []


def test_a_finding_names_task_sentence_and_days() -> None:
    (finding,) = check_plan(PlanFacts(2024, [with_window(closes=D(2024, 5, 30), opens=None)]))

    assert finding.path == "monitoring"
    assert finding.clause == "监控节点次月10日前报。"
    assert finding.message == "绩效监控：5月节点截止2024年5月30日早于数据截至2024年5月31日。"


BLOCKS = [
    ("empty", []),
    ("waiting", [replace(TASK, is_checked=False)]),
    ("open_setting", [replace(TASK, open_settings=["苏木镇是否纳入"])]),
    ("end_before_start", [with_window(opens=D(2024, 6, 11))]),
    ("node_year", [with_window(data_until=D(2025, 5, 31), opens=None, closes=D(2025, 6, 10))]),
    ("closes_before_node", [with_window(opens=None, closes=D(2024, 5, 30))]),
    ("reaches_nobody", [replace(TASK, subject="unit", reaches=False)]),
    ("reaches_nobody", [replace(TASK, subject="jurisdiction", reaches=False)]),
    ("twice", [TASK, replace(TASK, code="again", title="再监控")]),
    ("judged_too_soon", [TASK, replace(OWN, windows=[replace(WINDOW, closes=D(2024, 6, 9))])]),
]
HINTS = [
    ("no_window", [replace(TASK, windows=[])]),
    ("reaches_nobody", [replace(TASK, reaches=False)]),
    ("no_steps", [replace(TASK, n_steps=0)]),
    ("unknown_kind", [replace(TASK, is_known=False)]),
    ("no_date", [replace(TASK, windows=[WindowFacts("全年")])]),
    ("other_year", [with_window(closes=D(2026, 1, 1))]),
    ("other_year", [replace(TASK, windows=[WindowFacts("全年", closes=D(2023, 12, 31))])]),
    ("late_at_once", [with_window(is_over=True)]),
    (
        "twice_for_some",
        [TASK, replace(TASK, code="again", scopes=frozenset({(False, "kind", "department")}))],
    ),
    (
        "twice_for_some",
        [replace(TASK, scopes=frozenset({(False, "kind", "town")})), replace(TASK, code="again")],
    ),
    ("focus_outside", [with_window(focus_opens=D(2024, 5, 1))]),
    ("focus_outside", [with_window(focus_closes=D(2024, 7, 1))]),
    (
        "reviewed_too_late",
        [with_window(reviewed_by=D(2024, 6, 20)), replace(OWN, windows=[WINDOW])],
    ),
    (
        "judged_too_soon",
        [
            replace(TASK, windows=[WindowFacts("全年", closes=D(2024, 4, 20))]),
            replace(OWN, windows=[WindowFacts("全年", closes=D(2024, 4, 19))]),
        ],
    ),
]


@pytest.mark.parametrize(("code", "tasks"), BLOCKS)
@pytest.mark.req("U-58")
def test_what_cannot_be_worked_by_blocks(code: str, tasks: list[TaskFacts]) -> None:
    assert found(*tasks) == [(code, Severity.BLOCK)]


@pytest.mark.parametrize(("code", "tasks"), HINTS)
def test_what_is_worth_a_look_is_a_hint(code: str, tasks: list[TaskFacts]) -> None:
    assert found(*tasks) == [(code, Severity.HINT)]


@pytest.mark.parametrize(
    "other",
    [
        replace(TASK, code="b", scopes=frozenset({(False, "origin", "added")})),
        replace(TASK, code="b", kind="targets.project"),
        replace(TASK, code="b", evaluated_year=2023),
        replace(TASK, code="b", windows=[WindowFacts("8月", D(2024, 9, 1), D(2024, 9, 10))]),
        replace(TASK, code="b", windows=[WindowFacts("未定", waits=True)]),
    ],
)
def test_tasks_that_differ_in_one_thing_do_not_overlap(other: TaskFacts) -> None:
    assert "twice" not in [code for code, _ in found(TASK, other)]


def test_materials_of_two_names_may_run_side_by_side() -> None:
    one = replace(TASK, kind="materials")
    other = replace(one, code="b", title="另一项")

    assert found(one, other) == []
    assert found(one, replace(other, title=one.title)) == [("twice", Severity.BLOCK)]


def test_the_node_may_be_of_the_year_that_is_evaluated() -> None:
    task = replace(TASK, evaluated_year=2023, windows=[
        WindowFacts("2023年底", D(2024, 1, 5), D(2024, 3, 20), D(2023, 12, 31))
    ])  # fmt: skip

    assert found(task) == []


def test_open_parameters_of_the_plan_are_one_hint() -> None:
    titles = ["抽取比例", "扣减比例", "扣减基数", "评价周期"]

    (finding,) = check_plan(PlanFacts(2024, [TASK], titles))

    assert finding.severity == Severity.HINT
    assert finding.message.startswith("4个参数待本地确认：抽取比例、扣减比例、扣减基数等。")


def test_blocks_come_before_hints() -> None:
    tasks = [replace(TASK, n_steps=0), replace(TASK, code="b", is_checked=False, kind="x.y")]

    assert [severity for _, severity in found(*tasks)] == [Severity.BLOCK, Severity.HINT]
