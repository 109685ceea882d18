"""Deployment checks of our own: `manage.py check --deploy --database default`."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

# Without these a crash may lose a filing that was acknowledged (TRUST H09).
DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "data_checksums": "on",
}


@register(Tags.database, deploy=True)
def durable_database(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """PostgreSQL keeps what it has acknowledged."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(DURABLE)]
            )
            settings_now = dict(cursor.fetchall())
        found += [
            Warning(
                f"PostgreSQL runs with {name}={settings_now.get(name)}, not {value}.",
                id="core.W001",
            )
            for name, value in DURABLE.items()
            if settings_now.get(name) != value
        ]
    return found


@register(Tags.security, deploy=True)
def safe_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """No demo people in production; a Redis that asks for a password (TRUST H06)."""
    found: list[CheckMessage] = []
    if settings.DEMO or settings.BUSINESS_DATE:
        found.append(Warning("DEMO and BUSINESS_DATE are for training alone.", id="core.W002"))
    broker = urlsplit(settings.CELERY_BROKER_URL)
    if broker.scheme.startswith("redis") and not broker.password:
        found.append(Warning("BROKER_URL has no password.", id="core.W003"))
    if broker.scheme == "filesystem" and connections["default"].vendor != "sqlite":
        found.append(Warning("PostgreSQL wants a Redis in BROKER_URL.", id="core.W004"))
    return found
