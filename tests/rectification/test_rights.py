"""Who has to do with a problem: nobody judges the own answer, rights end with the office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from apps.core import clock
from apps.notifications.models import Message
from apps.organizations.models import Membership
from apps.rectification import screen, selectors, services
from apps.rectification.models import LISTED, Problem, Proof, State
from apps.rectification.services import Reference
from apps.rules.errors import RuleError
from tests import makers
from tests.makers import MONDAY
from tests.personas import SINCE, World, client_of
from tests.rectification.acting import PDF, act, answered, opened, proved

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


def also_reviewer(world: World, who: str) -> None:
    """The person now reviews in the section in charge, beside what they were."""
    Membership.objects.create(
        user=world.people[who],
        role="section_reviewer",
        jurisdiction=world.county,
        section=world.sections["agriculture"],
        starts_on=SINCE,
    )


def told(world: World, who: str, kind: str) -> bool:
    return Message.objects.filter(recipient=world.people[who], kind=kind).exists()


# --- closing ----------------------------------------------------------------------------------
@pytest.mark.trust("B01")
def test_who_answered_does_not_close(world):
    problem = answered(world, opened(world))
    also_reviewer(world, "filer")
    with pytest.raises(PermissionDenied, match="这次答复由您报出"):
        services.close(problem=problem, actor=act(world, "filer"), opinion="属实")

    problem.refresh_from_db()
    assert problem.state == State.ANSWERED
    assert "close" not in screen.acts_of(problem, act(world, "filer"))
    assert "close" in screen.acts_of(problem, act(world, "section_reviewer"))


@pytest.mark.trust("B01")
def test_who_brought_the_answers_proof_does_not_close(world):
    problem = proved(world, opened(world), "filer2")
    answered(world, problem, proof=False)
    also_reviewer(world, "filer2")
    with pytest.raises(PermissionDenied, match="佐证由您上传"):
        services.close(problem=problem, actor=act(world, "filer2"), opinion="属实")

    problem.refresh_from_db()
    assert problem.state == State.ANSWERED


def test_what_the_recheck_brought_before_a_return_is_no_remedy(world):
    problem = answered(world, opened(world), proof=False)
    reviewer = act(world, "section_reviewer")
    services.add_file(problem=problem, actor=reviewer, upload=PDF)
    problem = services.send_back(
        problem=problem, actor=reviewer, reason="现场未改", due_on=date(2024, 5, 20)
    )

    problem.refresh_from_db()
    shown = problem.steps.get(act="send_back").proofs.get()
    assert (shown.side, problem.n_proofs) == (Proof.Side.FINDING, 0)
    answered(world, problem, proof=False)
    assert not problem.steps.filter(act="answer").last().proofs.exists()
    with pytest.raises(RuleError, match="没有整改佐证"):
        services.close(problem=problem, actor=reviewer, opinion="属实")
    problem.refresh_from_db()
    assert problem.state == State.ANSWERED


# --- withdrawing ------------------------------------------------------------------------------
@pytest.mark.trust("B01")
@pytest.mark.parametrize(
    "change",
    [
        {"source": "audit"},
        {"source": "supervision"},
        {"source": "upper"},
        {"source": "other", "reference": Reference(LISTED, "n-1", "尉审报〔2024〕3号")},
    ],
)
def test_what_was_found_from_outside_a_section_does_not_withdraw(world, change):
    problem = opened(world, **change)
    with pytest.raises(PermissionDenied, match="外部检查的问题由绩效科或计划管理员撤销"):
        services.withdraw(problem=problem, actor=act(world, "section_reviewer"), reason="有误")

    problem.refresh_from_db()
    assert problem.state == State.OPEN
    assert "withdraw" not in screen.acts_of(problem, act(world, "section_reviewer"))


def test_who_opened_a_problem_hears_that_it_was_withdrawn(world):
    problem = opened(world, source="monitoring")
    services.withdraw(problem=problem, actor=act(world, "section_reviewer"), reason="有误")

    problem.refresh_from_db()
    assert problem.state == State.WITHDRAWN
    assert told(world, "performance_reviewer", "rectification.withdraw")
    assert told(world, "filer", "rectification.withdraw")
    assert not told(world, "plan_admin", "rectification.withdraw")


# --- the owner --------------------------------------------------------------------------------
@pytest.mark.trust("B13")
def test_an_owner_who_left_the_unit_hears_nothing_more(world):
    problem = opened(world, owner=world.people["filer2"])
    world.people["filer2"].memberships.update(revoked_at=MONDAY)
    services.extend(
        problem=problem, actor=act(world, "plan_admin"), reason="雨季", due_on=date(2024, 6, 3)
    )

    assert told(world, "filer", "rectification.extend")
    assert not told(world, "filer2", "rectification.extend")


def test_the_owner_is_somebody_who_may_answer(world):
    supervisor = world.people["supervisor"]
    with pytest.raises(RuleError, match="应为其中一人"):
        opened(world, owner=supervisor)
    assert not Problem.objects.exists()

    problem = opened(world)
    assert supervisor not in selectors.may_own(problem)
    assert {person.username for person in selectors.may_own(problem)} == {
        "filer",
        "filer2",
        "unit_head",
    }


# --- said twice -------------------------------------------------------------------------------
@pytest.mark.trust("G02")
def test_a_problem_registered_twice_stands_once(world):
    first = opened(world)
    with clock.at(MONDAY + timedelta(minutes=9)):
        assert opened(world) == first
    assert opened(world, title="另一件") != first
    assert opened(world, "plan_admin") != first
    assert Message.objects.filter(kind="rectification.open").count() == 9  # three of each

    with clock.at(MONDAY + timedelta(minutes=11)):
        assert opened(world) != first
    assert Problem.objects.count() == 4


@pytest.mark.trust("G02")
def test_what_is_settled_may_be_found_again(world):
    first = opened(world)
    services.withdraw(problem=first, actor=act(world, "plan_admin"), reason="单位选错")
    assert opened(world) != first


@pytest.mark.trust("G02")
def test_a_second_click_and_a_retry_show_the_problem_that_stands(world):
    project = makers.make_project(world, "water", 3, "水库")
    client = client_of(world.people["plan_admin"])
    said = {
        "unit": str(project.unit.public_id),
        "source": "audit",
        "title": "资金滞留",
        "text": "滞留超过一年",
        "severity": "minor",
    }
    page = [client.post("/2024/problems/new/", {**said, "project": "水库"}) for _ in range(2)]
    assert page[0].url == page[1].url
    body = {**said, "project": str(project.public_id)}
    again = client.post("/api/v1/2024/problems/", body, content_type="application/json")
    assert (again.status_code, Problem.objects.count()) == (201, 1)
    assert again.json()["public_id"] in page[0].url
