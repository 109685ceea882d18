"""/healthz says that the process answers, /readyz that it can work; neither says why not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from apps.core import clock, health
from apps.jobs.models import Job
from apps.organizations.models import User

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


@pytest.mark.django_db
def test_readyz_tells_of_a_full_disk_without_refusing_work(client, monkeypatch):
    monkeypatch.setattr(health, "ROOM", 2**60)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"degraded")


def test_a_missing_data_folder_is_a_complaint(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "none"
    assert "cannot be read" in health.disk()


@pytest.mark.django_db
def test_readyz_tells_of_work_that_nobody_takes(client):
    user = User.objects.create_person("waiting", "等待")
    moment = clock.now() - timedelta(minutes=11)
    job = Job.objects.create(kind="sample", title="样例", owner=user, created_at=moment)
    assert client.get("/readyz").content == b"degraded"
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, heartbeat_at=clock.now())
    assert client.get("/readyz").content == b"ready"
