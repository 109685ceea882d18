"""The plan editor's acts for programs, through the same services."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apps.organizations.models import User
from apps.workplans.models import Notice, Plan
from tests.api.program import Program
from tests.personas import World
from tests.workplans.conftest import run_jobs
from tests.workplans.documents import docx, paragraph

NOTICE = Path(__file__).parents[1] / "data" / "notices" / "wulatezhongqi-2024.txt"
pytestmark = pytest.mark.django_db


@pytest.fixture
def program(plan_admin: User) -> Program:
    return Program(plan_admin)


@pytest.fixture
def draft(program: Program, world: World) -> str:
    body = {"jurisdiction": "652823", "year": 2024, "title": "2024年度计划"}
    answer = program.post("plans/new/", body)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["public_id"])


@pytest.fixture
def task(program: Program, draft: str) -> str:
    body = {
        "title": "季度材料",
        "stage": "materials",
        "kind": "materials",
        "subject": "unit",
        "level": "unit",
        "evaluated_year": 2024,
        "responsible": "各单位",
        "clause": "每季度报送。",
    }
    return str(program.post(f"plans/{draft}/tasks/", body).json()["public_id"])


def read(program: Program, task: str) -> dict[str, Any]:
    return dict(program.get(f"tasks/{task}/draft/").json())


def test_a_program_goes_from_a_notice_to_a_published_plan(program: Program, draft: str) -> None:
    body = {"name": "工作要点", "text": NOTICE.read_text(encoding="utf-8")}
    notice = program.post(f"plans/{draft}/notices/", body).json()
    assert notice["n_tasks"] > 5
    refused = program.post(f"plans/{draft}/publish/")
    assert refused.status_code == 409
    for row in program.get("tasks/", year=2024).json()["results"]:
        answer = program.post(f"tasks/{row['public_id']}/check/", {"act": "confirm"})
        assert answer.status_code == 200
    seen = program.get(f"plans/{draft}/publish/").json()["fingerprint"]
    other = program.post(f"plans/{draft}/publish/", {"fingerprint": "0" * 32})
    assert (other.status_code, other.json()["code"]) == (409, "workplans.changed")
    started = program.post(f"plans/{draft}/publish/", {"fingerprint": seen})
    assert started.status_code == 202
    assert program.get(f"jobs/{started.json()['job']}/").json()["state"] == "queued"
    run_jobs()
    assert program.get(f"jobs/{started.json()['job']}/").json()["state"] == "done"
    assert Plan.objects.get().state == Plan.State.PUBLISHED


@pytest.mark.parametrize("kind", ["txt", "docx"])
def test_a_program_reads_a_notice_from_a_file(program: Program, draft: str, kind: str) -> None:
    text = NOTICE.read_text(encoding="utf-8")
    whole = docx(*(paragraph(line) for line in text.splitlines() if line.strip()))
    content = text.encode("gb18030") if kind == "txt" else whole
    answer = program.upload(f"plans/{draft}/notices/", f"要点.{kind}", content)
    assert answer.status_code == 201, answer.content
    assert answer.json()["name"] == f"要点.{kind}"
    assert answer.json()["n_tasks"] > 5
    more = text.replace("2024", "２０２４").encode()
    named = program.upload(f"plans/{draft}/notices/", "b.txt", more, name="补充通知")
    assert named.json()["name"] == "补充通知"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.doc", b"x", "请另存为.docx"),
        ("a.docx", b"no package", "a.docx"),
        ("a.txt", b"", "是空的"),
        ("a.txt", b"%PDF-1.4", "扩展名是.txt"),
    ],
)
def test_a_file_that_is_no_notice_is_refused_with_its_name(
    program: Program, draft: str, name: str, content: bytes, says: str
) -> None:
    answer = program.upload(f"plans/{draft}/notices/", name, content)
    assert answer.status_code == 409
    assert says in answer.json()["detail"]
    assert not Notice.objects.exists()


def test_the_parts_of_a_task_are_written_whole(program: Program, draft: str, task: str) -> None:
    assert program.put(f"tasks/{task}/scopes/", [{"field": "unit_kind", "value": "department"}])
    step = {"title": "核对", "place": "performance", "role": "performance_reviewer"}
    program.put(f"tasks/{task}/steps/", [step])
    program.put(f"tasks/{task}/slots/", [{"code": "summary", "title": "汇总表"}])
    program.put(f"tasks/{task}/facts/", [{"code": "n", "title": "稿件", "unit": "篇"}])
    rule = {"about": "due", "days": -3, "audience": "person"}
    program.put(f"tasks/{task}/reminders/", [rule])
    program.post(f"tasks/{task}/series/", {"series": "quarterly", "months_after": 1, "day": 10})
    row = read(program, task)
    assert [scope["value"] for scope in row["scopes"]] == ["department"]
    assert len(row["windows"]) == 4
    assert [row[name][0]["title"] for name in ("slots", "facts")] == ["汇总表", "稿件"]
    assert row["reminders"][0]["days"] == -3


def test_a_value_that_cannot_be_is_refused_with_its_field(
    program: Program, draft: str, task: str
) -> None:
    window = {"kind": "fixed", "opens": "2024-05-17", "closes": "2024-05-06"}
    answer = program.post(f"tasks/{task}/windows/", window)
    assert (answer.status_code, answer.json()["field"]) == (409, "closes")
    unknown = program.post(f"tasks/{task}/windows/", {"ends": "2024-05-06"})
    assert unknown.status_code == 400
    assert read(program, task)["windows"] == []


def test_the_library_and_the_parameters_are_kept(program: Program, draft: str, task: str) -> None:
    document = program.post("documents/", {"jurisdiction": "652823", "title": "预算法"}).json()
    program.put(f"tasks/{task}/basis/", {"codes": [document["code"]]})
    assert read(program, task)["basis"] == [document["code"]]
    assert program.call("delete", f"documents/{document['public_id']}/").status_code == 409
    body = {"code": "share", "title": "抽审比例", "value_type": "percent", "clause": "三"}
    made = program.post(f"plans/{draft}/settings/new/", body | {"note": "本县定"}).json()
    assert program.put(f"settings/{made['id']}/", {"value": "200"}).status_code == 409
    kept = program.put(f"settings/{made['id']}/", {"value": "20"}).json()
    assert (kept["value"], kept["is_filled"]) == ("20", True)
    item = {"group": "完整性", "name": "完整", "prompt": "是否完整", "points": "100"}
    sheet = {"title": "复核表", "mode": "points", "clause": "附件", "items": [item]}
    answer = program.post(f"plans/{draft}/sheets/", sheet | {"pass_mark": "60"})
    assert answer.status_code == 201, answer.content


def test_a_plan_is_exported_taken_in_and_compared(program: Program, draft: str, task: str) -> None:
    program.call("patch", f"tasks/{task}/draft/", {"doubt": "待定"})
    file = program.get(f"plans/{draft}/yaml/").content
    program.call("patch", f"tasks/{task}/draft/", {"doubt": "", "title": "改过"})
    changes = program.upload(f"plans/{draft}/import/", "plan.yaml", file)
    assert {change["new"] for change in changes.json()} >= {"季度材料"}
    assert read(program, task)["title"] == "改过"
    program.upload(f"plans/{draft}/import/confirm/", "plan.yaml", file)
    assert read(program, task)["title"] == "季度材料"
    assert program.get(f"plans/{draft}/compare/").json() == []


def test_who_is_reached_is_listed_with_the_reasons(program: Program, draft: str, task: str) -> None:
    rows = [{"field": "unit", "value": "205", "exclude": True, "reason": "刚成立"}]
    program.put(f"tasks/{task}/scopes/", rows)
    inside = program.get(f"tasks/{task}/reached/").json()
    outside = program.get(f"tasks/{task}/reached/", list="outside").json()
    assert "县水利局" in [row["name"] for row in inside]
    assert [(row["name"], row["reason"]) for row in outside] == [("县交通运输局", "刚成立")]
