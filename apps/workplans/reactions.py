"""What the plans do when a project enters the budget or the calendar changes; each idempotent."""

from datetime import datetime

from apps.core import clock
from apps.jobs.models import Event
from apps.projects.models import ProjectYear, Transfer
from apps.workplans import population, services
from apps.workplans.models import PlanTask, TaskWindow


def project_confirmed(event: Event) -> None:
    """The confirmed project owes what is open for it now."""
    place = ProjectYear.objects.filter(pk=event.payload["project_year"]).first()
    if place is not None:
        services.assign_project(project_year=place, actor=None)


def transfer_registered(event: Event) -> None:
    """The unit of the transfer owes what is open for it now."""
    transfer = Transfer.objects.filter(pk=event.payload["transfer"]).first()
    if transfer is not None:
        services.assign_transfer(transfer=transfer, actor=None)


def projects_imported(event: Event) -> None:
    """Every project of an imported list owes what is open for it now, nothing closed long ago."""
    tasks = PlanTask.objects.filter(
        plan__jurisdiction=event.payload["jurisdiction"],
        plan__state="published",
        evaluated_year=event.payload["fiscal_year"],
        subject_kind__in=population.PROJECT_KINDS,
    )
    for task in tasks.select_related("plan__jurisdiction"):
        services.open_task(task=task, on=clock.today(), actor=None)


def end_moved(event: Event) -> None:
    """The assignments of a window whose end moved with the calendar move along."""
    told = event.payload
    window = TaskWindow.objects.select_related("task__plan__jurisdiction").filter(pk=told["window"])
    for found in window:
        services.move_ends(
            window=found,
            old=datetime.fromisoformat(told["old"]),
            new=datetime.fromisoformat(told["new"]),
        )
