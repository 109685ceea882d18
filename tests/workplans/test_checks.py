"""智能审核: what a plan makes of the checks of the target form, and where it goes from there."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.core import clock
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.findings import Severity
from apps.workplans import profile_books, profile_files, selectors, services
from apps.workplans.models import Plan
from apps.workplans.profile_yaml import to_yaml
from apps.workplans.services import amending, cloning, editing, exporting
from apps.workplans.services.comparing import compare
from tests.personas import World, client_of
from tests.workplans.conftest import make_plan, make_task, make_window

pytestmark = [pytest.mark.req("Y-46", "W-26"), pytest.mark.usefixtures("april")]
STRICT = {
    "code": "targets.similar_rows",
    "severity": "阻断",
    "numbers": {"similarity": "90"},
    "reason": "本地从严",
}
OFF = {"code": "targets.basis", "on": False, "reason": "本地不要求"}
ASKED = {"code": "targets.copied_goal", "must_answer": True, "reason": "雷同的都要说明"}


@pytest.fixture
def draft(april, world: World, plan_admin: User) -> Plan:
    plan = make_plan(world, Plan.State.DRAFT)
    make_window(make_task(plan, "one", "unit"), "2024", clock.today(), clock.today())
    editing.set_checks(plan=plan, rows=[STRICT, OFF, ASKED], actor=plan_admin)
    return plan


def test_the_check_up_reads_what_the_plan_makes_of_it(draft):
    tuning = selectors.tuning_of(draft.pk)

    assert tuning["targets.similar_rows"].severity == Severity.BLOCK
    assert tuning["targets.similar_rows"].parameters == {"similarity": Decimal(90)}
    assert tuning["targets.basis"].on is False
    assert selectors.must_answer(draft.pk) == {"targets.copied_goal"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"code": "targets.nothing", "on": False, "reason": "无"}, "没有“targets.nothing”"),
        ({"code": "targets.weight", "on": False, "reason": "无"}, "必查"),
        ({"code": "targets.weight", "severity": "提示", "reason": "无"}, "必查"),
        ({**STRICT, "numbers": {"similarity": "20"}}, "应为50–100"),
        ({**STRICT, "numbers": {"length": "20"}}, "没有参数“length”"),
        ({**STRICT, "severity": "随便"}, "轻重"),
        ({**STRICT, "reason": ""}, "理由"),
    ],
)
def test_what_no_plan_may_make_of_a_check_is_refused(draft, plan_admin, row, said):
    before = exporting.profile_of(draft)

    with pytest.raises(RuleError, match=said):
        editing.set_checks(plan=draft, rows=[OFF, row], actor=plan_admin)

    assert exporting.profile_of(draft) == before


def test_a_check_said_twice_is_refused(draft, plan_admin):
    with pytest.raises(RuleError, match="出现两次"):
        editing.set_checks(plan=draft, rows=[OFF, OFF], actor=plan_admin)

    assert draft.checks.count() == 3


def test_only_the_administrator_writes_and_only_a_draft(draft, filer, plan_admin):
    with pytest.raises(PermissionDenied):
        editing.edit_check(plan=draft, code=OFF["code"], values={}, actor=filer)
    Plan.objects.filter(pk=draft.pk).update(state=Plan.State.PUBLISHED)
    with pytest.raises(RuleError, match="先开始修订"):
        editing.edit_check(plan=draft, code=OFF["code"], values={}, actor=plan_admin)

    assert draft.checks.count() == 3


def test_a_check_goes_back_to_the_usual_and_the_trail_says_so_in_words(draft, plan_admin):
    editing.edit_check(
        plan=draft, code="targets.basis", values={"on": None, "reason": ""}, actor=plan_admin
    )

    assert not draft.checks.filter(code="targets.basis").exists()
    line = Entry.objects.filter(action="workplans.set_checks").latest("pk")
    assert line.data["changes"] == ["没有写值的依据：按默认"]


def test_files_hold_the_checks_and_bring_them_back(draft, plan_admin, tmp_path: Path):
    profile = exporting.profile_of(draft)
    path = tmp_path / "plan.yaml"
    path.write_text(to_yaml(profile), encoding="utf-8")

    assert profile_files.read(path) == profile
    book = profile_books.to_workbook(profile)
    assert profile_books.from_workbook(book, profile.model_copy(update={"checks": []})) == profile
    assert services.load_profile(profile=profile, actor=plan_admin) == draft


def test_a_file_with_a_check_that_cannot_be_names_its_place(draft, tmp_path: Path):
    profile = exporting.profile_of(draft)
    path = tmp_path / "plan.yaml"
    path.write_text(to_yaml(profile).replace("similarity: 90", "similarity: 20"), encoding="utf-8")
    with pytest.raises(RuleError, match=r"plan.yaml第\d+行 checks\[2\].*应为50–100"):
        profile_files.read(path)

    wrong = profile.checks[2].model_copy(update={"numbers": {"similarity": Decimal(20)}})
    book = profile_books.to_workbook(profile.model_copy(update={"checks": [wrong]}))
    with pytest.raises(RuleError, match="智能审核"):
        profile_books.from_workbook(book, profile)


def test_next_years_plan_keeps_them_and_a_comparison_says_them_in_words(draft, plan_admin):
    new = cloning.clone(plan=draft, year=2025, actor=plan_admin)
    assert exporting.profile_of(new).checks == exporting.profile_of(draft).checks

    editing.set_checks(plan=new, rows=[{**STRICT, "severity": "建议"}, OFF], actor=plan_admin)
    changes = compare(exporting.profile_of(draft), exporting.profile_of(new))
    told = {change.where: (change.old, change.new) for change in changes}
    assert told["智能审核“两行指标实为一项”"] == (
        "改为阻断，相似度达到90%（本地从严）",
        "改为建议，相似度达到90%（本地从严）",
    )
    assert told["智能审核“目标文字与别处雷同”"] == ("须答复（雷同的都要说明）", "按默认")


def test_a_published_plan_gets_them_by_an_amendment(draft, plan_admin):
    kinds = {"materials"}
    plan = services.publish(plan=draft, actor=plan_admin, kinds=kinds)
    copy = amending.begin_amendment(plan=plan, actor=plan_admin)
    editing.edit_check(
        plan=copy, code="targets.zero", values={"on": False, "reason": "试行"}, actor=plan_admin
    )
    assert "targets.zero" not in selectors.tuning_of(plan.pk)

    amendment = amending.apply_amendment(
        copy=copy, reason="检查从宽", document_number="", actor=plan_admin, kinds=kinds
    )

    assert selectors.tuning_of(plan.pk)["targets.zero"].on is False
    assert [change["where"] for change in amendment.changes] == ["智能审核“指标值为0，必然完成”"]
    assert amendment.changes[0]["new"] == "停用（试行）"


# --- pages and programs -----------------------------------------------------------------------
def test_the_page_lists_every_check_and_a_form_changes_one(draft, plan_admin):
    browser = client_of(plan_admin)
    page = f"/2024/plan/edit/{draft.public_id}/checks/"
    listed = browser.get(page).content.decode()
    assert "两行指标实为一项" in listed
    assert "相似度达到90%（默认85%）" in listed.replace('<span class="jx-mute">', "").replace(
        "</span>", ""
    )

    one = f"{page}targets.goal_short/"
    assert "默认20，可填5–200" in browser.get(one).content.decode()
    said = {"on": "on", "severity": "建议", "number_length": "30", "reason": ""}
    refused = browser.post(one, said)
    assert refused.status_code == 422
    assert browser.post(one, {**said, "reason": "写详细些"}).status_code == 302
    assert selectors.tuning_of(draft.pk)["targets.goal_short"].parameters == {"length": Decimal(30)}
    assert browser.get(f"{page}targets.none/").status_code == 404
    assert "必查" in browser.get(f"{page}targets.weight/").content.decode()


def test_programs_read_all_and_write_what_the_plan_changes(draft, plan_admin):
    client = client_of(plan_admin)
    address = f"/api/v1/plans/{draft.public_id}/checks/"
    rows = {row["code"]: row for row in client.get(address).json()}
    assert rows["targets.similar_rows"]["numbers"][0] == {
        "name": "similarity",
        "title": "相似度达到",
        "unit": "%",
        "value": "90.00",
        "usual": "85.00",
        "low": "50.00",
        "high": "100.00",
    }

    answer = client.put(address, [OFF], content_type="application/json")
    assert answer.status_code == 200
    assert [row["code"] for row in answer.json() if row["reason"]] == ["targets.basis"]
