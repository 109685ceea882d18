"""Second scores: the same sheet filled in once more by somebody else, which moves nothing."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.filings.models.reviewing import Review
from apps.filings.standing import readers_in
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.workplans.models import ScoreItem

USER = settings.AUTH_USER_MODEL


class SecondScoreQuerySet(models.QuerySet["SecondScore"]):
    """Which second scores exist for a person."""

    def visible_to(self, user: User) -> SecondScoreQuerySet:
        """One's own, and those of the jurisdictions whose reviewers the person compares."""
        places = people.jurisdictions_of(user, Role.PERFORMANCE_REVIEWER, Role.LEADER)
        region = Q(review__revision__filing__jurisdiction__in=places)
        mine = Q(scorer=user, review__revision__filing__jurisdiction__in=readers_in(user))
        return self.filter(region | mine)


class SecondScore(models.Model):
    """A blind second score of what a review judged, asked for by name; open until it is given."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="seconds")
    scorer = models.ForeignKey(USER, models.PROTECT, related_name="second_scores")
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    opinion = models.TextField("意见", blank=True)
    score = models.DecimalField("得分", max_digits=5, decimal_places=2, null=True)
    grade = models.CharField("等级", max_length=4, blank=True)
    trace = models.JSONField(default=dict)
    scored_at = models.DateTimeField(null=True)

    objects = SecondScoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "scorer"], name="filings_second_once"),
            models.CheckConstraint(
                condition=Q(scored_at__isnull=True, score__isnull=True)
                | Q(scored_at__isnull=False, score__isnull=False),
                name="filings_second_scored_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review} {self.score}"


class SecondMark(models.Model):
    """A criterion's grade and points in one second score."""

    second = models.ForeignKey(SecondScore, models.CASCADE, related_name="marks")
    item = models.ForeignKey(ScoreItem, models.PROTECT, related_name="+")
    grade = models.CharField("评级", max_length=4, blank=True)
    points = models.DecimalField("得分", max_digits=5, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["second", "item"], name="filings_second_mark_once")
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.points}"
