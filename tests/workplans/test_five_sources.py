"""The main points of each of the five sources, as a careful reader would look for them."""

from __future__ import annotations

from datetime import date

import pytest

from apps.rules import plan_dates
from apps.workplans.models import TaskWindow
from tests.workplans.five import profile, windows


@pytest.mark.req("U-40")
def test_the_whole_year_has_its_months_of_concentration() -> None:
    window = next(w for code, w in windows("wulatezhongqi-2024") if code == "pre-assessment.county")

    assert (window.opens, window.closes) == (date(2024, 1, 1), date(2024, 12, 31))
    assert (window.focus_opens, window.focus_closes) == (date(2024, 3, 1), date(2024, 8, 31))


@pytest.mark.req("U-05")
def test_the_banner_tells_main_from_secondary_duties() -> None:
    of_units = [task for task in profile("wulatezhongqi-2024").tasks if task.subject != "section"]
    main = {task.code for task in of_units if task.main and "U-05" in task.requirements}
    secondary = {task.code for task in of_units if not task.main}

    assert main == {
        "targets.summary",
        "targets.project",
        "monitoring.project",
        "self-evaluation.project",
        "self-evaluation.unit",
        "disclosure.self-evaluation",
        "evaluation.department",
        "disclosure.department-evaluation",
        "transfers.self-evaluation",
    }
    assert secondary == {
        "pre-assessment.materials",
        "evaluation.key-materials",
        "evaluation.key-rectification",
    }


@pytest.mark.req("U-24")
def test_one_report_and_three_tables_are_asked_for() -> None:
    tasks = {task.code: task for task in profile("wulatezhongqi-2024").tasks}
    slots = tasks["self-evaluation.unit"].slots

    assert [slot.code for slot in slots if slot.required] == [
        "report",
        "unit_table",
        "project_table",
        "summary",
    ]


@pytest.mark.req("Q-16", "Q-27", "B-13", "W-04", "W-14", "U-13", "U-37")
@pytest.mark.parametrize(
    ("name", "code", "n_items"),
    [
        ("wulatezhongqi-2024", "target_three_checks", 3),
        ("wulatezhongqi-2024", "pre_assessment_three", 3),
        ("qitai-2018", "whole_unit_six", 6),
        ("qitai-2018", "pre_assessment_five", 6),  # five dimensions, and the policy it rests on
        ("bayannaoer-2022", "pre_assessment_review", 5),
        ("wulumuqi-2022", "target_five_points", 6),  # five points, and 细化量化
        ("wulumuqi-2022", "assessment_eight", 8),
    ],
)
def test_a_sheet_has_the_points_that_the_source_names(name: str, code: str, n_items: int) -> None:
    sheet = next(sheet for sheet in profile(name).sheets if sheet.code == code)

    assert len(sheet.items) == n_items
    assert sheet.bands == []  # no source gives these sheets' limits


@pytest.mark.req("Q-27", "B-13")
@pytest.mark.parametrize("name", ["qitai-2018", "bayannaoer-2022"])
def test_targets_pass_the_superior_unit_and_then_the_bureau(name: str) -> None:
    steps = profile(name).flows["targets"]

    assert [(step.place, step.role) for step in steps] == [
        ("supervisor", "supervisor"),
        ("performance", "performance_reviewer"),
    ]


@pytest.mark.req("W-01")
def test_the_road_map_has_the_rows_that_the_source_names_and_says_how_many_there_are() -> None:
    told = profile("wulumuqi-2022")
    rows = {row.code: row.value for row in told.settings}

    assert rows["roadmap.rows"] == "20"
    assert rows["roadmap.aspects"] is None
    assert len(told.tasks) < 20


@pytest.mark.req("Q-12", "Q-16", "Q-21", "Q-31", "B-05", "W-07", "W-12", "Y-61", "Y-80", "Y-86")
@pytest.mark.parametrize(
    ("name", "code", "event", "days"),
    [
        (
            "wulatezhongqi-2024",
            "disclosure.department-evaluation",
            "final_accounts_published",
            None,
        ),
        ("qitai-2018", "targets.unit", "budget_approved", None),
        ("qitai-2018", "self-evaluation.project", "budget_preparation", None),
        ("qitai-2018", "targets.to-congress", "budget_to_congress", 0),
        ("qitai-2018", "disclosure.targets", "budget_published", 0),
        ("bayannaoer-2022", "disclosure.targets", "budget_published", 0),
        ("bayannaoer-2022", "self-evaluation.unit", "final_accounts_reported", 0),
        ("wulumuqi-2022", "targets.unit", "budget_approved", None),
        ("yuli-2024", "targets.unit", "budget_approved", None),
        ("yuli-2024", "evaluation.to-congress", "final_accounts_draft", 0),
        ("yuli-2024", "disclosure.evaluation", "final_accounts_published", 0),
    ],
)
def test_what_an_event_starts_waits_for_its_date(
    name: str, code: str, event: str, days: int | None
) -> None:
    task = next(task for task in profile(name).tasks if task.code == code)
    (window,) = task.windows

    assert (window.kind, window.event) == (TaskWindow.Kind.EVENT, event)
    assert (window.opens, window.closes, window.days_after) == (None, None, days)


@pytest.mark.req("Y-49", "Y-84")
def test_the_countys_ends_follow_from_their_rules() -> None:
    ruled = [window for _, window in windows("yuli-2024") if window.day is not None]

    assert {window.kind for window in ruled} == {"node", "recurring"}
    for window in ruled:
        if window.data_until:
            reckoned = plan_dates.after_node(
                window.data_until, window.months_after or 0, window.day or 0
            )
            assert window.closes == reckoned, window.key


@pytest.mark.req("U-02", "Q-01", "B-02", "Y-01", "Y-68", "Y-109")
@pytest.mark.parametrize(
    ("name", "code", "document"),
    [
        ("wulatezhongqi-2024", "duties.unit", "乌中政办发〔2021〕15号"),
        ("qitai-2018", "pre-assessment.project", "新党发［2018］30号"),
        ("bayannaoer-2022", "system.built", "中发〔2018〕34号"),
        ("bayannaoer-2022", "system.built", "内财监〔2019〕1343号"),
        ("yuli-2024", "result.measures", "尉财发〔2023〕4号"),
    ],
)
def test_a_task_names_the_document_it_stands_on(name: str, code: str, document: str) -> None:
    told = profile(name)
    numbers = {row.code: row.number for row in told.documents}
    task = next(task for task in told.tasks if task.code == code)

    assert document in {numbers[each] for each in task.basis}
