"""The database of the tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from tests.databases import copied_database, undone

# A busy machine is no fault of what is tested: no example is timed, none is drawn too slowly.
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")

pytest_plugins = ["tests.personas", "tests.access.asking", "tests.notifications.servers"]


class Together(LoadScopeScheduling):  # type: ignore[misc]  # untyped library
    """Tests go to whoever is free; those of one browser module, which build on each other, stay."""

    def _split_scope(self, nodeid: str) -> str:
        """The tests that one worker takes together."""
        module, _, _ = nodeid.partition("::")
        return module if "/browser/" in module else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Deal the tests as Together says."""
    return Together(config, log)


OUTER = ("tests/api/", "tests/browser/", "tests/flows/", "tests/fuzz/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Take no coverage of tests that walk whole stacks: rules and services have their own."""
    for item in items:
        if item.nodeid.startswith(OUTER):
            item.add_marker(pytest.mark.no_cover)


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
