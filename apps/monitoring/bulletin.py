"""The county's 通报 of the projects that carry a flag after a node, unit by unit (Y-25, Y-26)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from apps.audit import services as audit
from apps.core import clock, pdf
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.monitoring import selectors
from apps.monitoring.selectors import Flagged
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role, Unit, User
from apps.rules.errors import RuleError
from apps.rules.monitoring import Move

KIND = "monitoring.bulletin"
NOT_YOURS = "监控通报由绩效科或计划管理员生成。"


@dataclass(frozen=True)
class Bulletin:
    """Who carries which flag after one node; classified units and projects are left out."""

    region: Jurisdiction
    year: int
    node_on: date
    n_checked: int  # closed at the node
    flagged: Sequence[Flagged]  # by unit code

    @property
    def title(self) -> str:
        """As it stands over the paper."""
        return f"关于{self.node_on.year}年{self.node_on.month}月绩效监控黄标、红标项目的通报"

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many of each move; 初次黄标 and 升级红标 always."""
        found = Counter(each.move for each in self.flagged)
        always = (Move.FIRST_YELLOW, Move.UPGRADED)
        return [(move.value, found[move]) for move in Move if found[move] or move in always]

    @property
    def units(self) -> list[tuple[Unit, list[Flagged]]]:
        """The projects unit by unit."""
        groups = groupby(self.flagged, key=lambda each: each.unit)
        return [(unit, list(rows)) for unit, rows in groups]


def region_of(user: User) -> Jurisdiction:
    """The county that the person reports on. Raises PermissionDenied for everybody else."""
    region = people.served_jurisdiction(user, Role.PERFORMANCE_REVIEWER, Role.PLAN_ADMIN)
    if region is None:
        raise PermissionDenied(NOT_YOURS)
    return region


def build(region: Jurisdiction, year: int, node_on: date) -> Bulletin:
    """The notice of one node. Raises RuleError while the plan has not settled the flags."""
    checked = selectors.closed_at(region, year, node_on)
    flagged = selectors.flagged_among(checked, region, year)
    return Bulletin(region, year, node_on, len(checked), flagged)


def asked(region: Jurisdiction, year: int, said: str) -> date | None:
    """The node asked for, else the last closed one; None while none is closed.

    Raises RuleError for a day that is no closed node.
    """
    nodes = selectors.closed_nodes(region, year)
    if not said:
        return nodes[-1] if nodes else None
    found = [node for node in nodes if node.isoformat() == said]
    if not found:
        raise RuleError(
            f"节点：“{said[:20]}”没有办结的监控，应为列出的节点。", code="bulletin.node"
        )
    return found[0]


@transaction.atomic
def start(*, actor: User, year: int, node: str) -> Job:
    """A job prints the notice of the node. Raises PermissionDenied or RuleError."""
    region = region_of(actor)
    node_on = asked(region, year, node)
    if node_on is None:
        raise RuleError("还没有办结的监控，没有可通报的。", code="bulletin.none")
    label = f"{region}　{node_on:%Y-%m-%d}监控通报"
    data = {"year": year, "node": node_on.isoformat()}
    audit.record(
        actor=actor,
        action="monitoring.print_bulletin",
        subject=None,
        chain=audit.SYSTEM,
        data=data,
        label=label,
    )
    return jobs.leave(kind=KIND, title=f"生成PDF：{label}", owner=actor, params=data)


def run(job: Job) -> dict[str, Any]:
    """The notice as PDF on the job; the owner's right is asked again (TRUST B12)."""
    region, year = region_of(job.owner), job.params["year"]
    made = build(region, year, date.fromisoformat(job.params["node"]))
    jobs.progress(job=job, n_done=0, n_total=1, message="正在排版")
    job.file = jobs.keep_file(
        content=pdf.render("print/monitoring/bulletin.html", told(made), title=made.title),
        name=f"{made.title}.pdf",
        content_type="application/pdf",
        owner=job.owner,
    )
    jobs.progress(job=job, n_done=1, n_total=1)
    page = reverse("monitoring:bulletin", args=[year])
    query = urlencode({"node": job.params["node"]})
    return {"message": "监控通报已生成PDF。", "url": f"{page}?{query}"}


def told(made: Bulletin) -> dict[str, Any]:
    """What the template is given."""
    return {
        "title": made.title,
        "bulletin": made,
        "bureau": made.region.bureau or f"{made.region}财政局",
        "today": clock.today(),
        "receipt": f"{made.region}　{made.node_on:%Y-%m-%d}节点",
    }
