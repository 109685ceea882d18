"""A filing and its revisions, with their files."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.jobs.models import StoredFile
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role, Section, Unit, User
from apps.projects.models import in_share
from apps.workplans.models import Assignment, ReviewStep

USER = settings.AUTH_USER_MODEL


class State(models.TextChoices):
    """Stored states; 未开始, 未到填报期 and 逾期 are derived (decision 3)."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已提交"
    IN_REVIEW = "in_review", "审核中"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已定稿"
    REJECTED = "rejected", "不通过"
    CANCELLED = "cancelled", "已取消"


OPEN_STATES = (State.DRAFT, State.RETURNED)
DESK_STATES = (State.SUBMITTED, State.IN_REVIEW)


class FilingQuerySet(models.QuerySet["Filing"]):
    """Which filings exist for a person, and the usual selections."""

    def visible_to(self, user: User) -> FilingQuerySet:
        """Filings that exist for the person; everybody else's are as if missing (decision 4).

        A unit sees its own (a supervisor also those of its units); a business section sees what was
        once on its desk or is in its share (Y-47); the other finance roles see whatever the
        jurisdiction's units have ever submitted, the plan administrator their drafts too.
        """
        mine = Q(unit__in=people.units_of(user))
        # whoever may waive a check or cancel must reach a draft that was never submitted
        mine |= Q(jurisdiction__in=people.jurisdictions_of(user, Role.PLAN_ADMIN))
        submitted = Q(submitted_at__isnull=False)
        region = submitted & Q(jurisdiction__in=people.whole_region_jurisdictions(user))
        sections = {pk for share in people.shares_of(user) for pk in share.sections}
        if sections:
            judged = Revision.objects.filter(reviews__section__in=sections).values("filing")
            desk = Q(desk_section__in=sections) | Q(pk__in=judged)
            share = in_share(user, "assignment__project__")
            return self.filter(mine | region | (submitted & (desk | share)))
        return self.filter(mine | region)

    def late(self) -> FilingQuerySet:
        """Filings that came after their deadline, by a task that takes them."""
        return self.filter(is_late=True)

    def on_a_desk(self) -> FilingQuerySet:
        """Filings that wait for a reviewer."""
        return self.filter(state__in=DESK_STATES)


class Filing(models.Model):
    """A unit's answer to one assignment. `desk_*` say where it lies and until when."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="filings")
    kind = models.CharField("类型", max_length=40)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="filings")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="filings")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    step = models.ForeignKey(ReviewStep, models.PROTECT, null=True, blank=True, related_name="+")
    desk_section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="+"
    )
    desk_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    desk_due_at = models.DateTimeField("办理截止", null=True, blank=True)
    submitted_at = models.DateTimeField(null=True)
    approved_revision = models.ForeignKey(
        "Revision", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="现行版次"
    )
    closed_at = models.DateTimeField(null=True)
    is_late = models.BooleanField("逾期补报", default=False)  # one of its revisions came late
    created_at = models.DateTimeField()

    objects = FilingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["desk_section", "fiscal_year", "desk_due_at", "id"],
                condition=Q(state__in=["submitted", "in_review"]),
                name="filings_section_desk",
            ),
            models.Index(
                fields=["desk_unit", "fiscal_year", "desk_due_at", "id"],
                condition=Q(state__in=["submitted", "in_review"]),
                name="filings_unit_desk",
            ),
            models.Index(
                fields=["unit", "fiscal_year", "-submitted_at", "-id"], name="filings_of_unit"
            ),
            models.Index(
                fields=["jurisdiction", "fiscal_year", "-submitted_at", "-id"],
                name="filings_of_region",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=~Q(state="cancelled"),
                name="filings_one_for_assignment",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft",
                        "submitted",
                        "in_review",
                        "returned",
                        "approved",
                        "rejected",
                        "cancelled",
                    ]
                ),
                name="filings_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["submitted", "in_review"], step__isnull=False)
                | (~Q(state__in=["submitted", "in_review"]) & Q(step__isnull=True)),
                name="filings_step_only_on_a_desk",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Which revisions exist for a person."""

    def visible_to(self, user: User) -> RevisionQuerySet:
        """What was submitted, and the open revision of a unit in which the person stands.

        What a unit writes after a return, a withdrawal or a reopening is its own and its
        supervisor's until it is submitted; only the plan administrator, who may waive a check,
        reads it too. Once a
        reopening has lapsed, its draft waits unseen for the next one.
        """
        mine = Q(filing__unit__in=people.units_of(user))
        mine |= Q(filing__jurisdiction__in=people.jurisdictions_of(user, Role.PLAN_ADMIN))
        mine &= ~Q(filing__state__in=[State.APPROVED, State.REJECTED])
        seen = Filing.objects.visible_to(user)
        return self.filter(mine | Q(submitted_at__isnull=False), filing__in=seen)


