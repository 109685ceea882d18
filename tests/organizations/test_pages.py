"""The pages of this room: who may open them, what they show, what they refuse."""

import pytest
from django.test import Client

from apps.organizations import selectors
from apps.organizations.models import ApiToken, Membership, Section, SectionRoute, Unit, User
from apps.projects.models import FundTag
from tests.personas import client_of

FIRST_WORD = "/account/ /account/tokens/ /account/password/"
ADMIN_PAGES = {
    "/people/": {"sys_admin", "sec_admin"},
    "/people/new/": {"sys_admin"},
    "/people/locked/": {"sec_admin"},
    "/units/": {"sys_admin", "sec_admin", "plan_admin"},
    "/units/new/": {"sys_admin"},
    "/sections/": {"sys_admin", "sec_admin", "plan_admin"},
    "/imports/units/": {"sys_admin"},
    "/imports/people/": {"sys_admin"},
    "/imports/roles/": {"sec_admin"},
    "/imports/units/template/": {"sys_admin"},
}


@pytest.mark.parametrize("path", FIRST_WORD.split())
def test_everybody_has_an_account(path, filer, visitor):
    assert client_of(filer).get(path).status_code == 200
    assert visitor.get(path)["Location"] == f"/login/?next={path}"


@pytest.mark.trust("B01")
@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_admin_pages_open_for_their_administrators_alone(world, path):
    for key in ("sys_admin", "sec_admin", "audit_admin", "plan_admin", "filer", "leader"):
        answer = client_of(world.people[key]).get(path)
        assert answer.status_code == (200 if key in ADMIN_PAGES[path] else 403), key


def test_a_page_and_its_part_have_one_address(sys_admin):
    client = client_of(sys_admin)
    part = client.get("/units/", headers={"HX-Request": "true"}).content.decode()
    whole = client.get("/units/").content.decode()
    assert part.lstrip().startswith("<section") or "<section" in part[:400]
    assert "<html" not in part
    assert "<html" in whole


@pytest.mark.trust("B10")
def test_people_and_units_of_another_county_are_as_if_missing(world, sys_admin, foreign_filer):
    client = client_of(sys_admin)
    page = client.get("/people/").content.decode()
    assert "slj" not in page
    assert "foreign_filer" not in page
    missing = client.get("/people/00000000-0000-4000-8000-000000000000/")
    foreign = client.get(f"/people/{foreign_filer.public_id}/")
    assert (missing.status_code, foreign.status_code) == (404, 404)
    unit = world.units["foreign_water"]
    assert client.get(f"/units/{unit.public_id}/").status_code == 404
    section = world.sections["foreign_farm"]
    assert client.get(f"/sections/{section.public_id}/").status_code == 404
    assert "奇台" not in client.get("/units/").content.decode()


def test_an_account_is_made_given_a_role_and_a_link_by_two_administrators(
    world, sys_admin, sec_admin
):
    one, other = client_of(sys_admin), client_of(sec_admin)
    sent = {"username": "slj-tbr09", "name": "阿依", "email": "", "phone": ""}
    assert one.post("/people/new/", sent).status_code == 302
    person = User.objects.get(username="slj-tbr09")
    page = f"/people/{person.public_id}/"

    role = {"role": "filer", "unit": str(world.units["water"].public_id)}
    assert one.post(f"{page}grant/", role).status_code == 403
    wrong = other.post(f"{page}grant/", {"role": "filer"})
    assert wrong.status_code == 422
    assert "按单位授权" in wrong.content.decode()
    assert other.post(f"{page}grant/", role).status_code == 302
    assert "填报员·县水利局" in other.get(page).content.decode()

    answer = one.post(f"{page}link/").content.decode()
    assert "/account/link/" in answer
    assert other.post(f"{page}link/").status_code == 403

    seat = person.memberships.get()
    assert one.post(f"/people/seats/{seat.pk}/end/").status_code == 403
    assert other.post(f"/people/seats/{seat.pk}/end/").status_code == 302
    assert one.post(f"{page}switch/", {"reason": ""}).status_code == 422
    assert one.post(f"{page}switch/", {"reason": "调离"}).status_code == 302
    assert not User.objects.get(pk=person.pk).is_active
    assert one.post("/people/new/", sent).status_code == 422


