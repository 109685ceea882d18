"""Sample checks of each county: one prepared, one drawn whole, what the check has to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps.filings.models import SampleDraw
from apps.filings.selectors.sampling import Scope, population
from apps.filings.services import calibration, sample_checks, sampling
from apps.rules.sampling import Design, Method

if TYPE_CHECKING:
    from tests.access.county import County, Tenant

SHARE = {"method": "share", "by": "", "limits": "", "window": "", "reason": "又报来一批"}


def add_samples(county: County) -> None:
    """A draw belongs to a county; what is checked belongs to a unit."""
    for key, near in (("own", ("own", "child", "sibling")), ("foreign", ("foreign",))):
        tenant = county.tenants[key]
        drawn = _drawn(tenant)
        tenant.objects["sample"] = drawn
        tenant.objects["sample.prepared"] = _prepared(tenant, "再抽")
        for name in near:
            other = county.tenants[name]
            other.objects["sample_item"] = drawn.items.get(filing=other.objects["sent"])


def _prepared(tenant: Tenant, reason: str = "") -> SampleDraw:
    n = len(population(tenant.objects["task"], Scope()))
    return sampling.prepare_sample(
        task=tenant.objects["task"],
        title="目标抽审",
        design=Design(Method.COUNT, count=n),
        scope=Scope(),
        reason=reason,
        actor=tenant.actor("performance_reviewer"),
    )


def _drawn(tenant: Tenant) -> SampleDraw:
    draw = sampling.draw_sample(draw=_prepared(tenant), actor=tenant.actor("plan_admin"))
    checker = tenant.actor("performance_reviewer")
    sample_checks.assign_checkers(draw=draw, actor=tenant.actor("plan_admin"), checkers=[checker])
    return draw


def add_second_scores(county: County) -> None:
    """Of each unit what is in force is to be scored again by somebody of its bureau."""
    for key, scorer in (("own", "budget_officer"), ("child", "budget_officer")):
        _asked(county.tenants[key], scorer)
    _asked(county.tenants["foreign"], "plan_admin")


def _asked(tenant: Tenant, scorer: str) -> None:
    filing = tenant.objects["approved"]
    tenant.objects["second_score"] = calibration.ask_second(
        review=filing.approved_revision.reviews.get(score__isnull=False),
        scorer=tenant.actor(scorer),
        actor=tenant.actor("performance_reviewer"),
    )


def asked(county: County, thing: Any) -> dict[str, Any]:
    """What 县交通运输局 has in force, which nobody was asked to score again yet."""
    filing = county.tenants["sibling"].objects["approved"]
    review = filing.approved_revision.reviews.get(score__isnull=False)
    scorer = county.world.people["plan_admin"]
    return {"review": str(review.public_id), "scorer": str(scorer.public_id)}


def marks(county: County, second: Any) -> dict[str, Any]:
    """Nine tenths of every criterion as the form sends it."""
    items = second.review.step.sheet.items.all()
    return {f"points-{item.pk}": str(item.points * 9 / 10) for item in items}


def marks_json(county: County, second: Any) -> dict[str, Any]:
    """The same as a program sends it."""
    items = second.review.step.sheet.items.all()
    return {"marks": [{"item": i.pk, "points": str(i.points * 9 / 10)} for i in items]}


def prepared(county: County, thing: Any) -> dict[str, Any]:
    """A draw of a fifth as the form sends it."""
    task = county.tenants["own"].objects["task"]
    return {**SHARE, "task": str(task.public_id), "title": "目标再抽", "share": "20", "count": ""}


def prepared_json(county: County, thing: Any) -> dict[str, Any]:
    """The same as a program sends it."""
    task = county.tenants["own"].objects["task"]
    told = {"task": str(task.public_id), "title": "目标再抽", "method": "share", "share": "0.2"}
    return {**told, "reason": "又报来一批"}


def checkers(county: County, draw: Any) -> dict[str, Any]:
    """Whoever prepared it checks."""
    return {"act": "assign", "checker": [str(draw.prepared_by.public_id)]}


def checkers_json(county: County, draw: Any) -> dict[str, Any]:
    """The same as a program sends it."""
    return {"checkers": [str(draw.prepared_by.public_id)]}
