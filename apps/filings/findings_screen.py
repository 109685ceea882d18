"""Findings as pages and programs show them: with the unit's answer and the bureau's waiver."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.filings import selectors, services
from apps.filings.models import Filing, FindingAnswer, Recheck, Revision, Waiver
from apps.filings.stages import hooks_for
from apps.organizations.models import User
from apps.rules import waiving
from apps.rules.findings import Finding, Severity, ranked
from apps.workplans import selectors as plans


@dataclass(frozen=True)
class FindingLine:
    """One finding with what was made of it."""

    finding: Finding
    answer: FindingAnswer | None
    waiver: Waiver | None
    must_answer: bool
    alike: str = ""  # URL name of the page that shows the other text

    @property
    def code(self) -> str:
        """The check."""
        return self.finding.code

    @property
    def path(self) -> str:
        """The cell."""
        return self.finding.path

    @property
    def severity(self) -> Severity:
        """阻断, 提示 or 建议."""
        return self.finding.severity

    @property
    def where(self) -> str:
        """The cell in words."""
        return self.finding.where

    @property
    def found(self) -> str:
        """What stands there."""
        return self.finding.found

    @property
    def expected(self) -> str:
        """What may stand there."""
        return self.finding.expected

    @property
    def message(self) -> str:
        """The sentence."""
        return self.finding.message

    @property
    def clause(self) -> str:
        """Where the check comes from."""
        return self.finding.clause

    @property
    def key(self) -> str:
        """The finding as the waiver's form names it."""
        return f"{self.code} {self.path}"

    @property
    def may_be_waived(self) -> bool:
        """Whether the bureau may waive it: not what a form cannot do without."""
        return waiving.may_be_waived(self.code)

    @property
    def may_be_answered(self) -> bool:
        """Whether a word of the unit can stand for a change."""
        return self.severity != Severity.BLOCK

    @property
    def is_open(self) -> bool:
        """Whether it keeps the form from being submitted until it is answered."""
        return self.must_answer and self.answer is None and self.waiver is None


@dataclass(frozen=True)
class FindingsScreen:
    """The findings of one revision; `recheck` is what a later version of the plan says of it."""

    filing: Filing
    revision: Revision
    lines: list[FindingLine]
    recheck: Recheck | None

    @property
    def n_open(self) -> int:
        """How many wait for an answer."""
        return sum(line.is_open for line in self.lines)


def lines_of(revision: Revision, findings: Iterable[Finding]) -> list[FindingLine]:
    """The findings of a revision, 阻断 first, with answers and waivers; three queries, if any."""
    told = ranked(findings)
    if not told:
        return []
    filing = revision.filing
    answers = {(row.code, row.path): row for row in revision.answers.select_related("answered_by")}
    waivers = {(row.code, row.path): row for row in filing.waivers.select_related("granted_by")}
    hooks = hooks_for(filing.kind)
    asked = plans.must_answer(filing.assignment.task.plan_id)
    return [
        FindingLine(
            finding=each,
            answer=answers.get((each.code, each.path)),
            waiver=waivers.get((each.code, each.path)) or waivers.get((each.code, "")),
            must_answer=each.code in asked and each.severity != Severity.BLOCK,
            alike=hooks.alike if each.code in hooks.alike_codes else "",
        )
        for each in told
    ]


def findings_screen(filing: Filing, user: User) -> FindingsScreen:
    """What the checks say of the newest revision that the person sees, or said when it was sent."""
    revision = selectors.newest(filing, user)
    revision.filing = filing
    if revision.is_open:
        lines = lines_of(revision, services.findings_of(revision=revision))
        return FindingsScreen(filing, revision, lines, None)
    lines = lines_of(revision, selectors.stored_findings(revision))
    later = revision.rechecks.filter(made_at__gt=revision.submitted_at)  # not while it was a draft
    return FindingsScreen(filing, revision, lines, later.first())
