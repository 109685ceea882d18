"""Row triggers that refuse to change or delete an entry, in the words of either database.

A later migration that makes SQLite rebuild the table must call `install` again: the rebuild drops
them. `verify_audit` says so when they are missing.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

INSTALL = {
    "postgresql": (
        """
        CREATE OR REPLACE FUNCTION audit_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'audit_entry is append-only' USING ERRCODE = 'restrict_violation';
        END
        $$
        """,
        """
        CREATE OR REPLACE TRIGGER audit_entry_final BEFORE UPDATE OR DELETE ON audit_entry
        FOR EACH ROW EXECUTE FUNCTION audit_entry_is_final()
        """,
        "ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_final",
    ),
    "sqlite": (
        """
        CREATE TRIGGER IF NOT EXISTS audit_entry_final_update BEFORE UPDATE ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END
        """,
        """
        CREATE TRIGGER IF NOT EXISTS audit_entry_final_delete BEFORE DELETE ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END
        """,
    ),
}
REMOVE = {
    "postgresql": (
        "DROP TRIGGER IF EXISTS audit_entry_final ON audit_entry",
        "DROP FUNCTION IF EXISTS audit_entry_is_final()",
    ),
    "sqlite": (
        "DROP TRIGGER IF EXISTS audit_entry_final_update",
        "DROP TRIGGER IF EXISTS audit_entry_final_delete",
    ),
}
COUNT = {
    "postgresql": (
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass"
        " AND tgname = 'audit_entry_final' AND tgenabled = 'A'",
        1,
    ),
    "sqlite": (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
        " AND name IN ('audit_entry_final_update', 'audit_entry_final_delete')",
        2,
    ),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """No entry can be changed or deleted, not even by the tables' owner."""
    _execute(connection, INSTALL[connection.vendor])


def remove(connection: BaseDatabaseWrapper) -> None:
    """Entries can be changed again; for the migration's way back and for tests."""
    _execute(connection, REMOVE[connection.vendor])


def are_installed(connection: BaseDatabaseWrapper) -> bool:
    """Whether the triggers stand and fire."""
    query, n_expected = COUNT[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return bool(row[0] == n_expected)


def _execute(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    """Run the statements one by one."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
