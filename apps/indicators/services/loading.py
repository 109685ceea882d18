"""An edition from its files, as the product ships them; it is published at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.indicators import permissions
from apps.indicators.library_file import CategoryHead, Document, LibraryHead, Line
from apps.indicators.models import Category, Indicator, Library
from apps.indicators.services.writing import change, searchable, values_of
from apps.organizations.models import Jurisdiction, User
from apps.rules.errors import RuleError


@dataclass(frozen=True)
class Loaded:
    """What loading did to one category; `n_extra` rows stand in the library but not in the file."""

    category: str
    n_added: int
    n_changed: int
    n_same: int
    n_extra: int

    @property
    def n_written(self) -> int:
        """Rows that were added or changed."""
        return self.n_added + self.n_changed


@transaction.atomic
def load(
    *, actor: User | None, documents: Sequence[Document], jurisdiction: str | None = None
) -> list[Loaded]:
    """The libraries hold what the files say, row by row by code; nothing is deleted.

    A row that targets were picked from stays, also when a later file leaves it out. The same files
    again change nothing. `jurisdiction` is the code of the region that takes files over which name
    none. Raises PermissionDenied, and RuleError for an unknown jurisdiction.
    """
    if jurisdiction:
        documents = [_taken_over(document, jurisdiction) for document in documents]
    heads = dict.fromkeys(document.library for document in documents)
    return [
        loaded
        for head in heads
        for loaded in _load_library(actor, head, [d for d in documents if d.library == head])
    ]


def _taken_over(document: Document, jurisdiction: str) -> Document:
    head = document.library
    own = head.model_copy(update={"jurisdiction": head.jurisdiction or jurisdiction})
    return document.model_copy(update={"library": own})


def _load_library(
    actor: User | None, head: LibraryHead, documents: Sequence[Document]
) -> list[Loaded]:
    jurisdiction = _jurisdiction(head.jurisdiction)
    if not permissions.may_load(actor, jurisdiction.pk if jurisdiction else None):
        raise PermissionDenied
    library, is_new = Library.objects.get_or_create(
        jurisdiction=jurisdiction,
        title=head.title,
        fiscal_year=head.fiscal_year,
        number=1,
        unit=None,
        defaults={
            "source": head.source,
            "level": jurisdiction.level if jurisdiction else Library.Level.SHARED,
            "state": Library.State.PUBLISHED,
            "published_at": clock.now(),
        },
    )
    library = Library.objects.select_for_update(of=("self",)).get(pk=library.pk)
    is_changed = is_new or change(library, {"source": head.source})
    results = []
    for document in documents:
        category, category_changed = _category(library, document.category)
        results.append(_load_lines(category, document.indicators))
        is_changed = is_changed or category_changed or results[-1].n_written > 0
    if is_changed:
        audit.record(
            actor=actor,
            action="indicators.load",
            subject=library,
            chain=f"region:{jurisdiction.code}" if jurisdiction else "system",
            data={"fiscal_year": head.fiscal_year, "categories": [asdict(r) for r in results]},
        )
    return results


def _jurisdiction(code: str | None) -> Jurisdiction | None:
    if code is None:
        return None
    jurisdiction = Jurisdiction.objects.filter(code=code).first()
    if jurisdiction is None:
        raise RuleError(
            f"library.jurisdiction：填“{code}”，没有这个区划代码。没有载入任何数据。",
            code="library_file",
        )
    return jurisdiction


def _category(library: Library, head: CategoryHead) -> tuple[Category, bool]:
    """The category as the file names it, and whether that is news."""
    wanted: dict[str, object] = {"name": head.name, "position": head.position, "kind": head.kind}
    category, is_new = Category.objects.get_or_create(
        library=library, code=head.code, defaults=wanted
    )
    return category, is_new or change(category, wanted)


def _load_lines(category: Category, lines: Sequence[Line]) -> Loaded:
    known = {row.code: row for row in category.indicators.all()}
    added = [
        Indicator(category=category, pieces=searchable(line), **line.model_dump())
        for line in lines
        if line.code not in known
    ]
    Indicator.objects.bulk_create(added)
    old = [line for line in lines if line.code in known]
    n_changed = sum(change(known[line.code], values_of(line)) for line in old)
    return Loaded(
        category=category.name,
        n_added=len(added),
        n_changed=n_changed,
        n_same=len(old) - n_changed,
        n_extra=len(known) - len(old),
    )
