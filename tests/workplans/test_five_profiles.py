"""The five bureaus' files: nothing numbered is missing, nothing is guessed, dates are as read."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.conf import settings

from apps.organizations.models import User
from apps.rules import dates, plan_dates
from apps.rules.dates import Kind, Reading
from apps.workplans import selectors, services
from apps.workplans.models import PlanTask, ReminderRule, RuleSetting, TaskWindow
from apps.workplans.profiles import SettingRow, WindowRow, usual_reminders
from tests.personas import client_of
from tests.workplans.five import NAMES, SOURCES, profile, windows
from tests.workplans.regions import settle

NOTICES = settings.BASE_DIR / "tests" / "data" / "notices"

NOT_THE_PROFILES = {  # what is numbered and no task, window, role or threshold of a year
    "B-40": "says that the text has no percentages and days: there is nothing to set",
    "Y-05": "a count of 2023 (trainings): a figure for the annual summary",
    "Y-06": "a count of 2023 (common indicators): a figure of the indicator library",
    "Y-07": "a count of 2023 (core indicators): a figure of the indicator library",
    "Y-09": "a count of 2023 (new projects passed): a figure for the annual summary",
    "Y-12": "a count of 2023 (projects from the start): the demo's figures",
    "Y-16": "a count of 2023 (May): the board's formula",
    "Y-18": "a count of 2023 (August): the board's formula",
    "Y-19": "a count of 2022 (self-evaluations): a figure for the annual summary",
    "Y-22": "a count of 2022 (key evaluations): a figure for the annual summary",
    "Y-23": "a count of 2022 (problems named): a figure for the annual summary",
    "W-19": "a count of 2022 (trainings): a figure for the annual summary",
    "W-20": "a count of 2022 (who came): a figure for the annual summary",
    "W-21": "a count of 2022 (indicators): a figure of the indicator library",
}
DOUBTS = {  # rows of the requirements that name a contradiction or leave something open
    "wulatezhongqi-2024": (
        "U-11 U-12 U-14 U-23 U-30 U-31 U-34 U-41 U-45 U-48 U-54 U-56 U-57 U-58 U-61"
    ),
    "qitai-2018": "Q-07 Q-09 Q-12 Q-16 Q-17 Q-18 Q-19 Q-22 Q-24 Q-25 Q-26 Q-29",
    "bayannaoer-2022": "B-01 B-15 B-18 B-23 B-29 B-33 B-34 B-36 B-43",
    "yuli-2024": (
        "Y-11 Y-14 Y-15 Y-20 Y-25 Y-29 Y-43 Y-50 Y-52 Y-54 Y-59 Y-65 Y-67 Y-70 Y-75 Y-80 Y-84 "
        "Y-88 Y-92 Y-97 Y-107 Y-108 Y-111 Y-112 Y-113 Y-114"
    ),
    "wulumuqi-2022": "W-01 W-08 W-11 W-12 W-14 W-16 W-17 W-28",
}
UNVERIFIED = [  # what nobody could verify, and the parameter that waits for it
    ("yuli-2024", "monitoring.deviation"),  # the region's own warning percentages
    ("wulatezhongqi-2024", "assessment.quarterly_items"),  # how 季季评 scores
    ("yuli-2024", "result.cut_medium"),
    ("yuli-2024", "result.cut_poor"),
    ("yuli-2024", "documents.five_mechanisms"),
    ("wulumuqi-2022", "assessment.excellent"),
    ("wulumuqi-2022", "assessment.very_good"),
    ("wulumuqi-2022", "assessment.good"),
    ("wulumuqi-2022", "assessment.fair"),
    ("wulatezhongqi-2024", "forms.samples"),
    ("bayannaoer-2022", "forms.samples"),
    ("yuli-2024", "targets.sheet_points"),
    ("yuli-2024", "digital.codes"),
    ("yuli-2024", "documents.national_update"),
]


def all_settings(name: str) -> list[SettingRow]:
    told = profile(name)
    return [*told.settings, *(row for task in told.tasks for row in task.settings)]


# --- numbers ----------------------------------------------------------------------------------
def test_every_number_is_in_its_profile_or_on_the_reasoned_list() -> None:
    with (settings.BASE_DIR / "docs" / "requirements.csv").open(encoding="utf-8") as file:
        numbers = {row["id"] for row in csv.DictReader(file)}
    carried = {
        number
        for name, (letter, _) in SOURCES.items()
        for number in profile(name).numbers()
        if number.startswith(letter)
    }

    assert carried | set(NOT_THE_PROFILES) == numbers
    assert carried & set(NOT_THE_PROFILES) == set()


# --- what the source leaves open --------------------------------------------------------------
@pytest.mark.req(
    "U-11", "U-12", "U-14", "U-23", "U-30", "U-31", "U-34", "U-41", "U-45", "U-48", "U-54", "U-56",
    "U-57",
    "U-58", "U-61", "Q-07", "Q-09", "Q-12", "Q-16", "Q-17", "Q-18", "Q-19", "Q-22", "Q-24", "Q-25",
    "Q-29", "B-01", "B-15", "B-18", "B-23", "B-29", "B-33", "B-34", "B-36", "W-01", "W-08", "W-11",
    "W-12", "W-14", "W-16", "W-17", "W-28", "Y-11", "Y-14", "Y-15", "Y-20", "Y-25", "Y-29", "Y-43",
    "Y-88", "Y-92", "Y-97", "Y-107", "Y-108", "Y-113", "Y-114",
)  # fmt: skip
@pytest.mark.parametrize("name", NAMES)
def test_each_doubt_is_a_parameter_without_a_value(name: str) -> None:
    waiting = {n for row in all_settings(name) if row.value is None for n in row.requirements}

    assert [number for number in DOUBTS[name].split() if number not in waiting] == []


@pytest.mark.parametrize(("name", "code"), UNVERIFIED)
def test_what_nobody_could_verify_waits_for_the_bureau(name: str, code: str) -> None:
    row = next(row for row in profile(name).settings if row.code == code)

    assert row.value is None


@pytest.mark.req("U-08")
def test_the_application_for_money_goes_with_the_targets() -> None:
    tasks = {task.code: task for task in profile("wulatezhongqi-2024").tasks}

    required = [slot.code for slot in tasks["targets.project"].slots if slot.required]
    assert required == ["application"]


@pytest.mark.parametrize("name", NAMES)
def test_an_open_parameter_says_what_must_be_decided(name: str) -> None:
    silent = [
        row.code
        for row in all_settings(name)
        if row.value is None and not re.search("要定|要核|取得", row.note)
    ]

    assert silent == []


@pytest.mark.parametrize("name", NAMES)
def test_late_filing_and_rolling_are_as_the_source_says_which_is_nothing(name: str) -> None:
    tasks = profile(name).tasks

    assert not any(task.accepts_late for task in tasks)
    assert {task.roll for task in tasks} == {PlanTask.Roll.KEEP}


@pytest.mark.parametrize("name", NAMES)
def test_a_value_is_of_its_type(name: str) -> None:
    kind = RuleSetting.Type
    for row in all_settings(name):
        if row.value is None:
            continue
        if row.value_type in (kind.NUMBER, kind.PERCENT, kind.MONEY):
            assert float(row.value) >= 0, row.code
        if row.value_type == kind.DAY:
            assert date.fromisoformat(row.value), row.code
        if row.value_type == kind.CHOICE:
            assert row.value in row.choices, row.code


@pytest.mark.req("U-14", "Y-70", "W-16", "Q-22")
def test_the_page_calls_what_is_open_by_its_name(db: None) -> None:
    told = profile("wulumuqi-2022")
    plan = services.load_profile(profile=told, actor=None)
    admin: User = settle(plan.jurisdiction, 2022)
    n_open = sum(row.value is None for row in told.settings)

    page = client_of(admin).get("/2022/plan/settings/").content.decode()

    assert f"待本地确认{n_open}项" in page
    assert "原文没有分数线；要定。" in page
    assert "可选：计入全年7次；不计入" in page


# --- the source's own words -------------------------------------------------------------------
def squeezed(text: str) -> str:
    """The text without what layout put into it."""
    return re.sub(r"[\s#*]+", "", text)


def quotes(name: str) -> Iterator[tuple[str, str]]:
    """Every place that claims to be the notice's words; “……” stands for what was left out."""
    told = profile(name)
    for row in told.settings:
        yield row.code, row.clause
    for event in told.events:
        yield event.code, event.clause
    for flow, steps in told.flows.items():
        yield from ((f"{flow}/{step.title}", step.clause) for step in steps)
    for task in told.tasks:
        yield task.code, task.clause
        yield task.code, task.responsible
        yield from ((task.code, window.phrase) for window in task.windows)
        yield from ((task.code, row.clause) for row in task.settings)


