"""The documents that tasks stand on (依据库), and the events that windows wait for."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from apps.audit import services as audit
from apps.organizations.models import Jurisdiction, User
from apps.rules.errors import RuleError
from apps.workplans import permissions
from apps.workplans.models import BasisDocument, Plan, PlanEvent, PlanTask
from apps.workplans.profiles import DocumentRow, EventRow
from apps.workplans.reckoning import reckoned
from apps.workplans.services.editing.common import (
    Values,
    checked,
    differing,
    free_code,
    opened,
    recorded,
    refusal,
)
from apps.workplans.services.editing.granted import demand_same_day
from apps.workplans.services.exporting import document_row, event_row, window_row
from apps.workplans.services.loading.values import document_values, window_values


# --- documents --------------------------------------------------------------------------------
@transaction.atomic
def add_document(*, jurisdiction: Jurisdiction, values: Values, actor: User) -> BasisDocument:
    """A new document of the library. `values`: the keys of DocumentRow; without `code` one is made.

    The library belongs to the jurisdiction, not to a plan, and is open at any time.
    """
    place = _library(jurisdiction, actor)
    taken = list(place.basis_documents.values_list("code", flat=True))
    row = _document({"code": free_code("doc-", taken)} | dict(values))
    if row.code in taken:
        raise refusal(f"标识：“{row.code}”已是另一份文件的，换一个。", field="code")
    document = BasisDocument.objects.create(
        jurisdiction=place, code=row.code, **document_values(row)
    )
    _record(place, actor, "add_document", document)
    return document


@transaction.atomic
def edit_document(*, document: BasisDocument, values: Values, actor: User) -> BasisDocument:
    """The document has these values; its code stays."""
    place = _library(document.jurisdiction, actor)
    document = place.basis_documents.get(pk=document.pk)
    now = document_row(document)
    row = _document(now.model_dump() | dict(values) | {"code": document.code})
    data = differing(now, row)
    if not data:
        return document
    columns = document_values(row)
    for key, value in columns.items():
        setattr(document, key, value)
    document.save(update_fields=list(columns))
    _record(place, actor, "edit_document", document, **data)
    return document


@transaction.atomic
def remove_document(*, document: BasisDocument, actor: User) -> None:
    """The document is gone. Refused while a task stands on it."""
    place = _library(document.jurisdiction, actor)
    document = place.basis_documents.get(pk=document.pk)
    task = document.tasks.select_related("plan").first()
    if task is not None:
        raise RuleError(
            f"{document}：“{task.plan}”的“{task}”以它为依据，先在任务里取消再删。",
            code="workplans.document_used",
        )
    _record(place, actor, "remove_document", document)
    document.delete()


@transaction.atomic
def set_basis(*, task: PlanTask, codes: Sequence[str], actor: User) -> PlanTask:
    """The task stands on these documents of the jurisdiction."""
    plan = opened(task.plan, actor)
    task = plan.tasks.get(pk=task.pk)
    known = {row.code: row for row in plan.jurisdiction.basis_documents.filter(code__in=codes)}
    for code in codes:
        if code not in known:
            raise refusal(f"依据：依据库里没有“{code}”。", field="basis")
    was = sorted(task.basis.values_list("code", flat=True))
    if was != sorted(known):
        task.basis.set(known.values())
        recorded(plan, actor, "set_basis", task, basis=[was, sorted(known)])
    return task


def _library(place: Jurisdiction, actor: User) -> Jurisdiction:
    """The jurisdiction, locked, for one of its administrators. Raises PermissionDenied."""
    if not permissions.may_load(actor, place.pk):
        raise PermissionDenied("只有本级计划管理员可以改依据库。")
    return Jurisdiction.objects.select_for_update().get(pk=place.pk)


def _document(values: Values) -> DocumentRow:
    row = checked(DocumentRow, values)
    if row.url:
        try:
            URLValidator(schemes=["http", "https"])(row.url)
        except ValidationError as error:
            said = f"地址：填“{row.url}”，应为网址，例如https://www.mof.gov.cn/。"
            raise refusal(said, field="url") from error
    return row


def _record(
    place: Jurisdiction, actor: User, verb: str, document: BasisDocument, **data: object
) -> None:
    audit.record(
        actor=actor,
        action=f"workplans.{verb}",
        subject=document,
        chain=f"region:{place.code}",
        data=data,
    )


# --- events -----------------------------------------------------------------------------------
@transaction.atomic
def add_event(*, plan: Plan, values: Values, actor: User) -> PlanEvent:
    """A new event. `values`: the keys of EventRow; without `code` one is made."""
    plan = opened(plan, actor)
    event = new_event(plan, values)
    recorded(plan, actor, "add_event", event)
    return event


def new_event(plan: Plan, values: Values) -> PlanEvent:
    """The row of a new event of the locked draft; the caller records it."""
    taken = list(plan.events.values_list("code", flat=True))
    row = checked(EventRow, {"code": free_code("event-", taken)} | dict(values))
    if row.code in taken:
        raise refusal(f"标识：“{row.code}”已是另一个事件的，换一个。", field="code")
    return PlanEvent.objects.create(plan=plan, **row.model_dump())


@transaction.atomic
def edit_event(*, event: PlanEvent, values: Values, actor: User) -> PlanEvent:
    """The event has these values; the windows that wait for it are reckoned again."""
    plan = opened(event.plan, actor)
    event = plan.events.get(pk=event.pk)
    now = event_row(event)
    row = checked(EventRow, now.model_dump() | dict(values) | {"code": event.code})
    data = differing(now, row)
    if not data:
        return event
    demand_same_day(event, row)
    for key, value in row.model_dump().items():
        setattr(event, key, value)
    event.save(update_fields=list(row.model_dump()))
    reckon_windows(event)
    recorded(plan, actor, "edit_event", event, **data)
    return event


def reckon_windows(event: PlanEvent) -> None:
    """The windows that wait for the event stand where its date puts them."""
    for window in event.windows.select_related("event"):
        row = reckoned(window_row(window), event.happened_on)
        columns = window_values(row, {event.code: event})
        window.opens_at, window.closes_at = columns["opens_at"], columns["closes_at"]
        window.save(update_fields=["opens_at", "closes_at"])


@transaction.atomic
def remove_event(*, event: PlanEvent, actor: User) -> None:
    """The event is gone. Refused while a window waits for it."""
    plan = opened(event.plan, actor)
    event = plan.events.get(pk=event.pk)
    window = event.windows.select_related("task").first()
    if window is not None:
        raise RuleError(
            f"事件“{event}”：“{window}”以它起算，先改填报期再删。", code="workplans.event_used"
        )
    recorded(plan, actor, "remove_event", event, code=event.code)
    event.delete()
