"""Every body is read by the one Input, whose refusals speak Chinese: field, found, allowed."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver
from rest_framework import serializers

from apps.core import rest
from apps.organizations.models import Section, Unit, User
from apps.projects.models import Execution, FundLine, Project
from apps.workplans.models import Assignment
from tests.api.program import told
from tests.api.test_problems import problem

pytestmark = pytest.mark.django_db
VALUES = [None, [], {}, [[]], "", "x" * 9000, "甲", -1, 10**30, 1.5, True, "2024-13-01", [1, None]]
FRAMEWORK = re.compile(r"该字段|请确保|有效的|[Tt]his |not a |valid")
OWN_LATIN = re.compile(
    r"填的是“[^”]*”|应为[^。]*。|UUID|null|true|false|multipart/form-data|[\[\]{}…（）]"
)


def inputs(kind=rest.Input):
    """Every kind of input of the project."""
    assert get_resolver().url_patterns  # imports every room's routes
    for each in kind.__subclasses__():
        yield each
        yield from inputs(each)


@pytest.mark.trust("B07")
def test_no_view_reads_a_body_by_itself():
    for path in Path(settings.BASE_DIR, "apps").rglob("api*/**/*.py"):
        assert "request.data" not in path.read_text(), path
    for path in Path(settings.BASE_DIR, "apps").glob("*/api.py"):
        assert "request.data" not in path.read_text(), path


def test_every_field_of_every_input_has_its_chinese_name():
    kinds = set(inputs())
    assert len(kinds) > 25
    for kind in kinds:
        for name, field in kind().fields.items():
            is_row_key = (kind.__name__, name) == ("LineShape", "key")
            assert re.search("[\u4e00-\u9fff]", str(field.label)) or is_row_key, (kind, name)


@pytest.mark.parametrize("kind", sorted(set(inputs()), key=lambda kind: kind.__name__))
def test_whatever_is_wrong_is_told_in_our_words(kind):
    bodies = [{}, [], "x", 1, {"nowhere": 1}]
    bodies += [{name: value} for name in kind().fields for value in VALUES]
    for body in bodies:
        form = kind(data=body)
        if form.is_valid():
            continue
        answer = rest.on_error(rest.InputError(form.errors, form), {})
        assert set(answer.data) == {"code", "detail", "faults"}
        for fault in answer.data["faults"]:
            assert re.search("[\u4e00-\u9fff]", fault["message"]), fault
            assert not FRAMEWORK.search(fault["message"]), fault
            assert not re.search("[a-z]{4,}", OWN_LATIN.sub("", fault["message"])), fault


def test_a_sentence_says_what_was_found_and_what_is_allowed():
    class Told(rest.Input):
        n = serializers.IntegerField(label="数", min_value=1, max_value=9)
        kind = serializers.ChoiceField(["a", "b"], label="类别")
        amount = serializers.DecimalField(5, 2, label="金额")
        name = serializers.CharField(label="名称", max_length=3)
        day = rest.DayField(label="日期")
        rows = serializers.ListField(child=serializers.UUIDField(), label="行", max_length=1)

    body = {"n": 10, "kind": "c", "amount": "1.234", "name": "一二三四", "day": "4月8日"}
    form = Told(data={**body, "rows": ["x"]})
    assert not form.is_valid()
    faults = rest.on_error(rest.InputError(form.errors, form), {}).data["faults"]
    assert [f"{fault['name']}：{fault['message']}" for fault in faults] == [
        "数：填的是“10”，应在1到9之间。",
        "类别：填的是“c”，应为a、b之一。",
        "金额：填的是“1.234”，整数最多3位，小数最多2位。",
        "名称：有4个字，最多3个字。",
        "日期：填的是“4月8日”，应为日期，例如2024-04-08。",
        "行 第1条：填的是“x”，应为公开标识（UUID）。",
    ]


def test_the_other_rooms_refuse_by_the_same_words_and_keep_nothing(program, filing, world):
    project = f"2024/projects/{filing.assignment.project.public_id}/"
    extension = f"assignments/{filing.assignment.public_id}/extension/"
    asked = [
        ("sys_admin", "post", "units/", {"code": "777"}, "单位名称", "未填。"),
        ("sys_admin", "post", "people/", {"username": "x1", "name": []}, "姓名", "应为文字。"),
        ("sys_admin", "post", "sections/", {"code": "x", "who": 1}, "who", "没有这个字段。"),
        ("plan_admin", "patch", project, {"is_key": "也许"}, "重点项目", "true或false"),
        ("plan_admin", "patch", project, {"tags": ["没有"]}, "资金标签", "“没有”"),
        ("plan_admin", "put", f"{project}money/", [{"source": "x"}], "第1条 资金来源", "之一"),
        ("plan_admin", "put", f"{project}money/", {"a": 1}, "", "一组值"),
        ("plan_admin", "post", f"{project}executions/", {"as_of": "x"}, "截至日期", "2024-04-08"),
        ("plan_admin", "post", extension, {"reason": "水"}, "新截止日", "未填。"),
    ]
    before = Unit.objects.count(), User.objects.count(), Section.objects.count()
    due = Assignment.objects.values_list("due_at", flat=True)
    due_before, lines = list(due), list(FundLine.objects.values())
    for person, method, path, body, name, words in asked:
        bad = problem(program(person).call(method, path, body), 400)
        assert any(f["name"] == name and words in f["message"] for f in bad["faults"]), bad
    assert (Unit.objects.count(), User.objects.count(), Section.objects.count()) == before
    assert list(due) == due_before
    assert list(FundLine.objects.values()) == lines
    assert not Execution.objects.exists()
    assert not Project.objects.filter(is_key=True).exists()


def test_a_filter_that_is_none_is_refused_not_forgotten(program, filing):
    admin = program("plan_admin")
    assert told(admin.get("2024/projects/", origin="initial"))["results"]
    for query in ({"origin": "x"}, {"unit": "x"}, {"budget_type": "x"}, {"tag": "x"}):
        (name,) = query
        bad = problem(admin.get("2024/projects/", **query), 400)
        assert [fault["path"] for fault in bad["faults"]] == [name]
