"""What is decided about a project's money: proposed, approved by another, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from apps.audit.models import Entry
from apps.core import clock
from apps.jobs.models import Job
from apps.jobs.services import run_one
from apps.notifications.models import Message
from apps.organizations.models import Unit, User
from apps.projects import controls
from apps.rectification import decision_screen, letter, selectors, services
from apps.rectification.models import PaymentDecision, Problem
from apps.rectification.selectors import DecisionsAsked
from apps.rules.errors import RuleError
from apps.workplans.models import Plan, RuleSetting
from tests import makers
from tests.makers import MONDAY
from tests.personas import World, client_of
from tests.rectification.acting import (
    act,
    asked,
    decided,
    opened,
    proposed,
    settle_decisions,
)

pytestmark = pytest.mark.django_db
TOLD = "rectification.decision_"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture
def plan(world: World) -> Plan:
    made = makers.make_plan(world)
    settle_decisions(made)
    return made


@pytest.fixture
def problem(world: World, plan: Plan) -> Problem:
    return opened(world, project=makers.make_project(world), severity="serious")


def on(month: int, day: int) -> datetime:
    return datetime(2024, month, day, 9, tzinfo=clock.ZONE)


def state_of(problem: Problem) -> str:
    project = problem.project
    assert project is not None
    return selectors.payment_state(project, 2024)


def told(who: User, what: str) -> list[str]:
    rows = Message.objects.filter(recipient=who, kind=f"{TOLD}{what}").order_by("id")
    return [message.title for message in rows]


def nothing_decided() -> bool:
    return not PaymentDecision.objects.exists() and not Message.objects.filter(
        kind__startswith=TOLD
    )


# --- the way of a decision --------------------------------------------------------------------
@pytest.mark.req("Q-20", "Y-17")
def test_a_hold_is_proposed_approved_by_another_and_lifted(world, problem):
    made = proposed(world, problem)
    assert (made.state, made.clause) == ("proposed", "暂停资金拨付")
    assert told(world.people["budget_officer"], "ask")
    assert not told(world.people["filer"], "made")
    assert state_of(problem) == "正常拨付"

    made = services.approve_decision(
        decision=made, actor=act(world, "budget_officer"), opinion="同意"
    )
    assert told(world.people["filer"], "made") == [f"资金处置：{problem.project} 暂缓拨付"]
    assert state_of(problem) == "正常拨付"  # from its day on
    with clock.at(on(4, 10)):
        assert state_of(problem) == "暂缓拨付"

    with clock.at(on(5, 6)):
        back = services.reverse_decision(
            decision=made,
            actor=act(world, "section_reviewer"),
            reason="已整改",
            effective_on=date(2024, 5, 8),
        )
        assert (back.kind, back.reverses, back.amount) == ("恢复拨付", made, made.amount)
        services.approve_decision(decision=back, actor=act(world, "budget_officer"))
        assert state_of(problem) == "暂缓拨付"
    with clock.at(on(5, 8)):
        assert state_of(problem) == "正常拨付"
        assert controls.payment_state(problem.project, 2024) == "正常拨付"
    acts = ["propose_decision", "approve_decision", "reverse_decision", "approve_decision"]
    rows = Entry.objects.filter(action__endswith="_decision").order_by("id")
    assert [row.action.split(".")[1] for row in rows] == acts


def test_what_is_not_approved_does_nothing(world, problem):
    made = services.refuse_decision(
        decision=proposed(world, problem, effective_on=MONDAY.date()),
        actor=act(world, "budget_officer"),
        opinion="先催办",
    )

    assert made.state == "refused"
    assert state_of(problem) == "正常拨付"
    assert told(world.people["section_reviewer"], "refused")
    proposed(world, problem)  # and may be asked for again


@pytest.mark.req("Y-17")
def test_kinds_stand_beside_each_other_and_a_place_adds_its_own(world, problem):
    decided(world, problem, effective_on=MONDAY.date())
    decided(world, problem, kind="停止拨付", effective_on=MONDAY.date())
    decided(world, problem, kind="约谈负责人", lift_when="", effective_on=MONDAY.date())

    assert state_of(problem) == "停止拨付"
    assert selectors.standing_decisions(problem.project, 2024).count() == 3


def test_a_change_for_outside_causes_sends_the_unit_to_its_targets(world, problem):
    made = decided(world, problem, kind="调减预算", cause="客观因素", lift_when="")

    assert made.asks_new_promise
    body = Message.objects.filter(kind=f"{TOLD}made", recipient=world.people["filer"]).get().body
    assert "申请调整绩效目标" in body


# --- rights -----------------------------------------------------------------------------------
@pytest.mark.trust("B01")
@pytest.mark.parametrize(
    "who", ["filer", "unit_head", "leader", "observer", "other_section_reviewer", "sys_admin"]
)
def test_others_do_not_propose(world, problem, who):
    with pytest.raises(PermissionDenied):
        proposed(world, problem, who)

    assert nothing_decided()


def test_the_money_of_a_unit_as_a_whole_is_not_held_back(world, plan):
    with pytest.raises(PermissionDenied):
        proposed(world, opened(world))

    assert nothing_decided()


@pytest.mark.trust("B01")
@pytest.mark.parametrize("who", ["performance_reviewer", "leader", "plan_admin", "filer"])
def test_only_the_role_of_the_plan_approves(world, problem, who):
    made = proposed(world, problem)
    for service in (services.approve_decision, services.refuse_decision):
        with pytest.raises(PermissionDenied, match="预算科"):
            service(decision=made, actor=act(world, who), opinion="同意")

    made.refresh_from_db()
    assert made.state == "proposed"


def test_two_persons_decide_where_the_plan_says_so_and_one_where_not(world, plan, problem):
    made = proposed(world, problem, "budget_officer")
    with pytest.raises(PermissionDenied, match="另一人"):
        services.approve_decision(decision=made, actor=act(world, "budget_officer"))
    made.refresh_from_db()
    assert made.state == "proposed"

    settle_decisions(plan, two="否")
    services.approve_decision(decision=made, actor=act(world, "budget_officer"))


def test_a_proposal_exists_for_the_bureau_alone(world, problem):
    made = proposed(world, problem)

    def seen(who: str) -> bool:
        rows = PaymentDecision.objects.visible_to(act(world, who))
        return bool(rows.filter(pk=made.pk))

    inside = ("section_reviewer", "performance_reviewer", "budget_officer", "leader", "plan_admin")
    assert all(seen(who) for who in inside)
    unit = ("filer", "supervisor", "observer")
    assert not any(seen(who) for who in (*unit, "stranger", "other_section_reviewer"))

    services.approve_decision(decision=made, actor=act(world, "budget_officer"))
    assert all(seen(who) for who in unit)
    assert not seen("stranger")
    Unit.objects.filter(pk=problem.unit_id).update(is_classified=True)
    assert not seen("plan_admin")


# --- content ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"kind": "减缓拨付"}, "应为暂缓拨付"),
        ({"kind": "恢复拨付"}, "不在本年计划的种类里"),
        ({"cause": "客观因素"}, "同步调整绩效目标"),
        ({"amount": Decimal(0)}, "大于0"),
        ({"amount": Decimal("14200000.01")}, "不超过项目当年预算14200000.00元"),
        ({"effective_on": date(2024, 4, 7)}, "2024-04-08"),
        ({"effective_on": date(2026, 1, 1)}, "2025-12-31"),
        ({"reason": " "}, "理由"),
        ({"lift_when": ""}, "解除条件"),
    ],
)
def test_a_proposal_must_be_sound(world, problem, said, message):
    with pytest.raises(RuleError, match=message):
        proposed(world, problem, **said)

    assert nothing_decided()


@pytest.mark.parametrize("code", ["decisions.kinds", "decisions.approver", "decisions.two_persons"])
def test_nothing_is_decided_before_the_plan_settled_how(world, plan, problem, code):
    RuleSetting.objects.filter(code=code).update(value="", is_filled=False)
    with pytest.raises(RuleError, match="未设定"):
        proposed(world, problem)

    assert nothing_decided()


def test_a_setting_that_says_something_else_is_named(world, plan, problem):
    settle_decisions(plan, approver="会计科")
    with pytest.raises(RuleError, match="会计科"):
        proposed(world, problem)
    Plan.objects.update(state=Plan.State.DRAFT)
    with pytest.raises(RuleError, match="没有已发布的计划"):
        proposed(world, problem)

    assert nothing_decided()


def test_one_proposal_of_a_kind_waits_and_a_hold_is_not_made_twice(world, problem):
    made = proposed(world, problem)
    with pytest.raises(RuleError, match="待批准"):
        proposed(world, problem)
    services.approve_decision(decision=made, actor=act(world, "budget_officer"))
    other = opened(world, project=problem.project, title="另一个问题")
    with pytest.raises(RuleError, match="先恢复"):
        proposed(world, other)

    assert PaymentDecision.objects.count() == 1


def test_a_decision_is_decided_and_taken_back_once(world, problem):
    made = decided(world, problem)
    with pytest.raises(RuleError, match="已批准"):
        services.approve_decision(decision=made, actor=act(world, "budget_officer"))

    def back(decision: PaymentDecision, day: date = date(2024, 4, 20)) -> Any:
        person = act(world, "section_reviewer")
        return services.reverse_decision(
            decision=decision, actor=person, reason="整改到位", effective_on=day
        )

    with pytest.raises(RuleError, match="不早于"):
        back(made, date(2024, 4, 9))
    first = back(made)
    with pytest.raises(RuleError, match="已经提出"):
        back(made)
    with pytest.raises(RuleError, match="只有已批准"):
        back(first)
    with pytest.raises(PermissionDenied):
        services.reverse_decision(
            decision=made, actor=act(world, "filer"), reason="好了", effective_on=date(2024, 5, 1)
        )
    assert PaymentDecision.objects.count() == 2


def test_a_problem_that_money_was_held_back_for_is_not_withdrawn(world, problem):
    proposed(world, problem)
    with pytest.raises(RuleError, match="资金处置"):
        services.withdraw(problem=problem, actor=act(world, "plan_admin"), reason="登记有误")

    problem.refresh_from_db()
    assert problem.state == "open"
    other = opened(world, project=problem.project, title="另一个问题")
    services.withdraw(problem=other, actor=act(world, "plan_admin"), reason="登记有误")
    with pytest.raises(RuleError, match="已撤销"):
        proposed(world, other, kind="收回资金")


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 0},
        {"state": "approved"},
        {"decided_at": MONDAY},
    ],
)
def test_the_database_refuses_half_a_decision(world, problem, change):
    made = proposed(world, problem)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentDecision.objects.filter(pk=made.pk).update(**change)


# --- pages ------------------------------------------------------------------------------------
def test_the_list_filters_and_its_workbook_holds_the_same(world, problem):
    decided(world, problem, effective_on=MONDAY.date())
    proposed(world, problem, kind="收回资金", lift_when="")
    person = act(world, "performance_reviewer")

    def kinds(**said: str) -> list[str]:
        rows = selectors.decisions(person, 2024, DecisionsAsked(**said))
        return [row.kind for row in rows.order_by("id")]

    assert kinds() == ["暂缓拨付", "收回资金"]
    assert kinds(state="standing") == kinds(kind="暂缓拨付") == ["暂缓拨付"]
    assert kinds(state="proposed") == ["收回资金"]
    assert kinds(text="饮水") == kinds(unit=str(problem.unit.public_id)) == kinds()
    assert kinds(text="没有这样的") == []

    client = client_of(person)
    assert "暂缓拨付" in client.get("/2024/payment-decisions/?state=standing").content.decode()
    answer = client.post("/2024/payment-decisions/export/", {"kind": "收回资金"})
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert any("收回资金" in row and 20 in row for row in rows)
    assert Entry.objects.filter(action="rectification.export_decisions").exists()


def test_pages_offer_what_the_person_may_do(world, problem):
    section, officer = (
        client_of(act(world, who)) for who in ("section_reviewer", "budget_officer")
    )
    here = f"/2024/problems/{problem.public_id}/"
    assert "提出资金处置" in section.get(here).content.decode()
    said = {
        "kind": "暂缓拨付", "cause": "执行偏离", "amount": "200000", "effective_on": "2024-04-08",
        "reason": "两个节点不合格",
    }  # fmt: skip
    refused = section.post(f"{here}payment/", said)
    assert (refused.status_code, PaymentDecision.objects.count()) == (422, 0)
    made = section.post(f"{here}payment/", {**said, "lift_when": "下一节点合格"})
    page = made["Location"]
    assert "待预算科批准。" in section.get(page).content.decode()
    assert officer.post(page, {"act": "refuse", "opinion": ""}).status_code == 422
    assert officer.post(page, {"act": "approve", "opinion": "同意"}).status_code == 302
    assert officer.post(page, {"act": "approve"}).status_code == 422
    assert officer.post(page, {"act": "none"}).status_code == 409

    dossier = f"/2024/projects/{problem.project.public_id}/"
    for address in (dossier, f"{dossier}executions/"):
        shown = client_of(act(world, "filer")).get(address).content.decode()
        assert "拨付状态</span>暂缓拨付" in shown
    assert "恢复、撤销" in section.get(page).content.decode()


def test_the_page_says_why_nobody_can_approve(world, problem):
    made = proposed(world, problem)
    RuleSetting.objects.filter(code="decisions.approver").update(value="", is_filled=False)

    screen = decision_screen.build(made, act(world, "budget_officer"))

    assert not screen.acts
    assert "未设定" in screen.next


def test_a_page_says_what_became_of_a_decision(world, problem):
    made = decided(world, problem)
    person = act(world, "section_reviewer")

    def said(decision: PaymentDecision) -> str:
        return decision_screen.build(decision, person).next

    assert "解除条件" in said(made)
    back = services.reverse_decision(
        decision=made, actor=person, reason="整改到位", effective_on=date(2024, 4, 20)
    )
    assert said(made) == "已提出恢复拨付。"
    refused = services.refuse_decision(
        decision=back, actor=act(world, "budget_officer"), opinion="再看"
    )
    assert said(refused) == "不批准，不执行。"
    assert asked().kind == "暂缓拨付"


# --- letters ----------------------------------------------------------------------------------
@pytest.mark.req("Y-15", "Y-25")
def test_what_monitoring_found_is_warned_of_with_what_follows_for_the_money(world, plan):
    found = opened(world, source="monitoring", project=makers.make_project(world))
    decided(world, found)
    person = act(world, "section_reviewer")
    job = letter.start(problem=found, actor=person, number="尉财预警〔2024〕1号", paper="warn")
    run_one()
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.DONE, "预警通知书已生成PDF。")

    paper = letter.PAPERS[letter.WARN]
    html = render_to_string(paper.template, {**letter.told(found, ""), "title": paper.title})
    assert "现予预警" in html
    assert "对该项目暂缓拨付，金额20.00万元。解除条件：下一节点合格。" in html
    line = Entry.objects.get(action="rectification.print_letter")
    assert line.data["document"] == "预警通知书"


def test_a_warning_is_of_monitoring_alone_and_what_is_taken_back_stands_in_no_letter(
    world, problem
):
    with pytest.raises(RuleError, match="绩效监控"):
        letter.start(problem=problem, actor=act(world, "section_reviewer"), paper="warn")
    assert not Job.objects.exists()
    assert list(letter.papers_of(problem)) == ["rectify"]

    made = decided(world, problem, effective_on=MONDAY.date())
    back = services.reverse_decision(
        decision=made,
        actor=act(world, "section_reviewer"),
        reason="整改到位",
        effective_on=MONDAY.date(),
    )
    services.approve_decision(decision=back, actor=act(world, "budget_officer"))
    assert "资金处置" not in render_to_string(
        "print/rectification/letter.html", letter.told(problem, "")
    )


def test_the_years_list_costs_the_same_for_one_decision_and_for_four(world, problem):
    def cost() -> int:
        client = client_of(world.people["budget_officer"])
        client.get("/2024/payment-decisions/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/2024/payment-decisions/").status_code == 200
        return len(queries)

    decided(world, problem, effective_on=MONDAY.date())
    before = cost()
    for n in (2, 3, 4):
        project = makers.make_project(world, n=n)
        decided(world, opened(world, project=project), effective_on=MONDAY.date())

    assert cost() == before <= 20
