"""Joint reviews: a meeting, who takes part, what it agrees about each filing (Y-10)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.filings.models.filing import Filing, Revision
from apps.filings.models.reviewing import Review
from apps.filings.standing import participants_in
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, User
from apps.workplans.models import PlanTask

USER = settings.AUTH_USER_MODEL


class JointSessionQuerySet(models.QuerySet["JointSession"]):
    """Which sessions exist for a person."""

    def visible_to(self, user: User) -> JointSessionQuerySet:
        """Sessions of the jurisdictions read in whole, and those in which the person takes part."""
        region = Q(jurisdiction__in=people.whole_region_jurisdictions(user))
        part = SessionMember.objects.filter(user=user, left_at=None).values("session")
        return self.filter(region | Q(pk__in=part, jurisdiction__in=participants_in(user)))


class JointSession(models.Model):
    """A meeting that reviews filings of one task together."""

    class State(models.TextChoices):
        OPEN = "open", "会审中"
        CLOSED = "closed", "已结束"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey(PlanTask, models.PROTECT, related_name="joint_sessions")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("名称", max_length=80)
    held_on = models.DateField("会审日期")
    place = models.CharField("地点", max_length=80, blank=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    opened_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = JointSessionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["jurisdiction", "fiscal_year", "-id"], name="filings_sessions")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
                name="filings_session_closed_has_time",
            )
        ]

    def __str__(self) -> str:
        return self.title


class SessionMember(models.Model):
    """Somebody who takes part: to sign (会签), or as a guide whose word binds nobody."""

    class Part(models.TextChoices):
        SIGN = "sign", "会签"
        GUIDE = "guide", "指导"

    session = models.ForeignKey(JointSession, models.CASCADE, related_name="members")
    user = models.ForeignKey(USER, models.PROTECT, related_name="session_seats")
    part = models.CharField("参加方式", max_length=5, choices=Part)
    label = models.CharField("身份", max_length=80)  # role and office at the time
    left_at = models.DateTimeField("退出时间", null=True)  # taken out again; what was said stays
    left_reason = models.CharField("退出理由", max_length=300, blank=True)

    class Meta:
        ordering = ["session", "part", "id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], name="filings_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_part_display()}"


class SessionMatter(models.Model):
    """One filing on the agenda with what was agreed: `items` have path, place and message.

    The engine carries it out by whoever has the desk; until then nothing about the filing changes.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(JointSession, models.CASCADE, related_name="matters")
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="session_matters")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    decision = models.CharField(
        "会审结论", max_length=8, choices=Review.Decision, default="", blank=True
    )
    text = models.TextField("会审意见", blank=True)
    items = models.JSONField(default=list)
    due_on = models.DateField("重报截止", null=True)
    agreed_at = models.DateTimeField(null=True)
    carried_at = models.DateTimeField(null=True)
    carried_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField("移出时间", null=True)  # taken off the agenda again
    dropped_reason = models.CharField("移出理由", max_length=300, blank=True)

    class Meta:
        ordering = ["session", "position"]
        constraints = [
            models.UniqueConstraint(fields=["session", "filing"], name="filings_matter_once"),
            models.UniqueConstraint(fields=["session", "position"], name="filings_matter_place"),
            models.CheckConstraint(
                condition=Q(decision="", agreed_at__isnull=True, carried_at__isnull=True)
                | (~Q(decision="") & Q(agreed_at__isnull=False)),
                name="filings_matter_agreed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True) | Q(carried_at__isnull=True),
                name="filings_matter_carried_or_dropped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.get_decision_display()}"


class SessionVoice(models.Model):
    """What one member said about one matter, and when they signed what was agreed."""

    matter = models.ForeignKey(SessionMatter, models.CASCADE, related_name="voices")
    member = models.ForeignKey(SessionMember, models.CASCADE, related_name="voices")
    text = models.TextField("意见", blank=True)
    said_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField("会签时间", null=True)

    class Meta:
        ordering = ["matter", "member"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "member"], name="filings_voice_once")
        ]

    def __str__(self) -> str:
        return f"{self.member}：{self.text[:20]}"
