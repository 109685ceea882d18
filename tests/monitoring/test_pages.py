"""The pages of a node: the form, the node before beside it, the lights, the verdict."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from apps.core import clock
from apps.monitoring import content
from apps.monitoring.inputs import inputs_of
from apps.monitoring.models import NodeLights, NodeVerdict
from apps.monitoring.screen import sheet_screen
from apps.workplans.models import RuleSetting
from tests.monitoring import acting
from tests.personas import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(world):
    acting.monitoring_plan(world)
    return acting.promised(world)


def ask(world, person, verb, url, month=5, data=None, **more):
    with clock.at(acting.day_of(month) + timedelta(hours=1)):
        return getattr(client_of(world.people[person]), verb)(url, data or {}, **more)


def url_of(filing, rest=""):
    return f"/2024/monitoring/{filing.public_id}/{rest}"


def typed(filing, **changes):
    revision = acting.newest(filing)
    inputs = inputs_of(acting.filled(filing))
    return {"version": revision.version, **inputs, **changes}


@pytest.mark.req("Y-49")
def test_the_form_names_its_months_and_shows_the_promise(world, project):
    filing = acting.opened(world, project)

    page = ask(world, "filer", "get", url_of(filing)).text

    for words in ("1–5月执行数", "1–5月执行率", "1–5月执行情况", "更换老旧水表", "≥1,900块"):
        assert words in page
    assert "执行数未填" in page


def test_what_is_typed_is_saved_as_typed(world, project):
    filing = acting.opened(world, project)
    data = typed(filing, **{"line-0-actual": "很多", "line-0-cause_1": "on", "line-0-reason": "雨"})

    answer = ask(world, "filer", "post", url_of(filing), data=data)

    assert answer.status_code == 302
    form = content.form_of(acting.newest(filing))
    assert form.total.executed == Decimal(6000000)
    assert (form.lines[0].causes, form.lines[0].reason) == (("制度保障",), "雨")
    assert form.unread == {f"indicator:{form.lines[0].key}.actual": "很多"}
    assert 'value="很多"' in ask(world, "filer", "get", url_of(filing)).text


def test_the_autosave_answers_quietly_and_a_stale_page_keeps_what_was_typed(world, project):
    filing = acting.opened(world, project)
    data = typed(filing)
    quiet = {"headers": {"X-Autosave": "true"}}

    saved = ask(world, "filer", "post", url_of(filing), data=data, **quiet)
    again = ask(world, "filer", "post", url_of(filing), data=data, **quiet)
    page = ask(world, "filer", "post", url_of(filing), data={**data, "line-0-reason": "路断了"})

    assert saved.json()["version"] == data["version"] + 1
    assert (again.status_code, page.status_code) == (409, 409)
    assert "路断了" in page.text


def test_the_node_before_stands_beside_this_one(world, project):
    acting.closed(world, project)
    filing = acting.opened(world, project, 8)

    page = ask(world, "filer", "get", url_of(filing), 8).text

    for words in ("1–5月执行数", "1–8月执行数", "950块"):
        assert words in page


def test_finance_reads_the_lights_and_concludes(world, project):
    filing = acting.at_last_desk(world, acting.opened(world, project))
    filing.refresh_from_db()
    page = ask(world, "performance_reviewer", "get", url_of(filing, "decision/")).text
    assert "综合灯" in page
    assert "绿灯" in page

    wrong = ask(
        world,
        "performance_reviewer",
        "post",
        url_of(filing, "conclude/"),
        data={"verdict": "不合格", "reason": ""},
    )
    right = ask(
        world,
        "performance_reviewer",
        "post",
        url_of(filing, "conclude/"),
        data={"verdict": "不合格", "reason": "进度差超过三成"},
    )

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert NodeVerdict.objects.get().reason == "进度差超过三成"
    review = ask(world, "performance_reviewer", "get", f"/2024/reviews/{filing.public_id}/").text
    assert "去下审核结论" in review


def test_the_unit_reads_the_verdict_once_it_stands(world, project):
    filing = acting.at_last_desk(world, acting.opened(world, project))
    acting.conclude(world, filing, "不合格", "执行滞后")
    assert ask(world, "filer", "get", url_of(filing, "decision/")).status_code == 403
    assert "执行滞后" not in ask(world, "filer", "get", url_of(filing)).text

    acting.act(world, filing, "performance_reviewer", "pass_on")

    assert "执行滞后" in ask(world, "filer", "get", url_of(filing, "decision/")).text
    assert "执行滞后" in ask(world, "filer", "get", url_of(filing)).text


def test_finance_changes_a_light_with_a_reason_and_the_computed_one_stays(world, project):
    filing = acting.at_last_desk(world, acting.opened(world, project))
    send = partial(ask, world, "performance_reviewer", "post", url_of(filing, "light/"))

    wrong = send(data={"light": "green", "reason": "一样"})
    right = send(data={"light": "yellow", "reason": "工期在下半年"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "综合灯已经是绿灯" in wrong.text
    lights = NodeLights.objects.get()
    assert (lights.combined, lights.shown) == ("green", "yellow")
    page = ask(world, "performance_reviewer", "get", url_of(filing, "decision/")).text
    assert "工期在下半年" in page
    assert ask(world, "filer", "post", url_of(filing, "light/")).status_code == 403


def test_nothing_is_changed_where_nothing_is_lit(world, project):
    RuleSetting.objects.filter(code="monitoring.pace").update(value="", is_filled=False)
    filing = acting.at_last_desk(world, acting.opened(world, project))
    data = {"light": "yellow", "reason": "工期在下半年"}

    page = ask(world, "performance_reviewer", "post", url_of(filing, "light/"), data=data)

    assert page.status_code == 422
    assert "没有亮灯" in page.text


def test_the_dossier_tells_each_nodes_light_verdict_and_the_flag(world, project):
    acting.closed(world, project, 5, "不合格", wan=100)
    url = f"/2024/projects/{project.public_id}/"

    with clock.at(acting.day_of(5) + timedelta(hours=2)):
        page = client_of(world.people["filer"]).get(url).text

    for words in ("2024年度监控", "2024年5月31日", "红灯", "不合格", "黄标"):
        assert words in page


def test_a_changed_light_is_the_bureaus_until_the_node_is_closed(world, project):
    filing = acting.at_last_desk(world, acting.opened(world, project))
    data = {"light": "red", "reason": "进度有疑问"}
    ask(world, "performance_reviewer", "post", url_of(filing, "light/"), data=data)

    page = ask(world, "filer", "get", url_of(filing)).content.decode()
    judged = ask(world, "performance_reviewer", "get", url_of(filing, "decision/"))

    assert "进度有疑问" not in page
    assert NodeLights.objects.get().shown == "red"
    assert "进度有疑问" in judged.content.decode()
    assert sheet_screen(filing, world.people["filer"]).lights.shown == "green"
