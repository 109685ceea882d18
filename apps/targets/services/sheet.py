"""Writing a target form. State, window and version are the engine's."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.filings import permissions
from apps.filings import services as filings
from apps.filings.models import Filing, Revision
from apps.indicators import selectors as library
from apps.organizations.models import User
from apps.rules import adjustment
from apps.rules.adjustment import AdjustmentHead
from apps.rules.errors import RuleError
from apps.rules.form_merge import conflicts, merge
from apps.rules.target_form import TASK_SOURCES, TargetForm, TargetLine, TaskLine
from apps.targets import adjusting, content, selectors
from apps.targets.in_force import ADJUSTMENT

MAX_LINES = 100
ROW, TASK = "indicator:", "task:"
Keyed = TypeVar("Keyed", TargetLine, TaskLine)
NUMBERS = ("value", "value_high", "weight")


@transaction.atomic
def save(
    *,
    filing: Filing,
    actor: User,
    version: int,
    form: TargetForm,
    head: AdjustmentHead | None = None,
) -> Revision:
    """Save the whole form as a draft, one version further; nothing is checked but that it fits.

    Amounts in yuan; `head` is an adjustment's own. Raises PermissionDenied, or RuleError for a
    lock, more than 100 rows, or a stale version: then data["conflicts"] lists each cell with both
    values, and nothing is written.
    """
    form = form.of(selectors.current_shape(filing))
    if len(form.lines) > MAX_LINES:
        raise RuleError(f"指标有{len(form.lines)}行，最多{MAX_LINES}行。", code="targets.lines")
    if len(form.tasks) > MAX_LINES:
        raise RuleError(f"任务有{len(form.tasks)}项，最多{MAX_LINES}项。", code="targets.tasks")
    try:
        revision = filings.writing(filing=filing, actor=actor, version=version)
    except RuleError as error:
        if error.code == "filings.stale":
            error.data["conflicts"] = _conflicts(filing, form, head)
        raise
    content.store(revision, _owned(filing, actor, form))
    if head is not None and filing.kind == ADJUSTMENT:
        adjusting.keep_head(revision, head)
    return revision


def _conflicts(
    filing: Filing, form: TargetForm, head: AdjustmentHead | None
) -> list[dict[str, str]]:
    """Both values of every cell that differs, the head's first."""
    found = conflicts(selectors.current_form(filing), form)
    if head is None or filing.kind != ADJUSTMENT:
        return found
    return [*adjustment.conflicts(selectors.current_head(filing), head), *found]


@transaction.atomic
def save_chosen(
    *,
    filing: Filing,
    actor: User,
    version: int,
    form: TargetForm,
    keep_theirs: set[str],
    head: AdjustmentHead | None = None,
) -> Revision:
    """Save after a conflict: paths in `keep_theirs` as stored, the rest as given."""
    theirs = selectors.current_form(filing)
    merged = merge(theirs, form.of(theirs.shape), keep_theirs)
    if head is not None and filing.kind == ADJUSTMENT:
        head = adjustment.merged(selectors.current_head(filing), head, keep_theirs)
    return save(filing=filing, actor=actor, version=version, form=merged, head=head)


def _owned(filing: Filing, actor: User, form: TargetForm) -> TargetForm:
    """The form with a proper key on every row: ours kept, doubled or foreign ones replaced.

    What could not be read follows its row; what belongs to no row is dropped.
    """
    asked = [str(line.library_id) for line in form.lines if line.library_id]
    known = {row.pk for row in library.known(user=actor, year=filing.fiscal_year, ids=asked)}
    unread = {path: text for path, text in form.unread.items() if not path.startswith((ROW, TASK))}
    lines = [
        replace(line, library_id=line.library_id if line.library_id in known else None)
        for line in _keyed(form.lines, ROW, NUMBERS, form.unread, unread)
    ]
    tasks = tuple(_keyed(form.tasks, TASK, tuple(TASK_SOURCES), form.unread, unread))
    return replace(form, lines=tuple(lines), tasks=tasks, unread=unread)


def _keyed(
    rows: Iterable[Keyed],
    lead: str,
    numbers: tuple[str, ...],
    typed: Mapping[str, str],
    unread: dict[str, str],
) -> Iterator[Keyed]:
    """The rows, each with a key of its own; what was typed where a number belongs goes along."""
    seen: set[str] = set()
    for row in rows:
        key = _key(row.key)
        if key in seen:
            key = str(uuid4())
        seen.add(key)
        unread |= {
            f"{lead}{key}.{name}": typed[path]
            for name in numbers
            if (path := f"{lead}{row.key}.{name}") in typed and getattr(row, name) is None
        }
        yield replace(row, key=key)


def _key(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


@transaction.atomic
def copy_from_last_year(
    *, filing: Filing, actor: User, version: int, form: TargetForm | None = None
) -> Revision:
    """Append last year's indicators in force that the form does not have yet, without weights.

    `form` is what stands on the page, so that nothing typed is lost; None means as stored.
    Raises PermissionDenied, RuleError when last year has none, otherwise as `save` does.
    """
    if not permissions.may_file(actor, filing):
        raise PermissionDenied("只有本单位填报员可以填报。")
    earlier = selectors.last_year_form(filing)
    if earlier is None or not earlier.lines:
        raise RuleError("上年没有已定稿的绩效目标，不能沿用。", code="targets.no_last_year")
    form = form or selectors.current_form(filing)
    held = {(line.level2, line.name) for line in form.lines}
    taken = [
        replace(line, key=str(uuid4()), weight=None)
        for line in earlier.lines
        if (line.level2, line.name) not in held
    ]
    return save(
        filing=filing, actor=actor, version=version, form=replace(form, lines=(*form.lines, *taken))
    )
