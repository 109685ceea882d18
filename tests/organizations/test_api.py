"""The REST routes: tokens, rights, pages."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from apps.core import clock
from apps.organizations import services
from apps.organizations.models import ApiToken, Unit, User
from tests.personas import client_of

PATHS = ["/api/v1/me/", "/api/v1/units/", "/api/v1/sections/", "/api/v1/people/"]


def program_of(user, may_write=False, days=30):
    _, text = services.make_token(actor=user, name="程序", days=days, may_write=may_write)
    return Client(headers={"Authorization": f"Bearer {text}"})


@pytest.mark.trust("A13")
@pytest.mark.parametrize("path", PATHS)
def test_the_api_needs_a_living_token(path, sys_admin, visitor):
    assert visitor.get(path).status_code == 401
    for header in ("Bearer", "Bearer pm_x", "Bearer a b", "Bearer \xff"):
        assert Client(headers={"Authorization": header}).get(path).status_code == 401
    program = program_of(sys_admin, days=1)
    assert program.get(path).status_code == 200
    with clock.at(clock.now() + timedelta(days=1)):
        assert program.get(path).status_code == 401
    ApiToken.objects.update(revoked_at=clock.now())
    assert program.get(path).status_code == 401


@pytest.mark.trust("A13", "A08")
def test_a_token_dies_with_its_person(filer):
    program = program_of(filer)
    assert program.get("/api/v1/me/").json()["memberships"][0]["unit"] == "201"
    User.objects.filter(pk=filer.pk).update(is_active=False)
    assert program.get("/api/v1/me/").status_code == 401


@pytest.mark.trust("A13")
def test_whoever_must_change_the_password_neither_uses_nor_makes_a_token(filer):
    program = program_of(filer, may_write=True)
    User.objects.filter(pk=filer.pk).update(must_change_password=True)

    answer = program.get("/api/v1/me/")
    assert answer.status_code == 403
    assert "换密码" in answer.json()["detail"]
    assert ApiToken.objects.get().last_used_on is None
    with pytest.raises(PermissionDenied, match="先换密码"):
        services.make_token(
            actor=User.objects.get(pk=filer.pk), name="另一个", days=1, may_write=False
        )
    assert ApiToken.objects.count() == 1

    User.objects.filter(pk=filer.pk).update(must_change_password=False)
    assert program.get("/api/v1/me/").status_code == 200


@pytest.mark.trust("A13")
def test_a_reading_token_does_not_write(sys_admin):
    sent = {"code": "777", "name": "县气象局", "kind": "department"}
    for may_write, status in ((False, 403), (True, 201)):
        program = program_of(sys_admin, may_write)
        answer = program.post("/api/v1/units/", sent, content_type="application/json")
        assert answer.status_code == status
        assert Unit.objects.filter(code="777").exists() is may_write
    again = program.post("/api/v1/units/", sent, content_type="application/json")
    assert again.status_code == 409
    assert again.json()["code"] == "code_taken"


def test_a_token_gives_its_persons_rights_and_no_others(world, filer):
    program = program_of(filer, may_write=True)
    codes = [row["code"] for row in program.get("/api/v1/units/").json()["results"]]
    assert codes == ["201"]
    assert program.get("/api/v1/people/").status_code == 403
    sent = {"username": "neu-1", "name": "新", "code": "777", "kind": "department"}
    for path in ("/api/v1/people/", "/api/v1/units/"):
        answer = program.post(path, sent, content_type="application/json")
        assert answer.status_code == 403
    stranger_unit = world.units["traffic"].public_id
    assert program.get(f"/api/v1/units/{stranger_unit}/").status_code == 404
    assert program.get(f"/api/v1/units/{world.units['water'].public_id}/").status_code == 200


def test_the_system_administrator_makes_accounts(world, sys_admin):
    program = program_of(sys_admin, may_write=True)
    sent = {"username": "slj-tbr09", "name": "阿依"}
    answer = program.post("/api/v1/people/", sent, content_type="application/json")
    assert answer.status_code == 201
    names = [row["username"] for row in program.get("/api/v1/people/").json()["results"]]
    assert "slj-tbr09" in names
    assert "foreign_filer" not in names
    bad = program.post("/api/v1/people/", {"name": "x"}, content_type="application/json")
    assert bad.status_code == 400


def test_sections_come_with_their_other_names(section_reviewer):
    rows = program_of(section_reviewer).get("/api/v1/sections/").json()["results"]
    rural = next(row for row in rows if row["code"] == "xck")
    assert rural["aliases"] == ["农财科"]


def test_a_page_session_also_reads_the_api(filer):
    assert client_of(filer).get("/api/v1/me/").json()["username"] == "filer"


def test_a_person_holds_ten_tokens(filer):
    for _ in range(10):
        program_of(filer)
    with pytest.raises(services.tokens.RuleError, match="已有10个"):
        program_of(filer)
