"""A file or a sample into a draft: first what would change, then the same once."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from django.conf import settings
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.organizations.models import Section, SectionAlias, SectionRoute, User
from apps.projects.models import FundTag
from apps.rules.errors import RuleError
from apps.workplans import profile_books, profile_files
from apps.workplans.models import Plan
from apps.workplans.profiles import Profile
from apps.workplans.services import amending, editing, exporting, importing
from tests.personas import World
from tests.workplans.conftest import make_plan
from tests.workplans.test_exporting import FILES
from tests.workplans.test_profiles import SMALL, load

BANNER = Path(settings.BASE_DIR) / "fixtures" / "profiles" / "wulatezhongqi-2024.yaml"


@pytest.fixture
def draft(world: World, tmp_path: Path) -> Plan:
    return load(tmp_path, SMALL)


def book_of(plan: Plan, edit: dict[tuple[str, str], Any] | None = None, drop: str = "") -> bytes:
    """The plan's workbook with some cells changed: (sheet, cell) → value."""
    book = openpyxl.load_workbook(io.BytesIO(exporting.to_workbook(exporting.profile_of(plan))))
    for (sheet, cell), value in (edit or {}).items():
        book[sheet][cell] = value
    if drop:
        del book[drop]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def from_book(plan: Plan, content: bytes) -> Profile:
    return importing.read_file(content=content, name="计划.xlsx", plan=plan)


def column(sheet: str, label: str, plan: Plan) -> str:
    book = openpyxl.load_workbook(io.BytesIO(exporting.to_workbook(exporting.profile_of(plan))))
    return next(cell.column_letter for cell in book[sheet][1] if cell.value == label)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_workbook_says_what_its_plan_says(path: Path) -> None:
    profile = profile_files.read(path)
    keys = ("tasks", "sheets", "settings", "weights", "documents", "events", "reminders")
    bare = profile.model_copy(update={key: [] for key in keys} | {"flows": {}})

    again = profile_books.from_workbook(profile_books.to_workbook(profile), bare)

    assert importing.compare(profile, again) == []
    assert importing.compare(again, profile) == []


def test_a_look_writes_nothing_and_the_import_writes_it_once(draft: Plan, plan_admin: User) -> None:
    cell = f"{column('填报期', '截止', draft)}2"
    profile = from_book(draft, book_of(draft, {("填报期", cell): date(2024, 4, 9)}))
    before = exporting.profile_of(draft)

    looked = importing.import_changes(plan=draft, profile=profile, actor=plan_admin)

    assert [(c.where, c.new) for c in looked] == [("截止（填报期“2024Q1”）", "2024年4月9日")]
    assert exporting.profile_of(draft) == before
    assert importing.import_profile(plan=draft, profile=profile, actor=plan_admin) == looked
    assert importing.import_profile(plan=draft, profile=profile, actor=plan_admin) == []
    assert draft.tasks.get().windows.get().key == "2024Q1"
    assert Entry.objects.filter(action="workplans.import_profile").count() == 1


def test_a_yaml_file_is_read_with_its_lines(draft: Plan) -> None:
    text = exporting.to_yaml(exporting.profile_of(draft))

    read = importing.read_file(content=text.encode(), name="计划.yaml", plan=draft)

    assert read == exporting.profile_of(draft)
    bad = text.replace("stage: materials", "stage: later")
    with pytest.raises(RuleError, match=r"计划\.yaml第"):
        importing.read_file(content=bad.encode(), name="计划.yaml", plan=draft)
    with pytest.raises(RuleError, match="扩展名应为"):
        importing.read_file(content=b"x", name="计划.csv", plan=draft)


