"""Typed readers of the environment. An unknown value stops the start with a sentence."""

import os
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or the default. Raises ImproperlyConfigured when both are missing."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set; .env.example explains it.")
    return default


def flag(name: str, default: bool) -> bool:
    """Return a switch written True or False; anything else raises ImproperlyConfigured."""
    value = text(name, str(default))
    if value not in ("True", "False"):
        raise ImproperlyConfigured(f"{name}={value!r}: write True or False.")
    return value == "True"


def number(name: str, default: int, least: int = 0) -> int:
    """Return a whole number not below `least`; anything else raises ImproperlyConfigured."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number, {least} or more.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str, default: str | None = None) -> str:
    """Return NAME, or the content of the file that NAME_FILE names."""
    path = os.environ.get(f"{name}_FILE", "").strip()
    if path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE={path!r} cannot be read: {error}") from error
        if not value:
            raise ImproperlyConfigured(f"{name}_FILE={path!r} is empty.")
        return value
    return text(name, default)


def day(name: str) -> date | None:
    """Return a date written YYYY-MM-DD, or None when unset."""
    value = text(name, "")
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r}: write YYYY-MM-DD.") from error


def choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    """Return one of the allowed words; anything else raises ImproperlyConfigured."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r}: write one of {', '.join(allowed)}.")
    return value


SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # a deferred start loses 90 % of concurrent writers
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}


def database(name: str) -> dict[str, object]:
    """Return Django's settings for `sqlite:///absolute/path` or `postgresql://user:word@host:port/base`."""
    url = urlsplit(secret(name))
    if url.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(url.path),
            "OPTIONS": dict(SQLITE_OPTIONS),
        }
    if url.scheme != "postgresql":
        raise ImproperlyConfigured(
            f"{name}: write sqlite:///absolute/path or postgresql://user:word@host/base."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.removeprefix("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": number("DATABASE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": "-c statement_timeout={} -c lock_timeout={} "
            "-c idle_in_transaction_session_timeout=60000".format(
                number("DATABASE_STATEMENT_TIMEOUT_MS", 60000),
                number("DATABASE_LOCK_TIMEOUT_MS", 10000),
            )
        },
    }
