"""What sample checks found, in the ledger (抽审)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from apps.filings.models import ReturnItem, SampleItem
from apps.filings.stages import hooks_for
from apps.organizations.models import User
from apps.rectification.models import Problem, Source, State, Step
from apps.rectification.services import moves, telling
from apps.rectification.services.opening import MOST_TEXT, Found, Reference, open_problem
from apps.rectification.services.rechecking import taken_back

KIND = "filings.sample_item"
UNANSWERED = Q(state__in=[State.OPEN, State.REFUSED], answered_at=None)


@transaction.atomic
def take_over(*, item_id: int) -> Problem | None:
    """The item's problem as its check stands now; None where there is none to keep.

    What the unit has not answered yet follows the check: a corrected finding brings its new
    text, a result corrected to 合格 takes the problem back, a refusal on record with it.
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
    found = Found(
        unit=filing.unit,
        project=project,
        year=filing.fiscal_year,
        source=Source.SAMPLE,
        title=f"抽审不合格：{title}",
        text=_text(item),
        demands="逐条改正，说明改在哪里，并附佐证。",
        reference=Reference(KIND, str(item.public_id), f"{item.draw}第{item.position}件"),
    )
    problem = open_problem(actor=item.checker, found=found)
    return _amended(problem, item.checker, found.text)


def _text(item: SampleItem) -> str:
    """Every finding on a line, then the opinion; what no ledger holds stays with the sample."""
    said = [
        f"{n}. {one['place']}：{one['message']}（{_weight(one)}）"
        for n, one in enumerate(item.problems, 1)
    ]
    whole = "\n".join([*said, item.opinion]).strip()
    if len(whole) <= MOST_TEXT:
        return whole
    rest = f"…共{len(said)}条，见抽审记录。"
    return whole[: MOST_TEXT - len(rest)] + rest


def _amended(problem: Problem, actor: User | None, text: str) -> Problem:
    """While nobody has answered or refused it, the problem says what the check says now."""
    problem = moves.locked(problem)
    if problem.text == text or not moves.allows(problem, Step.Act.AMEND):
        return problem
    moves.move(problem, Step.Act.AMEND, text=text)
    step = moves.step(problem, Step.Act.AMEND, actor, text, problem.due_on)
    moves.note(problem, actor, "amend_problem", text=text)
    telling.tell(problem, step, telling.of_unit(problem), "整改内容已更正")
    return problem


def _weight(problem: dict[str, str]) -> str:
    """必须改 or 建议改, as the check said it."""
    return ReturnItem.Severity(problem.get("severity", ReturnItem.Severity.MUST)).label


def _taken_back(item: SampleItem) -> Problem | None:
    rows = Problem.objects.filter(UNANSWERED, ref_kind=KIND, ref_id=str(item.public_id))
    problem = rows.first()
    if problem is None:
        return None
    problem = moves.locked(problem)
    if not rows.filter(pk=problem.pk).exists():  # answered in the moment between
        return problem
    return taken_back(problem, item.checker, "抽审结果已更正为合格。")
