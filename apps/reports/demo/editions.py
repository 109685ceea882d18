"""The library's edition of the year in progress: grown from the last, reviewed, in force."""

from __future__ import annotations

from datetime import date

from apps.core import clock
from apps.indicators import library_file
from apps.indicators import services as indicators
from apps.indicators.library_file import Document
from apps.indicators.models import Category, Library
from apps.reports.demo.county import FOLDER, County
from apps.reports.demo.year import Told, at

YEAR = 2024
STARTED, SENT, IN_FORCE = (date(YEAR, 1, day) for day in (8, 12, 19))
ADDITIONS = FOLDER / "library" / f"edition-{YEAR}"


def load(county: County, tell: Told) -> None:
    """The edition, if it is not there yet: written by one person, published by another."""
    documents = library_file.read_all(sorted(ADDITIONS.glob("*.yaml")))
    head = documents[0].library
    editions = Library.objects.filter(jurisdiction=county.region, unit=None, title=head.title)
    if editions.filter(fiscal_year=YEAR).exists():
        return
    with clock.at(at(STARTED)):
        made = indicators.start(
            actor=county.admin,
            jurisdiction=county.region,
            fiscal_year=YEAR,
            title=head.title,
            source=head.source,
            base=editions.order_by("-fiscal_year", "-number")[0],
        )
        n_rows = sum(_grow(county, made, document) for document in documents)
    with clock.at(at(SENT)):
        indicators.submit(actor=county.admin, library=made)
    with clock.at(at(IN_FORCE)):
        indicators.publish(actor=county.scorer, library=made)
    tell(f"指标库{YEAR}年版：新增{n_rows}条，已发布")


def _grow(county: County, edition: Library, document: Document) -> int:
    """The document's rows stand in the category of its code; how many they are."""
    category = Category.objects.get(library=edition, code=document.category.code)
    for line in document.indicators:
        values = line.model_dump()
        indicators.add_row(actor=county.admin, library=edition, category=category, values=values)
    return len(document.indicators)
