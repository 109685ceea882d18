"""What the pages of many projects cost: no more queries for many than for one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from tests.monitoring import acting
from tests.personas import World, client_of, make_world

MOST = 20


@pytest.fixture
def world(db: None) -> World:
    made = make_world()
    acting.monitoring_plan(made)
    return made


def cost(world: World, person: str, url: str) -> int:
    """Queries of the page, asked a second time."""
    with clock.at(acting.day_of(5) + timedelta(hours=2)):
        client = client_of(world.people[person])
        assert client.get(url).status_code == 200
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
    return len(queries)


def test_the_grid_and_the_notice_cost_the_same_for_one_project_and_for_four(world: World) -> None:
    pages = {"filer": "/2024/monitoring/", "performance_reviewer": "/2024/monitoring/bulletin/"}
    acting.closed(world, acting.promised(world, 1), 5, "不合格", wan=100)
    acting.opened(world, acting.promised(world, 2))
    before = {person: cost(world, person, url) for person, url in pages.items()}
    for n in (3, 4, 5):
        acting.closed(world, acting.promised(world, n), 5, "不合格", wan=100)
        acting.opened(world, acting.promised(world, n + 10))

    after = {person: cost(world, person, url) for person, url in pages.items()}

    assert after == before
    assert max(after.values()) <= MOST
