"""New projects that ask for money in the year, each brought as far as the file says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction

from apps.core import clock
from apps.core.money import WAN
from apps.core.uploads import Upload
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.pre_assessment import content, services
from apps.projects import services as projects
from apps.projects.models import Project
from apps.reports.demo.county import County, read
from apps.reports.demo.year import PAPER, Told, at
from apps.rules.assessment_form import AMOUNTS, AssessmentForm, Basis, Dimension

YEAR = 2024
WRITTEN, SENT, FIRST, CLOSED = (date(2024, 4, day) for day in (1, 2, 3, 8))
DONE = ("performance", "concluded")  # steps that lie behind the business section


def load(county: County, tell: Told) -> None:
    """Every report of the file that is not there yet, through the services."""
    for row in read("yuli-assessments")["reports"]:
        code = f"{county.region.code}{YEAR % 100}T{row['number']:012d}"
        if not Project.objects.filter(jurisdiction=county.region, code=code).exists():
            with transaction.atomic():
                _report(county, row, code)
            tell(f"事前评估：{row['name']}")


def _report(county: County, row: dict[str, Any], code: str) -> None:
    filer = county.filers[row["unit"]]
    with clock.at(at(WRITTEN)):
        project = projects.create_project(
            actor=county.admin,
            unit=county.units[row["unit"]],
            code=code,
            name=row["name"],
            first_year=YEAR,
            last_year=YEAR + 1,
            is_key=True,
            total_investment=Decimal(row["asked"]) * WAN,
            summary=row["texts"]["content"],
        )
        filing = services.request(project=project, actor=filer, year=YEAR)
        version = filing.revisions.get().version
        form = _form(filing, row)
        services.save(filing=filing, actor=filer, version=version, form=form)
    if row["step"] in DONE:
        _submit(county, filing)
        _first_review(county, filing)
    if row["step"] == "concluded":
        _conclude(county, filing, row)


def _form(filing: Filing, row: dict[str, Any]) -> AssessmentForm:
    """The report as the file tells it; a report still in hand has neither points nor opinions."""
    is_whole = row["step"] in DONE
    held = content.form_of(filing.revisions.get()).dimensions
    return AssessmentForm(
        budget_year=YEAR,
        organised="部门自评估",
        methods=("成本效益分析法", "比较法") if is_whole else (),
        texts=row["texts"],
        amounts=dict.fromkeys(AMOUNTS, Decimal(row["asked"]) * WAN),
        bases=(Basis(str(uuid4()), **row["basis"]),),
        dimensions=tuple(_judged(each) for each in held) if is_whole else (),
    )


def _judged(row: Dimension) -> Dimension:
    """The unit's own points: nine tenths of each criterion, with what they rest on."""
    points = tuple(
        type(p)(p.name, p.full, p.prompt, (p.full * 9 / 10).quantize(Decimal("0.01")))
        for p in row.points
    )
    said = "、".join(p.name for p in points)
    return Dimension(
        row.name, f"{said}符合要求，依据见佐证材料。", "评估工作底稿、踏勘记录", points
    )


def _submit(county: County, filing: Filing) -> None:
    filer = county.filers[filing.unit.code]
    with clock.at(at(SENT, 11)):
        for slot in filing.assignment.task.slots.all():
            upload = Upload(f"{slot.title}.pdf", PAPER, "application/pdf")
            filings.attach(filing=filing, actor=filer, slot=slot.code, upload=upload)
        version = filing.revisions.get().version
        filings.submit(filing=filing, actor=filer, version=version, key=str(uuid4()))


def _first_review(county: County, filing: Filing) -> None:
    filing.refresh_from_db()
    reviewer = county.reviewers[filing.desk_section.code if filing.desk_section else ""]
    sheet = filing.step.sheet if filing.step else None
    items = sheet.items.all() if sheet else ()
    with clock.at(at(FIRST, 16)):
        marks = [filings.Mark(item.pk, "合格", None) for item in items]
        filings.pass_on(filing=filing, actor=reviewer, opinion="材料齐全，同意。", marks=marks)


def _conclude(county: County, filing: Filing, row: dict[str, Any]) -> None:
    """Scored, decided without a third party, concluded and closed by the performance section."""
    filing.refresh_from_db()
    actor, sheet = county.scorer, filing.step.sheet if filing.step else None
    items = sheet.items.all() if sheet else ()
    marks = [
        filings.Mark(i.pk, "良", (i.points * 85 / 100).quantize(Decimal("0.01"))) for i in items
    ]
    with clock.at(at(CLOSED, 15)):
        filings.save_review(filing=filing, actor=actor, opinion="可行。", marks=marks)
        services.decide_reassessment(
            filing=filing, actor=actor, is_wanted=False, reason="已有现场勘测和三家询价，造价清楚。"
        )
        services.conclude(
            filing=filing,
            actor=actor,
            verdict=row["verdict"],
            supported=Decimal(row["supported"]) * WAN,
            reason=row["reason"],
        )
        filings.pass_on(filing=filing, actor=actor, opinion="同意。", marks=marks)
