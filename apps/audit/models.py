"""The append-only trail."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from apps.audit import fields, labels


class Chain(models.Model):
    """The head of one hash chain: one per unit, so that no global lock slows a deadline."""

    name = models.CharField(
        max_length=80, unique=True
    )  # "unit:652823/201001", "region:652823", "system"
    n_entries = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return labels.chain_label(self.name)


class EntryQuerySet(models.QuerySet["Entry"]):
    """Filters on entries."""

    def changes(self) -> EntryQuerySet:
        """What was done."""
        return self.filter(is_refusal=False)

    def refusals(self) -> EntryQuerySet:
        """What was tried and not allowed."""
        return self.filter(is_refusal=True)


class Entry(models.Model):
    """One accepted change or one refusal: who, when, what, on which object, with which values.

    Rows are never updated or deleted; triggers refuse it on both databases (TRUST F02).
    """

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="entries")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)  # no foreign key: the trail outlives the person
    actor_label = models.CharField(max_length=80)
    action = models.CharField(max_length=60)  # "filings.submit"
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    subject_label = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    ip = models.CharField(max_length=45, blank=True)
    is_refusal = models.BooleanField(default=False)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_of_subject"),
            models.Index(fields=["-at", "-id"], name="audit_by_time"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="audit_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_label}"

    @property
    def action_label(self) -> str:
        """The action in the auditor's words."""
        return labels.action_label(self.action)

    @property
    def details(self) -> list[tuple[str, str]]:
        """What was recorded, by name in the auditor's words."""
        return fields.details(self.data)
