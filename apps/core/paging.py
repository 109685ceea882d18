"""Keyset pages: the same cost on the first page and the ten-thousandth, no count, no offset."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from django.core import signing
from django.db.models import F, Model, Q, QuerySet
from django.http import HttpRequest

ROW = TypeVar("ROW", bound=Model)
ITEM = TypeVar("ITEM")
SIZE = 50


@dataclass(frozen=True)
class Page(Generic[ITEM]):
    """Up to 50 rows with the links to their neighbours; an empty link where there is none."""

    rows: list[ITEM]
    prev_url: str
    next_url: str


class Key(NamedTuple):
    """A row's place in its list."""

    pk: int
    value: Any


def page_of(
    request: HttpRequest, rows: QuerySet[ROW], field: str = "id", *, descending: bool = False
) -> Page[ROW]:
    """The page that `?after=` or `?before=` names, ordered by a field and the id.

    The field needs an index that ends in the id; ascending, empty ones come last;
    descending, it may not be empty. A mark that was tampered with means the first page.

    Keys first: asked for whole rows at once, the database joins all that wait before it sorts them
    when it guesses their number too low, as it does for a desk and a year.
    """
    page = keys_of(request, rows, field, descending=descending)
    keys = [key.pk for key in page.rows]
    by_key = {row.pk: row for row in rows.filter(pk__in=keys)} if keys else {}
    found = [by_key[key] for key in keys if key in by_key]  # one may have gone in between
    return Page(found, page.prev_url, page.next_url)


def keys_of(
    request: HttpRequest, rows: QuerySet[ROW], field: str = "id", *, descending: bool = False
) -> Page[Key]:
    """As page_of, for a list that reads its rows by their keys in its own way."""
    back = "before" in request.GET
    mark = _mark(request.GET.get("before" if back else "after", ""), field)
    wanted = rows.filter(_beyond(field, mark, descending, back)) if mark else rows
    wanted = wanted.order_by(*_order(field, descending, back and mark is not None))
    columns = wanted.prefetch_related(None).values_list("pk", field)
    found = [Key(pk, value) for pk, value in columns[: SIZE + 1]]
    more = len(found) > SIZE
    found = found[:SIZE]
    if back and mark:
        found.reverse()
    has_prev = more if back and mark else mark is not None
    has_next = True if back and mark else more
    return Page(
        rows=found,
        prev_url=_url(request, "before", field, found[0]) if found and has_prev else "",
        next_url=_url(request, "after", field, found[-1]) if found and has_next else "",
    )


def _order(field: str, descending: bool, back: bool) -> list[Any]:
    down = descending != back
    if field == "id":
        return ["-id" if down else "id"]
    # PostgreSQL's own order puts empty ones last going up and first going down, as its index does.
    lead = F(field).desc(nulls_first=True) if down and back else F(field).asc(nulls_last=True)
    if descending:
        return [f"-{field}" if down else field, "-id" if down else "id"]
    return [lead, "-id" if down else "id"]


def _beyond(field: str, mark: tuple[Any, int], descending: bool, back: bool) -> Q:
    """Rows after the mark in reading order (before it when going back)."""
    value, pk = mark
    step = "lt" if descending != back else "gt"
    same = Q(**{f"{field}__isnull": True}) if value is None else Q(**{field: value})
    beside = same & Q(**{f"id__{step}": pk})
    if field == "id":
        return Q(**{f"id__{step}": pk})
    if value is None:
        return beside | Q(**{f"{field}__isnull": False}) if back else beside
    further = beside | Q(**{f"{field}__{step}": value})
    return further if back or descending else further | Q(**{f"{field}__isnull": True})


def _url(request: HttpRequest, side: str, field: str, row: Key) -> str:
    """The present address with its filters, moved to one side of a row."""
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[side] = _packed(row.value, row.pk, field)
    return f"{request.path}?{query.urlencode()}"


def _packed(value: Any, pk: int, field: str) -> str:
    kind = type(value).__name__
    text = value.isoformat() if isinstance(value, date) else value
    return signing.dumps([kind, text, pk], salt=f"paging.{field}", compress=False)


def _mark(text: str, field: str) -> tuple[Any, int] | None:
    if not text:
        return None
    try:
        kind, value, pk = signing.loads(text, salt=f"paging.{field}")
    except signing.BadSignature:
        return None
    if kind == "datetime":
        value = datetime.fromisoformat(value)
    elif kind == "date":
        value = date.fromisoformat(value)
    return value, pk