@pytest.mark.parametrize("name", NAMES)
def test_clauses_and_phrases_are_the_notices_own_words(name: str) -> None:
    notice = squeezed((NOTICES / SOURCES[name][1]).read_text(encoding="utf-8"))

    strange = [
        (where, part)
        for where, text in quotes(name)
        for part in text.split("……")
        if squeezed(part) not in notice
    ]

    assert strange == []


# --- dates ------------------------------------------------------------------------------------
CALENDAR = {Kind.range, Kind.deadline, Kind.point, Kind.nodes, Kind.as_of, Kind.period}
DAY = timedelta(days=1)


def read(window: WindowRow, year: int) -> list[Reading]:
    return [found.reading for found in dates.find(window.phrase, year=year)]


def ends(readings: list[Reading]) -> set[date | None]:
    """Last days that the phrase names."""
    return {day for reading in readings for day in (reading.end, *reading.deadlines)}


def nodes(window: WindowRow, readings: list[Reading], year: int) -> set[date | None]:
    """Days on which figures are cut off, named or of the series."""
    named = {day for reading in readings for day in (reading.end, *reading.nodes)}
    if window.kind == TaskWindow.Kind.RECURRING:
        named |= {each.ends for each in plan_dates.occurrences(window.series, year)}
    return named


WITH_PHRASE = [
    (name, code, window) for name in NAMES for code, window in windows(name) if window.phrase
]


