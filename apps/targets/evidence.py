"""What the check-up of targets may compare a form with: the library, earlier and other forms.

What a project reached a year before is not known yet: the late stages will hand it down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from apps.filings.models import Filing
from apps.indicators import selectors as library
from apps.rules import target_checks
from apps.rules.target_evidence import Evidence, LibraryRow, OtherForm, PeerValues
from apps.rules.target_form import TargetForm
from apps.targets import handed, texts
from apps.targets.models import Target, TargetText

MOST = 200  # rows of the library that are read for one form
OWN_UNIT, OTHER_UNIT = "本单位的另一项目", "另一单位的项目"


def evidence_of(form: TargetForm, filing: Filing, last_year: TargetForm | None) -> Evidence:
    """The library's rows of the categories that the form uses, last year's promise, forms that may
    have been copied, and what projects of like names promise this year, what transfers handed
    down; six queries at most.
    """
    ids = {line.library_id for line in form.lines if line.library_id}
    assignment = filing.assignment
    project, year = assignment.project, assignment.task.evaluated_year
    wording = texts.wording_of(form, (project.name or "") if project else "")
    earlier = (_earlier(last_year, filing),) if last_year else ()
    near = texts.near(filing, wording)
    return Evidence(
        handed=handed.to_project(project, year) if project else (),
        library=_library(ids) if ids else (),
        others=(*earlier, *(_other(text, filing) for text in near.copies)),
        peers=_peers(near.peers),
    )


def _library(ids: set[int]) -> tuple[LibraryRow, ...]:
    return tuple(
        LibraryRow(
            name=row.name,
            level1=row.level1,
            level2=row.level2,
            operator=row.operator,
            unit=row.unit,
            id=row.pk,
            low=row.low,
            high=row.high,
        )
        for row in library.beside(ids)[:MOST]
    )


def _earlier(form: TargetForm, filing: Filing) -> OtherForm:
    year = filing.assignment.task.evaluated_year - 1
    return OtherForm(
        title=f"本项目{year}年度绩效目标",
        is_last_year=True,
        year_goal=form.year_goal,
        rows=tuple(target_checks.row_text(line) for line in form.lines),
    )


def _other(text: TargetText, filing: Filing) -> OtherForm:
    """Another project's form. Its words stay out of the finding, which people read who may not
    read that form; a page shows them to those who may.
    """
    is_own = text.filing.unit_id == filing.unit_id
    return OtherForm(
        title=OWN_UNIT if is_own else OTHER_UNIT,
        year_goal=text.goal,
        rows=tuple(text.rows.split()),
        is_open=False,
    )


def _peers(near: Sequence[TargetText]) -> tuple[PeerValues, ...]:
    """What projects of like names promise for the same year, by indicator and unit."""
    alike = [text.revision_id for text in near]
    if not alike:
        return ()
    rows = Target.objects.filter(sheet__revision__in=alike).order_by()
    held: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for name, unit, value in rows.values_list("name", "unit", "value"):
        if value is not None:
            held[name, unit].append(value)
    return tuple(PeerValues(name, unit, tuple(values)) for (name, unit), values in held.items())
