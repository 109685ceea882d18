"""The review page while one works on it: what the marks come to, return items, what was heeded."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from apps.core import clock
from apps.filings import services
from apps.filings.models import Filing, ReturnItem
from tests import makers
from tests.filings import steps
from tests.flows import pages
from tests.flows.stored import ALL, digest
from tests.makers import MONDAY, YEAR
from tests.personas import client_of

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _monday(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with clock.at(LATER):
        yield


@pytest.fixture
def filing(world):
    return makers.target_filing(world)


def url(name, filing):
    return reverse(f"filings:{name}", args=[YEAR, filing.public_id])


def text(response):
    return response.content.decode()


# --- the score sheet ------------------------------------------------------------------------
@pytest.mark.req("Y-46")
def test_a_refused_decision_shows_the_total_of_what_was_typed(world, filing):
    steps.at_second_desk(world, filing)
    client = client_of(world.people["performance_reviewer"])
    stored = pages.marks(filing, "0.95")
    client.post(url("review", filing), {**stored, "decision": "save"})
    refused = client.post(url("review", filing), {**pages.marks(filing, "0.5"), "decision": "pass"})
    assert refused.status_code == 409
    outcome = refused.context["screen"].outcome
    assert (outcome.score, outcome.grade) == (50, "差")
    assert ">50.00</span>" in text(refused)


@pytest.mark.req("Y-46")
@pytest.mark.trust("B11")
def test_the_sheet_says_what_the_marks_on_the_page_come_to_and_keeps_nothing(world, filing):
    steps.at_second_desk(world, filing)
    client = client_of(world.people["performance_reviewer"])
    before = digest(ALL)
    answer = client.post(url("score", filing), pages.marks(filing, "0.85"))
    assert answer.status_code == 200
    assert ">85.00</span>" in text(answer)
    assert "良" in text(answer)
    assert "为什么" in text(answer)
    assert "8项得分相加" in text(answer)
    assert digest(ALL) == before


def test_an_incomplete_sheet_shows_what_is_missing_and_the_sum_so_far(world, filing):
    steps.at_second_desk(world, filing)
    first, second = list(filing.step.sheet.items.all())[:2]
    data = {f"points-{first.pk}": "9", f"grade-{first.pk}": "中", f"points-{second.pk}": "8.5"}
    said = text(client_of(world.people["performance_reviewer"]).post(url("score", filing), data))
    assert ">17.50</span>" in said
    assert "还缺：" in said
    assert f"得分不在所选评级之内：{first.name}。" in said


@pytest.mark.trust("C10")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("abc", "应为数字"),
        ("99", "应为0–10分"),
        ("-1", "应为0–10分"),
        ("1.234", "小数"),
        ("1" * 30, ""),
    ],
)
def test_points_that_do_not_count_are_told_with_their_criterion(world, filing, typed, expected):
    steps.at_second_desk(world, filing)
    item = filing.step.sheet.items.first()
    client = client_of(world.people["performance_reviewer"])
    answer = client.post(url("score", filing), {f"points-{item.pk}": typed})
    assert answer.status_code == 200
    assert item.name in text(answer)
    assert expected in text(answer)


@pytest.mark.trust("B01")
def test_only_the_desk_may_ask_what_the_marks_come_to(world, filing):
    steps.at_second_desk(world, filing)
    asked = {
        person: client_of(world.people[person]).post(url("score", filing)).status_code
        for person in ("performance_reviewer", "section_reviewer", "filer", "stranger")
    }
    assert asked == {
        "performance_reviewer": 200,
        "section_reviewer": 403,
        "filer": 403,
        "stranger": 404,
    }


# --- return items -----------------------------------------------------------------------------
@pytest.mark.req("B-13")
def test_a_return_item_is_either_a_must_or_a_should_by_page(world, filing):
    makers.submitted(world, filing)
    reviewer = client_of(world.people["section_reviewer"])
    pages.comment(reviewer, filing.public_id)
    shown = text(reviewer.get(url("review", filing)))
    assert 'name="item-1-severity"' in shown
    assert "建议改" in shown
    data = {"known": "1", "item": "1", "item-1-path": "year_goal", "item-1-message": "写明完成年份"}
    data["item-1-severity"] = ReturnItem.Severity.SHOULD.value
    refused = reviewer.post(url("review", filing), {**data, "decision": "return", "due_on": ""})
    assert '<option value="should" selected>' in text(refused)
    reviewer.post(url("review", filing), {**data, "decision": "return", "due_on": "2024-04-17"})
    assert ReturnItem.objects.get().severity == ReturnItem.Severity.SHOULD
    sheet = reverse("targets:sheet", args=[YEAR, filing.public_id])
    assert "建议改" in text(client_of(world.people["filer"]).get(sheet))


@pytest.mark.req("B-13")
def test_a_field_that_a_return_named_is_marked_once_it_was_changed(world, filing):
    makers.submitted(world, filing)
    steps.returned(world, filing)
    pages.answer(client_of(world.people["filer"]), ReturnItem.objects.get(), is_resolved=True)
    goal = "解决3,000人饮水安全，2024年11月完工验收。"
    makers.submitted(world, filing, replace(makers.good_form(), year_goal=goal))
    page = client_of(world.people["section_reviewer"]).get(url("review", filing))
    rows = {r.path: r for _, _, found in page.context["screen"].sections for r in found}
    assert rows["year_goal"].answered == 1
    assert [path for path, row in rows.items() if row.answered] == ["year_goal"]
    assert "第1版意见已改" in text(page)


def test_a_field_that_a_return_named_bears_no_mark_while_it_is_as_it_was(world, filing):
    makers.submitted(world, filing)
    steps.returned(world, filing)
    pages.answer(client_of(world.people["filer"]), ReturnItem.objects.get(), is_resolved=False)
    makers.submitted(world, filing, replace(makers.good_form(), leader="李强"))
    page = client_of(world.people["section_reviewer"]).get(url("review", filing))
    assert Filing.objects.get().revisions.count() == 2
    assert "意见已改" not in text(page)
    assert "第1版意见未改" in text(page)


def test_the_list_of_opinions_is_empty_only_until_somebody_decided(world, filing):
    makers.submitted(world, filing)
    first = client_of(world.people["section_reviewer"]).get(url("review", filing))
    assert "还没有审核意见" in text(first)
    steps.decide(world, filing, "section_reviewer", "pass_on")
    second = client_of(world.people["performance_reviewer"]).get(url("review", filing))
    assert "还没有审核意见" not in text(second)


# --- a return in the making ----------------------------------------------------------------------
def test_what_was_ticked_weighed_and_dated_is_there_again(world, filing):
    makers.submitted(world, filing)
    reviewer, client = world.people["section_reviewer"], client_of(world.people["section_reviewer"])
    for text_ in ("写明年份", "写明数量"):
        services.comment(filing=filing, actor=reviewer, path="year_goal", text=text_)
    data = {"decision": "save", "due_on": "2024-04-19", "item": ["1"], "known": ["1", "2"]}
    for number, message in (("1", "写明年份"), ("2", "写明数量")):
        data |= {
            f"item-{number}-path": "year_goal",
            f"item-{number}-place": "三、年度目标",
            f"item-{number}-message": message,
            f"item-{number}-severity": "should" if number == "1" else "must",
        }
    assert client.post(url("review", filing), data).status_code == 302
    services.comment(filing=filing, actor=reviewer, path="year_goal", text="后来又想到")

    screen = client.get(url("review", filing)).context["screen"]

    assert [(i["message"], i["severity"], i["checked"]) for i in screen.wanted] == [
        ("写明年份", "should", "true"),
        ("写明数量", "must", ""),
        ("后来又想到", "must", "true"),
    ]
    assert screen.due_text == "2024-04-19"
    assert not ReturnItem.objects.exists(), "nothing is asked before the return"
