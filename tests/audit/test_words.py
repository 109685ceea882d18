"""The trail in words: what the log shows is found by it, and no entry is shown as it is stored."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields as fields_of
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from apps.audit import fields, labels, selectors, services
from apps.audit.models import Entry
from apps.audit.selectors import Filter
from apps.core.logs import LineFormatter
from apps.core.views import server_error
from apps.filings.services import moves
from apps.indicators.services import Loaded
from apps.organizations.services.places import UnitData
from apps.projects import selectors as projects
from apps.projects.services import OFFICE_FACTS
from tests.access.asking import patterns
from tests.personas import client_of

ROOT = Path(apps.get_app_config("audit").path).parent
NOTED = {
    "record",
    "refuse",
    "_record",
    "_record_region",
    "note",
    "_note_decision",
    "seat",
    "_close",
}
OURS = {"actor", "subject", "chain", "label", "refusal", "action", "data"}
MIDDLEWARE = {"method", "path", "status", "reason"}


def nodes() -> Iterator[tuple[str, ast.AST]]:
    """Every node of the files that write into the trail, with their room."""
    for path in sorted(ROOT.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "migrations" not in path.parts and re.search(r"audit\.re(cord|fuse)\(|note\(", text):
            for node in ast.walk(ast.parse(text)):
                yield path.relative_to(ROOT).parts[0], node


def called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    name = node.func
    return name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")


@cache
def actions() -> frozenset[str]:
    """What services record, read from their calls, and what pages and the API refuse."""
    found = {route.replace(":", ".")[:60] for route in patterns()}
    found |= {f"filings.{verb}" for verb in moves.MOVES}
    for room, node in nodes():
        if called(node) in NOTED:
            values = [*node.args, *(word.value for word in node.keywords)]
            told = {value.value for value in values if isinstance(value, ast.Constant)}
            verbs = {verb for verb in told if isinstance(verb, str)}
            found |= {verb for verb in verbs if re.fullmatch(rf"{room}\.[a-z_]+", verb)}
            short = {"note", "_note_decision", "_record"} & {called(node)}
            found |= {f"{room}.{verb}" for verb in verbs if short and verb in labels.VERBS}
    return frozenset(found)


def recorded_keys() -> set[str]:
    """The names under which services keep values."""
    kept = {"filter", *MIDDLEWARE, *OFFICE_FACTS, "fund_tags", "name", "email", "phone"}
    for kind in (UnitData, Loaded, Filter, projects.Filter):
        kept |= {field.name for field in fields_of(kind)}
    for _, node in nodes():
        if called(node) in NOTED:
            kept |= {word.arg for word in node.keywords if word.arg} - OURS
            for value in [*node.args, *(word.value for word in node.keywords)]:
                kept |= {key.value for inner in ast.walk(value) for key in keys(inner)}
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "data":
            kept |= {key.value for key in keys(node.value)}
    return kept - {"title"}


def keys(node: ast.AST) -> list[ast.Constant]:
    if not isinstance(node, ast.Dict):
        return []
    return [key for key in node.keys if isinstance(key, ast.Constant)]


def found_by(text: str) -> set[str]:
    entries = selectors.filtered(Entry.objects.all(), Filter(action=text))
    return set(entries.values_list("action", flat=True))


@pytest.fixture
def recorded(db):
    for action in sorted(actions()):
        services.record(actor=None, action=action, subject=None, chain="system")


def test_the_actions_of_services_pages_and_api_are_known_here():
    assert {
        "filings.submit",
        "filings.lapse",
        "filings.approve",
        "workplans.extend",
        "organizations.hand_over",
        "projects.import_executions",
        "audit.export",
        "api-filing-submit",
        "organizations_api.hand_over",
        "filings.queue",
    } <= actions()


@pytest.mark.usefixtures("recorded")
def test_what_the_log_shows_is_found_by_it_whole_and_in_part():
    told: dict[str, set[str]] = {}  # many actions share a word, which is asked for once
    for action in actions():
        label = labels.action_label(action)
        place, colon, act = label.partition("：")
        pieces = [label, action, place + colon, place[1:] + colon, label[:-1], label[1:]]
        pieces += [act, colon + act, *act.split("·"), act[:-1], act[1:]]
        for text in filter(None, pieces):
            told.setdefault(text, set()).add(action)
    for text, wanted in told.items():
        assert wanted <= found_by(text), text


@pytest.mark.usefixtures("recorded")
def test_words_find_no_more_than_what_shows_them():
    assert found_by("接口：填报·报送") == {"api-filing-submit"}
    assert found_by("填报·报") == {"api-filing-submit"}
    assert {labels.action_label(action)[:3] for action in found_by("接口")} == {"接口："}
    assert "filings.submit" in found_by("填报：报送")
    for nothing in ("项目：报送", "接口：写诗", "机构：报送·", ".*", "(", "\\"):
        assert found_by(nothing) == set(), nothing


@pytest.mark.django_db
@pytest.mark.parametrize(
    "action", ["audit.frobnicate", "/nowhere/", "api-filing-frobnicate", "frob_api.submit"]
)
def test_an_action_without_words_is_found_by_what_is_shown(action):
    services.record(actor=None, action=action, subject=None, chain="system")

    assert found_by(labels.action_label(action)) == {action}


@pytest.mark.parametrize(
    ("action", "shown"),
    [
        ("organizations.appoint_deputy", "机构与人员：指定代办"),
        ("organizations.deputy", "机构与人员：指定代办"),
        ("organizations.hand_over", "机构与人员：办理交接"),
        ("organizations_api.hand_over", "接口：办理交接"),
        ("organizations.set_route", "机构与人员：设分工"),
        ("organizations.remove_route", "机构与人员：取消分工"),
        ("filings.reopen", "填报与审核：重新开放"),
        ("filings.lapse", "填报与审核：重新开放到期"),
        ("filings.resolve", "填报与审核：标为已解决"),
        ("filings.resolve_comment", "填报与审核：标为已解决"),
        ("api-filing-reopen", "接口：填报·重新开放"),
        ("api-comment-resolve", "接口：意见·标为已解决"),
        ("api-assignments", "接口：应报事项"),
    ],
)
def test_acts_are_called_as_on_the_pages(action, shown):
    assert labels.action_label(action) == shown


def test_no_word_of_the_trail_is_one_that_the_pages_do_not_use():
    words = "".join([*labels.WORDS.values(), *labels.VERBS.values(), *fields.FIELDS.values()])

    for foreign in ("应办事项", "代理人", "移交", "重开", "办结", "分派规则"):
        assert foreign not in words


def test_every_recorded_name_has_its_words():
    named = recorded_keys()

    assert {"usernames", "minutes", "batch", "window", "was", "digest", "received_on"} <= named
    assert named - set(fields.FIELDS) == set()
    assert not [word for word in fields.FIELDS.values() if re.search("[A-Za-z]", word)]


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({"name": ["甲", None]}, [("名称", "原甲，新—")]),
        ({"is_active": [True, False]}, [("在用", "原是，新否")]),
        ({"resolved": True, "opinion": ""}, [("已解决", "是"), ("意见", "—")]),
        ({"fund_tags": [["甲", "乙"], []]}, [("资金标签", "原甲、乙，新—")]),
        ({"usernames": ["a", "b"]}, [("账号", "a、b")]),
        ({"aliases": []}, [("别名", "—")]),
        ({"role": "filer", "kind": "不明"}, [("角色", "单位填报员"), ("类别", "不明")]),
        ({"filter": {"since": "3日", "refusals": True}}, [("筛选", "起：3日；只看被拒绝的：是")]),
        ({"filter": {}}, [("筛选", "—")]),
        ({"after": {"fiscal/county": ["1.00", "2.00"]}}, [("改后", "财政拨款/县本级：1.00、2.00")]),
        ({"path": "c3.value", "code": "T01"}, [("位置", "c3.value"), ("编码", "T01")]),
        ({"method": "POST", "path": "/2024/"}, [("请求方式", "POST"), ("网址", "/2024/")]),
        ({"frob": 0}, [("frob", "0")]),
    ],
)  # fmt: skip
def test_values_are_shown_in_words(data, shown):
    assert fields.details(data) == shown


@pytest.mark.trust("F01")
def test_the_api_names_a_line_as_the_page_and_the_verifier_do(world):
    for label in ("甲", "乙"):
        services.record(
            actor=None, action="filings.submit", subject=None, chain="region:652823", label=label
        )

    client = client_of(world.people["audit_admin"])
    rows = client.get("/api/v1/audit/", {"chain": "652823"}).json()["results"]

    assert [(row["number"], row["subject_label"]) for row in rows] == [(2, "乙"), (1, "甲")]


def test_a_page_of_ours_that_fails_tells_the_number_that_the_log_has(world, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise ZeroDivisionError("inside")

    client = client_of(world.people["audit_admin"])
    client.raise_request_exception = False
    lines = []
    monkeypatch.setattr(caplog.handler, "emit", lambda r: lines.append(LineFormatter().format(r)))
    monkeypatch.setattr("apps.audit.selectors.visible_entries", broken)
    answer = client.get("/audit/")
    page = answer.content.decode()

    assert answer.status_code == 500
    number = re.search("请把编号<b>([0-9a-f]{12})</b>告诉系统管理员。", page)
    assert number
    assert any(f"[{number[1]}] " in line and "ZeroDivisionError" in line for line in lines)
    assert "inside" not in page
    assert "{" not in page


@pytest.mark.django_db
def test_the_page_of_a_failure_asks_nothing_of_the_database(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = server_error(rf.get("/")).content.decode()

    assert "把办理的事项和时间告诉系统管理员" in page
    assert "编号" not in page
