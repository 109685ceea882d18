"""Problems of each tenant: one to put right, one answered, with a file on either."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import clock
from apps.core.uploads import Upload
from apps.rectification import importing, services
from apps.rectification.services import Found, Proposed
from apps.workplans.models import Plan
from tests.projects import lists
from tests.rectification.acting import settle_decisions

if TYPE_CHECKING:
    from tests.access.county import County, Tenant

ROW = {
    "source": "审计",
    "document": "尉审报〔2024〕3号",
    "number": "1",
    "unit": "201",
    "project": "",
    "title": "资金滞留",
    "text": "滞留超过一年",
    "severity": "较重",
    "due_on": "2024-06-28",
}
CUT = {
    "kind": "收回资金",
    "cause": "执行偏离",
    "amount": "10000.00",
    "effective_on": "2024-05-01",
    "reason": "没有开工",
}
PDF = b"%PDF-1.4\n% proof"


def add_problems(county: County) -> None:
    """What the bureau found and decided at every unit, and a checked list of findings."""
    for plan in Plan.objects.filter(fiscal_year=2024):
        settle_decisions(plan, approver="绩效科")
    for tenant in county.tenants.values():
        tenant.objects["problem"] = _opened(tenant, "五月节点")
        tenant.objects["problem_file"] = _proof(tenant, tenant.objects["problem"])
        answered = _opened(tenant, "六月节点")
        tenant.objects["problem.answered"] = answered
        _proof(tenant, answered)
        services.answer(
            problem=answered,
            actor=tenant.actor("filer"),
            text=f"已改 {_word(tenant)}",
        )
        made = _proposed(tenant, "暂缓拨付")
        reviewer = tenant.actor("performance_reviewer")
        tenant.objects["decision"] = services.approve_decision(decision=made, actor=reviewer)
        tenant.objects["decision.proposed"] = _proposed(tenant, "停止拨付")
    county.tenants["own"].objects["findings"] = lists.checked(
        county.world, listed(county), listing=importing.LISTING
    )


def _word(tenant: Tenant) -> str:
    return f"qz{tenant.key}sent"


def _opened(tenant: Tenant, node: str) -> Any:
    found = Found(
        unit=tenant.world.units[tenant.unit],
        project=tenant.objects["project.fresh"],
        year=2024,
        source="monitoring",
        title=f"进度滞后 {_word(tenant)}",
        text=f"没有开工 {_word(tenant)}",
        demands=f"开工 {_word(tenant)}",
        label=f"{node} {_word(tenant)}",
    )
    return services.register_problem(actor=tenant.actor("performance_reviewer"), found=found)


def _proposed(tenant: Tenant, kind: str) -> Any:
    asked = Proposed(
        kind=kind,
        cause="执行偏离",
        amount=Decimal(10000),
        reason=f"没有开工 {_word(tenant)}",
        effective_on=clock.today(),
        lift_when=f"开工 {_word(tenant)}",
    )
    problem = tenant.objects["problem.answered"]
    return services.propose_decision(
        problem=problem, actor=tenant.actor("plan_admin"), proposed=asked
    )


def _proof(tenant: Tenant, problem: Any) -> Any:
    upload = Upload(f"{_word(tenant)}.pdf", PDF + _word(tenant).encode(), "application/pdf")
    return services.add_file(problem=problem, actor=tenant.actor("filer"), upload=upload)


def listed(county: County) -> bytes:
    """The filled list of findings, written once."""
    if "findings" not in county.books:
        row = [ROW.get(column.key, "") for column in importing.columns()]
        county.books["findings"] = importing.template(county.world.county, 2024, [row])
    return county.books["findings"]


def findings(county: County, thing: Any) -> dict[str, Any]:
    """The list as a program or the page sends it."""
    return {"file": lists.as_file(listed(county))}


def proof(county: County, thing: Any) -> dict[str, Any]:
    """One file more."""
    return {"file": SimpleUploadedFile("照片.pdf", PDF)}


def made(county: County, thing: Any) -> dict[str, Any]:
    """A problem of 县水利局 as the page sends it."""
    unit = county.world.units["water"]
    told = {"unit": str(unit.public_id), "source": "audit", "severity": "minor"}
    return {**told, "title": "资金滞留", "text": "滞留超过一年"}


def owner(county: County, problem: Any) -> dict[str, Any]:
    """Somebody who stands at the problem's unit."""
    keys = {"201": "filer", "201001": "station_filer", "205": "stranger"}
    is_ours = problem.jurisdiction == county.world.county
    key = keys[problem.unit.code] if is_ours else "foreign_filer"
    return {"owner": str(county.world.people[key].public_id)}
