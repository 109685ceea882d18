from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "apps.reports"
    verbose_name = "综合页面"

    def ready(self) -> None:
        """Make the demo's past year a job that the worker knows."""
        from apps.jobs import registry  # noqa: PLC0415 (models are not loaded before)
        from apps.reports.demo import loader  # noqa: PLC0415

        registry.register_job(loader.PAST, loader.past_year)