WRONG = [  # sheet, head of the column, value, what the message says
    ("任务", "阶段", "以后", "工作表“任务” 第2行 {}列 阶段：填“以后”，应为事前评估、"),
    ("任务", "所属年度", "二〇二四", "工作表“任务” 第2行 {}列 所属年度：填“二〇二四”，应为数字"),
    ("任务", "任务", "", "工作表“任务” 第2行 {}列 任务：未填，必须填写"),
    (
        "任务",
        "牵头科室",
        "nobody",
        "工作表“任务” 第2行 {}列 牵头科室：填“nobody”，科室（sections）里没有",
    ),
    ("填报期", "任务标识", "none", "工作表“填报期” 第2行 {}列 任务标识：填“none”，“任务”表里没有"),
    ("填报期", "截止", "四月", "工作表“填报期” 第2行 {}列 截止：填“四月”，应为日期"),
    (
        "填报期",
        "截止",
        date(2024, 3, 1),
        "工作表“填报期” 第2行 {}列 截止：未填，2024-03-01早于开放日",
    ),
    ("范围", "值", "village", "工作表“范围” 第2行 {}列 值：填“village”，可用的值里没有"),
    ("步骤", "审核表", "none", "工作表“步骤” 第2行 {}列 审核表：填“none”，审核表（sheets）里没有"),
    ("审核要点", "满分", 90, "分值合计90，应为100"),
    ("参数", "标识", "大写", "工作表“参数” 第2行 {}列 标识：填“大写”，应为小写"),
]


@pytest.mark.parametrize(("sheet", "head", "value", "says"), WRONG)
def test_a_wrong_cell_is_named_by_sheet_row_column_and_value(
    draft: Plan, sheet: str, head: str, value: Any, says: str
) -> None:
    letter = column(sheet, head, draft)
    content = book_of(draft, {(sheet, f"{letter}2"): value})

    with pytest.raises(RuleError) as caught:
        from_book(draft, content)

    assert says.format(letter) in str(caught.value)
    assert caught.value.data["faults"]


def test_a_sheet_that_is_not_there_leaves_its_part_as_it_is(draft: Plan) -> None:
    assert from_book(draft, book_of(draft, drop="填报期")) == exporting.profile_of(draft)
    assert from_book(draft, book_of(draft, drop="任务")) == exporting.profile_of(draft)
    assert from_book(draft, book_of(draft, drop="计划")) == exporting.profile_of(draft)


def test_a_workbook_of_something_else_is_refused(draft: Plan) -> None:
    book = openpyxl.Workbook()
    out = io.BytesIO()
    book.save(out)

    with pytest.raises(RuleError, match="不是年度计划"):
        from_book(draft, out.getvalue())


def test_rights_and_states_hold(draft: Plan, plan_admin: User, leader: User) -> None:
    profile = exporting.profile_of(draft)
    for act in (importing.import_changes, importing.import_profile):
        with pytest.raises(PermissionDenied):
            act(plan=draft, profile=profile, actor=leader)
    Plan.objects.update(state=Plan.State.PUBLISHED)
    for act in (importing.import_changes, importing.import_profile):
        with pytest.raises(RuleError, match="先开始修订"):
            act(plan=draft, profile=profile, actor=plan_admin)

    assert not Entry.objects.filter(action="workplans.import_profile").exists()


def test_a_sample_of_another_place_takes_our_sections_and_year(
    world: World, plan_admin: User
) -> None:
    plan = make_plan(world, Plan.State.DRAFT)
    plan.fiscal_year = 2025
    plan.save()
    sample = profile_files.read(BANNER)

    importing.import_profile(plan=plan, profile=sample, actor=plan_admin)

    plan.refresh_from_db()
    assert plan.title == "尉犁县2024年度计划"
    assert plan.tasks.count() == len(sample.tasks)
    assert set(plan.tasks.values_list("section__jurisdiction", flat=True)) <= {
        world.county.pk, None,
    }  # fmt: skip
    assert plan.tasks.filter(section=world.sections["performance"]).exists()
    assert world.county.sections.count() == 6
    years = {w.closes_at.year for t in plan.tasks.all() for w in t.windows.all() if w.closes_at}
    assert years <= {2025, 2026}
    assert importing.import_profile(plan=plan, profile=sample, actor=plan_admin) == []


