"""What finance sees before it finds 合格 or 不合格, and what the unit sees once that stands."""

from __future__ import annotations

from dataclasses import dataclass

from apps.filings.models import DESK_STATES, Filing, Revision
from apps.monitoring import content, deciding, nodes, selectors
from apps.monitoring.models import NodeLights, NodeVerdict
from apps.monitoring.selectors import Standing
from apps.rectification.selectors import payment_state
from apps.rules.monitoring import Node


@dataclass(frozen=True)
class DecisionScreen:
    """The decision page of one filing."""

    filing: Filing
    revision: Revision
    node: Node
    figures: list[tuple[str, str]]
    lights: NodeLights | None
    lacking: str  # why nothing is lit
    verdict: NodeVerdict | None
    standing: Standing  # the flag that the project carries by what counts so far
    payment_state: str  # 拨付状态 of the project; empty for a unit as a whole
    is_on_desk: bool

    @property
    def is_of_this_version(self) -> bool:
        """Whether the newest verdict is about the version on the page."""
        return self.verdict is not None and self.verdict.revision_id == self.revision.pk

    @property
    def initial(self) -> dict[str, str]:
        """What stands already, to be changed; a verdict is never proposed as if it were chosen."""
        if self.verdict is None or not self.is_of_this_version:
            return {}
        return {"verdict": self.verdict.verdict, "reason": self.verdict.reason}


def decision_screen(filing: Filing) -> DecisionScreen | None:
    """The page on the version submitted last; None while nothing was submitted."""
    sent = filing.revisions.filter(submitted_at__isnull=False)
    revision = sent.order_by("-number").first()
    if revision is None:
        return None
    revision.filing = filing
    node = nodes.node_of(filing)
    lights = content.lights_of(revision)
    project, year = filing.assignment.project, node.fiscal_year
    return DecisionScreen(
        filing=filing,
        revision=revision,
        node=node,
        figures=content.figures(revision),
        lights=lights,
        lacking="" if lights else content.lacking(revision),
        verdict=deciding.counted(filing),
        standing=_standing(filing, year),
        payment_state=payment_state(project, year) if project else "",
        is_on_desk=filing.state in DESK_STATES,
    )


def _standing(filing: Filing, year: int) -> Standing:
    """The flag of what the filing is about: its project, or the unit as a whole."""
    project = filing.assignment.project
    if project is None:
        return selectors.standing_of_unit(filing.unit, year)
    return selectors.standing_of(project, year)
