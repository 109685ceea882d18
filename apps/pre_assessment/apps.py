from django.apps import AppConfig


class PreAssessmentConfig(AppConfig):
    name = "apps.pre_assessment"
    verbose_name = "事前评估"

    def ready(self) -> None:
        """Make the kinds of this stage known to the engine, and its gate to the budget."""
        from apps.filings import stages  # noqa: PLC0415 (models are not loaded before)
        from apps.pre_assessment import content, selectors  # noqa: PLC0415 (models, as above)
        from apps.projects import gates  # noqa: PLC0415 (models, as above)

        stages.register(content.PROJECT)
        stages.register(content.POLICY)
        gates.register(selectors.refusals)
