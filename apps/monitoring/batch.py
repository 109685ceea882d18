"""Many projects of a unit at one node: each is the single act, with a result of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from apps.filings import services as filings
from apps.filings.models import Filing
from apps.monitoring import content
from apps.monitoring.forms import node_form
from apps.monitoring.inputs import inputs_of
from apps.monitoring.overview import Posted
from apps.monitoring.services import save
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.rules.errors import RuleError
from apps.workplans.models import Assignment


@dataclass(frozen=True)
class Done:
    """What became of one of many; `error` is empty where it was done."""

    key: str  # public id of the filing, or of the assignment that was to be opened
    subject: str
    error: str = ""
    is_changed: bool = True


def open_each(*, actor: User, assignments: Iterable[Assignment]) -> list[Done]:
    """A draft for each of the assignments, in a transaction of its own; one that is there stays."""
    done = []
    for assignment in assignments:
        key, subject = str(assignment.public_id), str(assignment.subject or assignment.unit)
        try:
            filings.open_filing(assignment=assignment, actor=actor)
            done.append(Done(key, subject))
        except RuleError as error:
            done.append(Done(key, subject, str(error), is_changed=False))
    return done


def save_each(*, actor: User, entries: Iterable[Posted]) -> list[Done]:
    """Each filing saved for itself where anything was changed; others' filings are left out.

    Only the cells that were sent change. Amounts of the inputs in 万元.
    """
    wanted = {entry.filing: entry for entry in entries}
    rows = Filing.objects.visible_to(actor).filter(
        kind__in=content.KINDS,
        public_id__in=[key for key in wanted if _is_id(key)],
        unit__in=people.units_of(actor, Role.FILER),
    )
    around = ("assignment__task", "assignment__window", "assignment__project", "unit")
    return [
        _saved(actor, row, wanted[str(row.public_id)])
        for row in rows.select_related(*around).order_by("pk")
    ]


def _saved(actor: User, filing: Filing, entry: Posted) -> Done:
    key, subject = entry.filing, str(filing.assignment.project or filing.unit)
    stored = inputs_of(content.form_of(filing.revisions.order_by("-number")[0]))
    form = node_form(stored | entry.inputs)
    if form == node_form(stored):
        return Done(key, subject, is_changed=False)
    try:
        save(filing=filing, actor=actor, version=entry.version, form=form)
    except RuleError as error:
        return Done(key, subject, str(error), is_changed=False)
    return Done(key, subject)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
