"""What finance sees before it concludes on a report, and what the unit sees once it stands."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from apps.filings import scoring
from apps.filings.models import DESK_STATES, Filing, Review, Revision
from apps.organizations.models import User
from apps.pre_assessment import content, deciding, earlier, permissions, selectors
from apps.pre_assessment.models import (
    AssessmentSheet,
    Conclusion,
    Likeness,
    PanelOpinion,
    Reassessment,
    Verdict,
)
from apps.projects.models import Project
from apps.rules import gates
from apps.rules.assessment_form import AMOUNTS, AssessmentForm


@dataclass(frozen=True)
class Told:
    """What the gate of the budget year would say of a conclusion."""

    verdict: str
    passage: gates.Passage


@dataclass(frozen=True)
class Alike:
    """An earlier result, and what finance found of it for this report (U-45)."""

    said: Conclusion
    is_same_project: bool
    judged: Likeness | None


@dataclass(frozen=True)
class Heard:
    """What was heard before the conclusion; only the bureau and the desk read it."""

    reviews: list[Review]  # decided or begun on this version, in the order of the steps
    has_sheet: bool
    outcome: scoring.Outcome  # of the sheet at the last step so far
    proposed: str  # the sheet's band where it names a verdict; empty where none follows
    prompt: gates.Prompt
    prompt_clause: str
    reassessment: Reassessment | None
    panel: list[PanelOpinion]
    told: list[Told]
    earlier: list[Alike]


@dataclass(frozen=True)
class DecisionScreen:
    """The decision page of one filing for one person."""

    filing: Filing
    revision: Revision
    form: AssessmentForm
    amounts: list[tuple[str, Decimal | None]]
    conclusion: Conclusion | None
    heard: Heard | None
    is_on_desk: bool
    may_conclude: bool
    may_keep: bool


def decision_screen(filing: Filing, user: User) -> DecisionScreen | None:
    """The page on the version submitted last; None while nothing was submitted.

    Whoever may not read how the conclusion came about is shown the conclusion alone.
    """
    revisions = filing.revisions.filter(submitted_at__isnull=False)
    revision = revisions.order_by("-number").first()
    if revision is None:
        return None
    form = content.form_of(revision)
    conclusions = filing.conclusions.select_related("decided_by", "revision")
    is_on_desk = filing.state in DESK_STATES
    return DecisionScreen(
        filing=filing,
        revision=revision,
        form=form,
        amounts=[(label, form.amounts.get(code)) for code, label in AMOUNTS.items()],
        conclusion=conclusions.order_by("-revision__number").first(),
        heard=_heard(filing, revision, form, user) if permissions.may_read(user, filing) else None,
        is_on_desk=is_on_desk,
        may_conclude=permissions.may_conclude(user, filing),
        may_keep=is_on_desk and permissions.may_keep(user, filing),
    )


def _heard(filing: Filing, revision: Revision, form: AssessmentForm, user: User) -> Heard:
    rows = revision.reviews.select_related("step__sheet", "reviewer", "section")
    reviews = list(rows.prefetch_related("scores", "step__sheet__items", "step__sheet__bands"))
    reviews.sort(key=lambda review: review.step.position)
    sheet = content.score_sheet(filing.assignment.task)
    scored = [review for review in reviews if sheet and review.step.sheet_id == sheet.pk]
    outcome = scoring.outcome_of(scored[-1]) if scored else scoring.Outcome()
    _, clause = deciding.floor_of(filing)
    stored = AssessmentSheet.objects.get(revision=revision)
    held = Reassessment.objects.select_related("decided_by").filter(filing=filing)
    return Heard(
        reviews=reviews,
        has_sheet=sheet is not None,
        outcome=outcome,
        proposed=outcome.grade if outcome.grade in Verdict.values else "",
        prompt=deciding.prompt_of(filing, stored),
        prompt_clause=clause,
        reassessment=held.first(),
        panel=list(filing.panel.select_related("recorded_by")),
        told=_told(filing, form),
        earlier=_alike(filing, user),
    )


def _alike(filing: Filing, user: User) -> list[Alike]:
    """Earlier results that the person sees, the project's own first."""
    project = filing.assignment.project
    if project is None or project.is_classified:
        return []
    same, alike = earlier.same_and_alike(project, Project.objects.visible_to(user), filing)
    judged = {row.earlier_id: row for row in filing.likenesses.select_related("decided_by")}
    return [
        Alike(said, said.project_id == project.pk, judged.get(said.pk)) for said in (*same, *alike)
    ]


def _told(filing: Filing, form: AssessmentForm) -> list[Told]:
    """What each verdict would mean under the plan of the budget year."""
    year = form.budget_year or filing.fiscal_year
    gate = selectors.gate_of(filing.jurisdiction, year)
    subject = gates.Subject(is_new=True)
    return [
        Told(verdict, gates.passage(subject, gates.Standing(verdict), gate))
        for verdict in Verdict.values
    ]
