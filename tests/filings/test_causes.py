"""目标与资金量不匹配 (W-06): returned to change the content, or to reckon the money anew."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from apps.core import clock
from apps.filings import returned_book, services
from apps.filings.models import Filing, Review
from apps.filings.selectors.returned import ReturnedAsked
from apps.filings.services.writing import findings_of
from apps.notifications.models import Message
from tests import makers
from tests.filings.steps import LATER, decide, refused
from tests.personas import World, client_of, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.req("W-06")]
WANTED = [services.Wanted("year_goal", "目标过高，资金偏少")]
DUE = date(2024, 4, 17)
WORDS = "目标与资金量不匹配，重新测算资金"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def sent_back(world: World, cause: str) -> Filing:
    filing = makers.submitted(world, makers.target_filing(world))
    decide(world, filing, "section_reviewer", "send_back", items=WANTED, due_on=DUE, cause=cause)
    return Filing.objects.get(pk=filing.pk)


def said(filing: Filing) -> set[str]:
    newest = Filing.objects.get(pk=filing.pk).revisions.order_by("-number")[0]
    return {finding.code for finding in findings_of(revision=newest)}


def test_money_to_be_reckoned_anew_is_asked_for_until_an_amount_changes(world):
    filing = sent_back(world, "money")
    assert WORDS in Message.objects.filter(kind="filings.returned").latest("pk").body
    assert "filings.money_same" in said(filing)
    funds = {"year": {"fiscal": Decimal("12000000"), "other": Decimal("400000")}}
    makers.saved(world, filing, makers.good_form(funds=funds))
    assert "filings.money_same" not in said(filing)


@pytest.mark.parametrize("cause", ["", "content"])
def test_another_cause_asks_for_no_other_money(world, cause):
    assert "filings.money_same" not in said(sent_back(world, cause))


def test_a_cause_is_one_of_two_and_belongs_to_a_return(world):
    filing = makers.submitted(world, makers.target_filing(world))
    with refused("退回原因只分"):
        decide(
            world, filing, "section_reviewer", "send_back", items=WANTED, due_on=DUE, cause="mood"
        )
    decide(world, filing, "section_reviewer", "pass_on")
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.update(cause="money")


def test_page_file_and_program_say_the_same_cause(world):
    filing = makers.submitted(world, makers.target_filing(world))
    client = client_of(world.people["section_reviewer"])
    page = f"/2024/reviews/{filing.public_id}/"
    told = {"decision": "return", "due_on": str(DUE), "cause": "money", "opinion": "偏少"}
    item = {"item": "1", "item-1-path": "year_goal", "item-1-message": "测算", "known": "1"}
    with clock.at(LATER):
        assert WORDS in client.get(page).content.decode()
        assert client.post(page, told | item | {"item-1-severity": "must"}).status_code == 302
        assert Review.objects.get().cause == "money"
        assert WORDS in client.get("/2024/returned/?by=problem").content.decode()
        rows = client.get("/api/v1/2024/returned/problems/").json()["results"]
        book = returned_book.export(
            actor=world.people["section_reviewer"], year=2024, asked=ReturnedAsked()
        )
        mine = client_of(world.people["filer"]).get(f"/2024/targets/{filing.public_id}/")
    assert [row["cause"] for row in rows] == ["money"]
    detail = openpyxl.load_workbook(io.BytesIO(book))["问题明细"]
    assert WORDS in [cell.value for row in detail.iter_rows() for cell in row]
    assert WORDS in mine.content.decode()
