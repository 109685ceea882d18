"""What the routes of problems share: what is read, what is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request

from apps.core.http import caller
from apps.core.rest import DayField, Input
from apps.rectification import letter, screen, selectors
from apps.rectification.models import Area, Problem, Proof, Severity, Source, Step


class FoundProblemIn(Input):
    """A problem that the bureau brings up; `due_on` empty is a month off."""

    unit = serializers.UUIDField(label="责任单位")
    project = serializers.UUIDField(label="项目", required=False, allow_null=True, default=None)
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a field's name, no option
        label="来源", choices=Source.choices
    )
    reference = serializers.CharField(
        label="出处", max_length=200, required=False, allow_blank=True, default=""
    )
    title = serializers.CharField(label="问题", max_length=120)
    text = serializers.CharField(label="问题内容", max_length=4000)
    severity = serializers.ChoiceField(label="严重程度", choices=Severity.choices)
    area = serializers.ChoiceField(
        label="整改方向", choices=Area.choices, required=False, allow_blank=True, default=""
    )
    demands = serializers.CharField(
        label="整改要求", max_length=2000, required=False, allow_blank=True, default=""
    )
    due_on = DayField(label="整改截止", required=False, allow_null=True, default=None)


class ProblemAnswerIn(Input):
    """What the unit did."""

    text = serializers.CharField(label="整改措施和结果", max_length=4000)


class ProblemOpinionIn(Input):
    """What the re-check found."""

    opinion = serializers.CharField(label="复核意见", max_length=2000)


class ProblemReasonIn(Input):
    """Why."""

    reason = serializers.CharField(label="理由", max_length=2000)


class ProblemDayIn(ProblemReasonIn):
    """Why, and until when."""

    due_on = DayField(label="整改截止")


class ProblemOwnerIn(Input):
    """Who answers for the problem by name."""

    owner = serializers.UUIDField(label="责任人")


class LetterIn(Input):
    """Which letter, and the number that it goes out under."""

    paper = serializers.ChoiceField(
        label="文书",
        choices=[(code, paper.title) for code, paper in letter.PAPERS.items()],
        required=False,
        default=letter.RECTIFY,
    )
    number = serializers.CharField(
        label="文号", max_length=60, required=False, allow_blank=True, default=""
    )


class ProofOut(serializers.ModelSerializer[Proof]):
    """A file beside a problem."""

    class Meta:
        model = Proof
        fields = ["public_id", "side", "name", "added_at"]
        read_only_fields = fields


class StepOut(serializers.ModelSerializer[Step]):
    """One thing that happened."""

    by = serializers.CharField(source="by.name", default="")

    class Meta:
        model = Step
        fields = ["act", "text", "due_on", "at", "by"]
        read_only_fields = fields


class ProblemRow(serializers.ModelSerializer[Problem]):
    """A problem as the ledger has it."""

    unit = serializers.UUIDField(source="unit.public_id")
    unit_name = serializers.CharField(source="unit.name")
    project = serializers.UUIDField(source="project.public_id", default=None)
    project_name = serializers.CharField(source="project.name", default="")
    reference = serializers.CharField(source="ref_label")
    owner = serializers.CharField(source="owner.name", default="")
    is_overdue = serializers.BooleanField()

    class Meta:
        model = Problem
        fields = [
            "public_id",
            "fiscal_year",
            "unit",
            "unit_name",
            "project",
            "project_name",
            "source",
            "reference",
            "title",
            "severity",
            "owner",
            "due_on",
            "state",
            "is_overdue",
            "n_proofs",
            "opened_at",
            "answered_at",
            "refused_at",
            "closed_at",
        ]
        read_only_fields = fields


class OneProblemOut(ProblemRow):
    """A problem with its history, its files, and what the caller may do now."""

    steps = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField()

    class Meta(ProblemRow.Meta):
        fields = [*ProblemRow.Meta.fields, "text", "area", "demands", "steps", "files", "acts"]
        read_only_fields = fields

    def get_steps(self, problem: Problem) -> list[dict[str, Any]]:
        """The history, oldest first."""
        return [dict(row) for row in StepOut(problem.steps.select_related("by"), many=True).data]

    def get_files(self, problem: Problem) -> list[dict[str, Any]]:
        """Both sides' files."""
        return [dict(row) for row in ProofOut(problem.proofs.all(), many=True).data]

    def get_acts(self, problem: Problem) -> list[str]:
        """What the caller may do now."""
        return sorted(screen.acts_of(problem, self.context["user"]))


class ProblemJobOut(serializers.Serializer[Any]):
    """The job that makes the file; GET jobs/{job}/ says how far it is."""

    job = serializers.UUIDField(source="public_id")


def found(request: Request, year: int, public_id: UUID) -> Problem:
    """The problem if it exists for the caller, else 404."""
    rows = selectors.shown(caller(request)).filter(fiscal_year=year)
    return get_object_or_404(rows, public_id=public_id)


def told(problem: Problem, request: Request) -> dict[str, Any]:
    """The problem as it stands now."""
    user = caller(request)
    fresh = selectors.shown(user).get(pk=problem.pk)
    return dict(OneProblemOut(fresh, context={"user": user}).data)
