"""The form page by HTTP: autosave, conflict, lock, last year; nothing typed is lost."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.core import clock
from apps.targets import selectors
from apps.targets.inputs import inputs_of
from tests import makers
from tests.filings import steps
from tests.flows import pages
from tests.flows.stored import digest
from tests.makers import CLOSES, MONDAY, YEAR
from tests.personas import client_of
from tests.targets.test_services import next_year, save

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with clock.at(MONDAY + timedelta(hours=1)):
        yield


@pytest.fixture
def filing(world):
    return makers.target_filing(world)


@pytest.fixture
def clerk(world):
    return client_of(world.people["filer"])


def url(filing, name="sheet"):
    return reverse(f"targets:{name}", args=[YEAR, filing.public_id])


def text(response):
    return response.content.decode()


def test_the_form_is_saved_and_leads_on(clerk, filing):
    form = makers.good_form()
    assert clerk.get(url(filing)).status_code == 200
    saved = pages.save(clerk, filing.public_id, 1, form)
    assert saved["Location"] == url(filing)
    assert selectors.current_form(filing) == form
    data = {**inputs_of(form), "version": 2, "next": "confirm"}
    onward = clerk.post(url(filing), data)
    assert onward["Location"] == reverse("filings:confirm", args=[YEAR, filing.public_id])


def test_the_autosave_answers_version_time_and_findings(clerk, filing):
    form = makers.with_line(makers.good_form(), 0, weight=Decimal(40))
    answer = pages.autosave(clerk, filing.public_id, 1, form).json()
    assert answer["version"] == 2
    assert datetime.fromisoformat(answer["saved_at"]) == MONDAY + timedelta(hours=1)
    assert "targets.weights_sum" in [finding["code"] for finding in answer["findings"]]
    assert "应为90分" in answer["findings_html"]


@pytest.mark.trust("G01")
@pytest.mark.parametrize("quiet", [True, False])
def test_a_stale_page_gets_both_values_and_may_choose(world, clerk, filing, quiet):
    base = makers.good_form()
    save(world, filing, base)
    save(world, filing, replace(base, leader="李强"), "filer2")
    mine = replace(base, leader="赵敏")
    before = digest()
    send = pages.autosave if quiet else pages.save
    refusal = send(clerk, filing.public_id, 2, mine)
    assert refusal.status_code == 409
    assert "李强" in text(refusal)
    assert "赵敏" in text(refusal)
    assert 'value="leader"' in text(refusal)
    assert digest() == before
    assert refusal.context["version"] == 3
    chosen = {**inputs_of(mine), "version": 3, "keep_theirs": "leader"}
    assert clerk.post(url(filing), chosen).status_code == 302
    assert selectors.current_form(filing).leader == "李强"


def test_a_save_after_the_deadline_says_so_and_keeps_the_page(clerk, filing):
    before = digest()
    with clock.at(CLOSES):
        refusal = pages.save(clerk, filing.public_id, 1, makers.good_form())
    assert refusal.status_code == 409
    assert "已截止。2024年4月15日24:00截止" in text(refusal)
    assert digest() == before


@pytest.mark.trust("C10")
@pytest.mark.parametrize(
    "odd", ["\x00", "NaN", "1e999", "９" * 60, "=1+1", "<script>", "１,２３4.5０"]
)
def test_every_cell_takes_any_text_and_gives_it_back(clerk, filing, odd):
    data = dict.fromkeys(inputs_of(makers.good_form()), odd)
    data |= {"version": 1, "line-0-key": odd, "line-0-operator": "≥", "attribute": odd}
    assert clerk.post(url(filing), data).status_code == 302
    page = clerk.get(url(filing))
    assert page.status_code == 200
    assert "<b id=" not in text(page)


def test_a_reader_sees_the_form_and_cannot_save(world, filing):
    head = client_of(world.people["unit_head"])
    assert head.get(url(filing)).status_code == 200
    before = digest()
    assert pages.save(head, filing.public_id, 1, makers.good_form()).status_code == 403
    assert digest() == before


def test_what_stands_on_the_page_goes_along_when_last_year_is_taken_over(world, clerk, filing):
    steps.approved(world, filing)
    later = next_year(world, filing)
    typed = {**inputs_of(selectors.current_form(later)), "leader": "刚填的", "version": 1}
    assert clerk.post(url(later, "copy"), typed)["Location"] == url(later)
    form = selectors.current_form(later)
    assert (form.leader, len(form.lines)) == ("刚填的", 3)
    stale = clerk.post(url(later, "copy"), {**typed, "leader": "又填的"})
    assert stale.status_code == 409
    assert "又填的" in text(stale)
    assert clerk.post(url(later, "copy"), {"version": 2}).status_code == 302


def test_without_a_last_year_the_button_is_refused(clerk, filing):
    refusal = clerk.post(url(filing, "copy"), {"version": 1})
    assert refusal.status_code == 409
    assert "上年没有已定稿的绩效目标" in text(refusal)


def test_a_foreign_number_and_another_year_are_not_found(clerk, filing):
    assert clerk.get(url(filing).replace("2024", "2023")).status_code == 404
    assert clerk.get(reverse("targets:sheet", args=[YEAR, pages.NOBODYS])).status_code == 404


# --- a refused save without scripts -----------------------------------------------------------
@pytest.mark.trust("G01")
def test_a_save_refused_for_another_reason_shows_what_was_typed(clerk, filing):
    goal = "更换老旧水表1,900块，12月底前完工。"
    form = replace(makers.good_form(), year_goal=goal, leader="王建国二")
    before = digest()
    with clock.at(CLOSES):
        refused = pages.save(clerk, filing.public_id, 1, form)
    assert refused.status_code == 409
    shown = text(refused)
    assert "没有保存：已截止" in shown
    assert goal in shown
    assert 'value="王建国二"' in shown
    assert [row.line.name for row in refused.context["screen"].rows] == [
        line.name for line in form.lines
    ]
    assert digest() == before


def test_too_many_rows_are_all_shown_back_with_their_version(clerk, filing):
    form = makers.good_form()
    many = replace(
        form, lines=tuple(replace(form.lines[0], key="", name=f"指标{n}") for n in range(101))
    )
    refused = pages.save(clerk, filing.public_id, 1, many)
    assert refused.status_code == 409
    assert "最多100行" in text(refused)
    assert 'value="指标100"' in text(refused)
    assert 'name="version" value="1"' in text(refused)
    assert "data-unsaved" in text(refused)


def test_a_page_without_its_version_shows_what_was_typed_and_gets_none(clerk, filing):
    data = {**inputs_of(makers.good_form()), "leader": "王建国二", "version": "x"}
    refused = clerk.post(url(filing), data)
    assert refused.status_code == 409
    assert 'value="王建国二"' in text(refused)
    assert 'name="version" value="x"' in text(refused)
