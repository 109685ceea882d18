"""A light that finance sees otherwise than the numbers say; what was computed stays beside it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.filings.models import Filing
from apps.monitoring import permissions
from apps.monitoring.models import LightChange, NodeLights
from apps.monitoring.services.concluding import locked
from apps.organizations.models import User
from apps.projects.services import chain_of
from apps.rules.errors import RuleError
from apps.rules.monitoring import WORDS, Light


@transaction.atomic
def change_light(*, filing: Filing, actor: User, light: str, reason: str) -> LightChange:
    """The combined light of the revision on the last desk is another one, for a reason on record.

    Raises PermissionDenied, or RuleError where nothing is lit, for an unknown light or the one
    that stands, or without a reason.
    Source: DOMAIN 4.3, 允许财政人工改判并留痕.
    """
    filing = locked(filing)
    if not permissions.may_conclude(actor, filing):
        raise PermissionDenied("件在最后一步审核时，由办理人改判监控灯。")
    revision = filing.revisions.filter(submitted_at__isnull=False).latest("number")
    lights = NodeLights.objects.prefetch_related("changes").filter(revision=revision).first()
    if lights is None:
        raise RuleError("这一版没有亮灯，没有可改判的。", code="monitoring.unlit")
    _demand(lights, light, reason)
    made = LightChange.objects.create(
        lights=lights,
        light=light,
        reason=reason.strip(),
        changed_by=actor,
        changed_at=clock.now(),
    )
    told = {"old": WORDS[Light(lights.shown)], "new": WORDS[Light(light)], "reason": reason}
    audit.record(
        actor=actor,
        action="monitoring.change_light",
        subject=filing,
        chain=chain_of(filing.unit),
        data=told,
    )
    return made


def _demand(lights: NodeLights, light: str, reason: str) -> None:
    """Refuse what changes nothing or says not why. Raises RuleError."""
    if light not in [each.value for each in Light]:
        raise RuleError(f"监控灯只能是{'、'.join(WORDS.values())}。", code="monitoring.light")
    if light == lights.shown:
        raise RuleError(f"综合灯已经是{WORDS[Light(light)]}。", code="monitoring.same_light")
    if not reason.strip():
        raise RuleError("改判的理由未填。", code="monitoring.reason")
