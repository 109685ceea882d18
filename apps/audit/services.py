"""The only door into the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction

from apps.audit import permissions, selectors, trail
from apps.audit.models import Chain, Entry, EntryQuerySet
from apps.audit.selectors import Filter
from apps.core import arrival, bulk, clock

if TYPE_CHECKING:
    from apps.organizations.models import User

SYSTEM = "system"
NOBODY = "系统"
MANY = 5000  # entries of a bulk act held in memory at a time


def record(
    *,
    actor: User | None,
    action: str,
    subject: models.Model | None,
    chain: str,
    data: Mapping[str, Any] | None = None,
    label: str = "",
    refusal: bool = False,
) -> Entry:
    """The act stands in the trail if, and only if, the caller's transaction commits.

    The chain's head stays locked until then: whoever writes to several chains in one transaction
    takes them in the order of their names. `data` holds old and new values; a bulk act is one
    entry per unit with count and digest. `label` replaces str(subject).
    Raises TransactionManagementError outside a transaction and TypeError for a float.
    """
    _demand_transaction()
    head = _locked(chain)
    act = _act(actor, action, subject, label) | {"is_refusal": refusal}
    entry = _linked(head, act, data)
    entry.save(force_insert=True)
    head.save(update_fields=["n_entries", "head"])
    return entry


def record_many(
    *,
    actor: User | None,
    action: str,
    subject: models.Model | None,
    lines: Mapping[str, Mapping[str, Any]],
    label: str = "",
) -> int:
    """As record(), one entry a chain for a bulk act on many: `lines` is data by chain.

    All chains are locked at once in the order of their names. Returns how many entries were made.
    Raises as record().
    """
    _demand_transaction()
    act = _act(actor, action, subject, label) | {"is_refusal": False}
    names = sorted(lines)
    for first in range(0, len(names), MANY):
        heads = _all_locked(names[first : first + MANY])
        entries = [_linked(head, act, lines[head.name]) for head in heads]
        bulk.insert(Entry, [_columns(entry) for entry in entries])
        Chain.objects.bulk_update(heads, ["n_entries", "head"], batch_size=500)
    return len(names)


def _demand_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the trail needs the caller's transaction")


def _act(
    actor: User | None, action: str, subject: models.Model | None, label: str
) -> dict[str, Any]:
    """What all entries of one act share."""
    return {
        "at": clock.now(),
        "actor_id": actor.pk if actor else None,
        "actor_label": trail.clean(f"{actor.name}（{actor.username}）" if actor else NOBODY)[:80],
        "action": action,
        "subject_type": subject._meta.label_lower if subject else "",
        "subject_id": str(subject.pk) if subject else "",
        "subject_label": trail.clean(label or str(subject or ""))[:200],
        "ip": arrival.ip()[:45],
    }


def _linked(head: Chain, act: Mapping[str, Any], data: Mapping[str, Any] | None) -> Entry:
    """The chain's next entry, unsaved; the chain's head is moved on, unsaved."""
    entry = Entry(
        chain=head,
        number=head.n_entries + 1,
        data=trail.plain(data or {}),
        previous_hash=head.head,
        **act,
    )
    entry.hash = trail.digest(entry, head.name)
    head.n_entries, head.head = entry.number, entry.hash
    return entry


def _columns(entry: Entry) -> dict[str, Any]:
    """The entry as core.bulk takes it."""
    fields = Entry._meta.local_concrete_fields
    return {
        field.attname: getattr(entry, field.attname) for field in fields if not field.primary_key
    }


def refuse(
    *,
    actor: User | None,
    action: str,
    subject: models.Model | None = None,
    chain: str = SYSTEM,
    data: Mapping[str, Any] | None = None,
    label: str = "",
) -> Entry:
    """A refusal or a failed log-in stands in the trail, in a transaction of its own.

    For error handlers, after the refused transaction rolled back. Raises RuntimeError inside one.
    """
    with transaction.atomic(durable=True):
        return record(
            actor=actor,
            action=action,
            subject=subject,
            chain=chain,
            data=data,
            label=label,
            refusal=True,
        )


def _locked(name: str) -> Chain:
    """The chain's head row, locked; the first entry of a chain creates it, also in a race."""
    chains = Chain.objects.select_for_update()
    head = chains.filter(name=name).first()
    if head is None:
        Chain.objects.bulk_create([Chain(name=name)], ignore_conflicts=True)
        head = chains.get(name=name)
    return head


def _all_locked(names: list[str]) -> list[Chain]:
    """The heads of these chains in the order of their names, locked; new ones are created."""
    chains = Chain.objects.select_for_update().filter(name__in=names).order_by("name")
    heads = list(chains)
    if len(heads) < len(names):
        known = {head.name for head in heads}
        new = [Chain(name=name) for name in names if name not in known]
        Chain.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
        heads = list(chains.all())
    return heads


@transaction.atomic
def export(*, actor: User, wanted: Filter) -> EntryQuerySet:
    """The filtered entries up to this moment, and an entry that says who took them and how many.

    Raises PermissionDenied for all but audit administrators.
    """
    if not permissions.may_read(actor):
        raise PermissionDenied
    entries = selectors.filtered(selectors.visible_entries(actor), wanted)
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    entries = entries.filter(pk__lte=last)
    asked = {name: str(value) for name, value in asdict(wanted).items() if value}
    record(
        actor=actor,
        action="audit.export",
        subject=None,
        chain=SYSTEM,
        data={"filter": asked, "n_entries": entries.count()},
        label="导出系统日志",
    )
    return entries
