"""The database of the tests."""

from collections.abc import Iterator

import pytest
from django.db import connections
from django.test.utils import setup_databases, teardown_databases

from tests.databases import copied_database, undone

pytest_plugins = ["tests.personas", "tests.access.asking", "tests.notifications.servers"]


@pytest.hookimpl(tryfirst=True)  # before the workers are told which tests belong together
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of one module that share a database go to one worker, in their order."""
    for item in items:
        if "module_database" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """On SQLite test in a file, as in the embedded mode, not in memory."""
    values = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        values["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Make the test database, also where only tests with a copy of their own are run."""
    is_kept = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock():
        made = setup_databases(0, False, keepdb=is_kept, aliases={"default"})
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(made, 0)


@pytest.fixture
def own_database(django_db_setup, django_db_blocker, tmp_path) -> Iterator[str]:
    """A database of one's own where commits are real, as its DATABASE_URL; needs no `db` mark."""
    with django_db_blocker.unblock(), copied_database(tmp_path) as url:
        yield url


@pytest.fixture(scope="module")
def module_database(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[str]:
    """The same for all tests of a module, in their order."""
    with django_db_blocker.unblock(), copied_database(tmp_path_factory.mktemp("own")) as url:
        yield url


@pytest.fixture(scope="module")
def module_rows(django_db_setup, django_db_blocker) -> Iterator[None]:
    """What a module's own fixtures write stands for all its tests, and is never committed."""
    with django_db_blocker.unblock(), undone():
        yield
