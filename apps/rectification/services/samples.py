"""What sample checks found, in the ledger (抽审)."""

from __future__ import annotations

from django.db import transaction

from apps.filings.models import SampleItem
from apps.filings.stages import hooks_for
from apps.rectification.models import Problem, Source, State
from apps.rectification.services import moves
from apps.rectification.services.opening import Found, Reference, open_problem
from apps.rectification.services.rechecking import taken_back

KIND = "filings.sample_item"


@transaction.atomic
def take_over(*, item_id: int) -> Problem | None:
    """The item's problem as its check stands now; None where there is none to keep.

    A result corrected to 合格 takes back what the unit has not answered yet.
    """
    rows = SampleItem.objects.select_related(
        "draw", "checker", "filing__unit__jurisdiction", "filing__assignment__project"
    )
    item = rows.filter(pk=item_id).first()
    if item is None:
        return None
    if item.result == SampleItem.Result.FAULTY:
        return _opened(item)
    return _taken_back(item)


def _opened(item: SampleItem) -> Problem | None:
    """Opened once for the item; a classified unit or project has none here."""
    filing = item.filing
    project = filing.assignment.project
    if filing.unit.is_classified or (project and project.is_classified):
        return None
    title = hooks_for(filing.kind).title
    said = [f"{one['place']}：{one['message']}" for one in item.problems]
    found = Found(
        unit=filing.unit,
        project=project,
        year=filing.fiscal_year,
        source=Source.SAMPLE,
        title=f"抽审不合格：{title}",
        text="\n".join([*said, item.opinion]).strip(),
        demands="逐条改正，说明改在哪里，并附佐证。",
        reference=Reference(KIND, str(item.public_id), f"{item.draw}第{item.position}件"),
    )
    return open_problem(actor=item.checker, found=found)


def _taken_back(item: SampleItem) -> Problem | None:
    rows = Problem.objects.filter(ref_kind=KIND, ref_id=str(item.public_id), state=State.OPEN)
    problem = rows.first()
    if problem is None:
        return None
    problem = moves.locked(problem)
    if problem.state != State.OPEN:  # answered in the moment between
        return problem
    return taken_back(problem, item.checker, "抽审结果已更正为合格。")
