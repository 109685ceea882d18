"""What the engine's routes share: the filing through its one door, the words of the answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from apps.core.http import caller
from apps.core.rest import Input
from apps.filings import selectors
from apps.filings.models import Attachment, Comment, Filing, ReturnItem, Review, Revision

MOST = 2**31 - 1


def found(request: Request, year: int, public_id: UUID) -> Filing:
    """The filing of that year if it exists for the caller, or 404."""
    rows = selectors.shown(caller(request))
    return get_object_or_404(rows, public_id=public_id, fiscal_year=year)


def newest(filing: Filing, request: Request) -> Revision:
    """The newest revision that exists for the caller."""
    return selectors.newest(filing, caller(request))


# --- input ----------------------------------------------------------------------------------
class VersionIn(Input):
    """The version that the answer was made from."""

    version = serializers.IntegerField(label="版本号", min_value=0, max_value=MOST)


class ReasonIn(Input):
    """A reason that is kept on record."""

    reason = serializers.CharField(label="理由", max_length=300)


# --- output ---------------------------------------------------------------------------------
class FindingOut(serializers.Serializer[Any]):
    """What a check says; 阻断 stops a submission."""

    code = serializers.CharField()
    severity = serializers.CharField()
    path = serializers.CharField()
    where = serializers.CharField()
    found = serializers.CharField()
    expected = serializers.CharField()
    message = serializers.CharField()
    clause = serializers.CharField()


class FindingLineOut(FindingOut):
    """The same with what was made of it: the unit's answer, the bureau's waiver."""

    must_answer = serializers.BooleanField()
    answer = serializers.CharField(source="answer.text", default="")
    waiver = serializers.CharField(source="waiver.reason", default="")
    may_be_waived = serializers.BooleanField()


class LockOut(serializers.Serializer[Any]):
    """Why nothing can be written now."""

    kind = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()


class FilingRow(serializers.ModelSerializer[Filing]):
    """A filing as lists show it."""

    assignment = serializers.UUIDField(source="assignment.public_id")
    task = serializers.CharField(source="assignment.task.title")
    subject = serializers.SerializerMethodField()
    project = serializers.UUIDField(
        source="assignment.project.public_id", default=None, allow_null=True
    )
    transfer = serializers.UUIDField(
        source="assignment.transfer.public_id", default=None, allow_null=True
    )
    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    state_label = serializers.CharField(source="get_state_display")
    step = serializers.CharField(source="step.title", default=None, allow_null=True)

    class Meta:
        model = Filing
        fields = [
            "public_id",
            "assignment",
            "kind",
            "fiscal_year",
            "task",
            "subject",
            "project",
            "transfer",
            "unit",
            "unit_name",
            "state",
            "state_label",
            "step",
            "submitted_at",
            "is_late",
            "desk_due_at",
            "closed_at",
        ]
        read_only_fields = fields

    def get_subject(self, filing: Filing) -> str:
        """The project or transfer, or the unit itself."""
        return str(filing.assignment.subject or filing.unit)


class ItemOut(serializers.ModelSerializer[ReturnItem]):
    """One thing that a return asks to change, and what became of it."""

    class Meta:
        model = ReturnItem
        fields = ["public_id", "path", "place", "message", "severity", "answer", "resolved_at"]
        read_only_fields = fields


class ScoreOut(serializers.Serializer[Any]):
    """A criterion's mark."""

    item = serializers.IntegerField(source="item_id")
    name = serializers.CharField(source="item.name")
    maximum = serializers.DecimalField(5, 2, source="item.points")
    grade = serializers.CharField()
    points = serializers.DecimalField(5, 2, allow_null=True)


