"""The pages of an assessment: the report, its conclusion, the gate, the register."""

from decimal import Decimal

import openpyxl
import pytest

from apps.core import clock
from apps.pre_assessment import content
from apps.pre_assessment.inputs import inputs_of
from apps.pre_assessment.models import AssessmentSheet, Conclusion, GateException, Reassessment
from apps.projects.models import ProjectYear
from tests.filings.steps import LATER
from tests.makers import MONDAY
from tests.personas import client_of
from tests.pre_assessment import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(world):
    acting.assessing_plan(world)
    return acting.new_project(world)


@pytest.fixture
def filing(world, project):
    return acting.asked_for(world, project)


def get(world, person, url, **more):
    with clock.at(LATER):
        return client_of(world.people[person]).get(url, **more)


def post(world, person, url, data=None, **more):
    with clock.at(LATER):
        return client_of(world.people[person]).post(url, data or {}, **more)


def sheet_url(filing):
    return f"/2024/assessments/{filing.public_id}/"


def gate_url(project):
    return f"/2024/projects/{project.public_id}/gate/"


def newest(filing):
    return filing.revisions.order_by("-number")[0]


# --- the report -----------------------------------------------------------------------------
@pytest.mark.req("Q-07", "Y-08", "Y-36")
def test_the_report_shows_the_outline_the_plan_s_criteria_and_the_bases(world, filing):
    page = get(world, "filer", sheet_url(filing)).text
    for words in ("申请预算年度", "一、评估对象基本情况", "（一）立项背景", "筹资合规性"):
        assert words in page
    assert page.count('name="basis-') == 12 + 6 * 1  # two spare rows, and the pattern
    assert "满分100分" in page


def test_what_the_form_posts_is_what_it_shows(world, filing):
    form = acting.report()
    answer = post(
        world, "filer", sheet_url(filing), {"version": newest(filing).version, **inputs_of(form)}
    )
    assert answer.status_code == 302
    kept = content.form_of(newest(filing))
    assert inputs_of(kept) == inputs_of(form)
    page = get(world, "filer", sheet_url(filing)).text
    assert "没有查出问题" in page
    assert 'value="80"' in page


def test_a_basis_is_added_and_taken_away_without_scripts(world, filing):
    said = {"basis-7-level": "县", "basis-7-title": "常务会议", "basis-7-accord": "列入计划"}
    post(world, "filer", sheet_url(filing), {"version": newest(filing).version, **said})
    (row,) = content.form_of(newest(filing)).bases
    assert (row.level, row.title) == ("县", "常务会议")
    emptied = {"basis-0-key": row.key, "basis-0-title": " "}
    post(world, "filer", sheet_url(filing), {"version": newest(filing).version, **emptied})
    assert content.form_of(newest(filing)).bases == ()


@pytest.mark.trust("G01")
def test_a_stale_save_shows_what_is_stored_beside_what_was_typed(world, filing):
    version = newest(filing).version
    acting.saved(world, filing, acting.report(helper="甲公司"))
    typed = {"version": version, **inputs_of(acting.report(helper="乙公司"))}
    answer = post(world, "filer2", sheet_url(filing), typed)
    assert answer.status_code == 409
    for words in ('<td class="jx-pre">甲公司</td><td class="jx-pre">乙公司</td>', 'value="乙公司"'):
        assert words in answer.text
    assert AssessmentSheet.objects.get().helper == "甲公司"
    quiet = post(world, "filer2", sheet_url(filing), typed, headers={"X-Autosave": "true"})
    assert quiet.json()["code"] == "filings.stale"
    assert quiet.json()["detail"].endswith("点“保存”，两边的值会列出来。")
    again = {**typed, "version": newest(filing).version, "next": "confirm"}
    assert post(world, "filer2", sheet_url(filing), again).url.endswith("/confirm/")
    assert AssessmentSheet.objects.get().helper == "乙公司"


def test_a_refused_save_keeps_the_rows_that_are_too_many(world, filing):
    rows = {f"basis-{n}-title": f"文件{n}" for n in range(21)}
    typed = {"version": newest(filing).version, **rows}
    answer = post(world, "filer", sheet_url(filing), typed)
    assert answer.status_code == 409
    assert "政策依据有21条，最多20条" in answer.text
    assert 'value="文件20"' in answer.text
    assert content.form_of(newest(filing)).bases == ()


