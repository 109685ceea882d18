"""Submission of a form with ten indicators, against its own SQL statements through psycopg2.

Three copies of one database: on the first the statements of each submission are noted, on the
second the service is timed, on the third the noted statements, with the same commits. Sequences and
rows are equal, so every statement finds what it found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Any
from uuid import uuid4

from django.db import connection

from apps.filings import services as filings
from apps.filings.models import Filing, Revision
from apps.organizations.models import User
from apps.rules.target_form import TargetForm
from tests import makers
from tests.bench import crowd, databases
from tests.bench.measuring import Measured, seconds_of
from tests.personas import World

N_FORMS = {"default": 60, "full": 200}
WARM = 5  # the first ones of each copy are not counted
INDICATORS = 10
COUNTED = 2_000  # filings beside these
Statement = tuple[str, Any]


def measure(template: str, size: str) -> Iterator[Measured]:
    """Median of a submission against the median of its statements, one after the other."""
    n = N_FORMS[size]
    with ExitStack() as stack:
        first = stack.enter_context(databases.copied(template, f"{template}_noted"))
        databases.use(first)
        world = crowd.make_people()
        crowd.fill(world, COUNTED)
        ids = drafts(world, n)
        timed = stack.enter_context(databases.copied(first, f"{template}_timed"))
        plain = stack.enter_context(databases.copied(first, f"{template}_plain"))
        databases.use(first)
        noted = [_noted(pk) for pk in ids]
        databases.use(timed)
        service, statements = _race(ids, noted, plain)
    queries = f"{len(noted[-1])} statements"
    name = f"submit, {INDICATORS} indicators"
    yield Measured(
        name, service * 1000, "ms", "same statements, psycopg2", statements * 1000, 5.0, queries
    )


def drafts(world: World, n: int) -> list[int]:
    """Ids of so many drafts of ten indicators that can be submitted."""
    plan = world.county.plans.get(fiscal_year=makers.YEAR)
    projects = [makers.make_project(world, n=number) for number in range(1, n + 1)]
    makers.assign_all(world, plan)
    opened = [makers.open_target_filing(world, project) for project in projects]
    for filing in opened:
        makers.saved(world, filing, form_of_ten())
    databases.settle()
    return [filing.pk for filing in opened]


def form_of_ten() -> TargetForm:
    """A form without findings: eight rows of output, one of benefit, one of satisfaction."""
    form = makers.good_form()
    output, benefit, satisfaction = form.lines
    n_outputs = INDICATORS - 2
    outputs = [
        replace(output, key=str(uuid4()), name=f"{output.name}{number}", weight=weight)
        for number, weight in enumerate([Decimal(50) / n_outputs] * n_outputs, 1)
    ]
    return replace(form, lines=(*outputs, benefit, satisfaction))


def submission(pk: int) -> Callable[[], Revision]:
    """One submission; person and filing were read by the request that carries it."""
    actor = User.objects.get(username="filer")
    filing = Filing.objects.select_related("unit", "jurisdiction").get(pk=pk)
    version = filing.revisions.get(submitted_at__isnull=True).version
    return partial(filings.submit, filing=filing, actor=actor, version=version, key=f"bench-{pk}")


def _noted(pk: int) -> list[Statement]:
    """The statements of one submission, with their parameters."""
    noted: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        assert not many
        noted.append((sql, params))
        return execute(sql, params, many, context)

    submit = submission(pk)
    with connection.execute_wrapper(note):
        submit()
    return noted


def _race(ids: list[int], noted: list[list[Statement]], plain: str) -> tuple[float, float]:
    """Median seconds of service and statements, taking turns form by form."""
    session = databases.session(plain)
    service, statements = [], []
    for pk, told in zip(ids, noted, strict=True):
        service.append(seconds_of(submission(pk)))
        statements.append(seconds_of(partial(_replay, session, told)))
    session.close()
    return median(service[WARM:]), median(statements[WARM:])


def _replay(session: databases.Session, told: list[Statement]) -> None:
    """The statements in one transaction, every row fetched."""
    with session, session.cursor() as cursor:
        for sql, params in told:
            cursor.execute(sql, params)
            if cursor.description:
                cursor.fetchall()
