from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "apps.monitoring"
    verbose_name = "绩效监控"

    def ready(self) -> None:
        """Make the kinds of this stage known to the engine, and who makes its papers."""
        from apps.filings import stages  # noqa: PLC0415 (models are not loaded before)
        from apps.jobs import registry  # noqa: PLC0415 (models, as above)
        from apps.monitoring import bulletin, content, paper  # noqa: PLC0415 (models, as above)

        stages.register(content.PROJECT)
        stages.register(content.POLICY)
        stages.register(content.UNIT)
        registry.register_job(paper.PDF, paper.run_pdf)
        registry.register_job(bulletin.KIND, bulletin.run)
