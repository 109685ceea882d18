"""Job rows, stored files and event rows: the truth about work left for later."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from apps.organizations.models import User


class StoredFile(models.Model):
    """An uploaded or made file, outside the web root under a random name (TRUST D10)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)  # as the user knows it
    path = models.CharField(max_length=200, unique=True)  # below MEDIA_ROOT
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class JobQuerySet(models.QuerySet["Job"]):
    """Filters on jobs."""

    def visible_to(self, user: User) -> JobQuerySet:
        """A job exists for its owner alone."""
        return self.filter(owner=user)

    def left_before(self, other: Job) -> JobQuerySet:
        """Jobs older than this one, in the order of the lists."""
        same_moment = Q(created_at=other.created_at, pk__lt=other.pk)
        return self.filter(Q(created_at__lt=other.created_at) | same_moment)

    def to_be_seen(self) -> JobQuerySet:
        """Finished jobs that their owner has not looked at."""
        return self.filter(finished_at__isnull=False, seen_at__isnull=True)


class Job(models.Model):
    """A piece of work with its progress. Claimed by one worker; a stale heartbeat is taken over."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    n_done = models.PositiveIntegerField(default=0)
    n_total = models.PositiveIntegerField(default=0)
    message = models.CharField(
        max_length=300, blank=True
    )  # for the owner: what is being done, or why it failed
    result = models.JSONField(default=dict)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    n_attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(
        null=True
    )  # a finished job is a to-do item until its owner saw it

    objects: ClassVar[JobQuerySet] = JobQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at", "id"],
                condition=Q(state__in=["queued", "running"]),
                name="jobs_waiting",
            ),
            models.Index(fields=["owner", "-created_at", "-id"], name="jobs_of_owner"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether it is done or failed."""
        return self.state in (self.State.DONE, self.State.FAILED)


class Event(models.Model):
    """A lower room's fact that upper rooms react to; left in the fact's own transaction."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    n_attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=Q(handled_at__isnull=True), name="jobs_events_waiting"
            )
        ]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="jobs_event_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
