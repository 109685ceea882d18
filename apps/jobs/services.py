"""Leave work, claim it, do it, say how it went."""

from __future__ import annotations

import logging
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.utils import OperationalError

from apps.core import clock
from apps.jobs import files, pulse, registry
from apps.jobs.models import Event, Job, StoredFile
from apps.rules.errors import RuleError

if TYPE_CHECKING:
    from apps.organizations.models import User

logger = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=3)  # a worker that lives beats every second
MOST_ATTEMPTS = 3
BROKEN = "没有做完，原因已记入系统日志。可以重新提交一次；仍不行请联系系统管理员。"
INTERRUPTED = "中断了3次，没有做完。请联系系统管理员查看服务器。"
NOT_ALLOWED = "没有做：提交人现在没有这项权限。"
OWNER_LEFT = "没有做：提交人的账号已停用。"
BROKEN_OFF = "jobs.broken_off"  # the event of a job that ended without saying how
EVENT_WAITS = (0, 10, 60, 300, 1800, 7200, 43200, 86400)  # seconds from the fact to try number n+1


def leave(*, kind: str, title: str, owner: User, params: dict[str, Any] | None = None) -> Job:
    """A job row waits for a worker once the caller's transaction commits.

    `params` is JSON: ids and choices, no objects. Raises LookupError when nobody does this kind.
    """
    registry.handler_of(kind)
    return Job.objects.create(
        kind=kind, title=title[:120], owner=owner, params=params or {}, created_at=clock.now()
    )


def progress(*, job: Job, n_done: int, n_total: int, message: str = "") -> None:
    """The job's page shows the new progress within about a second, also inside a transaction."""
    job.n_done, job.n_total, job.message = n_done, n_total, message[:300]


def keep_file(
    *, content: bytes | BinaryIO, name: str, content_type: str, owner: User
) -> StoredFile:
    """The bytes (of an open file, too) are on disk; their row is in the caller's transaction."""
    return files.keep(content=content, name=name, content_type=content_type, owner=owner)


def drop_file(*, stored: StoredFile) -> None:
    """The file and its row are gone, its bytes with the caller's transaction.

    For what may not be kept; nothing points at it any more.
    """
    path = stored.path
    stored.delete()
    transaction.on_commit(lambda: files.drop(path))


def leave_event(*, kind: str, key: str, payload: dict[str, Any] | None = None) -> None:
    """The fact waits for its handlers; left again under the same key it stays one event."""
    event = Event(kind=kind, key=key, payload=payload or {}, created_at=clock.now())
    Event.objects.bulk_create([event], ignore_conflicts=True)


def run_one() -> Job | None:
    """The oldest waiting job has been tried. Returns it, or None when nothing waits."""
    return _claim_and_run(_claimable())


def run_job(*, job_id: int) -> Job | None:
    """This job has been tried, unless another worker has it. Returns it if it was tried here."""
    return _claim_and_run(_claimable().filter(pk=job_id))


def handle_event() -> bool:
    """One due event has been tried; its handlers' writes and its mark commit together.

    False when nothing is due. A handler's error is kept on the row and raised again.
    """
    outcome = _EventOutcome()
    with outcome, transaction.atomic():
        event = _due_events().select_for_update(skip_locked=True).order_by("id").first()
        if event is None:
            return False
        outcome.event = event
        _handle(event)
    return True


def handle_waiting(*, kind: str, about: Q) -> int:
    """Events of this kind that wait, of those `about` picks, are handled in the caller's
    transaction; how many. A handler's error is raised.
    """
    waiting = Event.objects.filter(about, kind=kind, handled_at__isnull=True)
    return sum(_handle(event) for event in waiting.select_for_update().order_by("id"))


def _handle(event: Event) -> bool:
    """The handlers have reacted to the locked event."""
    for handler in registry.handlers_of(event.kind):
        handler(event)
    event.handled_at, event.error = clock.now(), ""
    event.save(update_fields=["handled_at", "error"])
    return True


def mark_seen(*, job: Job, actor: User) -> Job:
    """A finished job is no longer its owner's to-do item. Raises PermissionDenied for others."""
    if job.owner_id != actor.pk:
        raise PermissionDenied
    if job.seen_at is None and job.finished_at is not None:
        job.seen_at = clock.now()
        job.save(update_fields=["seen_at"])
    return job


def _stale() -> Q:
    """Running rows whose worker gives no sign of life."""
    return Q(state=Job.State.RUNNING, heartbeat_at__lt=clock.now() - STALE_AFTER)


