"""Rows and categories of a draft edition, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from apps.indicators.models import Category, Indicator, Library
from apps.indicators.services.writing import change, line_of, locked, note, searchable, values_of
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.target_form import LEVEL1, LEVEL2


@transaction.atomic
def add_category(
    *, actor: User, library: Library, name: str, kind: str, code: str = ""
) -> Category:
    """The draft has one more category, in the last place. Raises PermissionDenied or RuleError."""
    held = locked(library, actor)
    made = new_category(held, name=name, kind=kind, code=code)
    note(held, actor, "add_category", category=made.name)
    return made


def new_category(library: Library, *, name: str, kind: str, code: str = "") -> Category:
    """The category stored; in the caller's transaction. Raises RuleError for one there is."""
    rows = library.categories.all()
    last = rows.aggregate(last=Max("position"))["last"] or 0
    code = code or f"c{last + 1}"
    if rows.filter(name=name).exists() or rows.filter(code=code).exists():
        raise RuleError(
            f"类别：填“{name}”，本版已有同名或同标识的类别。", code="twice", field="name"
        )
    return Category.objects.create(
        library=library, name=name, kind=kind, code=code, position=last + 1
    )


@transaction.atomic
def add_row(
    *, actor: User, library: Library, category: Category, values: Mapping[str, Any]
) -> Indicator:
    """The draft has the row; without a code it gets the next of its place.

    Raises PermissionDenied, and RuleError that names the field.
    """
    held = locked(library, actor)
    made = new_row(held, category, values)
    note(held, actor, "add_indicator", code=made.code, name=made.name)
    return made


def new_row(library: Library, category: Category, values: Mapping[str, Any]) -> Indicator:
    """The row stored; in the caller's transaction. Raises RuleError that names the field."""
    told = dict(values)
    told["code"] = told.get("code") or next_code(
        category, str(told.get("level1", "")), str(told.get("level2", ""))
    )
    line = line_of(told)
    _refuse_double(library, category, line.code, line.level2, line.name)
    return Indicator.objects.create(category=category, pieces=searchable(line), **line.model_dump())


def _refuse_double(
    library: Library, category: Category, code: str, level2: str, name: str, pk: int = 0
) -> None:
    """No code twice in an edition, no name twice in a category's second level."""
    rows = Indicator.objects.filter(category__library=library).exclude(pk=pk)
    if rows.filter(code=code).exists():
        raise RuleError(
            f"标识：填“{code}”，本版已有这个标识，一版里只能有一次。", code="twice", field="code"
        )
    if rows.filter(category=category, level2=level2, name=name).exists():
        raise RuleError(
            f"三级指标：填“{name}”，{category}的{level2}里已有同名指标。",
            code="twice",
            field="name",
        )


def next_code(category: Category, level1: str, level2: str) -> str:
    """The next free code of a place: the category's letters, level, second level, number."""
    codes = set(
        Indicator.objects.filter(category__library=category.library_id).values_list(
            "code", flat=True
        )
    )
    first = category.indicators.values_list("code", flat=True).first() or category.code
    letters = first.partition("-")[0][:20]
    place = f"{_place(LEVEL1, level1)}{_place(LEVEL2.get(level1, ()), level2)}"
    number = 1
    while f"{letters}-{place}{number:02}" in codes:
        number += 1
    return f"{letters}-{place}{number:02}"


def _place(words: tuple[str, ...], word: str) -> int:
    return words.index(word) + 1 if word in words else 0


@transaction.atomic
def edit_row(
    *, actor: User, row: Indicator, values: Mapping[str, Any], category: Category | None = None
) -> Indicator:
    """The draft's row says what the values say; its code stays.

    Raises PermissionDenied, and RuleError that names the field.
    """
    library = locked(row.category.library, actor)
    line = line_of({**values, "code": row.code})
    place = category or row.category
    _refuse_double(library, place, line.code, line.level2, line.name, row.pk)
    before = {name: getattr(row, name) for name in values_of(line)}
    wanted = values_of(line)
    if change(row, {**wanted, "category": place}):
        shown = {name: before[name] for name in wanted if before[name] != wanted[name]}
        shown.pop("pieces", None)
        told = {name: str(value) for name, value in shown.items()}
        note(library, actor, "edit_indicator", code=row.code, before=told)
    return row


@transaction.atomic
def withdraw_row(*, actor: User, row: Indicator) -> None:
    """The draft no longer has the row; earlier editions keep theirs.

    Raises PermissionDenied, and RuleError once the edition is no draft.
    """
    library = locked(row.category.library, actor)
    note(library, actor, "withdraw_indicator", code=row.code, name=row.name)
    row.delete()
