"""What an attacker would type, and where it can be typed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction

from tests.access.asking import House
from tests.access.bodies import FORMS, HEADERS, body_of
from tests.access.walking import Line, first_allowed

# --- values that no form expects (C05, C10) -------------------------------------------------
NASTY = (
    "a\x00b",
    "\ud800\udfff",
    "长" * 9000,
    "\u202eabc\u2066\x1b[31m\r\n\t",
    "9" * 40,
    "-1",
    "NaN",
    "1e999",
    "²",
    "9999-12-31",
    "' OR 1=1 --",
    "unit__jurisdiction__people__password",
    "{}[]\\%s%(x)s{{7*7}}",
)
IN_ADDRESSES = (*NASTY[:5], "NaN", "' OR 1=1 -- unit__jurisdiction__people__password")
PARAMETERS = """
q after before state revision region year unit budget_type tag origin level1 level2 category core
sheet since until person action chain refusals job next expired add ordering order cursor limit
page format against kind
""".split()  # noqa: SIM905 (read as one list)
YEARS = ("0", "1", "9999", "99999", "9" * 30)
FIELD = re.compile(r"\d+")


def query(value: str) -> str:
    """Every parameter with the same value, as bytes that no browser would send."""
    pairs = dict.fromkeys(PARAMETERS, value)
    return urlencode(pairs, errors="surrogatepass")


def spoiled(house: House, line: Line) -> Iterator[tuple[str, dict[str, Any]]]:
    """Good requests of a line with one kind of field spoiled at a time."""
    thing = house.county.thing(line.kind, "own") if line.kind else None
    body, _ = body_of(line.route, house.county, thing)
    fields = body if isinstance(body, dict) else {"0": body}
    kinds = dict.fromkeys(FIELD.sub("0", name) for name in fields)
    for position, kind in enumerate(kinds):
        names = [name for name in fields if FIELD.sub("0", name) == kind]
        # every field meets five values of its own; together the fields of a form meet all
        for step in range(5):
            value = NASTY[(position * 5 + step) % len(NASTY)]
            yield f"{kind}={value[:12]!a}", _request(line, body, names, value)


def _request(line: Line, body: Any, names: list[str], value: str) -> dict[str, Any]:
    if not line.route.startswith(("api", "organizations_api")) or line.route in FORMS:
        told = {**body, **dict.fromkeys(names, value)}
        told = {name: part for name, part in told.items() if not isinstance(part, UploadedFile)}
        return {
            "data": urlencode(told, errors="surrogatepass"),
            "content_type": "application/x-www-form-urlencoded",
            **HEADERS.get(line.route, {}),
        }
    told = value if isinstance(body, list) else {**body, **dict.fromkeys(names, value)}
    return {
        "data": json.dumps(told),
        "content_type": "application/json",
        **HEADERS.get(line.route, {}),
    }


def shaken(house: House, line: Line) -> list[str]:
    """Which spoiled requests of a writing line end in a 500."""
    person, url = first_allowed(line) or "filer", house.url(line.route, line.kind)
    return [
        f"{line} {told}"
        for told, request in spoiled(house, line)
        if house.ask(person, line.method, url, format="raw", **request).status >= 500
    ]


# --- scripts in every text (C02) ------------------------------------------------------------
MARKUP = "'\"><qzx onclick=qzx()>{{7*7}}"
SHORT = "<qzx>"
FIXED = {"kind", "code", "key", "path", "password", "hashed", "session_key", "url", "sha256"}
FIXED |= {"receipt_number", "content_hash", "content_type", "username", "slot", "stage", "role"}
FIXED |= {"requirements", "required_levels", "shape"}
FIXED |= {"level1", "level2", "operator", "direction", "place", "data_type", "state", "field"}
LEFT_ALONE = {"audit", "sessions", "auth", "contenttypes"}


def poison() -> int:
    """Every free text of every row holds markup; returns how many columns took it."""
    n_columns = 0
    for model in apps.get_models():
        if model._meta.app_label in LEFT_ALONE:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField) and _is_free(field):
                n_columns += _poisoned(model, field)
    return n_columns


def _is_free(field: Any) -> bool:
    return not field.choices and field.name not in FIXED and not field.primary_key


def _poisoned(model: Any, field: Any) -> int:
    """Whether the column took it; a column with a rule of its own keeps its values."""
    room = field.max_length or 200
    try:
        with transaction.atomic():
            for row in model._base_manager.all():
                text = f"{row.pk}{MARKUP}" if room >= 40 else SHORT
                if len(text) <= room:
                    setattr(row, field.name, text)
                    row.save(update_fields=[field.name])
    except IntegrityError:
        return 0
    return 1


class Elements(HTMLParser):
    """Gathers what the markup would have made of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a foreign element, a handler, a script in place or in an address."""
        told = dict(attrs)
        if tag == "qzx" or "qzx" in told or (tag == "script" and "src" not in told):
            self.found.append(self.get_starttag_text() or tag)
        for name, value in told.items():
            script = (value or "").strip().lower().startswith(("javascript:", "data:text"))
            if name.startswith("on") or name == "style" or (name in ("href", "src") and script):
                self.found.append(f"{tag} {name}")


# --- columns as extra fields (B06, B07) -----------------------------------------------------
def columns() -> list[str]:
    """The name of every column of every model of ours, and what frameworks call privileges."""
    ours = (m for m in apps.get_models() if m.__module__.startswith("apps."))
    names = {field.attname for model in ours for field in model._meta.concrete_fields}
    names |= {field.removesuffix("_id") for field in names}
    return sorted(names | {"is_staff", "is_superuser", "groups", "owner", "actor"})
