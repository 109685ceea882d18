"""A drawn filing that nobody may check is left out with a reason, so that its draw can end."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.filings import permissions
from apps.filings.models import SampleDraw, SampleItem
from apps.filings.selectors import unfit as selectors
from apps.filings.services import moves, sampling
from apps.organizations.models import User
from apps.rules.errors import RuleError


@transaction.atomic
def excuse(*, item: SampleItem, actor: User, reason: str) -> SampleItem:
    """The drawn filing counts in no rate; a later dealing that finds somebody takes it up again.

    Raises PermissionDenied, or RuleError while somebody may check it, once it has a result, or
    without a reason.
    """
    if not permissions.may_sample(actor, item.draw.jurisdiction_id):
        raise PermissionDenied(sampling.NOT_YOURS)
    draw = sampling.locked(item.draw)
    sampling.demand(draw, SampleDraw.State.DRAWN)
    item = draw.items.select_related("revision", "filing").get(pk=item.pk)
    _demand_stuck(item)
    if not reason.strip():
        raise RuleError("理由：未填。理由和抽样记录一起留档。", code="sampling.reason")
    item.result, item.opinion = SampleItem.Result.EXCUSED, reason.strip()
    item.checked_at, item.checker = clock.now(), None
    item.save(update_fields=["result", "opinion", "checked_at", "checker"])
    label = moves.label(item.filing)
    sampling.note(draw, actor, "excuse_sample", subject=label, reason=item.opinion)
    return item


def _demand_stuck(item: SampleItem) -> None:
    if item.result:
        raise RuleError(
            f"这一件已是“{item.get_result_display()}”，不用再写。", code="sampling.checked"
        )
    fit = [one.person.name for one in selectors.candidates(item) if not one.reason]
    if fit:
        raise RuleError(f"{'、'.join(fit)}可以查这一件，先指定检查人。", code="sampling.fit")
