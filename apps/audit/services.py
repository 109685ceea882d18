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
from apps.core import arrival, clock

if TYPE_CHECKING:
    from apps.organizations.models import User

SYSTEM = "system"
NOBODY = "系统"


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
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("record() needs the caller's transaction")
    head = _locked(chain)
    entry = Entry(
        chain=head,
        number=head.n_entries + 1,
        at=clock.now(),
        actor_id=actor.pk if actor else None,
        actor_label=trail.clean(f"{actor.name}（{actor.username}）" if actor else NOBODY)[:80],
        action=action,
        subject_type=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        subject_label=trail.clean(label or str(subject or ""))[:200],
        data=trail.plain(data or {}),
        ip=arrival.ip()[:45],
        is_refusal=refusal,
        previous_hash=head.head,
    )
    entry.hash = trail.digest(entry, chain)
    entry.save(force_insert=True)
    head.n_entries, head.head = entry.number, entry.hash
    head.save(update_fields=["n_entries", "head"])
    return entry


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
