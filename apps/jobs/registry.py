"""Who does a kind of job, and who reacts to a kind of event. Filled in AppConfig.ready()."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apps.jobs.models import Event, Job

JobHandler = Callable[["Job"], dict[str, Any] | None]
EventHandler = Callable[["Event"], None]

_jobs: dict[str, JobHandler] = {}
_events: defaultdict[str, list[EventHandler]] = defaultdict(list)


def register_job(kind: str, handler: JobHandler) -> None:
    """Jobs of this kind are done by this function. Raises ValueError when another has the kind.

    The handler acts as `job.owner`, through services that check the right again. It may set
    `job.file`; what it returns is kept as `job.result`, where "message" (a sentence for the
    owner) and "url" (where to go on) are shown.
    """
    if _jobs.setdefault(kind, handler) is not handler:
        raise ValueError(f"two handlers for jobs of kind {kind!r}")


def job_handler(kind: str) -> Callable[[JobHandler], JobHandler]:
    """Decorate the function that does this kind of job."""

    def decorate(handler: JobHandler) -> JobHandler:
        register_job(kind, handler)
        return handler

    return decorate


def handler_of(kind: str) -> JobHandler:
    """The function that does this kind of job. Raises LookupError when nobody does."""
    if kind not in _jobs:
        raise LookupError(f"nobody does jobs of kind {kind!r}")
    return _jobs[kind]


def register_event(kind: str, handler: EventHandler) -> None:
    """The function is called for events of this kind, perhaps more than once: it is idempotent."""
    if handler not in _events[kind]:
        _events[kind].append(handler)


def handlers_of(kind: str) -> list[EventHandler]:
    """The functions that react to this kind of event."""
    return list(_events.get(kind, ()))
