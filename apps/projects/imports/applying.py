"""Writes a checked list: all of it in the caller's transaction, many rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from apps.core import bulk, clock
from apps.jobs import services as jobs
from apps.organizations.models import Jurisdiction
from apps.projects.imports import trail
from apps.projects.imports.checking import PLACE, Item
from apps.projects.imports.plans import Plan
from apps.projects.imports.trail import Batch
from apps.projects.models import FundLine, Project, ProjectYear

BATCH = 500


def apply(plan: Plan[Item], batch: Batch) -> None:
    """The plan's rows are stored; one audit line a unit, one event for the batch."""
    items = [item for item in plan.items if item.kind != "same"]
    if not items:
        return
    moment = clock.now()
    _store_projects(items, batch.jurisdiction, moment)
    _store_places(items, batch.jurisdiction, batch.year)
    _store_money(items)
    _store_tags(items)
    trail.record(batch, "projects.import", ((item.unit, _told(item)) for item in items))
    jobs.leave_event(
        kind="projects.imported",
        key=batch.key,
        payload={"jurisdiction": batch.jurisdiction.pk, "fiscal_year": batch.year},
    )


def _store_projects(items: Sequence[Item], jurisdiction: Jurisdiction, moment: datetime) -> None:
    """New projects in execution; changed ones column by column."""
    changed = [item for item in items if item.project is not None and item.facts]
    fresh = [item for item in items if item.project is None]
    rows = [
        {
            "jurisdiction_id": jurisdiction.pk,
            "unit_id": item.unit.pk,
            "code": item.code,
            "created_at": moment,
            **item.facts,
        }
        for item in fresh
    ]
    for item, key in zip(fresh, bulk.insert(Project, rows), strict=True):
        item.project_id = key
    for item in changed:
        for name, value in item.facts.items():
            setattr(item.project, name, value)
    columns = sorted({key for item in changed for key in item.facts})
    if columns:
        known = [item.project for item in changed if item.project]
        Project.objects.bulk_update(known, columns, batch_size=BATCH)
    _activate(items)


def _activate(items: Sequence[Item]) -> None:
    """A reserved project that enters the year's budget is in execution."""
    joining = [item.project for item in items if item.project and item.place is None]
    reserved = [project for project in joining if project.state == Project.State.RESERVE]
    for project in reserved:
        project.state = Project.State.ACTIVE
    Project.objects.bulk_update(reserved, ["state"], batch_size=BATCH)


def _store_places(items: Sequence[Item], jurisdiction: Jurisdiction, year: int) -> None:
    fresh = [item for item in items if item.place is None]
    rows = [
        {
            "project_id": item.project_id,
            "jurisdiction_id": jurisdiction.pk,
            "fiscal_year": year,
            **item.joined,
        }
        for item in fresh
    ]
    for item, key in zip(fresh, bulk.insert(ProjectYear, rows), strict=True):
        item.place_id = key
    changed = [item.place for item in items if item.place and item.joined]
    for item in items:
        for name, value in item.joined.items() if item.place else ():
            setattr(item.place, name, value)
    ProjectYear.objects.bulk_update(changed, list(PLACE), batch_size=BATCH)


def _store_money(items: Sequence[Item]) -> None:
    """New lines by the thousand; changed ones under the key of the stored line."""
    fresh: list[dict[str, Any]] = []
    changed: list[FundLine] = []
    for item in items:
        for key, amounts in item.money.items():
            line = {"year_id": item.place_id, "source": key[0], "level": key[1], **amounts}
            if key in item.lines:
                changed.append(FundLine(pk=item.lines[key], **line))
            else:
                fresh.append(line)
    bulk.insert(FundLine, fresh)
    FundLine.objects.bulk_update(changed, ["initial", "adjusted", "arrived"], batch_size=BATCH)


def _store_tags(items: Sequence[Item]) -> None:
    through = Project.fund_tags.through
    touched = [item for item in items if item.tags is not None]
    for ids in _batches([item.project_id for item in touched if item.project]):
        through.objects.filter(project__in=ids).delete()
    rows = [
        {"project_id": item.project_id, "fundtag_id": tag}
        for item in touched
        for tag in sorted(item.tags or ())
    ]
    bulk.insert(through, rows)


def _batches(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + 5_000] for start in range(0, len(ids), 5_000)]


def _told(item: Item) -> list[Any]:
    """What the row changed, for the digest."""
    return [
        item.code,
        item.facts,
        item.joined,
        sorted(item.tags) if item.tags is not None else None,
        {"/".join(key): list(money.values()) for key, money in item.money.items()},
    ]
