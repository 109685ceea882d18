"""Reviewers side by side: the same sheet, the same filing scored twice, blind (Y-46)."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator
from decimal import Decimal
from uuid import uuid4

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from apps.core import clock
from apps.filings.models import Filing, Review, SecondScore
from apps.filings.selectors import calibration as selectors
from apps.filings.selectors import history
from apps.filings.services import calibration
from apps.organizations.models import User
from apps.rules.calibration import Agreement
from apps.workplans.models import ScoreSheet
from tests import makers
from tests.api.program import Program, told
from tests.filings.steps import LATER, approved, at_second_desk, denied, refused
from tests.makers import MONDAY
from tests.personas import World, client_of, make_person, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.req("Y-46")]


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    with clock.at(LATER):
        yield


@pytest.fixture(scope="module")
def kept(module_rows: None) -> bytes:
    """Two in force with 95 points of the first scorer; a colleague who had no part in them."""
    with clock.at(MONDAY):
        world = make_world()
        place = ("performance_reviewer", "performance")
        world.people["second"] = make_person(world, "second", "李二", *place)
        made = [approved(world, makers.target_filing(world, n=n)) for n in (1, 2)]
        made.append(at_second_desk(world, makers.target_filing(world, n=3)))
    return pickle.dumps((world, made))


@pytest.fixture
def world(db: None, kept: bytes) -> World:
    return pickle.loads(kept)[0]


@pytest.fixture
def made(db: None, kept: bytes) -> list[Filing]:
    return pickle.loads(kept)[1]


def review_of(filing: Filing) -> Review:
    return Review.objects.get(revision__filing=filing, score__isnull=False)


def asked(world, filing, scorer="second", who="leader") -> SecondScore:
    return calibration.ask_second(
        review=review_of(filing), scorer=world.people[scorer], actor=world.people[who]
    )


def marks(second, share="0.9"):
    filing = second.review.revision.filing
    filing.step = second.review.step
    return makers.full_marks(filing, share)


def given(world, second, share="0.9", who="second"):
    return calibration.give_second(
        second=second, actor=world.people[who], marks=marks(second, share), opinion="偏松"
    )


def test_a_second_score_stands_beside_the_first_and_moves_nothing(world, made):
    second = asked(world, made[0])
    before = Filing.objects.values().get(pk=made[0].pk)
    given(world, second)
    second.refresh_from_db()
    assert (second.score, second.grade, second.opinion) == (Decimal(90), "优", "偏松")
    assert Filing.objects.values().get(pk=made[0].pk) == before
    assert review_of(made[0]).score == Decimal(95)
    with refused("已经打过分"):
        given(world, second)


def test_who_scores_again_sees_the_first_only_afterwards(world, made):
    second = asked(world, made[0])
    world.people["second"].forget_memberships()

    def scores():
        seen = history(made[0], world.people["second"])
        return [r.score for revision in seen for r in revision.reviews.all() if r.score]

    assert scores() == []
    assert selectors.marks_of(second) == []
    page = client_of(world.people["second"]).get(f"/2024/second-scores/{second.public_id}/")
    assert "95.00" not in page.content.decode()
    given(world, second)
    assert scores() == [Decimal(95)]
    second.refresh_from_db()
    first, *_ = selectors.marks_of(second)
    assert (first.first, first.again) == (Decimal("9.5"), Decimal(9))


@pytest.mark.parametrize(
    ("scorer", "match"),
    [
        ("performance_reviewer", "填过或审过"),
        ("section_reviewer", "填过或审过"),
        ("filer", "填过或审过"),
        ("other_section_reviewer", "看不到"),
        ("expert", "看不到"),
    ],
)
def test_nobody_with_a_part_in_it_or_without_sight_of_it_scores_again(world, made, scorer, match):
    with refused(match):
        asked(world, made[0], scorer)


def test_only_the_performance_section_and_leaders_ask_and_once_each(world, made):
    with denied("绩效科和局领导"):
        asked(world, made[0], who="plan_admin")
    open_review = Review.objects.create(
        revision=made[2].revisions.last(),
        step=made[2].step,
        reviewer=world.people["performance_reviewer"],
        saved_at=MONDAY,
    )
    with refused("还没有打分"):
        calibration.ask_second(
            review=open_review, scorer=world.people["second"], actor=world.people["leader"]
        )
    second = asked(world, made[0])
    with refused("已经请"):
        asked(world, made[0], who="performance_reviewer")
    with denied("受请的人"):
        given(world, second, who="performance_reviewer")
    wrong = {"score": 80}
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondScore.objects.filter(pk=second.pk).update(**wrong)


@pytest.mark.trust("B10")
def test_scoring_again_ends_with_the_office_in_that_county(world, made):
    second = asked(world, made[0])
    gone = User.objects.get(pk=world.people["second"].pk)
    gone.memberships.update(jurisdiction=world.sibling)
    with denied("受请的人"):
        calibration.give_second(second=second, actor=gone, marks=marks(second))
    second.refresh_from_db()
    assert second.scored_at is None
    assert not selectors.second_scores(gone).exists()
    assert not selectors.to_score_again(gone, 2024).exists()


def test_a_mark_that_the_sheet_does_not_have_is_refused(world, made):
    second = asked(world, made[0])
    whole = marks(second)
    for given_marks, match in (
        (whole[1:], "还缺"),
        ([whole[0].__class__(whole[0].item_id, "好", Decimal(9)), *whole[1:]], "没有“好”这一级"),
        ([whole[0].__class__(whole[0].item_id, "优", Decimal(11)), *whole[1:]], "应在0–10分"),
    ):
        with refused(match):
            calibration.give_second(second=second, actor=world.people["second"], marks=given_marks)


def test_reviewers_are_compared_on_what_both_scored(world, made):
    given(world, asked(world, made[0]))
    sheet = ScoreSheet.objects.get(code="four")
    told_of = selectors.compared(world.people["leader"], 2024, sheet)
    assert (told_of.whole.n, told_of.whole.mean) == (2, Decimal(95))
    lines = {line.name: line for line in told_of.lines}
    assert lines["孙绩效"].spread.n == 2
    assert lines["孙绩效"].lean == Agreement(1, Decimal(5), Decimal(5), 1)
    assert lines["李二"].spread.n == 0
    assert lines["李二"].lean.mean == Decimal(-5)
    assert told_of.agreement == Agreement(1, Decimal(-5), Decimal(5), 1)
    first = told_of.criteria[0]
    assert (first.name, first.agreement.mean) == ("规范完整性", Decimal("-0.50"))
    assert not selectors.sheets(world.people["foreign_reviewer"], 2024).exists()


def test_the_page_takes_what_it_offers(world, made):
    first, second = review_of(made[0]), review_of(made[1])
    step, sheet = second.step, second.step.sheet
    sheet.pk, sheet.public_id, sheet.code = None, uuid4(), "other"
    sheet.save()
    step.pk, step.public_id, step.position, step.sheet = None, uuid4(), 9, sheet
    step.save()
    Review.objects.filter(pk=second.pk).update(step=step)
    client, scorer = client_of(world.people["leader"]), str(world.people["second"].public_id)
    there = f"/2024/calibration/?sheet={sheet.pk}"
    other = {"review": str(first.public_id), "scorer": scorer}
    assert other["review"] not in client.get(there).content.decode()
    assert client.post(there, other).status_code == 422
    assert not SecondScore.objects.exists()
    assert client.post(there, other | {"review": str(second.public_id)}).status_code == 302


def test_page_file_and_api_compare_alike(world, made):
    client = client_of(world.people["leader"])
    review, scorer = review_of(made[0]), world.people["second"]
    there = "/2024/calibration/"
    body = {"review": str(review.public_id), "scorer": str(scorer.public_id)}
    assert client.post(there, {**body, "scorer": "nobody"}).status_code == 422
    wrong = {**body, "scorer": str(world.people["performance_reviewer"].public_id)}
    assert "填过或审过" in client.post(there, wrong).content.decode()
    assert client.post(there, body).status_code == 302
    second = SecondScore.objects.get()
    mine = client_of(scorer)
    at = f"/2024/second-scores/{second.public_id}/"
    assert "再打" in mine.get("/2024/samples/").content.decode()
    assert mine.post(at, {}).status_code == 422
    posted = {f"points-{m.item_id}": str(m.points) for m in marks(second)}
    assert mine.post(at, posted).status_code == 302
    assert "95.00" in mine.get(at).content.decode()
    assert "−5.00" in client.get(there).content.decode()
    sheet = ScoreSheet.objects.get(code="four")
    content = client.post(f"{there}export/", {"sheet": sheet.pk}).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = {row[0].value: row for row in book["审核员"].iter_rows()}
    assert (rows["孙绩效"][1].value, rows["孙绩效"][8].value) == (2, 5)
    caller = Program(world.people["leader"], moment=LATER)
    said = told(caller.get("2024/calibration/", sheet=sheet.pk))
    assert (said["whole"]["mean"], said["pairs"][0]["gap"]) == ("95.00", "-5.00")
    told(caller.get("2024/calibration/", sheet=999999), 404)
    told(caller.post("2024/calibration/", {**body, "scorer": body["review"]}), 409)
    empty = client_of(world.people["foreign_reviewer"])
    assert "还没有打过分" in empty.get(there).content.decode()
    assert empty.post(f"{there}export/", {}).status_code == 409
