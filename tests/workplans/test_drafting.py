"""What a notice says of a duty as a task's row: rules of windows, amounts, what is noted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.rules.notices import (
    Attachment,
    Category,
    Certainty,
    DraftTask,
    DraftWindow,
    Parameter,
    Said,
    Span,
    Stage,
    Subject,
    WindowKind,
)
from apps.workplans.services.reading.drafting import Drafted, codes_for, drafted, rule_of

SPAN = Span(3, 9)
TASK = DraftTask(
    title=Said("报材料", SPAN),
    stage=Said(Stage.MATERIALS, None),
    subject=Said(Subject.UNIT, None),
    category=Said(Category.MAIN, None),
    clause="每月报材料。",
    span=SPAN,
    certainty=Certainty.CERTAIN,
)


def draft(**changes: Any) -> Drafted:
    task = replace(TASK, **changes)
    return drafted(task, code="one", year=2024, section_of={"绩效科": "jxk"}.get)


def window(kind: WindowKind, **more: Any) -> DraftWindow:
    return DraftWindow(kind, "原文时间", SPAN, **more)


def days(found: Drafted) -> list[tuple[str, Any, Any, Any]]:
    return [(w.key, w.opens, w.closes, w.data_until) for w in found.row.windows]


def test_what_is_not_said_is_left_empty_and_noted() -> None:
    found = draft()

    assert [(w.key, w.note) for w in found.row.windows] == [("2024", "原文没有写日期")]
    assert (found.row.responsible, found.row.section, found.row.doubt) == ("", None, "")
    assert found.read_from["stage"] == {"span": None, "certainty": "certain", "note": ""}
    assert found.read_from["task"]["span"] == [3, 9]


@pytest.mark.parametrize(
    ("stage", "said", "year", "certainty"),
    [
        (Stage.SELF_EVALUATION, None, 2023, "doubtful"),
        (Stage.EVALUATION, None, 2023, "doubtful"),
        (Stage.TARGETS, None, 2024, "likely"),
        (Stage.EVALUATION, Said(2022, SPAN), 2022, "certain"),
    ],
)
@pytest.mark.req("Y-54")
def test_an_evaluation_looks_back_a_year_and_asks(
    stage: Stage, said: Said[int] | None, year: int, certainty: str
) -> None:
    found = draft(stage=Said(stage, None), evaluated_year=said)

    assert found.row.evaluated_year == year
    assert found.read_from["evaluated_year"]["certainty"] == certainty


@pytest.mark.parametrize(
    ("category", "kind"),
    [(Category.MAIN, "targets.project"), (Category.SECONDARY, "materials")],
)
@pytest.mark.req("U-05")
def test_who_only_helps_hands_in_materials(category: Category, kind: str) -> None:
    found = draft(
        stage=Said(Stage.TARGETS, None),
        subject=Said(Subject.PROJECT, None),
        category=Said(category, None),
    )

    assert found.row.kind == kind


def test_sections_scope_and_reviews_are_kept_in_words() -> None:
    found = draft(
        section=Said("绩效科", SPAN),
        scope=Said("旗级部门", SPAN),
        reviews=(Said("财政局审核", SPAN), Said("再审", SPAN)),
        responsible=Said("各部门", SPAN),
        subject=Said(Subject.SECTION, None),
    )

    assert (found.row.section, found.row.level) == ("jxk", "finance")
    assert "旗级部门" in found.read_from["scopes"]["note"]
    assert "财政局审核" in found.read_from["steps"]["note"]
    assert "“债务科”本地没有" in draft(section=Said("债务科", SPAN)).row.doubt


def test_a_node_opens_the_day_after_and_keeps_its_rule() -> None:
    node = window(WindowKind.NODE, data_until=date(2024, 5, 31), closes=date(2024, 6, 10))
    bare = window(WindowKind.NODE, data_until=date(2024, 6, 30), note="没有写报送日期")

    found = draft(windows=(node, bare))

    assert days(found) == [
        ("2024-05", date(2024, 6, 1), date(2024, 6, 10), date(2024, 5, 31)),
        ("2024-06", None, None, date(2024, 6, 30)),
    ]
    first, second = found.row.windows
    assert (first.months_after, first.day) == (1, 10)
    assert (second.day, second.note) == (None, "没有写报送日期")


@pytest.mark.parametrize(
    ("node", "closes", "rule"),
    [
        (date(2024, 1, 31), date(2024, 2, 29), {"months_after": 1, "day": 31}),
        (date(2024, 3, 31), date(2025, 1, 1), {"months_after": 10, "day": 1}),
        (date(2024, 5, 31), date(2024, 4, 1), {}),
        (date(2024, 5, 31), date(2027, 1, 1), {}),
    ],
)
def test_the_rule_between_a_node_and_its_end(
    node: date, closes: date, rule: dict[str, int]
) -> None:
    assert rule_of(node, closes) == rule


def test_an_event_waits_and_months_are_for_a_person() -> None:
    found = draft(
        windows=(
            window(WindowKind.EVENT, event="预算批复", offset_days=20, working_days=True),
            window(WindowKind.EVENT, offset_months=1),
        )
    )

    first, second = found.row.windows
    assert (first.days_after, first.in_working_days, first.closes) == (20, True, None)
    assert "1个月，要定日数" in second.note
    assert found.events == {"2024": "预算批复", "2024-2": "原文时间"}


@pytest.mark.req("Y-84")
def test_a_series_has_the_names_of_its_periods() -> None:
    ends = (date(2024, 7, 15), date(2025, 1, 15))
    rows = tuple(window(WindowKind.RECURRING, recurrence="half", closes=end) for end in ends)

    found = draft(windows=rows)

    assert [(w.key, w.label, w.series) for w in found.row.windows] == [
        ("2024H1", "上半年", "half"),
        ("2024H2", "下半年", "half"),
    ]
    assert [(w.months_after, w.day, w.opens) for w in found.row.windows] == [(1, 15, None)] * 2


def test_a_series_without_dates_waits_for_them() -> None:
    rows = tuple(window(WindowKind.RECURRING, recurrence="half") for _ in range(2))

    found = draft(windows=rows)

    assert [(w.key, w.note) for w in found.row.windows] == [
        ("half-1", "原文没有写日期"),
        ("half-2", "原文没有写日期"),
    ]
    weekly = draft(windows=(window(WindowKind.RECURRING, recurrence="weekly"),)).row.windows[0]
    assert (weekly.kind, weekly.series, weekly.note) == ("recurring", "weekly", "原文没有写日期")


@pytest.mark.parametrize(
    ("value", "unit", "kept", "kind", "kept_unit"),
    [
        ("20", "%", "20", "percent", "%"),
        ("50", "万元", "500000", "money", "元"),
        ("1.5", "亿元", "150000000", "money", "元"),
        ("300", "元", "300", "money", "元"),
        ("90", "分", "90", "number", "分"),
    ],
)
@pytest.mark.req("Y-37", "Y-55", "Y-77")
def test_thresholds_are_kept_in_their_types(
    value: str, unit: str, kept: str, kind: str, kept_unit: str
) -> None:
    found = draft(parameters=(Parameter(Decimal(value), unit, "不低于", "不低于这么多", SPAN),))

    (row,) = found.row.settings
    assert (row.value, row.value_type, row.unit, row.note) == (kept, kind, kept_unit, "不低于")
    assert found.read_from["setting:p-1"]["span"] == [3, 9]


def test_files_are_demanded_where_the_notice_is_sure() -> None:
    found = draft(
        attachments=(Attachment("报告", SPAN), Attachment("台账", SPAN, Certainty.LIKELY))
    )

    assert [(s.title, s.required) for s in found.row.slots] == [("报告", True), ("台账", False)]


def test_long_words_are_cut_to_their_columns() -> None:
    found = draft(title=Said("长" * 300, SPAN), clause="句" * 3000, notes=("疑" * 300,))

    assert (len(found.row.title), len(found.row.clause), len(found.row.doubt)) == (100, 2000, 200)
    assert found.row.title.endswith("…")


def test_codes_are_free_ones() -> None:
    assert codes_for([TASK, TASK], ["materials-1"]) == ["materials-2", "materials-3"]
