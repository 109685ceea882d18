"""Where the plan says 抽审, what a closed sample left out passes together; else nothing does."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from apps.audit.models import Entry
from apps.core import clock
from apps.filings.models import Filing, Review, SampleDraw, State
from apps.filings.selectors.sampling import Scope
from apps.filings.selectors.unsampled import rest_of
from apps.filings.services import sample_checks, sampling, unsampled
from apps.projects.models import FundTag
from apps.rules.sampling import Design, Method
from apps.workplans.models import PlanTask, ReviewStep, RuleSetting
from tests import makers
from tests.filings.steps import at_second_desk, denied, refused
from tests.makers import MONDAY
from tests.personas import World, client_of, make_person, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.req("U-11", "U-54")]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture(scope="module")
def kept(module_rows: None) -> bytes:
    """Three on the second desk, one on the first; one drawn of the second three."""
    with clock.at(MONDAY):
        world = make_world()
        world.people["second"] = make_person(
            world, "second", "李二", "performance_reviewer", "performance"
        )
        made = [at_second_desk(world, makers.target_filing(world, n=n)) for n in (1, 2, 3)]
        made.append(makers.submitted(world, makers.target_filing(world, n=4)))
        task = PlanTask.objects.get(kind="targets.project")
        draw = sampling.prepare_sample(
            task=task,
            title="2024年目标抽审",
            design=Design(Method.SHARE, Decimal("0.5")),
            scope=Scope(),
            actor=world.people["performance_reviewer"],
        )
        draw = sampling.draw_sample(draw=draw, actor=world.people["plan_admin"])
        return pickle.dumps((world, made, task, draw))


@pytest.fixture
def world(db: None, kept: bytes) -> World:
    return pickle.loads(kept)[0]


@pytest.fixture
def task(db: None, kept: bytes) -> PlanTask:
    return pickle.loads(kept)[2]


@pytest.fixture
def draw(db: None, kept: bytes) -> SampleDraw:
    return SampleDraw.objects.select_related("task__plan").get(pk=pickle.loads(kept)[3].pk)


def settle(task: PlanTask, mode: str = "抽审", condition: str = "抽审结束后入库") -> None:
    """The plan's two parameters; an empty value is not decided."""
    for code, title, value in (
        ("targets.review_mode", "目标审核方式", mode),
        ("targets.unsampled", "未抽中目标的入库条件", condition),
    ):
        RuleSetting.objects.create(
            plan=task.plan,
            code=code,
            title=title,
            value=value,
            is_filled=bool(value),
            clause="旗财政局抽审绩效目标表",
        )


def close(world: World, draw: SampleDraw) -> None:
    """Everything drawn is checked and good."""
    sample_checks.assign_checkers(
        draw=draw, actor=world.people["plan_admin"], checkers=[world.people["second"]]
    )
    for item in draw.items.select_related("draw", "filing", "revision"):
        sample_checks.record_check(item=item, actor=world.people["second"], result="good")
    sampling.close_sample(draw=draw, actor=world.people["plan_admin"])
    draw.refresh_from_db()


def press(world: World, draw: SampleDraw, who: str = "performance_reviewer") -> list[Filing]:
    made = unsampled.pass_unsampled(draw=draw, actor=world.people[who])
    return [row.filing for row in made if not row.refusal]


def left_out(draw: SampleDraw) -> set[int]:
    """On the second desk and not drawn."""
    drawn = draw.items.values_list("filing", flat=True)
    rows = Filing.objects.filter(state=State.IN_REVIEW).exclude(pk__in=drawn)
    return set(rows.values_list("pk", flat=True))


def test_what_was_left_out_passes_with_the_remark_of_its_sample(world, task, draw):
    settle(task)
    close(world, draw)
    due, drawn = left_out(draw), set(draw.items.values_list("filing", flat=True))
    assert due

    passed = press(world, draw)

    assert {filing.pk for filing in passed} == due
    assert set(Filing.objects.filter(state=State.APPROVED).values_list("pk", flat=True)) == due
    assert not Filing.objects.filter(pk__in=drawn, state=State.APPROVED).exists()
    review = Review.objects.filter(revision__filing__in=due, step__position=2)[0]
    assert review.score is None
    for word in ("未抽中，批量通过，没有逐项打分", "“2024年目标抽审”", draw.seed, "抽审结束后入库"):
        assert word in review.opinion
    assert Entry.objects.filter(action="filings.pass_unsampled").count() == 1
    with refused("没有这次抽审未抽中"):
        press(world, draw)


