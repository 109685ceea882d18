"""What an attacker with the owner's password could do to the trail."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from apps.audit import services, triggers
from apps.audit.models import Entry
from apps.organizations.models import User

CHAIN = "unit:652823/201"


def make_person() -> User:
    return User.objects.create_person("ali", "艾力")


def append(person: User, n_entries: int, chain: str = CHAIN) -> list[Entry]:
    """That many entries on the chain, in one transaction."""
    with transaction.atomic():
        return [
            services.record(
                actor=person, action="filings.save", subject=person, chain=chain, data={"第": n}
            )
            for n in range(1, n_entries + 1)
        ]


@contextmanager
def without_triggers() -> Iterator[None]:
    """The owner drops the triggers and puts them back."""
    connection.check_constraints()  # a table with pending checks cannot be altered
    triggers.remove(connection)
    yield
    connection.check_constraints()
    triggers.install(connection)


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
