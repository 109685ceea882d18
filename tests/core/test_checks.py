"""The deployment checks and the runtime role, on a real PostgreSQL."""

import os
from collections.abc import Iterator

import psycopg2
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from apps.core import checks

ROLE = f"perf_runtime_{os.getpid()}"  # roles belong to the server, which other workers share
WORD = 'it\'s %s "quoted" \\ 字'


@pytest.fixture
def on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the embedded database has neither roles nor such settings")


@pytest.mark.trust("H09")
@pytest.mark.django_db
def test_a_database_that_may_lose_a_commit_is_named(on_postgresql):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    messages = [check.msg for check in checks.durable_database(databases=["default"])]
    assert "PostgreSQL runs with synchronous_commit=off, not on." in messages


@pytest.mark.trust("H09")
@pytest.mark.django_db
def test_a_durable_value_is_not_complained_of(on_postgresql):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
    messages = [check.msg for check in checks.durable_database(databases=["default"])]
    assert not any("synchronous_commit" in message for message in messages)


@pytest.fixture
def runtime(on_postgresql, own_database, monkeypatch) -> Iterator[psycopg2.extensions.cursor]:
    """A cursor of the runtime role, after the command has granted it what it needs."""
    values = connection.settings_dict
    address = f"{values['HOST']}:{values['PORT']}/{values['NAME']}"
    quoted = "it%27s%20%25s%20%22quoted%22%20%5C%20%E5%AD%97"
    monkeypatch.setenv("RUNTIME_DATABASE_URL", f"postgresql://{ROLE}:{quoted}@{address}")
    call_command("grant_runtime", verbosity=0)
    call_command("grant_runtime", verbosity=0)  # a second time is the way after each migrate
    login = {"user": ROLE, "password": WORD, "host": values["HOST"], "port": values["PORT"]}
    client = psycopg2.connect(dbname=values["NAME"], **login)
    client.autocommit = True
    yield client.cursor()
    client.close()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {ROLE}")
        cursor.execute(f"DROP ROLE {ROLE}")


@pytest.mark.trust("F02")
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE audit_entry CASCADE",
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_entry",
        "DROP TABLE audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "TRUNCATE filings_filing CASCADE",
        "CREATE TABLE extra (id int)",
        "SET session_replication_role = replica",
        "DELETE FROM django_migrations",
    ],
)
def test_the_runtime_role_cannot_touch_the_trail_or_the_tables(runtime, statement):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        runtime.execute(statement)


def test_the_runtime_role_works_with_rows(runtime):
    runtime.execute("INSERT INTO audit_chain (name, n_entries, head) VALUES ('system', 0, '')")
    runtime.execute("UPDATE audit_chain SET n_entries = 1")
    runtime.execute("SELECT count(*) FROM audit_entry")
    assert runtime.fetchone() == (0,)
    runtime.execute("SELECT count(*) FROM django_migrations")
    assert runtime.fetchone()[0] > 0


@pytest.mark.django_db
def test_grant_runtime_refuses_an_address_without_a_role(monkeypatch):
    monkeypatch.setenv("RUNTIME_DATABASE_URL", "postgresql://db.invalid/perf")
    expected = "names no user" if connection.vendor == "postgresql" else "has no roles"
    with pytest.raises(CommandError, match=expected):
        call_command("grant_runtime")
