"""Handlers that a test registers for itself."""

from collections.abc import Callable

import pytest

from apps.jobs import registry


@pytest.fixture
def does(monkeypatch) -> Callable[..., None]:
    """does(kind, handler): jobs of this kind are done by the handler until the test ends."""

    def register(kind: str, handler: registry.JobHandler) -> None:
        monkeypatch.setitem(registry._jobs, kind, handler)

    return register


@pytest.fixture
def reacts(monkeypatch) -> Callable[..., None]:
    """reacts(kind, handler, …): these handlers alone react to events of this kind."""

    def register(kind: str, *handlers: registry.EventHandler) -> None:
        monkeypatch.setitem(registry._events, kind, list(handlers))

    return register


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Files of the test stay with the test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT
