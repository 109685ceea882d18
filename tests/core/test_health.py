"""/healthz says that the process answers, /readyz that it can work; neither says why not."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.trust("H11")


def test_healthz_asks_nothing_of_the_database(client):
    answer = client.get("/healthz")  # without the db mark a query would fail the test
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_readyz_is_ready_on_a_migrated_database(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready")


@pytest.mark.django_db
def test_readyz_is_not_ready_before_the_last_migration(client):
    MigrationRecorder.Migration.objects.filter(app="audit").delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready")


def test_readyz_is_not_ready_without_a_database(client, own_database):
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "/no/such/base"
    try:
        answer = client.get("/readyz")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
    assert (answer.status_code, answer.content) == (503, b"not ready")


@pytest.mark.django_db  # a writing request notes when it arrived
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_only_read(client, path):
    assert client.post(path).status_code == 405