def test_opening_links_come_as_a_sheet_without_passwords(world, sys_admin):
    answer = client_of(sys_admin).post("/people/links/")
    assert answer["Content-Disposition"] == 'attachment; filename="links.xlsx"'
    assert answer.content.startswith(b"PK")
    assert world.people["filer"].links.filter(used_at__isnull=True).count() == 1
    assert not world.people["foreign_filer"].links.exists()
    assert not sys_admin.links.exists()
    assert client_of(world.people["sec_admin"]).post("/people/links/").status_code == 403


def test_units_are_made_and_changed(world, sys_admin, plan_admin):
    client = client_of(sys_admin)
    sent = {"code": "201002", "name": "县水文站", "kind": "subordinate", "is_active": "on"}
    sent["parent"] = str(world.units["traffic"].public_id)
    wrong = client.post("/units/new/", sent)
    assert wrong.status_code == 422
    assert "应以它开头" in wrong.content.decode()
    sent["parent"] = str(world.units["water"].public_id)
    assert client.post("/units/new/", sent).status_code == 302
    unit = Unit.objects.get(code="201002")
    page = f"/units/{unit.public_id}/"
    del sent["code"]
    assert client.post(page, sent | {"name": "县水文中心"}).status_code == 302
    assert client_of(plan_admin).post(page, sent).status_code == 403
    assert Unit.objects.get(code="201002").name == "县水文中心"
    assert "县水文中心" in client.get("/units/", {"q": "水文"}).content.decode()


def test_lists_continue_by_key(world, sys_admin, django_assert_max_num_queries):
    for number in range(120):
        Unit.objects.create(
            jurisdiction=world.county, code=f"5{number:05}", name=f"单位{number}", kind="other"
        )
        User.objects.create_person(f"p{number:03}", f"人{number}", jurisdiction=world.county)
    client = client_of(sys_admin)
    for path, after in (("/units/", "500048"), ("/people/", "p03")):
        with django_assert_max_num_queries(20):
            page = client.get(path).content.decode()
        assert page.count("<tr>") == 51
        assert 'rel="next"' in page
        assert client.get(path, {"after": after}).content.decode().count("<tr>") == 51


def test_sections_and_routes_are_kept(world, sys_admin, plan_admin):
    client = client_of(sys_admin)
    sent = {"code": "wjk", "name": "文教科", "kind": "business", "aliases": "科教文科，教科文科"}
    assert client.post("/sections/", sent).status_code == 302
    section = Section.objects.get(code="wjk")
    assert section.aliases.count() == 2
    assert client.post("/sections/", sent | {"code": "x"}).status_code == 422
    page = f"/sections/{section.public_id}/"
    assert client.post(page, {"name": "教育科", "aliases": "文教科"}).status_code == 302
    route = {"section": str(section.public_id), "fund_tag": "教育专项"}
    assert client.post("/sections/routes/", route | {"budget_type": "fund"}).status_code == 422
    assert client.post("/sections/routes/", route).status_code == 302
    made = SectionRoute.objects.get(fund_tag="教育专项")
    FundTag.objects.create(code="教育专项", name="教育专项资金")
    shown = client_of(plan_admin).get("/sections/").content.decode()
    assert "资金标签：教育专项资金" in shown
    assert "wjk" not in shown
    assert "请选择" in client.get("/sections/").content.decode()
    assert client_of(plan_admin).post(f"/sections/routes/{made.pk}/remove/").status_code == 403
    assert client.post(f"/sections/routes/{made.pk}/remove/").status_code == 302


@pytest.mark.trust("A13")
def test_a_token_is_shown_once_and_kept_as_a_hash(filer):
    client = client_of(filer)
    answer = client.post("/account/tokens/", {"name": "取数", "days": "30"}).content.decode()
    token = ApiToken.objects.get()
    text = answer.split("<code")[1].split(">")[1].split("<")[0]
    assert text.startswith("pm_")
    assert text not in str(ApiToken.objects.values().get())
    assert text not in client.get("/account/tokens/").content.decode()
    assert client.post("/account/tokens/", {"name": "取数", "days": "366"}).status_code == 422
    assert client.post(f"/account/tokens/{token.public_id}/revoke/").status_code == 302
    assert ApiToken.objects.get().revoked_at is not None


