"""A transfer handed down to units and projects: sums, recipients, what stands below (Y-43)."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.core import clock
from apps.filings import services as filings
from apps.projects import transfers
from apps.projects.models import ProjectYear
from apps.rules.decomposition import Value
from apps.rules.errors import RuleError
from apps.targets import (
    content,
    documents,
    form_xlsx,
    handed,
    handing,
    transfer_books,
    transfer_kind,
    transfer_screen,
)
from apps.targets.handing import ShareIn
from apps.targets.models import HandedShare
from apps.workplans import services as workplans
from apps.workplans.models import Assignment, RuleSetting
from tests import makers
from tests.personas import client_of
from tests.targets import adjusting
from tests.targets import handing_down as down

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def plan(world):
    plan = makers.make_plan(world)
    down.make_task(plan, world)
    return plan


@pytest.fixture
def transfer(world, plan):
    return down.registered(world)


@pytest.fixture
def project(world, plan):
    return makers.make_project(world)


@pytest.fixture
def filing(world, transfer):
    return down.opened(world, transfer)


def codes(filing):
    revision = filing.revisions.order_by("-number")[0]
    return {finding.code for finding in content.check(revision) if finding.severity == "阻断"}


def given(project, **changes):
    return down.rows(project.code, **changes)


@pytest.mark.req("Y-43", "Y-47")
def test_a_decomposition_that_adds_up_is_filed_and_stands_in_force(world, filing, project):
    down.handed_down(world, filing, given(project))
    assert codes(filing) == set()
    down.approved(world, filing)
    assert filing.state == "approved"
    rows = handed.to_project(project, makers.YEAR)
    assert [(row.name, row.operator, row.value) for row in rows] == [
        ("更换老旧水表", "≥", D(1200)),
        ("水质检测达标率", "≥", D(95)),
        ("管护制度落实情况", "定性", None),
    ]
    assert rows[0].source == "“农村饮水安全补助资金”（新财农〔2024〕12号）"
    assert handed.to_project(project, makers.YEAR - 1) == ()


@pytest.mark.req("Y-43")
@pytest.mark.parametrize(
    ("station", "code"),
    [
        (("801", "95", "100", 3_000_000), "decomposition.sum"),
        (("799", "95", "100", 3_000_000), "decomposition.sum"),
        (("800", "94", "100", 3_000_000), "decomposition.rate"),
        (("800", "95", "0", 3_000_000), "decomposition.band"),
        (("800", "95", "100", 3_000_001), "decomposition.money"),
        (("800", "95", "100", 2_999_999), "decomposition.money"),
    ],
)
def test_what_does_not_add_up_is_not_filed(world, filing, project, station, code):
    *told, amount = station
    row = ShareIn("201001", D(amount), down.values(*told))
    down.handed_down(world, filing, given(project, station=row))
    assert codes(filing) == {code}
    with pytest.raises(RuleError):
        down.submit(world, filing)
    filing.refresh_from_db()
    assert filing.state == "draft"


def test_nothing_handed_down_is_not_filed(world, filing):
    assert codes(filing) == {"decomposition.empty"}


@pytest.mark.req("Y-43")
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("999999", "“999999”不是.*的编码"),
        ("", "“”不是.*的编码"),
        ("201", "不能分解给自己"),
        ("299", "涉密或已停用"),
        ("65232524T000000000001", "先分解到那个单位"),
    ],
)
def test_an_unknown_foreign_closed_or_circular_recipient_is_refused(
    world, filing, project, code, words
):
    makers_world = replace(world, county=world.sibling)
    assert makers_world.county != world.county
    before = down.version_of(filing)
    row = ShareIn(code, D(3_000_000), down.values("800", "95", "100"))
    with pytest.raises(RuleError, match=words):
        down.handed_down(world, filing, given(project, station=row))
    assert not HandedShare.objects.exists()
    assert down.version_of(filing) == before


@pytest.mark.req("Y-43")
@pytest.mark.trust("A02")
def test_a_strange_projects_code_tells_no_more_than_a_code_of_nobody(world, filing, project):
    """Its name is open to the unit once its own unit got a share on record, not before."""
    strange = makers.make_project(world, "traffic", 2, "县乡公路养护")
    nobody = strange.code[:-1] + "9"
    values = down.values("800", "95", "100")
    said = []
    for code in (strange.code, nobody):
        with pytest.raises(RuleError) as refused:
            down.handed_down(world, filing, given(project, station=ShareIn(code, D(1), values)))
        said.append(str(refused.value).replace(code, ""))
    assert said[0] == said[1]
    assert "公路" not in said[0]
    both = [*given(project), ShareIn("205", D(0)), ShareIn(strange.code, D(0))]
    with pytest.raises(RuleError, match=strange.code):  # naming the unit beside it opens nothing
        down.handed_down(world, filing, both)
    assert not HandedShare.objects.exists()
    down.handed_down(world, filing, given(project, station=ShareIn("205", D(3_000_000), values)))
    down.submit(world, filing)
    with clock.at(makers.MONDAY):
        filings.withdraw(filing=filing, actor=world.people["filer"], reason="改为到项目")
    rows = given(project, station=ShareIn(strange.code, D(3_000_000), values))
    down.handed_down(world, filing, rows)
    shares = handed.shares_of(filing.revisions.order_by("-number")[0])
    assert [share.recipient for share in shares] == [project, strange]
    down.handed_down(world, filing, rows)  # what stands in the table stays


@pytest.mark.req("Y-48")
def test_a_project_outside_the_transfers_year_gets_nothing(world, filing, project):
    ProjectYear.objects.filter(project=project).update(fiscal_year=makers.YEAR - 1)
    before = down.version_of(filing)
    with pytest.raises(RuleError, match="项目须已列入2024年度"):
        down.handed_down(world, filing, given(project))
    assert not HandedShare.objects.exists()
    assert down.version_of(filing) == before


def test_a_doubled_recipient_a_negative_amount_and_a_stale_version_are_refused(
    world, filing, project
):
    twice = ShareIn(project.code, D(3_000_000), down.values("800", "95", "100"))
    with pytest.raises(RuleError, match="列了不止一行"):
        down.handed_down(world, filing, given(project, station=twice))
    with pytest.raises(RuleError, match="不能为负"):
        down.handed_down(world, filing, [ShareIn("201001", D(-1))])
    with pytest.raises(RuleError, match="最多200行"):
        down.handed_down(world, filing, [ShareIn("201001", D(1))] * 201)
    with clock.at(makers.MONDAY), pytest.raises(RuleError, match="又被保存过"):
        handing.hand_down(filing=filing, actor=world.people["filer"], version=1, rows=[])
    assert not HandedShare.objects.exists()


@pytest.mark.parametrize("actor", ["stranger", "plan_admin", "section_reviewer", "station_filer"])
def test_only_the_units_filers_hand_down(world, filing, project, actor):
    with pytest.raises(PermissionDenied):
        down.handed_down(world, filing, given(project), filer=actor)
    assert not HandedShare.objects.exists()


@pytest.mark.req("Y-43")
def test_a_parameter_that_waits_is_named_and_nothing_is_handed_down(world, plan, filing, project):
    RuleSetting.objects.filter(code="transfers.breakdown").update(value="", is_filled=False)
    with pytest.raises(RuleError, match="转移支付目标分解到哪里”：未设定"):
        down.handed_down(world, filing, given(project))
    assert codes(filing) == {"decomposition.setting"}
    RuleSetting.objects.filter(code="transfers.breakdown").update(
        value="分区域、到项目", is_filled=True
    )
    with pytest.raises(RuleError, match="本年度计划分解到地区、项目"):
        down.handed_down(world, filing, given(project))
    RuleSetting.objects.filter(code="transfers.breakdown").delete()
    down.handed_down(world, filing, given(project))


@pytest.mark.req("Y-43")
def test_the_plan_may_let_the_money_stay_below_the_transfer(world, plan, filing, project):
    row = ShareIn("201001", D(2_000_000), down.values("800", "95", "100"))
    setting = {"plan": plan, "code": "transfers.money", "title": "分解金额", "clause": "不得超过"}
    made = RuleSetting.objects.create(**setting, value="不超过", is_filled=True)
    down.handed_down(world, filing, given(project, station=row))
    assert codes(filing) == set()
    made.value = "随便"
    made.save(update_fields=["value"])
    assert codes(filing) == {"decomposition.setting"}


@pytest.mark.req("Y-44")
def test_what_waits_for_the_money_rule_is_shown_with_its_reason(
    world, plan, filing, transfer, project
):
    down.handed_down(world, filing, given(project))
    setting = {"plan": plan, "code": "transfers.money", "title": "分解金额", "clause": "不得超过"}
    RuleSetting.objects.create(**setting, value="", is_filled=False)
    admin, filer = world.people["plan_admin"], world.people["filer"]
    shown = transfer_screen.screen_of(transfer, filer)
    assert len(shown.rows) == 3  # the indicators are judged without it
    assert [each.code for each in shown.outcome.findings] == ["decomposition.setting"]
    assert "分解金额”：未设定" in shown.outcome.findings[0].message
    (line,) = transfer_screen.lines_of([_amounted(transfer)], filer)
    assert (line.n_uppers, line.n_open, line.gap) == (3, 0, 0)
    assert transfer_books.ledger(actor=admin, year=makers.YEAR)
    api = client_of(filer).get(f"/api/v1/{makers.YEAR}/transfers/{transfer.public_id}/")
    assert api.json()["findings"][0]["code"] == "decomposition.setting"


@pytest.mark.req("Y-43", "Y-48")
def test_a_childs_own_targets_are_checked_against_what_was_handed_down(
    world, plan, filing, project
):
    down.handed_down(world, filing, given(project))
    down.approved(world, filing)
    makers.assign_all(world, plan)
    own = Assignment.objects.get(project=project, task__code="targets.initial")
    with clock.at(makers.MONDAY):
        child = filings.open_filing(assignment=own, actor=world.people["filer"])
    makers.saved(world, child)
    found = [
        each for each in content.check(child.revisions.get()) if each.code == "targets.handed_down"
    ]
    words = "".join(each.message for each in found)
    assert "管护制度落实情况" in words
    assert all("更换老旧水表" not in each.message for each in found)  # kept as handed down
    shown = transfer_screen.screen_of(
        filing.assignment.transfer, world.people["performance_reviewer"]
    )
    assert [each.state for each in shown.recipients] == ["未定稿", ""]


@pytest.mark.req("Y-43", "Y-45")
def test_a_child_is_compared_with_its_targets_as_adjusted(world):
    base = adjusting.in_force(world)
    project = adjusting.project_of(base)
    down.make_task(base.assignment.plan, world)
    transfer = down.registered(world)
    filing = down.opened(world, transfer)
    promised = content.form_of(base.revisions.get()).lines[0]
    upper = down.line(down.KEYS["meters"], promised.name, "≥", "2000", promised.unit, "数量")
    makers.saved(world, filing, down.regional(lines=(upper,)))
    share = ShareIn(project.code, D(9_000_000), {upper.key: Value(D(2000))})
    down.handed_down(world, filing, [share])
    adjusting.adjusted(world, base)  # to 1,500
    (row,) = transfer_screen.screen_of(transfer, world.people["filer"]).rows
    assert [child.in_force for child in row.children] == [f"≥1,500{promised.unit}"]


def test_a_return_opens_a_copy_with_its_shares_and_the_difference_is_told(world, filing, project):
    down.handed_down(world, filing, given(project))
    down.submit(world, filing)
    first = filing.revisions.get()
    assert transfer_kind.place(first, "shares.money") == "分解 资金合计"
    upper = transfer_kind.place(first, f"upper:{down.KEYS['meters']}")
    assert upper == "分解 更换老旧水表"
    with pytest.raises(RuleError, match="没有"):
        transfer_kind.place(first, "upper:nothing")
    with clock.at(makers.MONDAY):
        filings.send_back(
            filing=filing,
            actor=world.people["section_reviewer"],
            opinion="核对",
            items=[filings.Wanted("shares.money", "核对资金")],
            due_on=makers.CLOSES.date(),
        )
    filing.refresh_from_db()
    listed = client_of(world.people["performance_reviewer"]).get("/2024/returned/")
    assert f">{filing.assignment.transfer}</a>" in listed.content.decode()
    second = filing.revisions.order_by("-number")[0]
    assert [share.who for share in handed.shares_of(second)] == [
        share.who for share in handed.shares_of(first)
    ]
    assert transfer_kind.canonical(second) == transfer_kind.canonical(first)
    key = handed.shares_of(second)[0].key
    assert transfer_kind.place(second, f"share:{key}.amount").startswith("分解 ")
    row = ShareIn("201001", D(2_000_000), down.values("800", "95", "100"))
    down.handed_down(world, filing, given(project, station=row))
    changes = transfer_kind.diff(first, second).section("shares")
    assert changes.n_changes == 1
    assert transfer_kind.canonical(second) != transfer_kind.canonical(first)
    assert ("分解合计（万元）", "800.00") in transfer_kind.figures(second)


@pytest.mark.req("Y-43")
def test_every_line_that_a_reviewer_sees_is_a_place_that_can_be_named(world, filing, project):
    down.handed_down(world, filing, given(project))
    revision = down.submit(world, filing).revisions.get()
    shown = transfer_kind.diff(None, revision)
    shares = next(section for section in shown.sections if section.name == "shares")
    assert [row.cells[0].new for row in shares.rows] != []
    for section in shown.sections:
        for row in section.rows:
            assert transfer_kind.place(revision, row.path)
    page = client_of(world.people["section_reviewer"])
    with clock.at(makers.MONDAY):
        told = page.get(reverse("filings:review", args=[2024, filing.public_id])).content.decode()
    assert f"资金（万元）</span> {shares.rows[0].cells[0].new}" in told


@pytest.mark.req("Y-43")
def test_what_no_longer_adds_up_is_not_approved(world, filing, transfer, project):
    down.handed_down(world, filing, given(project))
    down.submit(world, filing)
    with clock.at(makers.MONDAY):
        transfers.update(
            transfer=transfer,
            actor=world.people["budget_officer"],
            facts={},
            amounts={"central": D(8_000_000)},
        )
    with clock.at(makers.MONDAY), pytest.raises(RuleError, match=r"资金合计.*退回单位重新分解"):
        filings.pass_on(filing=filing, actor=world.people["section_reviewer"], opinion="同意")
    filing.refresh_from_db()
    assert (filing.state, filing.approved_revision) == ("submitted", None)
    with clock.at(makers.MONDAY):  # turning it down stays open
        filings.reject(filing=filing, actor=world.people["section_reviewer"], opinion="不符")


@pytest.mark.req("Y-43")
def test_relief_is_exempt_with_kind_and_reason_and_owes_nothing(world, plan, transfer):
    admin = world.people["plan_admin"]
    with clock.at(makers.MONDAY):
        for kind, reason, words in (
            ("随便", "灾情", "可选应急救灾类"),
            ("应急救灾类", " ", "要写年初无法确定目标的理由"),
        ):
            with pytest.raises(RuleError, match=words):
                handing.exempt(transfer=transfer, actor=admin, kind=kind, reason=reason)
        with pytest.raises(PermissionDenied):
            handing.exempt(
                transfer=transfer, actor=world.people["filer"], kind="应急救灾类", reason="灾情"
            )
        assert Assignment.objects.owed().filter(transfer=transfer).exists()
        handing.exempt(transfer=transfer, actor=admin, kind="应急救灾类", reason="灾情未核定")
    assert not Assignment.objects.owed().filter(transfer=transfer).exists()
    transfer.refresh_from_db()
    shown = transfer_screen.screen_of(transfer, admin)
    assert (shown.state, shown.may_begin) == ("已豁免", False)


@pytest.mark.req("Y-43")
def test_an_exemption_ends_with_a_reason_and_its_decomposition_is_owed_again(world, plan, transfer):
    admin = world.people["plan_admin"]
    told = {"transfer": transfer, "actor": admin}
    with clock.at(makers.MONDAY):
        with pytest.raises(RuleError, match="没有豁免"):
            handing.end_exemption(**told, reason="核定了")
        handing.exempt(**told, kind="应急救灾类", reason="灾情未核定")
        with pytest.raises(RuleError, match="要写理由"):
            handing.end_exemption(**told, reason=" ")
        with pytest.raises(PermissionDenied):
            handing.end_exemption(transfer=transfer, actor=world.people["filer"], reason="核定了")
        assert not Assignment.objects.owed().filter(transfer=transfer).exists()
        page = client_of(admin)
        url = f"/{makers.YEAR}/transfers/{transfer.public_id}/"
        assert "撤销豁免" in page.get(url).content.decode()
        assert page.post(f"{url}exempt/", {"reason": ""}).status_code == 422
        assert page.post(f"{url}exempt/", {"reason": "灾情已核定"}).status_code == 302
    (owed,) = Assignment.objects.owed().filter(transfer=transfer)
    assert owed.exempt_reason == ""
    transfer.refresh_from_db()
    assert (transfer.exempt_kind, transfer.exempt_reason) == ("", "")
    shown = transfer_screen.screen_of(transfer, world.people["filer"])
    assert (shown.state, shown.may_begin) == ("未分解", True)


@pytest.mark.req("Y-43")
def test_the_api_ends_an_exemption_and_leaves_what_was_excused_otherwise(world, plan, transfer):
    admin = world.people["plan_admin"]
    owed = Assignment.objects.get(transfer=transfer)
    url = f"/api/v1/{makers.YEAR}/transfers/{transfer.public_id}/exempt/"
    with clock.at(makers.MONDAY):
        workplans.exempt(assignment=owed, reason="单位撤并", actor=admin)
        handing.exempt(transfer=transfer, actor=admin, kind="应急救灾类", reason="灾情未核定")
        told = {"kind": "", "reason": "灾情已核定"}
        answer = client_of(admin).post(url, told, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (200, "未分解")
    owed.refresh_from_db()
    assert owed.exempt_reason == "单位撤并"


def test_what_was_handed_in_is_no_longer_exempted(world, filing, transfer, project):
    down.handed_down(world, filing, given(project))
    down.submit(world, filing)
    with clock.at(makers.MONDAY), pytest.raises(RuleError, match="已经提交"):
        handing.exempt(
            transfer=transfer, actor=world.people["plan_admin"], kind="应急救灾类", reason="灾情"
        )
    transfer.refresh_from_db()
    assert transfer.exempt_kind == ""


@pytest.mark.req("Y-44")
def test_the_ledger_and_the_table_follow_what_was_handed_down(world, filing, transfer, project):
    admin = world.people["plan_admin"]
    row = ShareIn("201001", D(2_000_000), down.values("700", "95", "100"))
    down.handed_down(world, filing, given(project, station=row))
    (line,) = transfer_screen.lines_of([_amounted(transfer)], admin)
    assert (line.handed, line.gap, line.n_uppers, line.n_open) == (
        D(8_000_000),
        D(-1_000_000),
        3,
        1,
    )
    book = openpyxl.load_workbook(BytesIO(transfer_books.ledger(actor=admin, year=makers.YEAR)))
    cells = [cell.value for cell in list(book.active.rows)[-1]]
    assert "新财农〔2024〕12号" in cells
    made = transfer_books.decomposition(actor=admin, transfer=transfer)
    table = openpyxl.load_workbook(BytesIO(made))
    texts = [[cell.value for cell in line] for line in table["指标分解"].rows]
    assert any("≥1,900块" in line and "-100" in str(line).replace("−", "-") for line in texts)
    assert len(list(table["资金分解"].rows)) >= 4
    head = next(line for line in texts if "占比" in line)
    (first,) = (line for line in texts if project.code in line and "≥1,200块" in line)
    told = dict(zip(head, first, strict=True))
    assert (told["贡献值"], round(told["占比"], 4)) == (1200, 0.6316)


@pytest.mark.req("Y-43", "Y-44")
def test_the_paper_says_what_each_recipient_brings_to_each_indicator(world, filing, project):
    form = content.form_of(filing.revisions.get())
    lines = (replace(form.lines[0], weight=D(40)), *form.lines[1:])
    makers.saved(world, filing, replace(form, lines=lines))
    down.handed_down(world, filing, given(project))
    paper = documents.document_of(filing, filing.revisions.get())
    told = [(row[1], row[2], *row[4:]) for row in paper.handed.rows]
    assert told[:3] == [
        ("≥2,000块\n（40分）", str(project), "≥1,200块", "1,200", "60.0%"),
        ("≥2,000块\n（40分）", "县水利管理站", "≥800块", "800", "40.0%"),
        ("≥95%", str(project), "≥95%", "63.33", "66.7%"),
    ]
    assert "差额0.00万元" in paper.handed.money
    assert (paper.execution, paper.total) == ("", "40")
    book = openpyxl.load_workbook(BytesIO(form_xlsx.form_xlsx(paper)))
    cells = [cell.value for row in book.active.rows for cell in row]
    assert {"分解对照　" + paper.handed.money, "贡献值", "60.0%"} <= set(cells)
    assert "预算执行率" not in cells


def _amounted(transfer):
    transfer.amount = D(9_000_000)
    return transfer


def test_a_draft_is_the_units_own_until_it_is_submitted(world, filing, transfer, project):
    down.handed_down(world, filing, given(project))
    reviewer = world.people["section_reviewer"]
    hidden = transfer_screen.screen_of(transfer, reviewer)
    assert (hidden.filing, hidden.outcome, hidden.rows) == (None, None, [])
    down.submit(world, filing)
    assert len(transfer_screen.screen_of(transfer, reviewer).rows) == 3


def test_the_database_keeps_one_recipient_a_share_and_each_once(world, filing, project):
    down.handed_down(world, filing, given(project))
    share = HandedShare.objects.get(project=project)
    for change in ({"unit": world.units["town"]}, {"project": None}, {"amount": D(-1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            HandedShare.objects.filter(pk=share.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        HandedShare.objects.exclude(pk=share.pk).update(unit=None, project=project)
