"""What the Compose schema cannot see: services, conditions and volumes that exist."""

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
OURS = ("migrate", "backup", "web", "worker", "beat")
ONCE = ("migrate", "backup")


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


def test_every_service_waits_for_services_that_exist(services):
    for service in services.values():
        for name, needed in service.get("depends_on", {}).items():
            assert name in services
            if needed["condition"] == "service_healthy":
                assert "healthcheck" in services[name]


def test_every_named_volume_is_declared_and_used(compose, services):
    used = {
        volume.split(":")[0]
        for service in services.values()
        for volume in service.get("volumes", [])
    }
    assert used == set(compose["volumes"])


def test_what_runs_for_long_has_a_health_check_and_starts_again(services):
    for name, service in services.items():
        if name not in ONCE:
            assert service["restart"] == "unless-stopped"
            assert service["healthcheck"]["test"]


def test_web_and_workers_start_after_the_migration(services):
    for name in ("web", "worker", "beat"):
        needed = services[name]["depends_on"]
        assert needed["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.trust("H06")
def test_redis_asks_for_a_password_and_evicts_nothing(services):
    redis = services["redis"]
    assert redis["command"][redis["command"].index("--requirepass") + 1] == "${REDIS_PASSWORD:?}"
    assert redis["command"][redis["command"].index("--maxmemory-policy") + 1] == "noeviction"
    assert "ports" not in redis


@pytest.mark.trust("F02", "H09")
def test_only_the_migration_runs_as_the_owner_of_the_tables(services):
    for name in OURS:
        url = services[name]["environment"]["DATABASE_URL"]
        assert ("perf_owner" in url) == (name == "migrate")
    assert "ports" not in services["postgres"]
    script = services["migrate"]["command"][-1]
    assert "check --deploy --database default" in script
    assert "grant_runtime" in script


@pytest.mark.trust("H17")
def test_the_nightly_backup_waits_to_be_asked_and_only_reads_the_files(services):
    backup = services["backup"]
    assert (backup["profiles"], backup["restart"]) == (["backup"], "no")
    assert backup["command"][1:] == ["manage.py", "backup", "/srv/backups"]
    assert "data:/srv/data:ro" in backup["volumes"]
    for name in ONCE:  # migrate is who restores: it may make tables
        assert "backups:/srv/backups" in services[name]["volumes"]
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "postgresql-client" in image
    assert "-o app -g app -m 700 /srv/backups" in image


def test_web_listens_on_this_machine_alone(services):
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]


@pytest.mark.trust("H15")
def test_the_image_runs_without_root_and_holds_no_secret():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert "USER app" in lines
    assert not [line for line in lines if line.startswith(("ENV", "ARG")) and "SECRET" in line]
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert allowed[1] == "*"
    assert not [line for line in allowed if line in ("!.env", "!var", "!.")]


def test_no_password_stands_in_the_file():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for name in ("OWNER_DB_PASSWORD", "APP_DB_PASSWORD", "REDIS_PASSWORD"):
        assert f"${{{name}:?}}" in text
