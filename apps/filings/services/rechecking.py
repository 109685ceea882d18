"""All filings of a plan checked again by its rules of now, after an amendment changed the checks.

Nothing is returned by it and no record of a submission is touched: what the check says now stands
beside what it said then. The job goes block by block, each in its own transaction, and leaves out
what was checked by the plan's version already; so whoever takes over a dead worker's job goes on.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.audit import services as audit
from apps.core import clock
from apps.filings import permissions
from apps.filings.models import Filing, Recheck, Revision, State
from apps.filings.services import writing
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.findings import ranked
from apps.workplans.models import Plan

KIND = "filings.recheck"
KINDS = "targets."  # the checks that a plan tunes are those of target forms
BLOCK = 25
NO_RIGHT = "只有本级计划管理员可以重新审核。"


@transaction.atomic
def start_recheck(*, plan: Plan, actor: User) -> Job:
    """A job checks every target filing of the plan again; asked again meanwhile it is the same.

    Raises PermissionDenied for anyone but the plan's administrator, RuleError for a draft and where
    everything was checked by the present version.
    """
    if not permissions.may_recheck(actor, plan):
        raise PermissionDenied(NO_RIGHT)
    plan = (
        Plan.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=plan.pk)
    )
    if plan.state == Plan.State.DRAFT:
        raise RuleError(f"{plan}：还没有发布，没有填报可以重新审核。", code="filings.recheck")
    mine = Job.objects.filter(kind=KIND, params__plan=plan.pk, finished_at__isnull=True)
    running = mine.order_by("pk").first()
    if running is not None:
        return running
    if not waiting(plan).exists():
        text = f"{plan}：第{plan.version}版的规则都审核过了，规则改了再重新审核。"
        raise RuleError(text, code="filings.rechecked")
    job = jobs.leave(kind=KIND, title=f"重新审核“{plan}”", owner=actor, params={"plan": plan.pk})
    audit.record(
        actor=actor,
        action="filings.recheck",
        subject=plan,
        chain=f"region:{plan.jurisdiction.code}",
        data={"plan": str(plan), "version": plan.version},
    )
    return job


def waiting(plan: Plan) -> QuerySet[Any, int]:
    """Ids of the revisions of now that were not checked by the plan's present version yet.

    The revision of now is the one in force, else the newest.
    """
    newest = Revision.objects.filter(filing=OuterRef("pk")).order_by("-number").values("pk")[:1]
    rows = filings_of(plan).annotate(
        revision_now=Coalesce(F("approved_revision"), Subquery(newest))
    )
    done = Recheck.objects.filter(revision=OuterRef("revision_now"), plan_version=plan.version)
    return rows.filter(~Exists(done)).order_by("pk").values_list("revision_now", flat=True)


def filings_of(plan: Plan) -> QuerySet[Filing]:
    """The target filings of the plan that live."""
    rows = Filing.objects.filter(assignment__plan=plan, kind__startswith=KINDS)
    return rows.exclude(state=State.CANCELLED)


def run(job: Job) -> dict[str, Any]:
    """Every filing of the plan has been checked by the rules of now; its owner reads the sum."""
    plan = Plan.objects.get(pk=job.params["plan"])
    if not permissions.may_recheck(job.owner, plan):
        raise PermissionDenied(NO_RIGHT)
    n_total = filings_of(plan).count()
    n_done = n_total - waiting(plan).count()
    while n_new := recheck_block(plan):
        n_done += n_new
        jobs.progress(job=job, n_done=n_done, n_total=n_total, message="正在审核")
    return {
        "message": _summed(plan),
        "url": reverse("filings:check_counts", args=[plan.fiscal_year]),
    }


@transaction.atomic
def recheck_block(plan: Plan, size: int = BLOCK) -> int:
    """The next filings have what the check says of them now on record; how many they were."""
    block = list(waiting(plan)[:size])
    rows = Revision.objects.filter(pk__in=block).select_related(
        "filing__assignment__task",
        "filing__assignment__project",
        "filing__assignment__transfer",
        "filing__unit",
        "filing__jurisdiction",
    )
    asked = ("filing__return_items__review__step", "filing__return_items__sample__draw")
    found = rows.prefetch_related(*asked, "attachments").order_by("pk")
    Recheck.objects.bulk_create(
        Recheck(
            revision=revision,
            plan_version=plan.version,
            findings=_said(revision),
            made_at=clock.now(),
        )
        for revision in found
    )
    return len(block)


def _said(revision: Revision) -> list[dict[str, str]]:
    """What the check says now, 阻断 first."""
    return [finding.as_dict() for finding in ranked(writing.findings_of(revision=revision))]


def _summed(plan: Plan) -> str:
    """How many were checked, and of how many sent ones the check says something else now."""
    rows = Recheck.objects.filter(
        revision__filing__in=filings_of(plan), plan_version=plan.version
    ).select_related("revision")
    n_all = n_other = 0
    for row in rows.only("findings", "revision__findings", "revision__submitted_at").iterator(500):
        n_all += 1
        n_other += not row.revision.is_open and _keys(row.findings) != _keys(row.revision.findings)
    return (
        f"{plan}：重新审核{n_all}件，已报送的有{n_other}件检查结果与报送时不同。没有退回任何一件。"
    )


def _keys(told: list[dict[str, str]]) -> set[tuple[str, str, str]]:
    return {(each["code"], each["path"], each["severity"]) for each in told}