def test_the_autosave_says_the_version_and_the_findings(world, filing):
    typed = {"version": newest(filing).version, **inputs_of(acting.report(methods=()))}
    answer = post(world, "filer", sheet_url(filing), typed, headers={"X-Autosave": "true"}).json()
    assert answer["version"] == newest(filing).version
    assert [finding["code"] for finding in answer["findings"]] == ["assessment.methods"]


def test_who_may_only_read_is_shown_words_instead_of_inputs(world, project):
    filing = acting.at_last_desk(world, project)
    page = get(world, "performance_reviewer", sheet_url(filing)).text
    assert "<textarea" not in page.partition('id="attachments"')[0]
    assert "看办理情况" in page


# --- the conclusion -------------------------------------------------------------------------
@pytest.fixture
def judged(world, project):
    return acting.at_last_desk(world, project)


def test_the_decision_page_shows_the_sheet_the_prompt_and_what_the_gate_will_say(world, judged):
    page = get(world, "performance_reviewer", f"{sheet_url(judged)}decision/").text
    for words in (
        "70.00分",
        "“部分支持”档",
        "为什么",
        "达到50.00万元",
        "支持：可以列入",
        "部分支持：不能列入",
    ):
        assert words in page
    assert "checked" not in page.partition('id="conclude-title"')[2].partition("</form>")[0]


@pytest.mark.req("Y-37")
def test_finance_decides_about_the_third_party_hears_the_panel_and_concludes(world, judged):
    url = sheet_url(judged)
    early = {"verdict": "部分支持", "supported": "60", "reason": "压减设备"}
    refused = post(world, "performance_reviewer", f"{url}conclude/", early)
    assert refused.status_code == 422
    assert "先定做不做第三方再评估" in refused.text
    assert not Conclusion.objects.exists()
    said = {"is_wanted": "yes", "reason": "投资较大", "agency": "丙事务所"}
    assert post(world, "performance_reviewer", f"{url}reassess/", said).status_code == 302
    told = {"verdict": "部分支持", "supported": "58.5", "opinion": "设备单价偏高"}
    assert post(world, "performance_reviewer", f"{url}reassess/report/", told).status_code == 302
    assert Reassessment.objects.get().supported == Decimal(585000)
    voice = {
        "expert": "田工",
        "workplace": "水利院",
        "field": "",
        "verdict": "支持",
        "text": "可行",
    }
    assert post(world, "performance_reviewer", f"{url}opinions/", voice).status_code == 302
    twice = post(world, "performance_reviewer", f"{url}opinions/", voice)
    assert "已经登记过" in twice.text
    assert post(world, "performance_reviewer", f"{url}conclude/", early).status_code == 302
    made = Conclusion.objects.get()
    assert (made.verdict, made.supported) == ("部分支持", Decimal(600000))
    page = get(world, "performance_reviewer", f"{url}decision/").text
    for words in ("丙事务所", "田工", "压减设备", "还没有办结"):
        assert words in page


def test_a_wrong_amount_keeps_what_was_typed(world, judged):
    said = {"verdict": "支持", "supported": "60", "reason": "都好"}
    acting.act(
        world,
        "performance_reviewer",
        "decide_reassessment",
        filing=judged,
        is_wanted=False,
        reason="小",
    )
    answer = post(world, "performance_reviewer", f"{sheet_url(judged)}conclude/", said)
    assert answer.status_code == 422
    assert "支持金额应等于申请的80.00万元" in answer.text
    assert 'value="60"' in answer.text
    assert not Conclusion.objects.exists()


def test_passing_without_a_conclusion_leads_to_the_decision_page(world, judged):
    url = f"/2024/reviews/{judged.public_id}/"
    page = get(world, "performance_reviewer", url).text
    assert "去下评估结论" in page
    marks = {
        f"{kind}-{item.pk}": value
        for item in judged.step.sheet.items.all()
        for kind, value in (("grade", "良"), ("points", "7"))
    }
    answer = post(world, "performance_reviewer", url, {"decision": "pass", "revision": 1, **marks})
    assert answer.status_code == 409
    assert "还没有下评估结论" in answer.text
    assert f"{sheet_url(judged)}decision/" in answer.text


def test_the_unit_reads_the_conclusion_once_it_stands(world, judged):
    url = f"{sheet_url(judged)}decision/"
    assert get(world, "filer", url).status_code == 403
    acting.concluded(world, judged)
    page = get(world, "filer", url).text
    for words in ("部分支持", "60.00万元", world.people["performance_reviewer"].name):
        assert words in page
    assert "第三方再评估" not in page
    assert "<form method" not in page.partition('id="decision"')[2]
    detail = get(world, "filer", f"/2024/filings/{judged.public_id}/").text
    assert url in detail


