"""Problems: opened, answered with measures, closed with proof alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.core import clock
from apps.jobs.models import Event, Job
from apps.jobs.services import run_one
from apps.notifications.models import Message
from apps.notifications.topics import Topic, topic_of
from apps.organizations.models import User
from apps.rectification import letter, selectors, services
from apps.rectification.models import Problem, Proof, State, Step
from apps.rectification.services import Reference, deadlines, moves
from apps.rules.errors import RuleError
from tests import makers
from tests.makers import MONDAY
from tests.rectification.acting import PDF, act, answered, closed, found, opened, proved

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


def told(person: User, kind: str) -> list[str]:
    rows = Message.objects.filter(recipient=person, kind=kind).order_by("id")
    return [message.title for message in rows]


def events(kind: str) -> int:
    return Event.objects.filter(kind=f"rectification.{kind}").count()


# --- opening ----------------------------------------------------------------------------------
@pytest.mark.req("Y-76", "Y-104")
@pytest.mark.parametrize("who", ["performance_reviewer", "plan_admin", "section_reviewer"])
def test_the_bureau_opens_a_problem_and_the_unit_is_told(world, who):
    problem = opened(world, who)

    assert (problem.state, problem.due_on) == (State.OPEN, date(2024, 5, 8))
    assert [step.act for step in problem.steps.all()] == ["open"]
    assert told(world.people["filer"], "rectification.open") == ["整改通知：县水利局 项目资金滞留"]
    assert told(world.people["unit_head"], "rectification.open")
    assert not told(world.people["stranger"], "rectification.open")
    assert events("opened") == 1
    assert Entry.objects.filter(action="rectification.open_problem").count() == 1


@pytest.mark.trust("B01")
@pytest.mark.parametrize(
    "who",
    ["filer", "supervisor", "leader", "observer", "budget_officer", "other_section_reviewer",
     "sys_admin", "foreign_reviewer"],
)  # fmt: skip
def test_nobody_else_opens_one(world, who):
    with pytest.raises(PermissionDenied):
        opened(world, who)

    assert not Problem.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.req("Y-75")
def test_a_section_opens_one_of_the_projects_whose_money_is_its_own(world):
    project = makers.make_project(world, "water", 7, "社保项目")
    project.budget_type = "social"
    project.save(update_fields=["budget_type"])

    problem = opened(world, "other_section_reviewer", project=project)

    assert problem.project == project
    assert selectors.shown(act(world, "other_section_reviewer")).get() == problem


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"title": " "}, "问题：未写"),
        ({"text": ""}, "问题内容：未写"),
        ({"source": "rumour"}, "来源"),
        ({"severity": "deadly"}, "严重程度"),
        ({"area": "luck"}, "整改方向"),
        ({"due_on": date(2024, 4, 7)}, "已经过去"),
    ],
)
def test_what_no_ledger_takes_is_refused(world, change, word):
    with pytest.raises(RuleError, match=word):
        opened(world, **change)

    assert not Problem.objects.exists()


def test_the_project_is_the_units_and_the_owner_stands_there(world):
    other = makers.make_project(world, "traffic", 8, "公路")
    with pytest.raises(RuleError, match="不属于"):
        opened(world, project=other)
    with pytest.raises(RuleError, match="责任人"):
        opened(world, owner=world.people["stranger"])

    assert opened(world, owner=world.people["unit_head"]).owner == world.people["unit_head"]


@pytest.mark.req("U-35")
@pytest.mark.trust("I02")
def test_of_a_classified_unit_nothing_is_kept(world):
    with pytest.raises(RuleError, match="涉密"):
        opened(world, unit="secret")

    problem = opened(world)
    problem.unit.is_classified = True
    problem.unit.save(update_fields=["is_classified"])
    assert not selectors.shown(act(world, "plan_admin")).exists()
    assert not Problem.objects.filter(unit=world.units["secret"]).exists()


def test_a_reference_has_one_problem_until_it_is_withdrawn(world):
    where = Reference("monitoring.node", "n-1", "5月节点")
    first = services.open_problem(actor=None, found=found(world, reference=where))
    again = services.open_problem(actor=None, found=found(world, reference=where, title="又一次"))
    assert (first, Problem.objects.count(), events("opened")) == (again, 1, 1)
    assert Entry.objects.filter(action="rectification.open_problem").count() == 1

    services.withdraw(problem=first, actor=act(world, "plan_admin"), reason="登记有误")
    third = services.open_problem(actor=None, found=found(world, reference=where))
    assert third != first
    third.pk, third.public_id = None, third.unit.public_id
    with pytest.raises(IntegrityError), transaction.atomic():
        third.save(force_insert=True)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (date(2024, 5, 11), date(2024, 5, 13)),  # a Saturday
        (date(2024, 5, 10), date(2024, 5, 10)),
        (None, date(2024, 5, 8)),
        (date(2027, 1, 2), date(2027, 1, 2)),  # nothing announced
    ],
)
def test_a_day_off_moves_the_last_day_on(db, world, asked, due):
    makers.make_plan(world)
    assert deadlines.last_day(asked) == due


# --- the unit ---------------------------------------------------------------------------------
@pytest.mark.req("Y-105")
def test_the_unit_answers_with_measures_and_proof(world):
    problem = answered(world, opened(world))

    assert (problem.state, problem.answered_at) == (State.ANSWERED, MONDAY)
    step = problem.steps.get(act="answer")
    assert (step.text, step.proofs.get().name) == ("已全部拨付", "整改照片.pdf")
    assert told(world.people["section_reviewer"], "rectification.answer") == [
        "待复核销号：县水利局 项目资金滞留"
    ]


@pytest.mark.trust("B01")
@pytest.mark.parametrize("who", ["supervisor", "stranger", "performance_reviewer", "leader"])
def test_nobody_answers_for_another_unit(world, who):
    problem = opened(world)
    with pytest.raises(PermissionDenied):
        services.answer(problem=problem, actor=act(world, who), text="已改")

    problem.refresh_from_db()
    assert problem.state == State.OPEN


def test_an_answer_says_something(world):
    problem = opened(world)
    with pytest.raises(RuleError, match="整改措施和结果：未写"):
        services.answer(problem=problem, actor=act(world, "filer"), text="  ")
    with pytest.raises(RuleError, match="最多4000字"):
        services.answer(problem=problem, actor=act(world, "filer"), text="字" * 4001)

    problem.refresh_from_db()
    assert problem.state == State.OPEN


def test_files_are_taken_away_before_the_answer_and_never_after(world):
    problem = proved(world, opened(world))
    proof = problem.proofs.get()
    with pytest.raises(PermissionDenied):
        services.remove_file(proof=proof, actor=act(world, "filer2"))
    services.remove_file(proof=proof, actor=act(world, "filer"))
    problem.refresh_from_db()
    assert (problem.n_proofs, problem.proofs.count()) == (0, 0)
    with pytest.raises(RuleError, match="已经删去"):
        services.remove_file(proof=proof, actor=act(world, "filer"))

    problem = answered(world, problem)
    with pytest.raises(RuleError, match="不能删去"):
        services.remove_file(proof=problem.proofs.get(), actor=act(world, "filer"))
    assert problem.proofs.count() == 1


def test_who_adds_a_file_and_when_says_what_it_shows(world):
    problem = opened(world)
    reviewer = act(world, "section_reviewer")
    seen_by = services.add_file(problem=problem, actor=reviewer, upload=PDF)
    assert seen_by.side == Proof.Side.FINDING
    with pytest.raises(PermissionDenied):
        services.add_file(problem=problem, actor=act(world, "leader"), upload=PDF)
    answered(world, problem, proof=False)
    shown = services.add_file(problem=problem, actor=reviewer, upload=PDF)
    assert shown.side == Proof.Side.REMEDY
    with pytest.raises(RuleError, match="不能答复"):
        services.add_file(problem=problem, actor=act(world, "filer"), upload=PDF)


def test_a_side_takes_thirty_files(world, monkeypatch):
    problem = proved(world, opened(world))
    monkeypatch.setattr("apps.rectification.services.files.MOST", 1)
    with pytest.raises(RuleError, match="已有1个文件"):
        proved(world, problem)
    assert problem.proofs.count() == 1


# --- the bureau -------------------------------------------------------------------------------
@pytest.mark.req("Y-25")
def test_a_problem_is_closed_with_proof_alone(world):
    problem = answered(world, opened(world), proof=False)
    reviewer = act(world, "section_reviewer")
    with pytest.raises(RuleError, match="没有整改佐证"):
        services.close(problem=problem, actor=reviewer, opinion="属实")
    problem.refresh_from_db()
    assert problem.state == State.ANSWERED

    services.add_file(problem=problem, actor=reviewer, upload=PDF)
    problem = services.close(problem=problem, actor=reviewer, opinion="现场已看")
    assert (problem.state, problem.closed_at) == (State.CLOSED, MONDAY)
    assert problem.steps.get(act="close").proofs.count() == 1
    assert events("closed") == 1
    assert told(world.people["filer"], "rectification.close")


def test_the_database_too_closes_nothing_without_proof(world):
    problem = opened(world)
    rows = Problem.objects.filter(pk=problem.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="closed", closed_at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="answered")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="refused")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(ref_kind="half")


def test_what_is_not_enough_goes_back_with_a_new_day(world):
    problem = answered(world, opened(world))
    services.send_back(
        problem=problem,
        actor=act(world, "plan_admin"),
        reason="凭证不全",
        due_on=date(2024, 5, 20),
    )

    problem.refresh_from_db()
    assert (problem.state, problem.due_on) == (State.RETURNED, date(2024, 5, 20))
    assert answered(world, problem).state == State.ANSWERED
    acts = [step.act for step in problem.steps.all()]
    assert acts == ["open", "answer", "send_back", "answer"]


def test_an_extension_leads_to_a_later_day(world):
    problem = opened(world)
    admin = act(world, "plan_admin")
    with pytest.raises(RuleError, match="不晚于"):
        services.extend(problem=problem, actor=admin, reason="雨季", due_on=date(2024, 5, 8))
    with pytest.raises(RuleError, match="延期理由：未写"):
        services.extend(problem=problem, actor=admin, reason="", due_on=date(2024, 6, 3))
    problem.refresh_from_db()
    assert problem.due_on == date(2024, 5, 8)

    services.extend(problem=problem, actor=admin, reason="雨季", due_on=date(2024, 6, 3))
    problem.refresh_from_db()
    assert (problem.state, problem.due_on) == (State.OPEN, date(2024, 6, 3))
    entry = Entry.objects.get(action="rectification.extend_problem")
    assert entry.data["due_on"] == ["2024-05-08", "2024-06-03"]


@pytest.mark.req("Y-50")
def test_a_refusal_stays_on_record_when_it_is_remedied_later(world):
    project = makers.make_project(world, "water", 9, "渠道")
    problem = opened(world, project=project)
    services.refuse(
        problem=problem, actor=act(world, "performance_reviewer"), reason="三次催办不理"
    )

    assert list(selectors.refused_by(project, 2024)) == [problem]
    assert not selectors.refused_by(problem.unit, 2024).exists()
    assert events("refused") == 1
    problem.refresh_from_db()
    closed(world, problem)
    problem.refresh_from_db()
    assert (problem.state, problem.refused_at) == (State.CLOSED, MONDAY)
    assert list(selectors.refused_by(project, 2024)) == [problem]


def test_a_withdrawn_problem_counts_no_more(world):
    problem = opened(world, severity="serious")
    services.withdraw(problem=problem, actor=act(world, "plan_admin"), reason="已在别处登记")

    assert selectors.counts(world.units["water"], 2024).n == 0
    assert not selectors.blocking(world.units["water"], 2024).exists()


def test_somebody_of_the_unit_answers_by_name(world):
    problem = opened(world)
    head = world.people["unit_head"]
    services.name_owner(problem=problem, actor=act(world, "filer"), owner=head)
    problem.refresh_from_db()
    assert problem.owner == head
    assert told(head, "rectification.name_owner")
    with pytest.raises(RuleError, match="不是县水利局的填报员或负责人"):
        services.name_owner(
            problem=problem, actor=act(world, "plan_admin"), owner=world.people["stranger"]
        )
    with pytest.raises(PermissionDenied):
        services.name_owner(problem=problem, actor=act(world, "supervisor"), owner=head)


@pytest.mark.trust("B01")
@pytest.mark.parametrize("who", ["filer", "unit_head", "supervisor", "leader", "budget_officer"])
def test_only_the_bureau_rechecks(world, who):
    problem = answered(world, opened(world))
    person = act(world, who)
    with pytest.raises(PermissionDenied):
        services.close(problem=problem, actor=person, opinion="好")
    with pytest.raises(PermissionDenied):
        services.withdraw(problem=problem, actor=person, reason="不认")
    with pytest.raises(PermissionDenied):
        letter.start(problem=problem, actor=person)

    problem.refresh_from_db()
    assert problem.state == State.ANSWERED


ALLOWED = {
    "open": {"amend", "answer", "extend", "name_owner", "refuse", "withdraw"},
    "returned": {"answer", "extend", "name_owner", "refuse", "withdraw"},
    "refused": {"answer", "extend", "name_owner", "withdraw"},
    "answered": {"send_back", "close", "name_owner", "withdraw"},
    "closed": set(),
    "withdrawn": set(),
}


@pytest.mark.parametrize("state", ALLOWED)
def test_the_table_says_what_each_state_allows(state):
    problem = Problem(state=state)

    assert {str(act) for act in moves.MOVES if moves.allows(problem, act)} == ALLOWED[state]
    for name in set(moves.MOVES) - ALLOWED[state]:
        with pytest.raises(RuleError, match="不能"):
            moves.demand(problem, name)


# --- for upper rooms --------------------------------------------------------------------------
@pytest.mark.req("Q-20")
def test_a_serious_problem_blocks_until_it_is_closed(world):
    project = makers.make_project(world, "water", 5, "水库")
    problem = opened(world, project=project, severity="serious")
    opened(world, project=project)

    assert list(selectors.blocking(project, 2024)) == [problem]
    assert not selectors.blocking(project, 2025).exists()
    assert not selectors.blocking(project.unit, 2024).exists()
    closed(world, problem)
    assert not selectors.blocking(project, 2024).exists()


@pytest.mark.req("Y-63")
def test_what_audit_found_is_told_by_source(world):
    project = makers.make_project(world, "water", 5, "水库")
    audit = opened(world, project=project)
    opened(world, project=project, source="sample")

    assert list(selectors.found_by(project, 2024, "audit", "supervision")) == [audit]
    assert selectors.problems_of(project).count() == 2


def test_the_counts_of_a_unit(world):
    closed(world, opened(world))
    answered(world, opened(world))
    opened(world, severity="serious", due_on=date(2024, 4, 9))
    with clock.at(MONDAY + timedelta(days=2)):
        told = selectors.counts(world.units["water"], 2024)

    assert (told.n, told.n_open, told.n_answered, told.n_closed) == (3, 1, 1, 1)
    assert (told.n_overdue, told.n_serious, told.n_refused) == (1, 1, 0)
    assert round(told.close_rate, 2) == round(1 / 3, 2) or str(told.close_rate).startswith("0.33")
    assert selectors.counts(world.units["traffic"], 2024).close_rate is None


def test_every_notice_has_its_topic():
    topics = {act: topic_of(f"rectification.{act}") for act in Step.Act.values}
    assert topics["open"] == topics["send_back"] == topics["refuse"] == Topic.RETURN
    assert topics["answer"] == Topic.DESK
    assert topics["extend"] == topics["amend"] == Topic.CHANGE
    assert topics["close"] == topics["withdraw"] == Topic.RESULT
    assert topic_of("rectification.due_late") == Topic.DUE


# --- paper ------------------------------------------------------------------------------------
def test_the_letter_is_printed_by_a_job(world):
    problem = opened(world, label="尉审报〔2024〕3号")
    job = letter.start(
        problem=problem, actor=act(world, "section_reviewer"), number="尉财绩〔2024〕5号"
    )
    run_one()

    job.refresh_from_db()
    assert (job.state, job.file.name) == (
        Job.State.DONE,
        "整改通知书 县水利局 项目资金滞留.pdf",
    )
    assert letter.letter(problem, "").startswith(b"%PDF")


@pytest.mark.trust("B12")
def test_the_letter_asks_for_the_right_again(world):
    problem = opened(world)
    job = letter.start(problem=problem, actor=act(world, "section_reviewer"))
    world.people["section_reviewer"].memberships.update(ends_on=date(2024, 4, 1))
    run_one()

    job.refresh_from_db()
    assert (job.state, job.file) == (Job.State.FAILED, None)
