"""What the check-up of targets may compare a form with: the library, the project's last year."""

from __future__ import annotations

from apps.filings.models import Filing
from apps.indicators import selectors as library
from apps.rules import target_checks
from apps.rules.target_evidence import Evidence, LibraryRow, OtherForm
from apps.rules.target_form import TargetForm

MOST = 200  # rows of the library that are read for one form


def evidence_of(form: TargetForm, filing: Filing, last_year: TargetForm | None) -> Evidence:
    """The library's rows of the categories that the form uses, and last year's promise.

    One query where the form has rows of the library, none otherwise.
    """
    ids = {line.library_id for line in form.lines if line.library_id}
    return Evidence(
        library=_library(ids) if ids else (),
        others=(_earlier(last_year, filing),) if last_year else (),
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
