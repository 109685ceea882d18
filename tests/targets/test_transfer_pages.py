"""Pages of transfers: the list, one with its table, the grid and what is wrong in it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.core import clock
from apps.projects.models import Transfer
from apps.targets import handed
from apps.targets.handing import ShareIn
from tests import makers
from tests.personas import client_of
from tests.targets import handing_down as down

pytestmark = pytest.mark.django_db


@pytest.fixture
def transfer(world):
    plan = makers.make_plan(world)
    down.make_task(plan, world)
    return down.registered(world)


def at(name, *args):
    return reverse(name, args=args)


@pytest.mark.req("Y-43", "Y-44")
def test_a_registered_transfer_stands_in_the_list_and_leads_to_its_page(world, transfer):
    client = client_of(world.people["budget_officer"])
    with clock.at(makers.MONDAY):
        told = {
            "unit": world.units["traffic"].pk,
            "name": "农村公路养护补助",
            "document_number": "新财建〔2024〕3号",
            "issued_on": "2024-03-01",
            "amount-central": "120.5",
        }
        answer = client.post(at("projects:new_transfer", 2024), told)
        made = Transfer.objects.get(unit=world.units["traffic"])
        assert answer.url == at("targets:transfer", 2024, made.public_id)
        page = client.get(at("targets:transfers", 2024)).content.decode()
        assert "农村公路养护补助" in page
        assert "120.50" in page
        wrong = client.post(at("projects:new_transfer", 2024), {**told, "amount-central": ""})
        assert wrong.status_code == 422
        edited = {**told, "name": "农村公路养护", "amount-central": "100"}
        client.post(at("projects:edit_transfer", 2024, made.public_id), edited)
        page = client.get(at("targets:transfer", 2024, made.public_id)).content.decode()
    assert "农村公路养护" in page
    assert "县交通运输局还没有开始分解" in page or "还没有派发" in page


@pytest.mark.req("Y-43")
def test_the_grid_keeps_what_was_typed_and_names_each_wrong_cell(world, transfer):
    filing, project = down.opened(world, transfer), makers.make_project(world)
    client = client_of(world.people["filer"])
    url = at("targets:shares", 2024, filing.public_id)
    row = {
        "share-0-code": project.code,
        "share-0-amount": "600",
        f"share-0-v-{down.KEYS['meters']}": "一千",
        f"share-0-v-{down.KEYS['quality']}": "95",
        f"share-0-v-{down.KEYS['care']}": "100%",
        "share-1-amount": "300",
    }
    with clock.at(makers.MONDAY):
        wrong = client.post(url, {"version": down.version_of(filing), **row})
        page = wrong.content.decode()
        assert wrong.status_code == 422
        assert "有2格要改" in page
        assert "填“一千”" in page
        assert "请填单位编码" in page
        good = {
            **row,
            f"share-0-v-{down.KEYS['meters']}": "1200",
            "share-1-code": "201001",
            f"share-1-v-{down.KEYS['meters']}": "800",
            f"share-1-v-{down.KEYS['quality']}": "95",
        }
        done = client.post(url, {"version": down.version_of(filing), **good, "next": "confirm"})
        assert done.url == at("filings:confirm", 2024, filing.public_id)
        assert client.get(done.url).status_code == 200
        page = client.get(url).content.decode()
        assert "县水利管理站" in page
        refused = client.post(url, {"version": 1, **good})
        assert refused.status_code == 409
        foreign = {**good, "share-1-code": "201"}
        refused = client.post(url, {"version": down.version_of(filing), **foreign})
        assert "不能分解给自己" in refused.content.decode()
        shown = client.get(at("targets:transfer", 2024, transfer.public_id)).content.decode()
    assert "更换老旧水表" in shown
    assert "为什么" in shown


@pytest.mark.trust("G01")
@pytest.mark.parametrize("typed", ["250", "二百五"])
def test_a_grid_made_before_a_colleagues_save_never_overwrites_it(world, transfer, typed):
    filing = down.opened(world, transfer)
    client, url = client_of(world.people["filer"]), at("targets:shares", 2024, filing.public_id)
    old = down.version_of(filing)
    down.handed_down(world, filing, [ShareIn("201001", Decimal(9_000_000))], filer="filer2")
    told = {"version": old, "share-0-code": "201001", "share-0-amount": typed}
    with clock.at(makers.MONDAY):
        for amount in (typed, "250"):
            page = client.post(url, {**told, "share-0-amount": amount})
            text = page.content.decode()
            assert page.status_code in (409, 422)
            assert f'name="version" value="{old}"' in text  # so saving again is refused too
    assert "又被" in text
    assert "看现在的分解" in text
    assert "列在下面" not in text
    (share,) = handed.shares_of(filing.revisions.get())
    assert share.amount == Decimal(9_000_000)


@pytest.mark.req("Y-43")
def test_an_exemption_without_its_reason_is_said_on_the_page(world, transfer):
    client = client_of(world.people["plan_admin"])
    url = at("targets:exempt_transfer", 2024, transfer.public_id)
    with clock.at(makers.MONDAY):
        wrong = client.post(url, {"kind": "应急救灾类", "reason": ""})
        assert wrong.status_code == 422
        assert "要写年初无法确定目标的理由" in wrong.content.decode()
        client.post(url, {"kind": "应急救灾类", "reason": "灾情未核定"})
        page = client.get(at("targets:transfer", 2024, transfer.public_id)).content.decode()
    assert "不用分解下达目标：应急救灾类" in page


def test_the_form_of_a_transfer_opens_and_prints(world, transfer):
    filing = down.opened(world, transfer)
    client = client_of(world.people["filer"])
    with clock.at(makers.MONDAY):
        page = client.get(at("targets:sheet", 2024, filing.public_id)).content.decode()
        printed = client.get(at("targets:document", 2024, filing.public_id)).content.decode()
    assert "<h1>农村饮水安全补助资金</h1>" in page
    assert "分解到接收方" in page
    assert "项目资金" not in page
    assert "农村饮水安全补助资金" in printed
    assert "区域绩效目标" in printed
