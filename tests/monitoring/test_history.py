"""The order of what happened over the nodes, and what of it moves a flag."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import pytest

from apps.core import clock
from apps.filings.models import Filing
from apps.monitoring import history
from apps.monitoring.models import NodeVerdict
from apps.rectification.course import Course, missed
from apps.rectification.models import Step
from apps.rules.monitoring import Flag, flag_rules, replay, standing
from tests.monitoring.acting import FLAGS

pytestmark = pytest.mark.django_db  # the clock is the database's
CLOSING = {**FLAGS, "monitoring.flag_clear": "销号后摘标"}


def at(month: int, day: int) -> datetime:
    return datetime(2024, month, day, 10, tzinfo=clock.ZONE)


def said(month: int, verdict: str, decided_at: datetime) -> NodeVerdict:
    return NodeVerdict(
        filing=Filing(public_id=UUID(int=month)),
        fiscal_year=2024,
        node_on=date(2024, month, 28),
        verdict=verdict,
        decided_at=decided_at,
    )


def case(
    opened_at: datetime, closed_at: datetime | None = None, missed_at: datetime | None = None
) -> Course:
    return Course(opened_at, closed_at, missed_at)


MAY, AUGUST = said(5, "不合格", at(6, 20)), said(8, "不合格", at(9, 20))


def told(verdicts, cases, settings):
    law = flag_rules(settings)
    with clock.at(at(12, 1)):
        found = history.events(verdicts, cases, law)
    return [event.label for event in found], standing(found, law, 2024), replay(found, law)


@pytest.mark.req("Y-25", "Y-26")
@pytest.mark.parametrize(
    ("closed_at", "labels", "flag"),
    [
        (at(8, 1), ["2024年5月监控", "2024年8月1日", "2024年8月监控"], Flag.RED),
        (at(10, 8), ["2024年5月监控", "2024年8月监控", "2024年10月8日"], Flag.NONE),
    ],
)
def test_a_closed_problem_counts_between_the_verdicts_given_before_and_after(
    closed_at, labels, flag
):
    cases = {str(MAY.filing.public_id): case(at(6, 20), closed_at)}

    found, carried, _ = told([MAY, AUGUST], cases, CLOSING)

    assert (found, carried) == (labels, flag)


def test_a_closing_counts_for_nothing_where_a_pass_takes_the_flag_off():
    cases = {str(MAY.filing.public_id): case(at(6, 20), at(8, 1))}

    found, carried, _ = told([MAY], cases, FLAGS)

    assert (found, carried) == (["2024年5月监控"], Flag.YELLOW)


def test_a_day_that_went_by_makes_red_only_where_the_plan_says_so():
    cases = {str(MAY.filing.public_id): case(at(6, 20), missed_at=at(8, 1))}
    strict = {**FLAGS, "monitoring.flag_overdue": "是"}

    assert told([MAY], cases, FLAGS)[1] == Flag.YELLOW
    assert told([MAY], cases, strict)[1] == Flag.RED


def test_a_verdict_corrected_late_keeps_its_place():
    corrected = said(5, "合格", at(11, 5))

    found, carried, steps = told([corrected, AUGUST], {}, FLAGS)

    assert found == ["2024年5月监控", "2024年8月监控"]
    assert (carried, steps[0].after) == (Flag.YELLOW, Flag.NONE)


def test_one_problem_closed_takes_no_flag_off_while_another_is_open():
    cases = {
        str(MAY.filing.public_id): case(at(6, 20), at(10, 8)),
        str(AUGUST.filing.public_id): case(at(9, 20)),
    }

    assert told([MAY, AUGUST], cases, CLOSING)[1] == Flag.RED

    cases[str(AUGUST.filing.public_id)] = case(at(9, 20), at(10, 20))
    assert told([MAY, AUGUST], cases, CLOSING)[1] == Flag.NONE


def test_the_problem_of_a_verdict_that_was_corrected_closes_nothing_else():
    cases = {str(MAY.filing.public_id): case(at(6, 20), at(10, 8))}

    assert told([said(5, "合格", at(11, 5)), AUGUST], cases, CLOSING)[1] == Flag.YELLOW


def test_the_same_verdict_given_again_does_not_move_what_happened_before():
    lowering = {**CLOSING, "monitoring.flag_red_clear": "降为黄标"}
    cases = {str(MAY.filing.public_id): case(at(6, 20), at(9, 25))}
    again = said(8, "不合格", at(11, 5))
    again.held_since = AUGUST.decided_at

    assert told([MAY, again], cases, lowering) == told([MAY, AUGUST], cases, lowering)


# --- a last day that went by --------------------------------------------------------------------
def step(act: str, on: datetime, due_on: date | None = None) -> Step:
    return Step(act=act, at=on, due_on=due_on)


OPENED = step("open", at(6, 20), date(2024, 7, 15))


@pytest.mark.req("Y-25")
@pytest.mark.parametrize(
    ("steps", "day"),
    [
        ([OPENED], 16),
        ([OPENED, step("answer", at(7, 10)), step("close", at(7, 20))], None),
        ([OPENED, step("answer", at(7, 10))], None),
        ([OPENED, step("answer", at(7, 18)), step("close", at(7, 20))], 16),
        ([OPENED, step("extend", at(7, 20), date(2024, 12, 30))], 16),
        ([OPENED, step("extend", at(7, 10), date(2024, 12, 30))], None),
        ([OPENED, step("answer", at(7, 10)), step("send_back", at(7, 18), date(2024, 7, 28))], 29),
        ([OPENED, step("refuse", at(7, 10))], 16),
    ],
)
def test_a_day_is_missed_only_while_the_unit_has_to_act_and_stays_missed(steps, day):
    found = missed(date(2024, 7, 15), steps, at(12, 1))

    assert found == (day and datetime(2024, 7, day, tzinfo=clock.ZONE))
