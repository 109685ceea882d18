"""Rows become what a profile says; what is equal is left alone, what differs is remembered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet

from apps.workplans.models import (
    AttachmentSlot,
    CheckSetting,
    FactDefinition,
    GradeBand,
    ReminderRule,
    ReviewStep,
    RuleSetting,
    ScoreItem,
    TaskScope,
    TaskWindow,
    WeightTemplate,
)

Values = Mapping[str, Any]
M = TypeVar("M", bound=Model)
PARTS: dict[type[Model], str] = {
    TaskWindow: "填报期",
    TaskScope: "范围",
    ReviewStep: "审核步骤",
    AttachmentSlot: "附件",
    FactDefinition: "填报数",
    ScoreItem: "审核要点",
    GradeBand: "等级",
    WeightTemplate: "权重",
    RuleSetting: "参数",
    ReminderRule: "提醒",
    CheckSetting: "智能审核",
}
KEYS: dict[
    type[Model], tuple[str, ...]
] = {  # others point at these rows: they are changed in place
    TaskWindow: ("key",),
    ReviewStep: ("title",),
    ScoreItem: ("group", "name"),
}
ASIDE = 1000  # where rows wait while their positions are given anew


def name(row: Model) -> str:
    """The row as a change names it."""
    return f"“{row}”"


@dataclass
class Writer:
    """Writes what differs. Where it is not open, parts of a plan are compared and left."""

    is_open: bool = True
    changes: list[str] = field(default_factory=list)  # what was written, in the user's words

    def keep(self, model: type[M], key: Values, values: Values) -> M:
        """The row with this key has these values."""
        row, is_new = model._default_manager.get_or_create(**key, defaults=values)
        if is_new:
            self.changes.append(f"增加{name(row)}")
            return row
        self.update(row, values)
        return row

    def update(self, row: Model, values: Values) -> None:
        """What differs is written and remembered."""
        wrong = [key for key, value in values.items() if getattr(row, key) != value]
        for key in wrong:
            label = getattr(row._meta.get_field(key), "verbose_name", key)
            self.changes.append(f"{name(row)}的{label}")
            setattr(row, key, values[key])
        if wrong:
            row.save(update_fields=wrong)

    def drop(self, rows: QuerySet[Any]) -> None:
        """Rows that the profile no longer has."""
        for row in rows:
            self.changes.append(f"删去{name(row)}")
            if self.is_open:
                row.delete()

    def merge(
        self,
        kept: QuerySet[Any],
        owner_name: str,
        wanted: Mapping[M, Sequence[Values]],
        **more: Model,
    ) -> None:
        """Each owner's rows are the wanted ones, read and written at once for all owners."""
        names = next((list(row) for rows in wanted.values() for row in rows), [])
        kept = kept.filter(**{f"{owner_name}__in": list(wanted)})
        found: dict[int, list[Values]] = defaultdict(list)
        for row in kept.values(f"{owner_name}_id", *names):
            found[row.pop(f"{owner_name}_id")].append(row)
        changed = {o: rows for o, rows in wanted.items() if not _same(found[o.pk], rows)}
        self.changes += [f"{name(owner)}的{PARTS[kept.model]}" for owner in changed]
        if changed and self.is_open:
            kept = kept.filter(**{f"{owner_name}__in": list(changed)})
            new = _merged(kept, owner_name, changed)
            kept.model._default_manager.bulk_create(
                kept.model(**{owner_name: owner}, **more, **row) for owner, row in new
            )


def _same(found: Sequence[Values], wanted: Sequence[Values]) -> bool:
    return len(found) == len(wanted) and all(row in found for row in wanted)


def _merged(
    kept: QuerySet[Any], owner_name: str, wanted: Mapping[M, Sequence[Values]]
) -> list[tuple[M, Values]]:
    """Rows that stay have their values, others are gone; answers those still to be made."""
    keys = KEYS.get(kept.model)
    if keys is None:
        kept.delete()
        return [(owner, row) for owner, rows in wanted.items() for row in rows]
    pool: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for old in kept:
        pool[getattr(old, f"{owner_name}_id"), *(getattr(old, key) for key in keys)].append(old)
    new: list[tuple[M, Values]] = []
    staying: list[tuple[Any, Values]] = []
    for owner, rows in wanted.items():
        for row in rows:
            place = pool[owner.pk, *(row[key] for key in keys)]
            if place:
                staying.append((place.pop(0), row))
            else:
                new.append((owner, row))
    _put_in_order(kept, [old for rows in pool.values() for old in rows], staying)
    return new


def _put_in_order(
    kept: QuerySet[Any], leaving: Sequence[Any], staying: Sequence[tuple[Any, Values]]
) -> None:
    """Rows that leave make room; those that stay go aside before they take their new places."""
    for old in leaving:
        old.delete()
    if staying and "position" in staying[0][1]:
        kept.filter(pk__in=[old.pk for old, _ in staying]).update(position=F("position") + ASIDE)
    for old, row in staying:
        wrong = [key for key, value in row.items() if getattr(old, key) != value]
        for key in wrong:
            setattr(old, key, row[key])
        if "position" in row:
            wrong = [*wrong, "position"]
        if wrong:
            old.save(update_fields=wrong)
