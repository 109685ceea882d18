"""A draft edition of each county's library, a row of it, and one that waits for publication."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.indicators import exports, services
from apps.indicators.models import Indicator, Library
from tests.personas import World

ROW = {
    "level1": "产出",
    "level2": "数量",
    "name": "更换老旧水表数量",
    "operator": "≥",
    "direction": "正向",
    "unit": "块",
    "explanation": "年度内更换并验收的水表块数",
}
NEW = {"owner": "652823", "fiscal_year": 2026, "title": "新指标体系", "source": "本级梳理"}
CATEGORY = {"name": "林草", "kind": "industry"}


def edition_objects(where: World) -> dict[str, Any]:
    """The editions under the kinds by which routes ask for them; the plan administrator's work."""
    draft = _edition(where, 2025)
    waiting = _edition(where, 2024)
    services.submit(actor=where.people["plan_admin"], library=waiting)
    return {
        "edition.draft": draft,
        "edition.waiting": waiting,
        "edition.row": Indicator.objects.get(category__library=draft),
    }


def _edition(where: World, year: int) -> Library:
    admin = where.people["plan_admin"]
    made = services.start(
        actor=admin,
        jurisdiction=where.county,
        fiscal_year=year,
        title="县级指标体系",
        source="县财政局",
    )
    place = services.add_category(actor=admin, library=made, name="水利", kind="industry")
    services.add_row(actor=admin, library=made, category=place, values=ROW)
    return made


def _row(county: Any, thing: Any) -> dict[str, Any]:
    """A further row of the draft, or its row renamed."""
    row = thing if isinstance(thing, Indicator) else Indicator.objects.get(category__library=thing)
    return {**ROW, "name": "新装水表数量", "category": row.category_id}


def _book(county: Any, edition: Any) -> dict[str, Any]:
    """The edition's own workbook: taken in, it changes nothing."""
    key = f"edition {edition.pk}"
    if key not in county.books:
        county.books[key] = exports.edition(edition)
    return {"file": SimpleUploadedFile("指标.xlsx", county.books[key])}


def _taken(county: Any, edition: Any) -> dict[str, Any]:
    place = edition.categories.get()
    return {"category": place.pk, "keys": ["数量|定量|没有这样的"]}


def same(**body: Any) -> Any:
    """A body that does not depend on the object; a fresh copy each time."""
    return lambda county, thing: dict(body)


BODIES: dict[str, Any] = {
    "indicators:editions": same(**NEW),
    "indicators:new_row": _row,
    "indicators:row": _row,
    "indicators:add_category": same(**CATEGORY),
    "indicators:import_edition": _book,
    "indicators:candidates": _taken,
    "indicators:return_edition": same(remark="补充数据来源"),
    "api-editions": same(**NEW),
    "api-edition-rows": _row,
    "api-edition-row": _row,
    "api-edition-categories": same(**CATEGORY),
    "api-edition-workbook": _book,
    "api-edition-candidates": _taken,
    "api-edition-return": same(remark="补充数据来源"),
}
