"""What reviewers leave on a revision: reviews, marks, remarks, return items."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from apps.filings.models.filing import Filing, Revision
from apps.organizations.models import Section
from apps.workplans.models import ReviewStep, ScoreItem

if TYPE_CHECKING:
    from apps.filings.models.sampling import SampleItem

USER = settings.AUTH_USER_MODEL


class Review(models.Model):
    """One step's work on one revision. Open while `decision` is empty; then it is a fact."""

    class Decision(models.TextChoices):
        OPEN = "", "在办"
        PASS = "pass", "通过"
        RETURN = "return", "退回"
        REJECT = "reject", "不通过"

    class Cause(models.TextChoices):
        """Why it goes back, where goals and money do not fit each other (W-06)."""

        CONTENT = "content", "目标与资金量不匹配，调整项目内容"
        MONEY = "money", "目标与资金量不匹配，重新测算资金"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="reviews")
    step = models.ForeignKey(ReviewStep, models.PROTECT, related_name="reviews")
    section = models.ForeignKey(Section, models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey(USER, models.PROTECT, related_name="+")
    decision = models.CharField(
        "结论", max_length=8, choices=Decision, default=Decision.OPEN, blank=True
    )
    opinion = models.TextField("意见", blank=True)
    score = models.DecimalField("得分", max_digits=5, decimal_places=2, null=True)
    grade = models.CharField("等级", max_length=4, blank=True)
    trace = models.JSONField(default=dict)  # how score and grade came about
    cause = models.CharField("退回原因", max_length=8, choices=Cause, default="", blank=True)
    new_due_at = models.DateTimeField("重报截止", null=True)
    # A return in the making, as the reviewer left it: items with path, place, message, severity and
    # whether ticked, and the date as typed. A decision does not read it.
    draft_items = models.JSONField(default=list)
    draft_due = models.CharField(max_length=10, blank=True)
    saved_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["revision", "step__position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "step"], name="filings_review_once"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="filings_review_decided_has_time",
            ),
            models.CheckConstraint(
                condition=Q(cause="") | Q(decision="return"),
                name="filings_review_cause_of_return",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.get_decision_display()}"


class ReviewScore(models.Model):
    """A criterion's grade and points in one review."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="scores")
    item = models.ForeignKey(ScoreItem, models.PROTECT, related_name="+")
    grade = models.CharField("评级", max_length=4, blank=True)
    points = models.DecimalField("得分", max_digits=5, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "item"], name="filings_score_once"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0), name="filings_score_floor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.points}"


class Comment(models.Model):
    """A remark on one field of one revision; threads by `parent`, resolved by either side."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    filing = models.ForeignKey(Filing, models.CASCADE, related_name="comments")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    path = models.CharField(max_length=120)  # e.g. "indicator:3f2a….value"
    place = models.CharField(max_length=120)  # the field in the form's words, as it stood
    author = models.ForeignKey(USER, models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=80)  # role and office at the time
    text = models.TextField()
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.text[:40]

    @cached_property
    def answers(self) -> list[Comment]:
        """The replies, oldest first; selectors.threads reads them along with their thread."""
        return list(self.replies.select_related("revision"))


class ReturnItem(models.Model):
    """One thing that a return asks to change; stays open until a later revision answers it.

    A review asked it of what lay on a desk, or a sample check of what was in force already.
    """

    class Severity(models.TextChoices):
        MUST = "must", "必须改"
        SHOULD = "should", "建议改"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.ForeignKey(Review, models.CASCADE, null=True, related_name="items")
    sample = models.ForeignKey(
        "filings.SampleItem", models.PROTECT, null=True, related_name="return_items"
    )
    filing = models.ForeignKey(Filing, models.CASCADE, related_name="return_items")
    path = models.CharField(max_length=120)
    place = models.CharField(max_length=120)
    message = models.CharField("要求", max_length=500)
    severity = models.CharField(max_length=8, choices=Severity, default=Severity.MUST)
    answer = models.CharField("答复", max_length=500, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    resolved_in = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(review__isnull=False, sample__isnull=True)
                | Q(review__isnull=True, sample__isnull=False),
                name="filings_return_item_asked_by_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}：{self.message}"

    @property
    def of_sample(self) -> SampleItem:
        """The drawn filing whose check asked, where no review did."""
        return cast("SampleItem", self.sample)

    @property
    def asked_by(self) -> str:
        """The step that asked, or the sample check."""
        return str(self.review.step) if self.review else f"抽审 {self.of_sample.draw}"

    @property
    def asked_at(self) -> datetime | None:
        """When it went back."""
        return self.review.decided_at if self.review else self.of_sample.sent_back_at

    @property
    def asked_of(self) -> Revision:
        """The revision in which it was found."""
        return self.review.revision if self.review else self.of_sample.revision

    @property
    def cause_code(self) -> str:
        """Why it went back, where goals and money do not fit; empty for all else."""
        return self.review.cause if self.review else ""

    @property
    def section(self) -> Section | None:
        """The section whose desk asked; None for a sample check."""
        return self.review.section if self.review else None
