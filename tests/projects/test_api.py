"""The API of projects: same services, same rights, same numbers."""

import json

import pytest
from django.urls import reverse

from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.projects.models import FundLine, Project
from tests.personas import client_of
from tests.projects.lists import YEAR, as_file, code, line, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def call(user, method, name, *args, data=None):
    client = client_of(user)
    url = reverse(name, args=args)
    send = getattr(client, method)
    return send(url, json.dumps(data), content_type="application/json") if data else send(url)


def test_a_project_goes_from_reserve_to_money_by_the_api(world, filer, plan_admin):
    facts = {
        "unit": str(world.units["water"].public_id),
        "code": code(1),
        "name": "农村饮水",
        "first_year": 2024,
    }
    made = call(filer, "post", "api-projects", YEAR, data=facts)
    assert made.status_code == 201, made.content
    key = made.json()["public_id"]
    assert made.json()["origin"] is None

    place = {"origin": "initial", "attribute": "new"}
    assert call(filer, "post", "api-project-confirm", YEAR, key, data=place).status_code == 403
    assert (
        call(plan_admin, "post", "api-project-confirm", YEAR, key, data=place).json()["joined_on"]
        == "2024-01-01"
    )
    money = [{"source": "fiscal", "level": "county", "adjusted": "1286.50"}]
    answer = call(plan_admin, "put", "api-project-money", YEAR, key, data=money)
    assert answer.json()[0]["adjusted"] == "1286.50"
    paid = {"as_of": "2024-05-31", "amount": "12.00", "source": "国库"}
    assert (
        call(plan_admin, "post", "api-project-executions", YEAR, key, data=paid).status_code == 201
    )
    shown = call(filer, "get", "api-project", YEAR, key).json()
    assert (shown["adjusted"], shown["unit_code"]) == ("1286.50", "201")
    changed = call(filer, "patch", "api-project", YEAR, key, data={"leader": "阿不都"})
    assert changed.status_code == 200
    assert call(filer, "patch", "api-project", YEAR, key, data={"name": "改"}).status_code == 403
    assert len(call(filer, "get", "api-project-executions", YEAR, key).json()) == 1


@pytest.mark.trust("B05", "B10")
def test_a_strangers_key_is_not_found(world, plan_admin, stranger):
    project = Project.objects.create(
        jurisdiction=world.county,
        unit=world.units["water"],
        code=code(1),
        name="甲",
        first_year=2024,
        created_at="2024-01-01T00:00:00+08:00",
    )
    for name in ("api-project", "api-project-money", "api-project-executions"):
        assert call(stranger, "get", name, YEAR, project.public_id).status_code == 404
    assert FundLine.objects.count() == 0


def test_rules_answer_409_with_the_pages_sentence(world, filer):
    facts = {
        "unit": str(world.units["water"].public_id),
        "code": "1",
        "name": "甲",
        "first_year": 2024,
    }
    answer = call(filer, "post", "api-projects", YEAR, data=facts)
    assert answer.status_code == 409
    assert "应为21位" in answer.json()["detail"]
    assert Project.objects.count() == 0


def test_a_list_is_checked_and_imported_by_the_api(world, plan_admin, filer):
    client = client_of(plan_admin)
    url = reverse("api-projects-import", args=[YEAR])
    file = as_file(workbook(world, line(1)))
    assert client_of(filer).post(url, {"file": file}).status_code == 403
    assert client.post(url, {"file": as_file(b"PK", "a.xls")}).status_code == 409

    started = client.post(url, {"file": as_file(workbook(world, line(1)))})
    assert started.status_code == 202
    jobs.run_one()
    confirmed = call(plan_admin, "post", "api-projects-import-confirm", YEAR, data=started.json())
    assert confirmed.status_code == 202
    jobs.run_one()
    assert Job.objects.filter(state="done").count() == 2
    assert Project.objects.get().name == "农村饮水巩固1"
