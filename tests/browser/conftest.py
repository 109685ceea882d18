"""Chromium, the running site, and the people of a test module."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from apps.core import clock
from tests.browser.person import Person
from tests.browser.site import Site, running_site
from tests.makers import MONDAY
from tests.personas import World, give_password, make_world

USERS = (
    "filer",
    "filer2",
    "unit_head",
    "stranger",
    "section_reviewer",
    "other_section_reviewer",
    "performance_reviewer",
    "budget_officer",
    "plan_admin",
    "leader",
    "sys_admin",
    "sec_admin",
    "audit_admin",
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--lang=zh-CN"]
MakePerson = Callable[..., Person]


@pytest.hookimpl(tryfirst=True)  # before `-m browser` chooses by the mark
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """What the site wrote stands with the failure: a dead worker says why there."""
    report = yield
    site = getattr(item, "funcargs", {}).get("site")
    if report.failed and isinstance(site, Site):
        report.sections.append(("site", site.log.read_text(encoding="utf-8")[-4000:]))
    return report


@pytest.fixture(scope="module")
def world(module_database: str) -> World:
    """Places and people, committed; those who come to the browser have a password."""
    with clock.at(MONDAY):
        made = make_world()
        for key in USERS:
            give_password(made.people[key])
    return made


@pytest.fixture(scope="module")
def site(module_database: str, world: World, tmp_path_factory) -> Iterator[Site]:
    with running_site(module_database, tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    """The distribution's own Chromium; it starts after the database and ends before it.

    Playwright keeps an event loop in this thread: Django then uses other connections, and would
    call the test's own queries unsafe.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "install the package chromium"
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        words = {**os.environ, "LANGUAGE": "zh_CN"}
        made = playwright.chromium.launch(executable_path=path, args=FLAGS, env=words)
        yield made
        made.close()
        connections.close_all()


@pytest.fixture
def person(browser: Browser, site: Site) -> Iterator[MakePerson]:
    """Makes somebody at a browser of their own, logged in; each must end without a fault."""
    made: list[Person] = []

    def make(username: str, *, scripts: bool = True, logged_in: bool = True) -> Person:
        one = Person(browser, site, username, scripts=scripts)
        made.append(one)
        if logged_in:
            one.log_in()
        return one

    yield make
    for one in made:
        one.close()
    for one in made:
        one.check_quiet()
