from django.apps import AppConfig


class PreAssessmentConfig(AppConfig):
    name = "apps.pre_assessment"
    verbose_name = "事前评估"

    def ready(self) -> None:
        """Make the kinds of this stage known to the engine, its gate, and who makes its papers."""
        from apps.filings import stages  # noqa: PLC0415 (models are not loaded before)
        from apps.jobs import registry  # noqa: PLC0415 (models, as above)
        from apps.pre_assessment import (  # noqa: PLC0415 (models, as above)
            content,
            paper,
            selectors,
        )
        from apps.projects import gates  # noqa: PLC0415 (models, as above)

        stages.register(content.PROJECT)
        stages.register(content.POLICY)
        gates.register(selectors.GATE_ASKED)
        registry.register_job(paper.PDF, paper.run_pdf)
