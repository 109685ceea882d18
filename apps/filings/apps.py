from django.apps import AppConfig


class FilingsConfig(AppConfig):
    name = "apps.filings"
    verbose_name = "填报与审核"

    def ready(self) -> None:
        """Make the materials kind known, and batches, and what reminders hang on."""
        from apps.filings import materials, sample_paper, session_paper, stages  # noqa: PLC0415 (models are not loaded before)
        from apps.filings.services import (  # noqa: PLC0415 (models are not loaded before)
            rechecking,
            relief,
            truths,
        )
        from apps.jobs import registry  # noqa: PLC0415 (models are not loaded before)
        from apps.notifications import truth  # noqa: PLC0415 (models are not loaded before)

        stages.register(materials.HOOKS)
        registry.register_job(relief.JOB, relief.run)
        registry.register_job(rechecking.KIND, rechecking.run)
        registry.register_job(sample_paper.KIND, sample_paper.run_paper)
        registry.register_job(session_paper.KIND, session_paper.run_minutes)
        truth.register("remind.", truths.outdated)
        truth.register("filings.arrived", truths.arrived_outdated)
        truth.register("workplans.opened", truths.opened_outdated)