class Revision(models.Model):
    """One version of a filing's content. Submitted means frozen; a return opens a copy."""

    class Origin(models.TextChoices):
        FIRST = "first", "首次填报"
        RETURN = "return", "退回修改"
        WITHDRAWAL = "withdrawal", "申请撤回"
        REOPENING = "reopening", "重新开放"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    filing = models.ForeignKey(Filing, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField("版次")
    origin = models.CharField("来由", max_length=12, choices=Origin, default=Origin.FIRST)
    # Raised by every save; a stale one is refused. It runs on through the revisions of a filing, so
    # that a page left open on an earlier one can never match.
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    # Ids of all who ever changed this content or what it was copied from: none may review it. A
    # list, because every save writes it in the statement that it makes anyhow.
    writers = models.JSONField(default=list)
    submitted_at = models.DateTimeField(null=True)  # when the request arrived
    submitted_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    receipt_number = models.CharField("回执号", max_length=40, null=True, unique=True)  # noqa: DJ001 (unique, so no two empty texts)
    content_hash = models.CharField(
        "内容摘要", max_length=64, blank=True
    )  # SHA-256 of the canonical content
    findings = models.JSONField(default=list)  # what the check said at submission
    due_at = models.DateTimeField("当时截止", null=True)  # the deadline in force at submission
    is_late = models.BooleanField("逾期补报", default=False)
    n_days_late = models.PositiveSmallIntegerField(
        "逾期工作日", null=True
    )  # null: in time, or a year that is not announced

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["filing", "number"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "number"], name="filings_revision_number"),
            models.UniqueConstraint(
                fields=["filing"],
                condition=Q(submitted_at__isnull=True),
                name="filings_one_open_revision",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, receipt_number__isnull=True, content_hash="")
                | (
                    Q(
                        submitted_at__isnull=False,
                        receipt_number__isnull=False,
                        submitted_by__isnull=False,
                    )
                    & ~Q(content_hash="")
                ),
                name="filings_submitted_has_receipt",
            ),
            models.CheckConstraint(
                condition=Q(is_late=False, n_days_late__isnull=True)
                | Q(is_late=True, submitted_at__gte=F("due_at")),
                name="filings_late_is_after_due",
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.number}版"

    @property
    def is_open(self) -> bool:
        """Whether the content may still change."""
        return self.submitted_at is None


class Attachment(models.Model):
    """A file in a named slot of one revision; the next revision starts with the same files."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="attachments")
    slot = models.CharField("材料", max_length=40)  # AttachmentSlot.code
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=200)
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["slot", "id"]

    def __str__(self) -> str:
        return self.name


class SubmitKey(models.Model):
    """An idempotency key: the same person, key and body get the same receipt (TRUST G02, G03)."""

    user = models.ForeignKey(USER, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    body_hash = models.CharField(max_length=64)
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="filings_submit_key")]

    def __str__(self) -> str:
        return self.key
