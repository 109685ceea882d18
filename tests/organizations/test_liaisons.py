"""联络员 (B-33): registered by the unit, seen by the bureau, missed where there is none."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.core import clock
from apps.jobs.models import Job
from apps.jobs.services import run_one
from apps.organizations import liaison_list, selectors, services
from apps.organizations.models import Liaison, User
from apps.rules.errors import RuleError
from tests.makers import MONDAY
from tests.personas import World, client_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("B-33")]
DAY = MONDAY.date()
PHONE = "0996-4020000"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


def register(world: World, actor: str = "filer", unit: str = "water", **more: object) -> Liaison:
    told = {"name": "联络甲", "phone": PHONE, **more}
    return services.register_liaison(
        actor=world.people[actor],
        unit=world.units[unit],
        **told,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("actor", ["filer", "unit_head", "plan_admin"])
def test_the_unit_and_the_plan_administrator_say_who_speaks_for_it(
    world: World, actor: str
) -> None:
    made = register(world, actor)
    assert (made.starts_on, made.ends_on, made.registered_by) == (DAY, None, world.people[actor])
    entry = Entry.objects.get(action="organizations.register_liaison")
    assert entry.chain.name == "unit:652823/201"
    assert PHONE not in str(entry.data)


@pytest.mark.trust("B08")
@pytest.mark.parametrize(
    "actor",
    [
        "supervisor",
        "station_filer",
        "stranger",
        "sys_admin",
        "sec_admin",
        "leader",
        "foreign_filer",
    ],
)
def test_nobody_else_does(world: World, actor: str) -> None:
    with pytest.raises(PermissionDenied):
        register(world, actor)
    made = register(world)
    with pytest.raises(PermissionDenied):
        services.end_liaison(actor=world.people[actor], liaison=made)
    made.refresh_from_db()
    assert (Liaison.objects.count(), made.ends_on) == (1, None)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"phone": "找老李"}, "应为手机或座机号"),
        ({"ends_on": DAY - timedelta(days=1)}, "早于起始日"),
        ({"user": "stranger"}, "没有角色"),
    ],
)
def test_wrong_particulars_are_named(world: World, more: dict[str, object], told: str) -> None:
    if "user" in more:
        more = {"user": world.people["stranger"]}
    with pytest.raises(RuleError, match=told):
        register(world, **more)
    assert not Liaison.objects.exists()


@pytest.mark.trust("I02")
@pytest.mark.req("U-35")
def test_a_classified_unit_keeps_its_people_to_itself(world: World) -> None:
    with pytest.raises(RuleError, match="涉密单位"):
        register(world, "secret_filer", "secret")
    counted = selectors.units_counted(world.people["plan_admin"])
    assert world.units["secret"] not in counted
    world.units["town"].is_active = False
    world.units["town"].save(update_fields=["is_active"])
    with pytest.raises(RuleError, match="已停用"):
        register(world, "plan_admin", "town")
    assert not Liaison.objects.exists()


def test_a_person_is_registered_once_and_again_after_the_post_ended(world: World) -> None:
    first = register(world, starts_on=date(2024, 1, 1))
    with pytest.raises(RuleError, match="已是县水利局的联络员"):
        register(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Liaison.objects.create(
            unit=world.units["water"],
            name="联络甲",
            phone=PHONE,
            starts_on=DAY,
            registered_by=world.people["filer"],
            registered_at=MONDAY,
        )
    services.end_liaison(actor=world.people["unit_head"], liaison=first)
    first.refresh_from_db()
    assert first.ends_on == DAY - timedelta(days=1)
    assert register(world).pk != first.pk
    with pytest.raises(RuleError, match="已于"):
        services.end_liaison(actor=world.people["unit_head"], liaison=first)


def test_a_wrong_phone_is_corrected_on_the_same_day(world: World) -> None:
    wrong = register(world, phone="13900000000")
    services.end_liaison(actor=world.people["filer"], liaison=wrong)
    right = register(world)
    assert list(Liaison.objects.all()) == [right]
    assert Entry.objects.filter(action="organizations.end_liaison").count() == 1


def test_an_end_does_not_make_a_post_longer(world: World) -> None:
    made = register(world, starts_on=date(2024, 1, 1), ends_on=DAY + timedelta(days=3))
    later = DAY + timedelta(days=30)
    services.end_liaison(actor=world.people["filer"], liaison=made, on=later)
    made.refresh_from_db()
    assert made.ends_on == DAY + timedelta(days=3)


def test_the_database_keeps_the_days_in_order(world: World) -> None:
    made = register(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Liaison.objects.filter(pk=made.pk).update(ends_on=DAY - timedelta(days=1))


def test_the_bureau_sees_who_serves_and_which_units_have_nobody(world: World) -> None:
    register(world)
    register(world, "stranger", "traffic", starts_on=DAY + timedelta(days=1))
    browser = client_of(world.people["plan_admin"])

    page = browser.get("/liaisons/").content.decode()
    assert "5个单位，已报1个" in page
    assert PHONE in page
    missing = browser.get("/liaisons/?which=without").content.decode()
    assert "县水利管理站" in missing
    assert "县交通运输局" in missing  # the officer's first day is tomorrow
    assert "涉密单位甲" not in missing
    found = browser.get("/liaisons/?q=301&which=without").content.decode()
    assert "尉犁镇" in found
    assert "县城投公司" not in found
    assert "还没有" not in browser.get("/liaisons/?q=水利").content.decode()


def test_past_officers_are_shown_when_asked_for(world: World) -> None:
    made = register(world, starts_on=date(2023, 1, 1), ends_on=date(2023, 12, 31), name="前任")
    browser = client_of(world.people["filer"])
    assert made.name not in browser.get("/liaisons/").content.decode()
    assert made.name in browser.get("/liaisons/?which=all").content.decode()


@pytest.mark.trust("B03")
def test_a_unit_sees_its_own_alone(world: World) -> None:
    register(world)
    for stranger in ("stranger", "foreign_filer", "expert"):
        assert PHONE not in client_of(world.people[stranger]).get("/liaisons/").content.decode()
    assert PHONE in client_of(world.people["unit_head"]).get("/liaisons/").content.decode()


def test_a_clerk_registers_on_the_page_and_sees_what_is_wrong(world: World) -> None:
    browser = client_of(world.people["filer"])
    unit = str(world.units["water"].public_id)
    assert f'value="{unit}" selected' in browser.get("/liaisons/new/").content.decode()
    told = {"unit": unit, "name": "联络乙", "phone": "打前台"}
    wrong = browser.post("/liaisons/new/", told)
    assert wrong.status_code == 422
    assert "应为手机或座机号" in wrong.content.decode()
    account = str(world.people["filer"].public_id)
    right = browser.post("/liaisons/new/", {**told, "phone": "13899990000", "user": account})
    assert right.status_code == 302
    assert Liaison.objects.get().user == world.people["filer"]


def test_the_plan_administrator_goes_through_the_list_of_units_without(world: World) -> None:
    browser = client_of(world.people["plan_admin"])
    assert browser.get("/liaisons/new/").headers["Location"] == "/liaisons/?which=without"
    town = world.units["town"].public_id
    page = browser.get(f"/liaisons/new/?unit={town}").content.decode()
    assert "301" in page or "尉犁镇" in page
    assert "县水利局" not in page
    assert browser.get("/liaisons/new/?unit=x").status_code == 302


def test_the_list_leaves_as_a_workbook_without_formulas(world: World) -> None:
    register(world, name="=1+1")
    answer = client_of(world.people["plan_admin"]).post("/liaisons/export/")
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert page is not None
    rows = [list(row) for row in page.values]
    line = next(row for row in rows if row[0] == "201")
    assert line[3:5] == ["=1+1", PHONE]
    assert [row[8] for row in rows if row[0] == "401"] == ["未报"]
    assert Entry.objects.get(action="organizations.export_liaisons").data["n_rows"] == 5


def test_a_long_list_is_a_job(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liaison_list, "AT_ONCE", 1)
    register(world)
    answer = client_of(world.people["plan_admin"]).post("/liaisons/export/")
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.public_id}/"
    done = run_one()
    assert done is not None
    job.refresh_from_db()
    assert (job.state, job.n_total) == (Job.State.DONE, 5)
    assert job.file is not None
    assert job.file.name == "联络员名册.xlsx"


def test_a_program_registers_lists_and_ends(world: World) -> None:
    browser = client_of(world.people["filer"])
    unit = str(world.units["water"].public_id)
    told = {"unit": unit, "name": "联络丙", "phone": PHONE, "username": "filer"}
    told["starts_on"] = "2024-04-01"
    made = browser.post("/api/v1/liaisons/", told, content_type="application/json")
    assert made.status_code == 201, made.content
    assert made.json()["username"] == "filer"
    (row,) = browser.get("/api/v1/liaisons/?q=联络").json()["results"]
    assert row["unit"] == "201"
    path = f"/api/v1/liaisons/{row['public_id']}/"
    assert browser.delete(path).status_code == 204
    assert browser.get("/api/v1/liaisons/?all=1").json()["results"][0]["ends_on"] == "2024-04-07"
    missing = client_of(world.people["plan_admin"]).get("/api/v1/liaisons/missing/").json()
    assert [unit["code"] for unit in missing["results"]] == ["201", "201001", "205", "301", "401"]
    assert browser.get(f"/api/v1/liaisons/?q={'长' * 41}").status_code == 400
    other = {**told, "unit": str(world.units["town"].public_id)}
    assert (
        browser.post("/api/v1/liaisons/", other, content_type="application/json").status_code == 404
    )


def test_the_people_of_a_handful_of_units_cost_one_query(
    world: World, django_assert_num_queries: object
) -> None:
    register(world)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = selectors.liaisons_by_unit([unit.pk for unit in world.units.values()])
    assert [row.name for row in found[world.units["water"].pk]] == ["联络甲"]


def test_whoever_is_there_stays_a_person_of_the_system(world: World) -> None:
    made = register(world, user=world.people["filer"])
    assert list(selectors.posts_of(world.people["filer"])) == [made]
    assert User.objects.get(username="filer").liaisons.get() == made
