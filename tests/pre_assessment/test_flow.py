"""From the request to the conclusion: who may do what when, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import State
from apps.notifications.models import Message
from apps.pre_assessment import content, deciding, selectors, services
from apps.pre_assessment.models import AssessmentSheet, Conclusion, Reassessment
from apps.rules.assessment_form import Basis
from apps.rules.gates import Verdict
from apps.workplans.models import Assignment, ScoreItem, ScoreSheet
from tests import makers
from tests.filings.steps import LATER, denied, refused
from tests.makers import MONDAY
from tests.personas import World, make_world
from tests.pre_assessment import acting
from tests.pre_assessment.acting import WAN, act


@pytest.fixture
def world(db: None) -> World:
    made = make_world()
    acting.assessing_plan(made)
    return made


@pytest.mark.req("B-09", "Y-36")
def test_a_unit_asks_for_any_project_of_its_own(world: World) -> None:
    project = acting.new_project(world)

    filing = acting.asked_for(world, project)

    assert filing.state == State.DRAFT
    assert filing.assignment.due_at is not None
    assert clock.last_day(filing.assignment.due_at).isoformat() == "2024-12-31"
    again = acting.asked_for(world, project)
    assert (again.pk, Assignment.objects.count()) == (filing.pk, 1)


def test_nobody_asks_for_another_units_project(world: World) -> None:
    project = acting.new_project(world)
    with denied("只有本单位填报员"):
        services.request(project=project, actor=world.people["stranger"], year=2024)


def test_a_year_without_assessments_says_so(world: World) -> None:
    project = acting.new_project(world)
    with refused("2026年度已发布的计划没有事前绩效评估任务"):
        services.request(project=project, actor=world.people["filer"], year=2026)


@pytest.mark.req("Q-07", "U-37", "Y-08")
def test_the_dimensions_are_those_of_the_plans_sheet(world: World) -> None:
    ScoreItem.objects.filter(group__in=["投入经济性", "筹资合规性"]).delete()
    ScoreItem.objects.filter(group="实施方案可行性").update(group="可持续性")

    filing = acting.asked_for(world, acting.new_project(world))

    form = content.form_of(filing.revisions.get())
    assert [row.name for row in form.dimensions] == ["立项必要性", "绩效目标合理性", "可持续性"]
    assert {p.full for row in form.dimensions for p in row.points} == {Decimal(10)}


def test_what_is_saved_is_what_is_read(world: World) -> None:
    filing = acting.asked_for(world, acting.new_project(world))
    form = acting.report(helper="甲咨询公司", is_professional=True, professional_why="水工")

    acting.saved(world, filing, form)

    held = content.form_of(filing.revisions.get())
    assert held == form
    assert content.check(filing.revisions.get()) == []


def test_doubled_and_foreign_keys_are_made_anew_and_unknown_dimensions_dropped(
    world: World,
) -> None:
    filing = acting.asked_for(world, acting.new_project(world))
    rows = (Basis("no-key", "县", "", "甲", "", "一"), *(2 * acting.report().bases))
    strange = replace(acting.report().dimensions[0], name="别的维度")

    acting.saved(world, filing, acting.report(bases=rows, dimensions=(strange,)))

    held = content.form_of(filing.revisions.get())
    assert len({row.key for row in held.bases}) == 3
    assert [row.name for row in held.dimensions] == list(acting.DIMENSIONS)


def test_too_many_bases_are_refused(world: World) -> None:
    filing = acting.asked_for(world, acting.new_project(world))
    form = acting.report(bases=21 * acting.report().bases)
    with refused("政策依据有21条，最多20条"):
        services.save(filing=filing, actor=world.people["filer"], version=1, form=form)


def test_a_stale_version_and_a_stranger_write_nothing(world: World) -> None:
    filing = acting.asked_for(world, acting.new_project(world))
    acting.saved(world, filing)
    with refused("保存过"), clock.at(MONDAY):
        services.save(filing=filing, actor=world.people["filer"], version=1, form=acting.report())
    with denied("."), clock.at(MONDAY):
        services.save(
            filing=filing, actor=world.people["stranger"], version=2, form=acting.report()
        )


@pytest.mark.req("Q-08")
def test_an_incomplete_report_is_not_taken(world: World) -> None:
    filing = acting.asked_for(world, acting.new_project(world))
    version = acting.saved(world, filing, acting.report(bases=()))
    with refused("1"), clock.at(MONDAY):
        filings.submit(filing=filing, actor=world.people["filer"], version=version, key="k")


@pytest.mark.req("Y-38", "Y-39")
def test_no_conclusion_before_the_last_desk(world: World) -> None:
    filing = acting.submitted(world, acting.asked_for(world, acting.new_project(world)))
    for person in ("section_reviewer", "performance_reviewer", "filer", "leader"):
        with denied("由办理人下结论"):
            act(
                world,
                person,
                "conclude",
                filing=filing,
                verdict="支持",
                supported=80 * WAN,
                reason="可行",
            )


@pytest.mark.req("Y-37")
def test_from_the_floor_on_finance_first_decides_about_a_third_party(world: World) -> None:
    filing = acting.at_last_desk(world, acting.new_project(world))
    prompt = deciding.prompt_of(filing, AssessmentSheet.objects.get())
    assert (prompt.is_due, prompt.reason) == (True, "县本级投资80.00万元，达到50.00万元。")
    with refused("先定做不做第三方再评估"):
        _conclude(world, filing)


def _conclude(world: World, filing, verdict: str = "部分支持", wan: int = 60, reason: str = "价高"):
    return act(
        world,
        "performance_reviewer",
        "conclude",
        filing=filing,
        verdict=verdict,
        supported=wan * WAN,
        reason=reason,
    )


@pytest.mark.req("Y-37")
def test_below_the_floor_no_third_party_is_asked_about(world: World) -> None:
    amounts = dict.fromkeys(("asked", "total", "county"), 40 * WAN)
    filing = acting.at_last_desk(world, acting.new_project(world), acting.report(amounts=amounts))

    with refused("审核打分在“部分支持”一档，结论不能是“支持”"):
        _conclude(world, filing, "支持", 40)
    made = _conclude(world, filing, "部分支持", 30)

    assert (made.trace["score"], made.trace["band"]) == ("70.00", "部分支持")


@pytest.mark.req("Y-37")
def test_a_third_party_is_heard_before_the_conclusion(world: World) -> None:
    filing = acting.at_last_desk(world, acting.new_project(world))
    wanted = {"filing": filing, "is_wanted": True, "reason": "金额大"}
    with refused("要写第三方机构名称"):
        act(world, "performance_reviewer", "decide_reassessment", **wanted)
    act(world, "performance_reviewer", "decide_reassessment", **wanted, agency="乙评估公司")
    with refused("还没有登记再评估结论"):
        _conclude(world, filing)
    said = {"filing": filing, "verdict": "部分支持", "supported": 60 * WAN, "opinion": "单价偏高"}
    with refused("建议金额不能小于0"):
        act(world, "performance_reviewer", "report_reassessment", **said | {"supported": -WAN})
    act(world, "performance_reviewer", "report_reassessment", **said)
    with refused("不能再改做不做"):
        act(
            world,
            "performance_reviewer",
            "decide_reassessment",
            filing=filing,
            is_wanted=False,
            reason="不做了",
        )

    assert _conclude(world, filing).supported == 60 * WAN
    assert Reassessment.objects.get().verdict == Verdict.PARTLY


def test_a_third_party_that_nobody_wanted_cannot_report(world: World) -> None:
    filing = acting.at_last_desk(world, acting.new_project(world))
    with refused("没有定做第三方再评估"):
        act(
            world,
            "performance_reviewer",
            "report_reassessment",
            filing=filing,
            verdict="支持",
            supported=80 * WAN,
            opinion="可行",
        )


@pytest.mark.req("Y-37")
def test_an_agency_that_wrote_for_the_unit_may_not_judge_it(world: World) -> None:
    form = acting.report(helper="乙评估 公司")
    filing = acting.at_last_desk(world, acting.new_project(world), form)
    with refused("编制过评估报告，不能再评估.*评估回避"):
        act(
            world,
            "performance_reviewer",
            "decide_reassessment",
            filing=filing,
            is_wanted=True,
            reason="金额大",
            agency="乙评估　公司",
        )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verdict": "同意"}, "只能是支持、部分支持、不支持"),
        ({"reason": " "}, "理由未填"),
        ({"wan": 80}, "大于0、小于申请的80.00万元"),
        ({"verdict": "支持"}, "应等于申请的80.00万元"),
        ({"verdict": "支持", "wan": 80}, "审核打分在“部分支持”一档"),
        ({"verdict": "不支持"}, "支持金额应为0"),
        ({"wan": -1}, "不能小于0"),
    ],
)
def test_a_conclusion_that_does_not_fit_is_refused(world: World, change, said) -> None:
    filing = acting.at_last_desk(world, acting.new_project(world))
    _no_third_party(world, filing)
    with refused(said):
        _conclude(world, filing, **change)


def _no_third_party(world: World, filing) -> None:
    act(
        world,
        "performance_reviewer",
        "decide_reassessment",
        filing=filing,
        is_wanted=False,
        reason="已请专家",
    )


def test_a_conclusion_needs_the_whole_sheet(world: World) -> None:
    filing = acting.submitted(world, acting.asked_for(world, acting.new_project(world)))
    acting.decide(world, filing, "section_reviewer", "pass_on")
    filing.refresh_from_db()
    _no_third_party(world, filing)
    with refused("没有打完"):
        _conclude(world, filing)


@pytest.mark.req("Y-38")
def test_a_report_is_closed_only_as_its_conclusion_says(world: World) -> None:
    filing = acting.at_last_desk(world, acting.new_project(world))
    with refused("还没有下评估结论"):
        acting.decide(world, filing, "performance_reviewer", "pass_on")
    _no_third_party(world, filing)
    _conclude(world, filing, "不支持", 0)
    with refused("结论是“不支持”，应作不通过处理"):
        acting.decide(world, filing, "performance_reviewer", "pass_on")
    _conclude(world, filing, "部分支持", 60)
    with refused("结论是“部分支持”，应办结通过"):
        acting.decide(world, filing, "performance_reviewer", "reject")
    acting.decide(world, filing, "performance_reviewer", "pass_on")
    filing.refresh_from_db()

    assert filing.state == State.APPROVED
    assert content.verdict(filing) == "部分支持，支持金额60.00万元。价高"
    told = Message.objects.filter(recipient=world.people["filer"], kind="filings.approved").get()
    assert told.body == "部分支持，支持金额60.00万元。价高\n已审"
    assert [row.verdict for row in selectors.in_force()] == ["部分支持"]


def test_a_conclusion_on_a_desk_does_not_count_yet(world: World) -> None:
    filing = acting.at_last_desk(world, acting.new_project(world))
    _no_third_party(world, filing)
    _conclude(world, filing)

    assert Conclusion.objects.count() == 1
    assert not selectors.in_force().exists()


VOICE = services.Voice("高工", "州水利院", "水工", "支持", "方案可行")


def test_experts_are_heard_once_each_and_none_of_the_unit_itself(world: World) -> None:
    filing = acting.at_last_desk(world, acting.new_project(world))
    act(world, "performance_reviewer", "record_opinion", filing=filing, voice=VOICE)
    for change, said in (
        ({}, "已经登记过"),
        ({"expert": "另一人", "workplace": "县水利局"}, "不能评审本单位的项目"),
        ({"expert": " "}, "专家未填"),
        ({"expert": "另一人", "verdict": "好"}, "只能是"),
    ):
        with refused(said):
            act(
                world,
                "performance_reviewer",
                "record_opinion",
                filing=filing,
                voice=replace(VOICE, **change),
            )
    assert filing.panel.count() == 1


def test_what_others_said_is_kept_by_the_performance_section_alone(world: World) -> None:
    filing = acting.at_last_desk(world, acting.new_project(world))
    with denied("由财政绩效科室登记"):
        act(world, "section_reviewer", "record_opinion", filing=filing, voice=VOICE)
    with denied("由财政绩效科室决定"):
        act(
            world,
            "filer",
            "decide_reassessment",
            filing=filing,
            is_wanted=False,
            reason="不用",
        )
    with denied("由财政绩效科室登记"):
        act(
            world,
            "filer",
            "report_reassessment",
            filing=filing,
            verdict="支持",
            supported=WAN,
            opinion="好",
        )


def test_after_the_end_nothing_more_is_put_on_record(world: World) -> None:
    filing = acting.concluded(world, acting.at_last_desk(world, acting.new_project(world)))
    with refused("不在审核中"):
        act(world, "performance_reviewer", "record_opinion", filing=filing, voice=VOICE)


@pytest.mark.req("U-37", "Q-07")
def test_a_sheet_without_points_has_a_dimension_a_row(world: World) -> None:
    ScoreSheet.objects.filter(code="ex").update(mode=ScoreSheet.Mode.GRADES)
    ScoreItem.objects.filter(sheet__code="ex").exclude(position__lte=3).delete()

    filing = acting.asked_for(world, acting.new_project(world))

    form = content.form_of(filing.revisions.get())
    assert [(row.name, row.points) for row in form.dimensions] == [
        ("明确相关性", ()),
        ("必要可行性", ()),
        ("预算科学性", ()),
    ]


def test_what_was_typed_for_a_criterion_that_is_gone_is_not_kept(world: World) -> None:
    filing = acting.asked_for(world, acting.new_project(world))
    form = acting.report(unread={"point:旧维度/旧要点": "八分", "total": "很多"})

    acting.saved(world, filing, form)

    assert content.form_of(filing.revisions.get()).unread == {"total": "很多"}


@pytest.mark.req("Y-38")
def test_a_conclusion_holds_only_with_the_score_it_rests_on(world: World) -> None:
    filing = acting.at_last_desk(world, acting.new_project(world))
    _no_third_party(world, filing)
    _conclude(world, filing)
    marks = makers.full_marks(filing, "0.75")
    marks = [filings.Mark(m.item_id, "良", m.points) for m in marks]
    with refused("下结论时打分70.00分，现在是75.00分"):
        acting.decide(world, filing, "performance_reviewer", "pass_on", marks=marks)


@pytest.mark.req("Y-37")
def test_a_third_party_wanted_after_the_conclusion_is_heard_first(world: World) -> None:
    filing = acting.at_last_desk(world, acting.new_project(world))
    _no_third_party(world, filing)
    _conclude(world, filing)
    with clock.at(LATER + timedelta(hours=1)):
        services.decide_reassessment(
            filing=filing,
            actor=world.people["performance_reviewer"],
            is_wanted=True,
            reason="群众反映大",
            agency="丙公司",
        )
    with refused("还没有登记再评估结论"):
        acting.decide(world, filing, "performance_reviewer", "pass_on")
    with clock.at(LATER + timedelta(hours=2)):
        services.report_reassessment(
            filing=filing,
            actor=world.people["performance_reviewer"],
            verdict="部分支持",
            supported=50 * WAN,
            opinion="减少设备",
        )
    with refused("下结论之后再评估有变动"):
        acting.decide(world, filing, "performance_reviewer", "pass_on")


@pytest.mark.req("Y-37")
def test_other_amounts_are_asked_about_anew(world: World) -> None:
    filing = acting.at_last_desk(world, acting.new_project(world))
    _no_third_party(world, filing)
    AssessmentSheet.objects.update(county=70 * WAN)
    with refused("金额改过"):
        _conclude(world, filing)


@pytest.mark.req("Y-36")
def test_a_conclusion_on_a_report_that_was_returned_and_refused_does_not_count(
    world: World,
) -> None:
    project = acting.new_project(world)
    filing = acting.at_last_desk(world, project)
    _no_third_party(world, filing)
    _conclude(world, filing)
    wanted = [filings.Wanted("goal", "写数")]
    acting.decide(
        world, filing, "performance_reviewer", "send_back", items=wanted, due_on=date(2024, 4, 20)
    )
    item = filing.return_items.get()
    with clock.at(LATER):
        filer = world.people["filer"]
        filings.answer_item(item=item, actor=filer, answer="已改", is_resolved=True)
        version = filing.revisions.order_by("-number")[0].version
        form = acting.report(texts=acting.report().texts | {"goal": "年底前建成三处量水堰。" * 2})
        saved = services.save(filing=filing, actor=filer, version=version, form=form)
        filings.submit(filing=filing, actor=filer, version=saved.version, key="again")
    acting.decide(world, filing, "section_reviewer", "reject")

    assert not selectors.in_force().exists()
    assert selectors.passage_of(project, 2024).code == "rejected"
