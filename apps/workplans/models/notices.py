"""The notice a plan was read from, the documents it stands on, the events it waits for."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from apps.organizations.models import Jurisdiction
from apps.workplans.models.plans import Plan


class Notice(models.Model):
    """A notice as it was read: the spans of the tasks' fields count its characters."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="notices")
    name = models.CharField("文件", max_length=120)
    text = models.TextField("正文")
    sha256 = models.CharField(max_length=64)
    leftovers = models.JSONField(default=list)  # sentences that became no task: start, end, note
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "sha256"], name="workplans_notice_once"),
        ]

    def __str__(self) -> str:
        return self.name


class BasisDocument(models.Model):
    """A document on which tasks and parameters stand (依据库: U-02, Q-01, B-02, Y-01, Y-109)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="basis_documents")
    code = models.CharField("标识", max_length=60)
    title = models.CharField("名称", max_length=160)
    document_number = models.CharField("文号", max_length=60, blank=True)
    issuer = models.CharField("印发机关", max_length=60, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    url = models.URLField("地址", blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        ordering = ["jurisdiction", "code"]
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "code"], name="workplans_basis_code"),
        ]

    def __str__(self) -> str:
        number = f"（{self.document_number}）" if self.document_number else ""
        return f"《{self.title}》{number}"


class PlanEvent(models.Model):
    """Something that windows count from (预算批复); its date is entered when it has happened."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="events")
    code = models.CharField("标识", max_length=40)
    title = models.CharField("事件", max_length=60)
    happened_on = models.DateField("发生日期", null=True, blank=True)
    clause = models.CharField("依据", max_length=300, blank=True)

    class Meta:
        ordering = ["plan", "code"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="workplans_event_code"),
        ]

    def __str__(self) -> str:
        return self.title