def test_a_report_that_was_never_submitted_has_no_decision_page(world, filing):
    assert get(world, "plan_admin", f"{sheet_url(filing)}decision/").status_code == 409


# --- the gate -------------------------------------------------------------------------------
@pytest.mark.req("U-41", "Y-36")
def test_the_gate_page_says_why_and_opens_the_report(world, project):
    page = get(world, "filer", gate_url(project)).text
    for words in ("现在不能列入2024年度预算", "没有做事前绩效评估", "为什么", acting.CLAUSE[:10]):
        assert words in page
    answer = post(world, "filer", f"{gate_url(project)}request/")
    assert answer.url == sheet_url(AssessmentSheet.objects.get().revision.filing)
    assert "申请事前绩效评估</button>" not in get(world, "filer", gate_url(project)).text


def test_the_edit_page_says_why_it_may_not_enter_and_keeps_the_form(world, project):
    base = f"/2024/projects/{project.public_id}/"
    page = get(world, "plan_admin", f"{base}edit/").text
    assert "现在不能列入2024年度预算" in page
    assert gate_url(project) in page
    said = {"origin": "added", "attribute": "new", "joined_on": "2024-04-08"}
    assert (
        post(world, "plan_admin", f"{base}confirm/", {**said, "origin": "initial"}).status_code
        == 422
    )
    assert not ProjectYear.objects.exists()


@pytest.mark.req("Y-36")
def test_an_exception_is_proposed_and_a_leader_decides(world, project):
    said = {"kind": "exception", "amount": "60", "reason": "防汛急需", "document": "纪要5号"}
    url = f"{gate_url(project)}exception/"
    wrong = post(world, "budget_officer", url, {**said, "kind": "investment"})
    assert wrong.status_code == 422
    assert "投资主管部门评估只用于基建项目" in wrong.text
    assert post(world, "budget_officer", url, said).status_code == 302
    made = GateException.objects.get()
    decide = f"/2024/exceptions/{made.public_id}/decide/"
    assert "决定例外" in get(world, "leader", gate_url(project)).text
    silent = post(world, "leader", decide, {"is_agreed": "no"})
    assert "不同意的理由未填" in silent.text
    assert post(world, "leader", decide, {"is_agreed": "yes"}).status_code == 302
    page = get(world, "plan_admin", gate_url(project)).text
    assert "可以列入2024年度预算" in page
    assert "最多安排60.00万元" in page
    said = {"origin": "initial", "attribute": "new"}
    base = f"/2024/projects/{project.public_id}/"
    assert post(world, "plan_admin", f"{base}confirm/", said).status_code == 302
    assert ProjectYear.objects.get().project == project


@pytest.mark.req("U-45")
def test_earlier_results_of_the_same_and_of_alike_projects_are_shown(world, judged):
    acting.concluded(world, judged)
    twin = acting.new_project(world, n=81)  # 灌区信息化改造81
    page = get(world, "performance_reviewer", gate_url(twin)).text
    assert "名称相近" in page
    assert "灌区信息化改造80" in page
    own = get(world, "performance_reviewer", gate_url(judged.assignment.project)).text
    assert "本项目" in own
    assert "名称相近</" not in own


# --- the register ---------------------------------------------------------------------------
@pytest.mark.req("Y-09")
def test_the_register_counts_filters_and_exports(world, judged, tmp_path):
    empty = get(world, "filer", "/2024/assessments/?verdict=支持").text
    assert "没有符合条件的评估" in empty
    assert "部分支持</a>" not in get(world, "filer", "/2024/assessments/").text
    acting.concluded(world, judged)
    page = get(world, "filer", "/2024/assessments/?verdict=部分支持&state=approved").text
    for words in ("灌区信息化改造80", "部分支持</a>", "支持60.00万元", "70.00"):
        assert words in page
    answer = post(world, "filer", "/2024/assessments/export/", {"verdict": "部分支持"})
    (tmp_path / "book.xlsx").write_bytes(answer.content)
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx").active
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert "灌区信息化改造80" in texts
    assert "部分支持" in texts


def test_the_rail_has_a_place_for_assessments(world, project):
    assert "/2024/assessments/" in get(world, "section_reviewer", "/2024/").text
    assert MONDAY < LATER