class ReviewOut(serializers.ModelSerializer[Review]):
    """One step's decision with its marks and how the score came about."""

    step = serializers.CharField(source="step.title")
    section = serializers.CharField(source="section.name", default=None, allow_null=True)
    reviewer = serializers.CharField(source="reviewer.name")
    decision_label = serializers.CharField(source="get_decision_display")
    trace = serializers.JSONField()
    scores = ScoreOut(many=True)
    items = ItemOut(many=True)

    class Meta:
        model = Review
        fields = [
            "public_id",
            "step",
            "section",
            "reviewer",
            "decision",
            "decision_label",
            "opinion",
            "score",
            "grade",
            "trace",
            "cause",
            "new_due_at",
            "decided_at",
            "scores",
            "items",
        ]
        read_only_fields = fields


class AttachmentOut(serializers.ModelSerializer[Attachment]):
    """A file in its slot; `sha256` is part of what the receipt vouches for."""

    size = serializers.IntegerField(source="file.size")
    sha256 = serializers.CharField(source="file.sha256")
    content_type = serializers.CharField(source="file.content_type")

    class Meta:
        model = Attachment
        fields = ["public_id", "slot", "name", "size", "sha256", "content_type", "added_at"]
        read_only_fields = fields


class ReplyOut(serializers.ModelSerializer[Comment]):
    """A remark, with who said it in which office."""

    revision = serializers.IntegerField(source="revision.number")

    class Meta:
        model = Comment
        fields = ["public_id", "revision", "author_label", "text", "created_at"]
        read_only_fields = fields


class CommentOut(ReplyOut):
    """The first remark of a thread with its replies."""

    replies = ReplyOut(many=True, source="answers")

    class Meta(ReplyOut.Meta):
        fields = [*ReplyOut.Meta.fields, "path", "place", "resolved_at", "replies"]
        read_only_fields = fields


class RevisionOut(serializers.ModelSerializer[Revision]):
    """A version with its receipt, what the check said at submission, decisions and files."""

    origin_label = serializers.CharField(source="get_origin_display")
    submitted_by = serializers.CharField(source="submitted_by.name", default=None, allow_null=True)
    findings = FindingOut(many=True)
    reviews = serializers.SerializerMethodField()
    attachments = AttachmentOut(many=True)

    class Meta:
        model = Revision
        fields = [
            "number",
            "origin",
            "origin_label",
            "version",
            "opened_at",
            "saved_at",
            "submitted_at",
            "submitted_by",
            "receipt_number",
            "content_hash",
            "findings",
            "reviews",
            "attachments",
        ]
        read_only_fields = fields

    @extend_schema_field(ReviewOut(many=True))
    def get_reviews(self, revision: Revision) -> Any:
        """Decisions; what a desk has not decided yet is its own."""
        decided = [review for review in revision.reviews.all() if review.decided_at]
        return ReviewOut(decided, many=True).data


class CellOut(serializers.Serializer[Any]):
    """A column before and after, as shown."""

    name = serializers.CharField()
    column = serializers.CharField(source="label")
    old = serializers.CharField()
    new = serializers.CharField()
    is_changed = serializers.BooleanField()


class DiffRowOut(serializers.Serializer[Any]):
    """One line of a comparison: same, changed, moved, added or removed."""

    key = serializers.CharField()
    place = serializers.CharField()
    kind = serializers.CharField()
    is_moved = serializers.BooleanField()
    old_position = serializers.IntegerField(allow_null=True)
    new_position = serializers.IntegerField(allow_null=True)
    cells = CellOut(many=True)


class DiffSectionOut(serializers.Serializer[Any]):
    """A part of the form with all its lines."""

    name = serializers.CharField()
    title = serializers.CharField()
    n_changes = serializers.IntegerField()
    rows = DiffRowOut(many=True)


class DiffOut(serializers.Serializer[Any]):
    """Two revisions side by side; the older one is null where there is none."""

    old = serializers.IntegerField(allow_null=True)
    new = serializers.IntegerField()
    n_changes = serializers.IntegerField(source="diff.n_changes")
    sections = DiffSectionOut(source="diff.sections", many=True)


FILE = OpenApiTypes.BINARY
