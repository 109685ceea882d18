"""An edition's way: made from the last one, sent for review, published by another person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from apps.core import bulk, clock
from apps.indicators import permissions
from apps.indicators.models import KEEPERS, Category, Indicator, Library
from apps.indicators.services.writing import NO_RIGHT, locked, note
from apps.notifications import services as notifications
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Unit, User
from apps.rules.errors import RuleError

COPIED = [
    field.attname
    for field in Indicator._meta.local_concrete_fields
    if field.name not in ("id", "category", "origin")
]
NO_VERDICT = "版次由本级绩效科、计划管理员发布，参加过编制的人不能发布。"


@transaction.atomic
def start(
    *,
    actor: User,
    jurisdiction: Jurisdiction,
    fiscal_year: int,
    title: str,
    source: str,
    level: str = "",
    unit: Unit | None = None,
    base: Library | None = None,
) -> Library:
    """A draft edition, with the rows of `base` when one is named; the unit's own where one is.

    `level` says where the content comes from (W-24), the region's own level when empty.
    Raises PermissionDenied, and RuleError while a draft of the same library and year is open.
    """
    if not permissions.may_start(actor, jurisdiction.pk, unit):
        raise PermissionDenied(NO_RIGHT)
    Jurisdiction.objects.select_for_update().get(pk=jurisdiction.pk)  # one number for one edition
    same = Library.objects.filter(
        jurisdiction=jurisdiction, unit=unit, title=title, fiscal_year=fiscal_year
    )
    _refuse_second_draft(same, title, fiscal_year)
    made = Library.objects.create(
        jurisdiction=jurisdiction,
        unit=unit,
        level=Library.Level.DEPARTMENT if unit else level or jurisdiction.level,
        fiscal_year=fiscal_year,
        number=(same.aggregate(last=Max("number"))["last"] or 0) + 1,
        title=title,
        source=source,
        base=base,
    )
    made.editors.add(actor)
    n_rows = _copy(base, made) if base else 0
    note(made, actor, "start_edition", n_rows=n_rows, title=title, level=made.level)
    return made


def _refuse_second_draft(same: Any, title: str, fiscal_year: int) -> None:
    open_one = same.exclude(state=Library.State.PUBLISHED).first()
    if open_one is not None:
        raise RuleError(
            f"《{title}》{open_one.edition}{open_one.get_state_display()}，一个年度同时只编一版。"
            "请接着编那一版，或先删除它。",
            code="open_draft",
            field="fiscal_year",
        )


def _copy(base: Library, made: Library) -> int:
    """The categories and rows of the base stand in the new edition too."""
    old = list(base.categories.all())
    keys = bulk.insert(
        Category,
        [
            {
                "library_id": made.pk,
                "kind": row.kind,
                "code": row.code,
                "name": row.name,
                "position": row.position,
            }
            for row in old
        ],
    )
    places = dict(zip((row.pk for row in old), keys, strict=True))
    return len(bulk.insert(Indicator, list(_copies(base, places))))


def _copies(base: Library, places: dict[int, int]) -> Iterator[dict[str, Any]]:
    for row in Indicator.objects.filter(category__library=base).order_by("pk"):
        values = {name: getattr(row, name) for name in COPIED}
        yield {**values, "category_id": places[row.category_id], "origin_id": row.pk}


@transaction.atomic
def submit(*, actor: User, library: Library) -> Library:
    """The edition waits for publication; those who may publish it are told.

    Raises PermissionDenied, and RuleError for an edition that is no draft or holds no rows.
    """
    held = locked(library, actor)
    n_rows = Indicator.objects.filter(category__library=held).count()
    if not n_rows:
        raise RuleError(f"{held}{held.edition}：还没有指标，至少一条才能送审。", code="empty")
    _move(held, Library.State.REVIEW, remark="", submitted_at=clock.now())
    note(held, actor, "submit_edition", n_rows=n_rows)
    _tell(
        held, _judges(held), "submitted", f"《{held}》{held.edition}待发布", f"共{n_rows}条指标。"
    )
    return held


def _judges(library: Library) -> list[User]:
    """Who may publish it."""
    if library.jurisdiction is None:
        return []
    keepers = people.people_in(library.jurisdiction, *KEEPERS)
    return [person for person in keepers if permissions.may_judge(person, library)]


@transaction.atomic
def send_back(*, actor: User, library: Library, remark: str) -> Library:
    """The edition is a draft again with the remark; its editors are told.

    Raises PermissionDenied, and RuleError for an edition that does not wait for publication.
    """
    held = _judged(library, actor)
    if not remark.strip():
        raise RuleError("退回意见：未填，写明要改什么。", code="remark", field="remark")
    _move(held, Library.State.DRAFT, remark=remark.strip())
    note(held, actor, "return_edition", remark=held.remark)
    _tell(held, held.editors.all(), "returned", f"《{held}》{held.edition}退回修改", held.remark)
    return held


@transaction.atomic
def publish(*, actor: User, library: Library) -> Library:
    """The edition is in force from its year on; its editors are told.

    Raises PermissionDenied, also for one of its editors, and RuleError for an edition that does not
    wait for publication. Source: Q-12.
    """
    held = _judged(library, actor)
    _move(held, Library.State.PUBLISHED, published_at=clock.now(), published_by=actor)
    n_rows = Indicator.objects.filter(category__library=held).count()
    note(held, actor, "publish_edition", n_rows=n_rows)
    told = f"{held.fiscal_year}年度起选用，共{n_rows}条指标。"
    _tell(held, held.editors.all(), "published", f"《{held}》{held.edition}已发布", told)
    return held


def _judged(library: Library, actor: User) -> Library:
    """The waiting edition, locked, for one who may judge it."""
    if not permissions.may_judge(actor, library):
        raise PermissionDenied(NO_VERDICT)
    held = Library.objects.select_for_update(of=("self",)).get(pk=library.pk)
    if held.state != Library.State.REVIEW:
        raise RuleError(
            f"{held}{held.edition}：{held.get_state_display()}，送审以后才能发布或退回。",
            code="state",
        )
    return held


@transaction.atomic
def drop(*, actor: User, library: Library) -> None:
    """The draft edition is gone with its rows. Raises PermissionDenied, or RuleError for others."""
    held = locked(library, actor)
    n_rows = Indicator.objects.filter(category__library=held).count()
    note(held, actor, "drop_edition", n_rows=n_rows, title=held.title)
    held.delete()


def _move(library: Library, state: str, **more: Any) -> None:
    library.state = state
    for name, value in more.items():
        setattr(library, name, value)
    library.save(update_fields=["state", *more])


def _tell(library: Library, whom: Any, what: str, title: str, body: str) -> None:
    moment = library.submitted_at.isoformat() if library.submitted_at else ""
    notifications.notify(
        recipients=whom,
        kind=f"indicators.{what}",
        key=f"edition {library.public_id} {moment}",
        title=title,
        body=body,
        url=f"/{library.fiscal_year}/indicators/editions/{library.public_id}/",
    )
