"""One target of the past year, adjusted at the node of May: asked for, reviewed, in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

from django.db import transaction

from apps.core import clock
from apps.core.uploads import Upload
from apps.filings import services as filings
from apps.filings.models import Filing, State
from apps.reports.demo.county import County
from apps.reports.demo.year import PAPER, Told, Walk, at
from apps.rules.target_form import TargetLine
from apps.targets import nodes, selectors, services, subjects
from apps.targets.in_force import ADJUSTMENT, KIND

YEAR = 2023
ASKED, FIRST, CLOSED, TOLD = (date(YEAR, 6, day) for day in (5, 6, 7, 8))
REASON = "外部条件发生巨大变化、项目无法正常实施"
EXPLANATION = "五月连续风沙，施工停工二十余天，按县级调度意见压减当年工作量，余下部分转下年实施。"
BASIS = "尉犁县2023年5月生产调度会纪要（演示）"


def load(county: County, tell: Told) -> None:
    """The adjustment, if it is not there yet and the plan adjusts at all."""
    if Filing.objects.filter(fiscal_year=YEAR, kind=ADJUSTMENT).exists():
        return
    rows = Filing.objects.filter(
        jurisdiction=county.region, fiscal_year=YEAR, kind=KIND, state=State.APPROVED
    )
    first = rows.filter(assignment__task__code="targets.initial").order_by("pk")
    for target in first.select_related("assignment__project__jurisdiction", "unit")[:1]:
        if nodes.task_for(*subjects.of_filing(target)):
            with transaction.atomic():
                _adjust(county, target)
            tell(f"目标调整：{target.assignment.project}")


def _adjust(county: County, target: Filing) -> None:
    walk, filer = Walk(county, YEAR), county.filers[target.unit.code]
    subject, _ = subjects.of_filing(target)
    with clock.at(at(ASKED)):
        filing = services.request_adjustment(subject=subject, actor=filer, year=YEAR)
        form, head = selectors.current_form(filing), selectors.current_head(filing)
        head = replace(head, reason=REASON, explanation=EXPLANATION, basis=BASIS)
        lines = (_less(form.lines[0]), *form.lines[1:])
        form = replace(form, lines=lines)
        services.save(filing=filing, actor=filer, version=1, form=form, head=head)
        upload = Upload("生产调度会纪要.pdf", PAPER, "application/pdf")
        filings.attach(filing=filing, actor=filer, slot="evidence", upload=upload)
        version = filing.revisions.get().version
        filings.submit(filing=filing, actor=filer, version=version, key=str(uuid4()))
    walk.first_review(filing, FIRST)
    walk.approve(filing, CLOSED)
    with clock.at(at(TOLD, 9)):
        services.disclose_missed()


def _less(line: TargetLine) -> TargetLine:
    """Four fifths of what was promised, in whole units."""
    value = line.value or Decimal(0)
    return replace(line, value=(value * 4 / 5).quantize(Decimal(1)))