def _claimable() -> QuerySet[Job]:
    """Jobs that a worker may take: queued, or left by a dead worker."""
    return Job.objects.filter(Q(state=Job.State.QUEUED) | _stale()).order_by("created_at", "id")


def _claim_and_run(waiting: QuerySet[Job]) -> Job | None:
    """Take the first of these jobs, commit the claim, then do it outside any transaction."""
    _give_up_the_hopeless()
    job = _claim(waiting)
    if job is not None:
        _run(job)
    return job


@transaction.atomic
def _claim(waiting: QuerySet[Job]) -> Job | None:
    """Mark the first of these jobs as this worker's. SQLite knows no row lock: its transactions
    begin IMMEDIATE, so a second worker waits here and then sees the mark."""
    job = waiting.select_for_update(skip_locked=True).first()
    if job is None:
        return None
    job.state, job.heartbeat_at = Job.State.RUNNING, clock.now()
    job.n_attempts += 1
    job.n_done = job.n_total = 0
    job.save(update_fields=["state", "heartbeat_at", "n_attempts", "n_done", "n_total"])
    return job


@transaction.atomic
def _give_up_the_hopeless() -> None:
    """A job whose workers died three times is over; its owner reads so."""
    hopeless = Job.objects.filter(_stale(), n_attempts__gte=MOST_ATTEMPTS)
    for job in hopeless.select_for_update(skip_locked=True):
        job.state, job.message, job.finished_at = Job.State.FAILED, INTERRUPTED, clock.now()
        job.save(update_fields=["state", "message", "finished_at"])
        _leave_broken(job)


def _leave_broken(job: Job) -> None:
    """Whoever left the job in his own room hears of it: nothing there could say so itself."""
    leave_event(kind=BROKEN_OFF, key=str(job.public_id), payload={"job": job.pk})


def _run(job: Job) -> None:
    """Do a claimed job; whatever happens, its row says how it ended."""
    with _JobOutcome(job), pulse.beating(job):
        if not job.owner.is_active:
            raise RuleError(OWNER_LEFT, code="owner_left")
        job.result = registry.handler_of(job.kind)(job) or {}


class _JobOutcome:
    """Writes on the row how the block ended; only errors that are bugs leave the block."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def __enter__(self) -> None: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> bool:
        match error:
            case None:
                _end(self.job, Job.State.DONE, str(self.job.result.get("message", "")))
            case RuleError():
                _end(self.job, Job.State.FAILED, str(error))
            case PermissionDenied():
                _end(self.job, Job.State.FAILED, str(error) or NOT_ALLOWED)
            case OperationalError() if self.job.n_attempts < MOST_ATTEMPTS:
                logger.warning("job put back", extra={"job": self.job.pk}, exc_info=error)
                _end(self.job, Job.State.QUEUED, "")
            case _:
                _end(self.job, Job.State.FAILED, BROKEN)
                _leave_broken(self.job)
                return False
        return True


def _end(job: Job, state: Job.State, message: str) -> None:
    """The row leaves RUNNING, unless it was taken over meanwhile: then it is the other worker's."""
    job.state, job.message = state, message[:300]
    job.finished_at = None if state == Job.State.QUEUED else clock.now()
    mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, n_attempts=job.n_attempts)
    n_mine = mine.update(
        state=state,
        message=job.message,
        finished_at=job.finished_at,
        result=job.result if state == Job.State.DONE else {},
        file=job.file if state == Job.State.DONE else None,
        n_done=job.n_done,
        n_total=job.n_total,
    )
    if not n_mine:
        logger.warning("job was taken over", extra={"job": job.pk})


def _due_events() -> QuerySet[Event]:
    """Events not yet handled whose next try has come; after eight tries an operator must look."""
    now, due = clock.now(), Q(pk__in=[])
    for n_attempts, wait in enumerate(EVENT_WAITS):
        due |= Q(n_attempts=n_attempts, created_at__lte=now - timedelta(seconds=wait))
    return Event.objects.filter(due, handled_at__isnull=True)


class _EventOutcome:
    """Counts a failed try after its transaction rolled back; the error goes on."""

    def __init__(self) -> None:
        self.event: Event | None = None

    def __enter__(self) -> None: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if error is not None and self.event is not None:
            Event.objects.filter(pk=self.event.pk, handled_at__isnull=True).update(
                n_attempts=self.event.n_attempts + 1, error=f"{type(error).__name__}: {error}"[:300]
            )
