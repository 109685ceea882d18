"""An installation of an earlier day comes forward: nothing that it held is lost or altered (H16).

`tests/data/releases` keeps the databases of earlier days as they were left by the services of that
day: a county with its plan, filings in draft, submitted, returned and passed on, an extension.
"""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection

from apps.filings import services as filings
from apps.filings.models import Revision
from apps.organizations.models import User
from apps.workplans.models import Plan
from tests.databases import database_url, empty_database
from tests.personas import client_of

ROOT = Path(__file__).resolve().parents[2]
RELEASES = ROOT / "tests/data/releases"
DAYS = sorted({path.name.split(".")[0] for path in RELEASES.iterdir()})
# What a migration is meant to write: Django's own lists, and nothing of ours yet.
OWN_BOOKS = {"django_migrations", "django_content_type", "auth_permission"}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.trust("H16")]
Table = tuple[str, tuple[str, ...]]


@contextmanager
def installation_of(day: str, folder: Path) -> Iterator[None]:
    """Work on the database of that day."""
    with empty_database(folder) as url:
        if connection.vendor == "postgresql":
            session = psycopg2.connect(url)
            with session, session.cursor() as cursor:
                cursor.execute(gzip.decompress((RELEASES / f"{day}.sql.gz").read_bytes()))
            session.close()
        else:
            content = gzip.decompress((RELEASES / f"{day}.sqlite3.gz").read_bytes())
            Path(str(connection.settings_dict["NAME"])).write_bytes(content)
        yield


def tables() -> list[Table]:
    """Every table with its columns."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        return [
            (
                name,
                tuple(c.name for c in connection.introspection.get_table_description(cursor, name)),
            )
            for name in names
            if name not in OWN_BOOKS
        ]


def content(held: list[Table]) -> dict[str, tuple[int, str]]:
    """Rows and checksum of each table, over these columns."""
    return {name: _content(name, columns) for name, columns in held}


def _content(name: str, columns: tuple[str, ...]) -> tuple[int, str]:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(map(quote, columns))} FROM {quote(name)}")
        rows: list[Any] = sorted(repr(row) for row in cursor.fetchall())
    return len(rows), sha256("\n".join(rows).encode()).hexdigest()


def migrate() -> None:
    """`manage.py migrate` as an operator runs it; it waits for no lock longer than two seconds."""
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url(), "PGOPTIONS": "-c lock_timeout=2s"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("day", DAYS)
def test_an_earlier_installation_comes_forward_with_all_that_it_held(day, tmp_path):
    with installation_of(day, tmp_path):
        held = tables()
        before = content(held)
        migrate()

        assert content(held) == before
        assert sum(n for n, _ in before.values()) > 100
        call_command("verify_audit")
        receipts = Revision.objects.filter(submitted_at__isnull=False)
        assert receipts.count() >= 4
        assert all(filings.verify_receipt(revision=receipt).holds for receipt in receipts)


@pytest.mark.parametrize("day", DAYS)
def test_people_go_on_where_they_were(day, tmp_path):
    with installation_of(day, tmp_path):
        migrate()
        for username, page in (
            ("filer", "/2024/"),
            ("section_reviewer", "/2024/reviews/"),
            ("plan_admin", "/2024/plan/"),
        ):
            answer = client_of(User.objects.get(username=username)).get(page)
            assert answer.status_code == 200, page
        for plan in Plan.objects.all():
            assert plan.reminders.filter(task=None).count() == 8
