"""A web machine whose clock is ten minutes wrong decides deadlines as the others do (TRUST G13)."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from django.db import connection

from apps.core import clock
from apps.filings.models import Filing
from apps.organizations import services as organizations
from apps.workplans.models import Assignment
from tests import makers
from tests.browser.site import _answers, _running
from tests.personas import World, give_password, make_world
from tests.processes import free_port, until

pytestmark = pytest.mark.live
TEN_MINUTES = 600
SLACK = timedelta(seconds=90)  # what a slow machine may take for one request
TRUSTED = 30  # seconds of waiting before the door that are believed


@pytest.fixture(scope="module")
def town(module_database: str) -> tuple[World, str, str]:
    """The world, committed, its DATABASE_URL and the filer's token."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is this process: it has no clock of its own")
    world = make_world()
    give_password(world.people["filer"])
    _, token = organizations.make_token(
        actor=world.people["filer"], name="钟差", days=1, may_write=True
    )
    return world, module_database, token


@pytest.fixture(scope="module", params=[TEN_MINUTES, -TEN_MINUTES], ids=["fast", "slow"])
def site(
    town: tuple[World, str, str],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[str]:
    """A web server whose process believes the wrong time."""
    folder = tmp_path_factory.mktemp("skewed")
    url, log = f"http://127.0.0.1:{free_port()}", folder / "log"
    environment = _environment(town[1], folder)
    bind = ("--bind", url.removeprefix("http://"), "--threads", "2", "--log-level", "warning")
    command = ("-m", "tests.skewed", str(request.param), "perf_mgmt.wsgi:application", *bind)
    with _running(environment, log, *command) as server:
        until(lambda: _answers(url) or server.poll() is not None, 60)
        assert server.poll() is None, log.read_text(encoding="utf-8")[-2000:]
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            said = parsedate_to_datetime(answer.headers["Date"])
        off = (said - clock.now()).total_seconds() - request.param
        assert abs(off) < 30, "the process does not believe the wrong time"
        yield url


def _environment(database: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database,
        "DATA_DIR": str(folder),
        "HTTPS": "False",
        "BUSINESS_DATE": "",
        "TRUST_REQUEST_START_SECONDS": str(TRUSTED),
        "LOG_LEVEL": "WARNING",
    }


_numbers = iter(range(1, 100))


def filing_due(town: tuple[World, str, str], left: timedelta) -> tuple[Filing, datetime]:
    """A saved filing whose deadline lies so far from the database's present moment."""
    world = town[0]
    filing = makers.target_filing(world, n=next(_numbers))
    makers.saved(world, filing)
    now = clock.now()
    due_at = now + left
    Assignment.objects.filter(pk=filing.assignment_id).update(
        opens_at=now - timedelta(days=1), due_at=due_at
    )
    return filing, due_at


def submit(
    town: tuple[World, str, str], site: str, filing: Filing, **headers: str
) -> tuple[int, Any]:
    """The status and the answer of a submission over HTTP."""
    request = urllib.request.Request(
        f"{site}/api/v1/2024/filings/{filing.public_id}/submit/",
        data=json.dumps({"version": filing.revisions.get().version}).encode(),
        headers={
            "Authorization": f"Bearer {town[2]}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(filing.public_id),
            **headers,
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        return refusal.code, json.load(refusal)


@pytest.mark.trust("G13")
def test_what_is_in_time_by_the_database_is_taken(town: tuple[World, str, str], site: str) -> None:
    filing, due_at = filing_due(town, SLACK)
    status, answer = submit(town, site, filing)
    assert status == 200, answer
    assert datetime.fromisoformat(answer["submitted_at"]) < due_at
    assert answer["is_late"] is False


@pytest.mark.trust("G13")
def test_what_is_late_by_the_database_is_refused(town: tuple[World, str, str], site: str) -> None:
    filing, _ = filing_due(town, -timedelta(seconds=1))
    status, answer = submit(town, site, filing)
    assert (status, answer["code"]) == (409, "filings.closed")
    filing.refresh_from_db()
    assert filing.state == "draft"


@pytest.mark.trust("G10", "G13")
def test_what_waited_at_the_door_counts_by_the_proxys_stamp(
    town: tuple[World, str, str], site: str
) -> None:
    filing, due_at = filing_due(town, -timedelta(seconds=1))
    stamp = {"X-Request-Start": f"t={(due_at - timedelta(seconds=1)).timestamp():.3f}"}
    status, answer = submit(town, site, filing, **stamp)
    assert status == 200, answer
    assert datetime.fromisoformat(answer["submitted_at"]) < due_at
