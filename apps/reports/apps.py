from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "apps.reports"
    verbose_name = "综合页面"

    def ready(self) -> None:
        """Give the log-in page the year's dates, the worker the demo's past year."""
        from apps.jobs import registry  # noqa: PLC0415 (models are not loaded before)
        from apps.organizations import entrance  # noqa: PLC0415 (models are not loaded before)
        from apps.reports import year_lines  # noqa: PLC0415 (models are not loaded before)
        from apps.reports.demo import loader  # noqa: PLC0415 (models are not loaded before)
        from apps.reports.ledger import export  # noqa: PLC0415 (models are not loaded before)

        entrance.register_plan_lines(year_lines.plan_lines)
        registry.register_job(loader.PAST, loader.past_year)
        registry.register_job(export.KIND, export.run_export)
