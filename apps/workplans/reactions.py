"""What the plans do when a project enters the budget (decision 13); each is idempotent."""

from apps.core import clock
from apps.jobs.models import Event
from apps.projects.models import ProjectYear
from apps.workplans import population, services
from apps.workplans.models import PlanTask


def project_confirmed(event: Event) -> None:
    """The confirmed project owes what is open for it now."""
    place = ProjectYear.objects.filter(pk=event.payload["project_year"]).first()
    if place is not None:
        services.assign_project(project_year=place, actor=None)


def projects_imported(event: Event) -> None:
    """Every project of an imported list owes what is open for it now."""
    tasks = PlanTask.objects.filter(
        plan__jurisdiction=event.payload["jurisdiction"],
        plan__state="published",
        evaluated_year=event.payload["fiscal_year"],
        subject_kind__in=population.PROJECT_KINDS,
    )
    for task in tasks.select_related("plan__jurisdiction"):
        services.assign(task=task, on=clock.today(), actor=None)