def test_no_chain_of_the_trail_is_held_while_another_is_taken(world, task, draw):
    settle(task)
    close(world, draw)
    taken: dict[str, set[str]] = {}
    depth = len(connection.savepoint_ids)  # those of the test itself

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and 'FROM "audit_chain"' in sql:
            outermost = connection.savepoint_ids[depth]
            taken.setdefault(str(outermost), set()).update(map(str, params or ()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        assert press(world, draw)

    chains = [{name for name in names if ":" in name} for names in taken.values()]
    assert {len(names) for names in chains} == {1}
    assert len(set.union(*chains)) > 1


@pytest.mark.parametrize("mode", ["全审", "全审加抽审", None])
def test_where_all_are_reviewed_nothing_passes_without_its_own_review(world, task, draw, mode):
    if mode:
        settle(task, mode)
    close(world, draw)
    with refused("每件都要单独审核，不能批量通过"):
        press(world, draw)


@pytest.mark.parametrize(
    ("mode", "condition", "match"),
    [("", "抽审结束后入库", "目标审核方式”：未设定"), ("抽审", "", "入库条件”：未设定")],
)
def test_what_the_plan_did_not_decide_is_not_guessed(world, task, draw, mode, condition, match):
    settle(task, mode, condition)
    close(world, draw)
    with refused(match):
        press(world, draw)


def test_before_the_sample_is_checked_nothing_passes(world, task, draw):
    settle(task)
    with refused("这次抽审是“检查中”"):
        press(world, draw)


@pytest.mark.parametrize("who", ["plan_admin", "leader", "section_reviewer"])
def test_only_the_section_on_whose_desk_it_lies_lets_it_pass(world, task, draw, who):
    settle(task)
    close(world, draw)
    with denied("绩效科审核员"):
        press(world, draw, who)


def test_what_came_after_the_draw_has_its_own_review(world, task, draw):
    settle(task)
    later = at_second_desk(world, makers.target_filing(world, n=5))
    close(world, draw)
    assert later.pk not in {filing.pk for filing in press(world, draw)}


def test_what_another_sample_drew_has_its_own_review(world, task, draw):
    settle(task)
    close(world, draw)
    again = sampling.prepare_sample(
        task=task,
        title="再抽",
        design=Design(Method.SHARE, Decimal(1)),
        scope=Scope(),
        reason="领导要求",
        actor=world.people["performance_reviewer"],
    )
    sampling.draw_sample(draw=again, actor=world.people["plan_admin"])
    with refused("没有这次抽审未抽中"):
        press(world, draw)


def test_page_and_program_offer_it_and_say_what_stands_in_the_way(world, task, draw):
    client = client_of(world.people["performance_reviewer"])
    page = f"/2024/samples/{draw.public_id}/"
    assert "每件都要单独审核" in client.get(page).content.decode()
    settle(task)
    close(world, draw)
    shown = client.get(page).content.decode()
    assert 'value="pass_rest"' in shown
    told = client.post(page, {"act": "pass_rest"}, follow=True).content.decode()
    assert "未抽中的已通过" in told
    assert 'value="pass_rest"' not in told
    answer = client.post(f"/api/v1/2024/samples/{draw.public_id}/pass-unsampled/")
    assert (answer.status_code, answer.json()["code"]) == (409, "sampling.none_left")


def test_what_cannot_pass_keeps_nothing_behind(world, task, draw, monkeypatch):
    """Two are left out on the desk; the first of them would go on to two sections at once."""
    settle(task)
    admin, reviewer = world.people["plan_admin"], world.people["performance_reviewer"]
    sampling.void_sample(draw=draw, actor=admin, reason="重抽")
    one = sampling.prepare_sample(
        task=task,
        title="抽一件",
        design=Design(Method.COUNT, count=1),
        scope=Scope(),
        reason="重抽",
        actor=reviewer,
    )
    one = sampling.draw_sample(draw=one, actor=admin)
    close(world, one)
    ReviewStep.objects.create(
        task=task, position=3, title="归口科室确认", place="routed", role="section_reviewer"
    )
    first, second = [row.filing for row in rest_of(one, reviewer).ready][:2]
    tags = [FundTag.objects.get_or_create(code=code)[0] for code in ("衔接资金", "债券")]
    first.assignment.project.fund_tags.set(tags)
    monkeypatch.setattr(unsampled, "MOST", 1)

    made = unsampled.pass_unsampled(draw=one, actor=reviewer)

    assert [row.filing for row in made] == [first, second]
    assert ["两个科室" in row.refusal for row in made] == [True, False]
    second.refresh_from_db()
    assert second.step.position == 3
