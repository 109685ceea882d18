"""A form's words beside those of other projects' forms that the check-up calls alike."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from apps.filings import selectors as filings
from apps.filings.models import Filing, Revision
from apps.organizations.models import User
from apps.rules.form_words import show_target
from apps.rules.similarity import normal, similarity
from apps.rules.target_checks import row_text
from apps.rules.target_form import TargetForm
from apps.targets import content, texts
from apps.targets.evidence import OTHER_UNIT, OWN_UNIT
from apps.targets.models import TargetText

LEAST = Decimal("0.5")  # the least that a plan may ask of a copy
LEAST_ROWS = 3


@dataclass(frozen=True)
class AlikeRow:
    """A row of the other form; `is_same` where ours has it with the same value."""

    name: str
    value: str
    is_same: bool


@dataclass(frozen=True)
class Alike:
    """Another form. Its words are there only for those who may read it."""

    title: str
    filing: Filing | None
    share: Decimal  # of the goals' pieces, 0–1
    n_same: int
    goal: str
    rows: list[AlikeRow]


@dataclass(frozen=True)
class AlikeScreen:
    """The page of one filing."""

    filing: Filing
    revision: Revision
    form: TargetForm
    others: list[Alike]

    @property
    def own_rows(self) -> list[AlikeRow]:
        """Our own rows in words."""
        return [AlikeRow(line.name, show_target(line), False) for line in self.form.lines]


def alike_screen(filing: Filing, user: User) -> AlikeScreen:
    """The newest form that the person sees, beside the forms most like it; five queries."""
    revision = filings.newest(filing, user)
    form = content.form_of(revision)
    project = filing.assignment.project
    wording = texts.wording_of(form, (project.name or "") if project else "")
    found = [text for text in texts.copies(filing, wording) if _is_worth(text, wording)]
    seen = _seen(found, user)
    forms = content.forms_of([text.revision for text in found if text.filing_id in seen])
    others = [_alike(text, filing, wording, seen, forms) for text in found]
    others.sort(key=lambda other: (-other.share, -other.n_same))
    return AlikeScreen(filing, revision, form, others)


def _is_worth(text: TargetText, wording: texts.Wording) -> bool:
    return similarity(text.goal, wording.goal) >= LEAST or _n_same(text, wording) >= LEAST_ROWS


def _n_same(text: TargetText, wording: texts.Wording) -> int:
    theirs = set(text.rows.split())
    return sum(row in theirs for row in wording.rows)


def _seen(found: list[TargetText], user: User) -> dict[int, Filing]:
    """Those of the other filings that exist for the person."""
    rows = Filing.objects.visible_to(user).filter(pk__in=[text.filing_id for text in found])
    related = rows.select_related("assignment__project", "assignment__task", "unit")
    return {filing.pk: filing for filing in related}


def _alike(
    text: TargetText,
    own: Filing,
    wording: texts.Wording,
    seen: dict[int, Filing],
    forms: dict[int, TargetForm],
) -> Alike:
    other = seen.get(text.filing_id)
    form = forms.get(text.revision_id) if other else None
    hidden = OWN_UNIT if text.filing.unit_id == own.unit_id else OTHER_UNIT
    ours = set(wording.rows)
    return Alike(
        title=f"{other.unit}　{other.assignment.project or other.unit}" if other else hidden,
        filing=other,
        share=similarity(text.goal, wording.goal),
        n_same=_n_same(text, wording),
        goal=form.year_goal if form else "",
        rows=[
            AlikeRow(line.name, show_target(line), normal(row_text(line)) in ours)
            for line in (form.lines if form else ())
        ],
    )
