from django.apps import AppConfig


class WorkplansConfig(AppConfig):
    name = "apps.workplans"
    verbose_name = "年度计划"

    def ready(self) -> None:
        """Do the long acts on plans; react to confirmed projects and to a calendar that changes."""
        from apps.jobs import registry  # noqa: PLC0415 (models are not loaded before)
        from apps.jobs.services import BROKEN_OFF  # noqa: PLC0415 (as above)
        from apps.workplans import (  # noqa: PLC0415 (models are not loaded before)
            notice_times,
            reactions,
        )
        from apps.workplans.services import works  # noqa: PLC0415 (models are not loaded before)

        registry.register_event("projects.confirmed", reactions.project_confirmed)
        registry.register_event("projects.imported", reactions.projects_imported)
        registry.register_event("projects.transfer", reactions.transfer_registered)
        registry.register_event("workplans.end_moved", reactions.end_moved)
        registry.register_event(BROKEN_OFF, works.broken_off)
        for kind in works.ACTS:
            registry.register_job(kind, works.run)
        notice_times.register()