def test_a_section_that_we_lack_is_a_doubt(world: World, draft: Plan, plan_admin: User) -> None:
    data = yaml.safe_load(yaml.safe_dump(SMALL, allow_unicode=True))
    data["jurisdiction"] = {"code": "652325", "name": "奇台县", "level": "county"}
    data["sections"].append({"code": "xx", "name": "农业农村股", "kind": "business"})
    data["tasks"][0]["section"] = "xx"

    importing.import_profile(plan=draft, profile=Profile.model_validate(data), actor=plan_admin)

    task = draft.tasks.get()
    assert task.section is None
    assert "“农业农村股”本地没有" in task.doubt


def shared() -> list[Any]:
    """What all years share: kinds of money, sections, whose desk work comes to."""
    return [
        list(FundTag.objects.order_by("pk").values("code", "name")),
        list(Section.objects.order_by("pk").values("code", "name", "kind")),
        list(SectionAlias.objects.order_by("pk").values("name", "section")),
        list(SectionRoute.objects.order_by("pk").values("section", "fund_tag", "budget_type")),
    ]


@pytest.mark.req("Y-75")
@pytest.mark.parametrize("code", ["652823", "652325"])
def test_a_file_changes_no_section_route_or_kind_of_money(
    draft: Plan, plan_admin: User, code: str
) -> None:
    data = yaml.safe_load(yaml.safe_dump(SMALL, allow_unicode=True))
    data["jurisdiction"]["code"] = code
    data["fund_tags"] = [{"code": "bond", "name": "改名"}, {"code": "cash", "name": "现金"}]
    data["sections"][0] |= {"name": "绩效中心", "fund_tags": ["bond", "cash"]}
    data["sections"][1] |= {"fund_tags": [], "budget_types": ["general"]}
    data["sections"].append({"code": "new", "name": "草场管理科", "kind": "business"})
    data["tasks"][0] |= {"title": "改名", "subject": "project"}
    data["tasks"][0]["scopes"] = [{"field": "fund_tag", "value": "cash"}]
    data["tasks"].append(data["tasks"][0] | {"code": "second", "section": "new"})
    before, profile = shared(), Profile.model_validate(data)

    looked = importing.import_changes(plan=draft, profile=profile, actor=plan_admin)
    done = importing.import_profile(plan=draft, profile=profile, actor=plan_admin)

    assert shared() == before
    assert not [change for change in done if change.where.startswith("科室")]
    assert looked == done
    first, second = draft.tasks.order_by("position")
    assert first.section == Section.objects.get(code="jx")
    assert "资金标签“现金”本地没有，待确认。" in first.doubt
    assert second.section is None
    assert "牵头科室“草场管理科”本地没有，待确认。" in second.doubt
    assert importing.import_profile(plan=draft, profile=profile, actor=plan_admin) == []
    again = importing.import_changes(
        plan=draft, profile=exporting.profile_of(draft), actor=plan_admin
    )
    assert again == []


def test_a_working_copy_takes_a_file_too(draft: Plan, plan_admin: User) -> None:
    Plan.objects.update(state=Plan.State.PUBLISHED)
    copy = amending.begin_amendment(plan=Plan.objects.get(pk=draft.pk), actor=plan_admin)
    data = yaml.safe_load(yaml.safe_dump(SMALL, allow_unicode=True))
    data["tasks"][0]["title"] = "改名"

    importing.import_profile(plan=copy, profile=Profile.model_validate(data), actor=plan_admin)

    assert [c.new for c in amending.amendment_changes(copy)][:1] == ["改名"]
    assert draft.tasks.get().title == "季度材料"


def test_a_fault_leaves_the_draft_as_it_was(
    draft: Plan, plan_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = exporting.profile_of(draft)
    profile = before.model_copy(update={"tasks": []})

    def fail(**_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("apps.audit.services.record", fail)
    with pytest.raises(RuntimeError):
        importing.import_profile(plan=draft, profile=profile, actor=plan_admin)

    assert exporting.profile_of(draft) == before


def test_formula_like_words_stay_words(draft: Plan, plan_admin: User) -> None:
    editing.edit_task(
        task=draft.tasks.get(), values={"title": "=HYPERLINK(1)", "doubt": "@a"}, actor=plan_admin
    )

    assert from_book(draft, book_of(draft)) == exporting.profile_of(draft)
