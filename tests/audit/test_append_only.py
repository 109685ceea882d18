"""Nobody changes or deletes an entry: not the program, not the owner, not the runtime role."""

import psycopg2
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from psycopg2.errors import InsufficientPrivilege

from apps.audit import triggers
from apps.audit.models import Entry
from apps.core.management.commands.grant_runtime import grant
from tests.audit.tampering import append, make_person, sql

WORD = "only-for-this-test"


@pytest.mark.django_db
@pytest.mark.trust("F02")
def test_the_database_refuses_to_change_an_entry_even_to_the_owner():
    append(make_person(), 2)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Entry.objects.update(actor_label="别人")

    assert set(Entry.objects.values_list("actor_label", flat=True)) == {"艾力（ali）"}


@pytest.mark.django_db
@pytest.mark.trust("F02")
def test_the_database_refuses_to_delete_an_entry_even_to_the_owner():
    entries = append(make_person(), 2)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entries[1].delete()

    assert Entry.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.trust("F02")
def test_plain_sql_is_refused_too():
    append(make_person(), 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        sql("DELETE FROM audit_entry")
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("UPDATE audit_entry SET hash = hash")

    assert Entry.objects.count() == 1


@pytest.mark.trust("H16")
def test_the_triggers_migration_goes_back_and_forth(own_database):
    call_command("migrate", "audit", "0001", verbosity=0)
    assert not triggers.are_installed(connection)

    call_command("migrate", "audit", verbosity=0)

    assert triggers.are_installed(connection)


@pytest.fixture
def runtime(own_database):
    """A connection as the role of the web and the workers."""
    if connection.vendor != "postgresql":
        pytest.skip("the embedded database has no roles")
    append(make_person(), 2)
    values = connection.settings_dict
    name = f"{values['NAME']}_runtime"  # roles belong to the server, which parallel tests share
    grant(role=name, password=WORD)
    place = {"dbname": values["NAME"], "host": values["HOST"], "port": values["PORT"]}
    role = psycopg2.connect(user=name, password=WORD, **place)
    role.autocommit = True
    yield role
    role.close()
    sql(f'DROP OWNED BY "{name}"')
    sql(f'DROP ROLE "{name}"')


@pytest.mark.trust("F02")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor_label = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "DROP TABLE audit_entry",
    ],
)
def test_the_runtime_role_may_neither_change_nor_empty_the_trail(runtime, statement):
    with runtime.cursor() as cursor, pytest.raises(InsufficientPrivilege):
        cursor.execute(statement)

    assert Entry.objects.count() == 2
    assert triggers.are_installed(connection)


@pytest.mark.trust("F02")
def test_the_runtime_role_may_read_and_append(runtime):
    columns = ", ".join(field.column for field in Entry._meta.fields if field.name != "id")
    changed = columns.replace("number", "number + 1", 1)
    copy = f"SELECT {changed} FROM audit_entry WHERE number = 2"

    with runtime.cursor() as cursor:
        cursor.execute(f"INSERT INTO audit_entry ({columns}) {copy}")
        cursor.execute("SELECT count(*) FROM audit_entry")
        assert cursor.fetchone() == (3,)
