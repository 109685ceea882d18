"""Asking as somebody, with everything that the request did undone afterwards."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import override_settings
from django.urls import reverse
from django.urls.resolvers import URLPattern, URLResolver, get_resolver

from apps.core import clock
from tests import makers
from tests.access.county import County, make_county, missing, public_id
from tests.databases import undone
from tests.personas import DeskClient

JSON = "application/json"
SECRET = re.compile(rb'(csrfmiddlewaretoken" value="|X-CSRFToken(?:"|&quot;): (?:"|&quot;))\w+')


@dataclass
class Answer:
    """A response with its whole body, read while its rows still stand."""

    status: int
    body: bytes
    headers: dict[str, str]
    written: set[str]
    values: list[str]

    @property
    def to(self) -> str:
        """Where it redirects."""
        return self.headers.get("Location", "")

    @property
    def plain(self) -> bytes:
        """The body without what differs between two answers to the same question."""
        return SECRET.sub(rb"\1", self.body)

    @property
    def letter(self) -> str:
        """How the table writes it."""
        if self.status == 302 and self.to.startswith(reverse("organizations:login")):
            return ">"
        letters = {400: "!", 401: ">", 403: "x", 404: "-", 409: "!", 410: "-", 422: "!"}
        return "+" if 200 <= self.status < 400 else letters.get(self.status, str(self.status))


class LightClient(DeskClient):
    """A browser that does not keep a copy of every template's context: half the time."""

    def request(self, **request: Any) -> Any:
        """The answer of the whole stack; what nobody expected is a 500, as in production."""
        response = self.handler(self._base_environ(**request))
        self.cookies.update(response.cookies)
        return response


class House:
    """The populated county and a browser per person."""

    def __init__(self, county: County) -> None:
        self.county = county
        self._clients: dict[str, LightClient] = {}
        self.absences: set[bytes] = set()  # what is said of missing objects
        self.walked: set[Any] = set()  # the lines that were asked for a missing object

    def client(self, role: str) -> LightClient:
        if role not in self._clients:
            with clock.at(makers.MONDAY):
                self._clients[role] = self._opened(role)
        return self._clients[role]

    def _opened(self, role: str) -> LightClient:
        client = LightClient()
        if role != "anonymous":
            client.force_login(self.county.world.people[role])
            client._freshen()
        return client

    def ask(
        self,
        role: str,
        method: str,
        url: str,
        data: Any = None,
        look: Callable[[Any], None] | None = None,
        **more: Any,
    ) -> Answer:
        """One request; `look` sees the response while what it did still stands."""
        client = self.client(role)
        cookies = client.cookies.output()
        held = dict(client.cookies)
        if url.startswith("/api/") and data is not None and "format" not in more:
            more["content_type"] = JSON
        more.pop("format", None)
        noted = Writes()
        with undone(), clock.at(makers.MONDAY), connection.execute_wrapper(noted):
            response = getattr(client, method.lower())(url, data, **more)
            answer = _answer(response, noted)
            if look:
                look(response)
        if client.cookies.output() != cookies:
            client.cookies.clear()
            client.cookies.update(held)
        mail.outbox = []
        return answer

    def url(self, route: str, kind: str = "", tenant: str = "own") -> str | None:
        """The route's address for the tenant's object; None where the tenant has none."""
        named: dict[str, Any] = {}
        if kind:
            thing = None if tenant == "missing" else self.county.thing(kind, tenant)
            if thing is None and tenant != "missing":
                return None
            named = missing(kind) if thing is None else public_id(thing)
            named = {key: value for key, value in named.items() if f":{key}>" in patterns()[route]}
        return reverse(route, kwargs={**fixed(route), **named})


class Writes:
    """Notes what the statements of a request write: tables and values."""

    def __init__(self) -> None:
        self.tables: set[str] = set()
        self.values: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if match := WRITING.match(sql):
            self.tables.add(match[1])
            self.values.append(str(params))
        return execute(sql, params, many, context)


WRITING = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.I)


def _answer(response: Any, noted: Writes) -> Answer:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return Answer(response.status_code, body, dict(response.headers), noted.tables, noted.values)


FIXED = {
    "organizations:import": {"kind": "units"},
    "organizations:import_template": {"kind": "units"},
    "organizations:import_confirm": {"kind": "units"},
    "organizations_api:import": {"kind": "units"},
    "organizations_api:import_template": {"kind": "units"},
    "organizations_api:import_confirm": {"kind": "units"},
    "organizations_api:import_marked": {"kind": "units"},
    "api-filing-diff": {"number": 1},
    "workplans:export": {"kind": "yaml"},
    "workplans:check_setting": {"code": "targets.basis"},
    "workplans:plan_list": {"matter": "weights"},
    "workplans:task_list": {"matter": "slots"},
}


def fixed(route: str) -> dict[str, Any]:
    """What the route's address needs beside the object."""
    year = {"year": makers.YEAR} if "<int:year>" in patterns()[route] else {}
    return {**year, **FIXED.get(route, {})}


@cache
def patterns() -> dict[str, str]:
    """Every route of the project by its name, with its pattern."""
    return dict(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name or pattern}", pattern
        else:
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry, pattern, inner)


@pytest.fixture(scope="module")
def house(module_rows: None, tmp_path_factory: Any) -> Iterator[House]:
    """The populated county, for all tests of a module; nothing of it is ever committed."""
    quick = {
        "MEDIA_ROOT": tmp_path_factory.mktemp("files"),
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    }
    logging.disable(logging.CRITICAL)  # thousands of refusals with their tracebacks
    with override_settings(**quick):
        yield House(make_county())
    logging.disable(logging.NOTSET)
