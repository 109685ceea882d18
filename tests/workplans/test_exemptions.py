"""Excused for a time: owed again the day after, with trail and notice."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from apps.audit.models import Entry
from apps.core import clock
from apps.notifications.models import Message
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import services, tasks
from apps.workplans.models import Assignment, PlanTask
from tests.personas import client_of

JUNE = date(2024, 6, 14)


@pytest.fixture
def owed(april: datetime, unit_task: PlanTask) -> Assignment:
    services.assign(task=unit_task, on=date(2024, 4, 10), actor=None, kinds={"materials"})
    return Assignment.objects.get(unit__code="201", window__key="2024Q2")


@pytest.mark.trust("G11")
def test_it_is_owed_again_the_day_after(owed: Assignment, plan_admin: User, filer: User) -> None:
    others = list(Assignment.objects.exclude(pk=owed.pk).order_by("pk").values())
    services.exempt(assignment=owed, reason="机构改革", until=JUNE, actor=plan_admin)
    assert owed not in Assignment.objects.owed()

    assert services.end_exemptions(on=JUNE) == 0, "its last day is still free"
    assert services.end_exemptions(on=date(2024, 6, 15)) == 1
    assert services.end_exemptions(on=date(2024, 6, 15)) == 0

    owed.refresh_from_db()
    assert (owed.exempt_reason, owed.exempt_until) == ("", None)
    assert owed in Assignment.objects.owed()
    assert list(Assignment.objects.exclude(pk=owed.pk).order_by("pk").values()) == others
    line = Entry.objects.get(action="workplans.exemption_ended")
    assert (line.actor_id, line.data) == (None, {"until": "2024-06-14", "was": "机构改革"})
    told = Message.objects.filter(recipient=filer).order_by("pk")
    assert "2024年6月14日前不用报" in told[0].title
    assert "豁免到期，要报，2024年7月1日24:00截止" in told[1].title


@pytest.mark.trust("G11")
def test_what_comes_back_late_says_so(owed: Assignment, plan_admin: User, filer: User) -> None:
    services.cancel(assignment=owed, reason="重复", actor=plan_admin)
    with clock.at(clock.start_of(date(2024, 7, 2))):
        services.restore(assignment=owed, reason="不重复", actor=plan_admin)
        services.exempt(assignment=owed, reason="机构改革", actor=plan_admin)
    with clock.at(clock.start_of(date(2024, 7, 3))):
        services.unexempt(assignment=owed, reason="没有改", actor=plan_admin)

    told = Message.objects.filter(recipient=filer, kind="workplans.unexempted").order_by("pk")
    assert len(told) == 2
    assert all("2024年7月1日24:00截止，截止已过" in message.title for message in told)


def test_beat_ends_what_is_over(owed: Assignment, plan_admin: User) -> None:
    services.exempt(assignment=owed, reason="x", until=date(2024, 4, 10), actor=plan_admin)
    assert tasks.end_exemptions() == 0


@pytest.mark.parametrize(
    ("until", "says"),
    [
        (date(2024, 4, 9), "不能早于今天"),
        (date(2024, 7, 1), "应早于截止日2024年7月1日"),
        (date(2024, 8, 1), "应早于截止日2024年7月1日"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(
    owed: Assignment, plan_admin: User, until: date, says: str
) -> None:
    with pytest.raises(RuleError, match=says):
        services.exempt(assignment=owed, reason="x", until=until, actor=plan_admin)
    owed.refresh_from_db()
    assert (owed.exempt_reason, owed.exempt_until) == ("", None)


def test_taking_it_back_early_forgets_the_day(owed: Assignment, plan_admin: User) -> None:
    services.exempt(assignment=owed, reason="x", until=JUNE, actor=plan_admin)
    services.unexempt(assignment=owed, reason="提前完成", actor=plan_admin)
    owed.refresh_from_db()
    assert owed.exempt_until is None
    with pytest.raises(RuleError, match="没有豁免"):
        services.unexempt(assignment=owed, reason="x", actor=plan_admin)


def test_what_is_void_is_neither_extended_nor_excused(owed: Assignment, plan_admin: User) -> None:
    services.cancel(assignment=owed, reason="重复", actor=plan_admin)
    for act in (
        lambda: services.exempt(assignment=owed, reason="x", actor=plan_admin),
        lambda: services.cancel(assignment=owed, reason="x", actor=plan_admin),
    ):
        with pytest.raises(RuleError, match="已撤销（重复）"):
            act()


def test_the_page_excuses_for_a_time(owed: Assignment, plan_admin: User) -> None:
    page = client_of(plan_admin)
    url = f"/2024/assignments/{owed.public_id}/exempt/"
    assert page.post(url, {"reason": "x", "until": "2024-07-02"}).status_code == 422
    assert page.post(url, {"reason": "机构改革", "until": "2024-06-14"}).status_code == 302
    assert "（到2024年6月14日）" in page.get(f"/2024/plan/{owed.task.public_id}/").text
    assert "豁免到" not in page.get(url).text
    assert page.post(url, {"reason": "提前"}).status_code == 302
    answer = page.post(
        f"/api/v1/assignments/{owed.public_id}/exemption/",
        {"reason": "机构改革", "until": "2024-06-14"},
        content_type="application/json",
    )
    assert answer.json()["exempt_until"] == "2024-06-14"