def test_nobody_revokes_anothers_token(filer, stranger):
    client_of(filer).post("/account/tokens/", {"name": "取数", "days": "30"})
    token = ApiToken.objects.get()
    answer = client_of(stranger).post(f"/account/tokens/{token.public_id}/revoke/")
    assert answer.status_code == 404
    assert ApiToken.objects.get().revoked_at is None


def test_the_unit_head_lends_and_hands_over_filers_seats(world, unit_head, filer, stranger):
    client = client_of(unit_head)
    assert "办理交接" in client.get("/account/").content.decode()
    seat = filer.memberships.get()
    new = User.objects.create_person("neu", "新人", jurisdiction=world.county)
    page = f"/account/seats/{seat.pk}/hand-over/"
    assert client_of(stranger).get(page).status_code == 404
    assert client.get(page).status_code == 200
    assert client.post(page, {"to": str(new.public_id), "on": ""}).status_code == 302
    assert selectors.units_of(User.objects.get(pk=new.pk), "filer") == {world.units["water"].id}

    lent = Membership.objects.get(user=world.people["filer2"])
    page = f"/account/seats/{lent.pk}/deputy/"
    assert client.get(page).status_code == 200
    sent = {"user": str(filer.public_id), "starts_on": "2020-01-01", "ends_on": "2020-01-02"}
    answer = client.post(page, sent)
    assert answer.status_code == 422
    assert "代办期从今天" in answer.content.decode()


@pytest.mark.trust("B11")
def test_pages_that_write_answer_no_get(world, sys_admin):
    client = client_of(sys_admin)
    person = world.people["filer"]
    for path in (
        "/logout/",
        "/account/resume/",
        "/account/sessions/end/",
        "/people/links/",
        "/people/locked/unlock/",
        f"/people/{person.public_id}/grant/",
        f"/people/{person.public_id}/switch/",
        f"/people/{person.public_id}/link/",
        "/people/seats/1/end/",
        "/sections/routes/",
        "/sections/routes/1/remove/",
    ):
        assert client.get(path).status_code == 405, path
        assert client.put(path).status_code == 405, path


@pytest.mark.trust("C02")
def test_forms_need_their_token(sys_admin):
    client = client_of(sys_admin, enforce_csrf_checks=True)
    sent = {"username": "slj-tbr09", "name": "阿依"}
    assert client.post("/people/new/", sent).status_code == 403
    assert not User.objects.filter(username="slj-tbr09").exists()
    assert Client(enforce_csrf_checks=True).post("/login/", sent).status_code == 403


def test_rules_show_beside_the_form_that_broke_them(world, sys_admin, filer, stranger, sec_admin):
    water, client = world.units["water"], client_of(sys_admin)
    sent = {"name": "县水利局", "kind": "department"}
    answer = client.post(f"/units/{water.public_id}/", sent)
    assert "还有在用的下级单位" in answer.content.decode()
    rural = world.sections["rural"]
    answer = client.post(f"/sections/{rural.public_id}/", {"name": "债务科", "aliases": ""})
    assert "已是债务科" in answer.content.decode()

    seat = filer.memberships.get()
    page = f"/account/seats/{seat.pk}/hand-over/"
    client = client_of(sec_admin)
    answer = client.post(page, {"to": str(world.people["filer2"].public_id), "on": ""})
    assert answer.status_code == 422
    assert "在这段时间已是填报员" in answer.content.decode()
    assert selectors.roles(User.objects.get(pk=filer.pk)) == {"filer"}

    client = client_of(filer)
    for _ in range(10):
        client.post("/account/tokens/", {"name": "取数", "days": "30"})
    assert (
        "已有10个" in client.post("/account/tokens/", {"name": "x", "days": "3"}).content.decode()
    )
    token = ApiToken.objects.first()
    for status in (302, 409):
        assert client.post(f"/account/tokens/{token.public_id}/revoke/").status_code == status