@pytest.mark.req("U-10", "U-11", "U-18", "U-25", "U-26", "U-27", "U-31", "U-32", "U-34", "U-40")
@pytest.mark.req("U-44", "Q-18", "B-04", "Y-49", "Y-54", "Y-55", "Y-57", "Y-65", "Y-80", "Y-82")
@pytest.mark.req("Y-83", "Y-84", "Y-89", "Y-92", "Y-95")
@pytest.mark.parametrize(
    ("name", "code", "window"),
    [pytest.param(*case, id=f"{case[0]}/{case[1]}/{case[2].key}") for case in WITH_PHRASE],
)
def test_the_dates_are_those_that_are_read_from_the_phrase(
    name: str, code: str, window: WindowRow
) -> None:
    year = profile(name).plan.year
    readings = read(window, year)
    if any(reading.ambiguous for reading in readings):
        assert window.note, "what is ambiguous is marked for confirmation"
    if window.closes:
        assert window.closes in ends(readings)
    if window.data_until:
        assert window.data_until in nodes(window, readings, year)
    if window.opens and "演示推定" not in window.note:
        starts = {reading.start for reading in readings}
        starts |= {node + DAY for node in nodes(window, readings, year) if node}
        assert window.opens in starts
    if window.focus_opens:
        focus = {(reading.focus_start, reading.focus_end) for reading in readings}
        assert (window.focus_opens, window.focus_closes) in focus
    if not (window.opens or window.closes or window.data_until):
        assert not {reading.kind for reading in readings} & CALENDAR


@pytest.mark.parametrize("name", NAMES)
def test_a_date_that_no_phrase_gives_is_marked_and_so_is_a_window_without_one(name: str) -> None:
    unexplained = [
        (code, window.key)
        for code, window in windows(name)
        if not window.note and not window.closes and window.days_after is None
    ]
    unquoted = [
        (code, window.key)
        for code, window in windows(name)
        if (window.opens or window.closes) and not window.phrase and not window.note
    ]

    assert unexplained == []
    assert unquoted == []


# --- loading ----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", NAMES)
def test_it_loads_as_a_draft_and_again_without_a_change(db: None, name: str) -> None:
    told = profile(name)
    plan = services.load_profile(profile=told, actor=None)
    before = list(plan.tasks.values_list("pk", "public_id"))

    again = services.load_profile(profile=told, actor=None)

    assert again == plan
    assert list(again.tasks.values_list("pk", "public_id")) == before
    assert (again.fiscal_year, again.state) == (told.plan.year, "draft")
    rules = ReminderRule.objects.filter(plan=plan, task=None)
    assert rules.count() == len(usual_reminders())


@pytest.mark.parametrize("name", NAMES)
def test_every_unit_task_has_a_way_through_the_bureau(db: None, name: str) -> None:
    plan = services.load_profile(profile=profile(name), actor=None)

    without = [
        task.code
        for task in plan.tasks.exclude(subject_kind=PlanTask.SubjectKind.SECTION)
        if not selectors.steps_of(task)
    ]

    assert without == []
