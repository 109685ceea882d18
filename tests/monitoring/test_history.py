"""The order of what happened over the nodes, and what of it moves a flag."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import pytest

from apps.core import clock
from apps.filings.models import Filing
from apps.monitoring import history
from apps.monitoring.models import NodeVerdict
from apps.rectification.models import Problem
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


def case(due_on: date, closed_at: datetime | None = None) -> Problem:
    return Problem(due_on=due_on, closed_at=closed_at)


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
    cases = {str(MAY.filing.public_id): case(date(2024, 12, 1), closed_at)}

    found, carried, _ = told([MAY, AUGUST], cases, CLOSING)

    assert (found, carried) == (labels, flag)


def test_a_closing_counts_for_nothing_where_a_pass_takes_the_flag_off():
    cases = {str(MAY.filing.public_id): case(date(2024, 12, 1), at(8, 1))}

    found, carried, _ = told([MAY], cases, FLAGS)

    assert (found, carried) == (["2024年5月监控"], Flag.YELLOW)


def test_a_day_that_went_by_makes_red_only_where_the_plan_says_so():
    cases = {str(MAY.filing.public_id): case(date(2024, 7, 31))}
    strict = {**FLAGS, "monitoring.flag_overdue": "是"}

    assert told([MAY], cases, FLAGS)[1] == Flag.YELLOW
    assert told([MAY], cases, strict)[1] == Flag.RED


def test_a_verdict_corrected_late_keeps_its_place():
    corrected = said(5, "合格", at(11, 5))

    found, carried, steps = told([corrected, AUGUST], {}, FLAGS)

    assert found == ["2024年5月监控", "2024年8月监控"]
    assert (carried, steps[0].after) == (Flag.YELLOW, Flag.NONE)
