"""What belongs around a conclusion: likeness, 采纳说明, policies, the report on paper (U-45)."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied

from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.jobs import files
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.pre_assessment import content, earlier, paper, selectors, services
from apps.pre_assessment.models import Conclusion, Likeness
from apps.pre_assessment.standing import gate_screen
from apps.projects.models import Project
from apps.rules import assessment_checks, assessment_words
from apps.rules.assessment_form import AssessmentFacts
from apps.workplans.models import Assignment, Plan, PlanTask, RuleSetting
from tests.filings.steps import LATER, denied, refused
from tests.makers import YEAR
from tests.personas import World, client_of
from tests.pre_assessment import acting

pytestmark = [pytest.mark.django_db]
needs_pdftotext = pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext")
FACTS = AssessmentFacts(YEAR, YEAR, None, None)


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    with clock.at(LATER):
        yield


@pytest.fixture
def plan(world: World) -> Plan:
    return acting.assessing_plan(world)


def desk(world: World, n: int = 81) -> Filing:
    """A report on its last desk; 灌区信息化改造80 was assessed before."""
    first = acting.at_last_desk(world, acting.new_project(world))
    acting.concluded(world, first)
    return acting.at_last_desk(world, acting.new_project(world, n))


# --- likeness -------------------------------------------------------------------------------
@pytest.mark.req("U-45")
def test_finance_says_whether_an_alike_result_is_of_the_same_thing(world: World, plan: Plan):
    filing = desk(world)
    said = Conclusion.objects.get()
    told = {"filing": filing, "earlier": said.filing.public_id}
    act = ("performance_reviewer", "judge_likeness")
    acting.act(world, *act, **told, word="similar", reason="同一灌区")
    acting.act(world, *act, **told, word="same", reason="同一批设备")
    row = Likeness.objects.get()
    assert (row.earlier, row.word, row.reason) == (said, "same", "同一批设备")
    page = client_of(world.people["performance_reviewer"]).get(
        f"/{YEAR}/assessments/{filing.public_id}/decision/"
    )
    assert "同一批设备" in page.text


@pytest.mark.req("U-45")
def test_a_likeness_without_reason_word_or_result_is_refused(world: World, plan: Plan):
    filing = desk(world)
    key = Conclusion.objects.get().filing.public_id
    good = {"filing": filing, "earlier": key, "word": "same", "reason": "同一批设备"}
    for changes, match in (
        ({"reason": " "}, "理由未填"),
        ({"word": "near"}, "判断只能是"),
        ({"earlier": filing.public_id}, "没有这一件"),
    ):
        with refused(match):
            services.judge_likeness(
                actor=world.people["performance_reviewer"], **{**good, **changes}
            )
    with denied("由财政绩效科室判断"):
        services.judge_likeness(actor=world.people["filer"], **good)


@pytest.mark.req("U-45")
def test_the_report_answers_for_results_that_are_not_found_different(world: World, plan: Plan):
    filing = desk(world)
    assert earlier.n_to_take_up(filing) == 1
    acting.act(
        world,
        "performance_reviewer",
        "judge_likeness",
        filing=filing,
        earlier=Conclusion.objects.get().filing.public_id,
        word="different",
        reason="另一个灌区",
    )
    assert earlier.n_to_take_up(filing) == 0


@pytest.mark.req("U-45")
def test_a_statement_of_what_was_taken_up_is_asked_where_the_plan_says_so():
    form = acting.report(texts={"background": "字" * 30})
    facts = replace(FACTS, n_earlier=2)
    hint = [f for f in assessment_checks.check(form, facts) if f.path == "uptake"]
    assert [f.severity for f in hint] == ["提示"]
    facts = replace(facts, uptake_clause="第九条")
    (block,) = [f for f in assessment_checks.check(form, facts) if f.path == "uptake"]
    assert (block.severity, block.clause) == ("阻断", "第九条")
    written = replace(form, texts={**form.texts, "uptake": "已按上次意见压减单价。"})
    assert not [f for f in assessment_checks.check(written, facts) if f.path == "uptake"]


@pytest.mark.req("U-45")
def test_a_report_without_the_statement_is_not_handed_in(world: World, plan: Plan):
    RuleSetting.objects.create(
        plan=plan,
        code=earlier.UPTAKE,
        title="采纳说明",
        value=earlier.REQUIRED,
        is_filled=True,
        clause="重要依据",
    )
    first = acting.at_last_desk(world, acting.new_project(world))
    acting.concluded(world, first)
    second = acting.asked_for(world, acting.new_project(world, 81))
    bare = acting.report()
    bare = replace(bare, texts={**bare.texts, "uptake": ""})
    with pytest.raises(Exception, match="采纳"):
        acting.submitted(world, second, bare)
    said = {**bare.texts, "uptake": "已压减单价。"}
    assert acting.submitted(world, second, replace(bare, texts=said)).submitted_at


def test_receipts_from_before_the_statement_still_hold():
    form = acting.report()
    bare = replace(form, texts={k: v for k, v in form.texts.items() if k != "uptake"})
    assert "uptake" not in assessment_words.canonical(bare)
    said = replace(form, texts={**form.texts, "uptake": "已压减"})
    assert "uptake" in assessment_words.canonical(said)


# --- one plan, one lock, a policy -----------------------------------------------------------
@pytest.mark.req("Y-36")
def test_the_request_goes_to_the_plan_by_which_the_gate_judges(world: World, plan: Plan):
    project = acting.new_project(world)
    screen = gate_screen(project, YEAR + 1, world.people["filer"])
    assert (screen.passage.code, screen.may_request) == ("missing", True)
    filing = services.request(project=project, actor=world.people["filer"], year=YEAR + 1)
    assert (filing.fiscal_year, filing.assignment.plan) == (YEAR, plan)
    assert gate_screen(project, YEAR + 1, world.people["filer"]).filings == [filing]
    Plan.objects.update(state=Plan.State.CLOSED)
    assert selectors.task_for(project, YEAR + 1) is None


@pytest.mark.req("Y-36", "B-09")
def test_a_policy_without_a_project_can_be_concluded(world: World, plan: Plan):
    task = plan.tasks.get(code="pre-assessment.new")
    PlanTask.objects.filter(pk=task.pk).update(kind=content.POLICY_KIND, subject_kind="unit")
    owed = Assignment.objects.create(
        task=PlanTask.objects.get(pk=task.pk),
        window=task.windows.get(),
        unit=world.units["water"],
        plan=plan,
        jurisdiction=plan.jurisdiction,
        fiscal_year=YEAR,
        opens_at=acting.MONDAY,
        due_at=clock.end_of(LATER.date()),
        assigned_at=LATER,
    )
    filing = filings.open_filing(assignment=owed, actor=world.people["filer"])
    acting.submitted(world, filing)
    acting.decide(world, filing, "section_reviewer", "pass_on")
    filing.refresh_from_db()
    marks = [filings.Mark(m.item_id, "良", m.points) for m in acting.makers.full_marks(filing)]
    acting.decide(world, filing, "performance_reviewer", "save_review", marks=marks)
    filing.refresh_from_db()
    acting.concluded(world, filing, "支持", 80)
    assert Conclusion.objects.get().project is None
    by_verdict = {row.verdict: row.n for row in selectors.counts(world.people["leader"], YEAR)}
    assert by_verdict["支持"] == 1
    page = client_of(world.people["leader"]).get(f"/{YEAR}/assessments/")
    assert page.status_code == 200


# --- paper ----------------------------------------------------------------------------------
@needs_pdftotext
@pytest.mark.req("Q-07", "U-37")
def test_the_report_on_paper_holds_outline_scores_conclusion_and_receipt(world: World, plan: Plan):
    filing = acting.at_last_desk(world, acting.new_project(world))
    acting.concluded(world, filing)
    client = client_of(world.people["filer"])
    base = f"/{YEAR}/assessments/{filing.public_id}/"
    client.post(f"{base}pdf/")
    jobs.run_one()
    job = Job.objects.get(kind=paper.PDF)
    assert job.state == Job.State.DONE, job.message
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"],
        input=files.opened(job.file).read(),
        capture_output=True,
        check=True,
    )
    text = "".join(done.stdout.decode().split())
    number = filing.revisions.get().receipt_number
    for words in (
        "一、评估对象基本情况",
        "立项必要性",
        "财政评估结论",
        "部分支持",
        "60.00",
        number,
    ):
        assert words in text
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{base}xlsx/").content))
    scores = book["评分指标体系"]
    assert [cell.value for cell in scores[scores.max_row]][:5] == ["合计", None, 100, 80, 70]


@pytest.mark.req("Q-07")
def test_who_may_not_know_the_conclusion_does_not_read_it_on_paper(world: World, plan: Plan):
    filing = acting.at_last_desk(world, acting.new_project(world))
    revision = filing.revisions.get()
    shown = paper.paper_of(filing, revision, world.people["filer"])
    assert (shown.conclusion, shown.totals[2]) == (None, None)
    job = paper.start_pdf(actor=world.people["filer"], filing=filing, revision=revision)
    Job.objects.filter(pk=job.pk).update(owner=world.people["stranger"])
    jobs.run_one()
    job.refresh_from_db()
    assert (job.state, "看不到" in job.message) == (Job.State.FAILED, True)
    with pytest.raises(PermissionDenied):
        paper.start_pdf(actor=world.people["stranger"], filing=filing, revision=revision)
    draft = acting.asked_for(world, acting.new_project(world, 82))
    made = paper.paper_of(draft, draft.revisions.get(), world.people["filer"])
    assert made.is_draft
    assert Project.objects.count() == 2
