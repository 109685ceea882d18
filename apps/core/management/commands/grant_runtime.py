"""The database role that the web and the workers use, apart from the owner of the tables."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from apps.core import env

# %I and %L quote on the server, so that a password can hold any character.
MAKE = "SELECT format('CREATE ROLE %%I LOGIN', %s::text)"
SET = "SELECT format('ALTER ROLE %%I NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD %%L', %s, %s)"
GRANTS = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO %I",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %I",
    "REVOKE UPDATE, DELETE ON audit_entry FROM %I",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM %I",
)


def _run_made(cursor: CursorWrapper, template: str, *values: str) -> None:
    """Let the server quote the names into a statement, then run that statement."""
    cursor.execute(template, values)
    statement = cursor.fetchone()[0]
    cursor.execute(statement)


def grant(*, role: str, password: str) -> None:
    """The role exists with this password, may work with rows, and cannot alter or empty tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            _run_made(cursor, MAKE, role)
        _run_made(cursor, SET, role, password)
        for statement in GRANTS:
            _run_made(cursor, "SELECT format(%s, %s::text)", statement, role)


class Command(BaseCommand):
    """Run after every migrate, as the owner: new tables have no grants yet."""

    help = "Grant the role of RUNTIME_DATABASE_URL what the web and the workers need, no more."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the role and its password from the environment."""
        if connection.vendor != "postgresql":
            raise CommandError("The embedded database has no roles.")
        database = env.database("RUNTIME_DATABASE_URL")
        role, password = str(database.get("USER", "")), str(database.get("PASSWORD", ""))
        if not role or not password:
            raise CommandError("RUNTIME_DATABASE_URL names no user or no password.")
        grant(role=role, password=password)
        self.stdout.write(f"{role} may work with the rows.")
