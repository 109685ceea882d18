"""Walks one line of the table: every person on every tenant's object, and what is wrong there."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.access.asking import Answer, House
from tests.access.bodies import body_of
from tests.access.county import DEPTHS, TENANTS, token
from tests.access.routes import ROUTES
from tests.access.table import PEOPLE, RIGHTS

SAFE = ("GET", "HEAD", "OPTIONS")
ALL_TENANTS = (*TENANTS, "classified")
NEAR = {"anonymous", "disabled", "filer2", "unit_head", "budget_officer", "observer"}
NEAR |= {"audit_admin", "expert"}  # asked about their own county's objects only
SEEN_BY = {  # depth of a token: the right that lets a person read it
    "name": "see project",
    "known": "know liaison",
    "draft": "see draft",
    "sent": "see filing",
    "desk": "second desk",
    "personal": "personal",
    "plan": "see task",
    "never": "nobody",
}


@dataclass(frozen=True)
class Line:
    """One method of one route with its object and right."""

    method: str
    route: str
    kind: str
    right: str

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.kind}".strip()


def lines() -> list[Line]:
    """The table's lines in their order."""
    found = []
    for text in ROUTES.strip().splitlines():
        method, route, kind, right = text.split(maxsplit=3)
        found.append(Line(method, route, "" if kind == "-" else kind, right))
    return found


@cache
def rights() -> dict[str, dict[str, dict[str, str]]]:
    """Letters by right, tenant and person."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    right = ""
    for text in RIGHTS.strip().splitlines():
        if text.startswith("#"):
            continue
        if text.startswith("  "):
            tenant, letters = text.split()
            found[right][tenant] = dict(zip(PEOPLE, letters, strict=True))
        else:
            right = text.partition(":")[0]
            found[right] = {}
    return found


def first_allowed(line: Line) -> str:
    """Somebody who may do this to the own tenant's object; empty when nobody succeeds."""
    own = rights()[line.right]["own"]
    return next((person for person in PEOPLE if own[person] == "+"), "")


@dataclass(frozen=True)
class Cell:
    """One question of a line and its answer."""

    line: Line
    tenant: str
    person: str
    expected: str
    answer: Answer

    def __str__(self) -> str:
        return f"{self.line} of {self.tenant} by {self.person}"


def ask(house: House, line: Line, tenant: str, person: str) -> Answer | None:
    """The answer to a good request; None where the tenant has no such object."""
    url = house.url(line.route, line.kind, tenant)
    if url is None:
        return None
    if line.method in SAFE:
        return house.ask(person, line.method, url, QUERIES.get(line.route))
    near = "own" if tenant == "missing" else tenant
    thing = house.county.thing(line.kind, near) if line.kind else None
    body, more = body_of(line.route, house.county, thing)
    return house.ask(person, line.method, url, body, **more)


QUERIES = {"api-search": {"q": "工程"}, "reports:search": {"q": "qz"}, "projects:list": {"q": ""}}


def cells(house: House, line: Line) -> Iterator[Cell]:
    """Every cell of a line, asked."""
    for tenant in ALL_TENANTS if line.kind else ("own",):
        letters = rights()[line.right].get(tenant, {})
        for person in PEOPLE:
            expected = letters.get(person, "_")
            if expected == "_" or (tenant != "own" and person in NEAR):
                continue
            answer = ask(house, line, tenant, person)
            if answer is not None:
                yield Cell(line, tenant, person, expected, answer)


def faults(house: House, line: Line) -> list[str]:
    """What is wrong in a line, a sentence each."""
    found: list[str] = []
    for cell in cells(house, line):
        if cell.answer.letter != cell.expected:
            found.append(f"{cell}: {cell.answer.status}, the table says {cell.expected}")
        found += [f"{cell}: {text}" for text in _wrong(house, cell)]
    return found


def _wrong(house: House, cell: Cell) -> Iterator[str]:
    yield from _other_absence(house, cell)
    yield from _writing_read(cell)
    yield from _bare_headers(cell)
    yield from _leaks(cell)


def _other_absence(house: House, cell: Cell) -> Iterator[str]:
    """A foreign object must look exactly like one that does not exist (B10).

    Absence looks the same to everybody: each line asks for a missing object once, and again only
    when a page says something else than was heard before.
    """
    if cell.answer.status != 404 or not cell.line.kind:
        return
    if cell.line in house.walked and cell.answer.plain in house.absences:
        return
    house.walked.add(cell.line)
    nothing = ask(house, cell.line, "missing", cell.person)
    if nothing is None or nothing.status != 404:
        yield "a missing object is answered otherwise"
        return
    house.absences.add(nothing.plain)
    if cell.answer.plain != nothing.plain:
        yield "the page differs from that of a missing object"


def _writing_read(cell: Cell) -> Iterator[str]:
    """Reading writes nothing but the session, and a refusal its line in the trail (B11)."""
    if cell.line.method not in SAFE:
        return
    allowed = {"django_session"} | (
        {"audit_entry", "audit_chain"} if cell.answer.status == 403 else set()
    )
    touched = {table for table in cell.answer.written if table not in allowed}
    if touched:
        yield f"reading wrote to {sorted(touched)}"


def _bare_headers(cell: Cell) -> Iterator[str]:
    """Headers of every answer (C03, C04, C14)."""
    told = cell.answer.headers
    policy = told.get("Content-Security-Policy", "")
    if "unsafe" in policy or not ("frame-ancestors 'none'" in policy or "sandbox" in policy):
        yield f"content security policy {policy!r}"
    for name, value in HEADERS.items():
        if told.get(name) != value:
            yield f"{name} is {told.get(name)!r}"


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


# --- canaries -------------------------------------------------------------------------------
TOKEN = re.compile(r"qz(own|child|sibling|foreign|county|classified)(" + "|".join(DEPTHS) + ")")


def _leaks(cell: Cell) -> Iterator[str]:
    """Words of rows that the person may not read (B03)."""
    if cell.line.route.startswith(("audit:", "api-audit")) and cell.person == "audit_admin":
        return  # the trail is theirs to read, as a whole
    if cell.answer.status == 401:
        return  # a lost session gives back what the person typed, to log in and go on
    shown = {token(*match) for match in TOKEN.findall(readable(cell.answer.body))}
    for word in sorted(shown - allowed(cell.person)):
        yield f"shows {word}"


@cache
def allowed(person: str) -> frozenset[str]:
    """The tokens that the person may read."""
    found = {token("county", "plan")} if not person.startswith("foreign") else set()
    for depth, right in SEEN_BY.items():
        for tenant in TENANTS:
            if rights().get(right, {}).get(tenant, {}).get(person) == "+":
                found.add(token(tenant, depth))
    return frozenset(found)


def readable(body: bytes) -> str:
    """The answer's text; a workbook's or an archive's with every part unpacked."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            body = b"\n".join(package.read(name) for name in package.namelist())
    return body.decode("utf-8", "replace")
