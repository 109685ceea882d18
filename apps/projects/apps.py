from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "apps.projects"
    verbose_name = "项目"

    def ready(self) -> None:
        """Say who does the import's jobs."""
        from apps.jobs import registry  # noqa: PLC0415 (models are loaded only now)
        from apps.projects import exports  # noqa: PLC0415 (models are not loaded before)
        from apps.projects.imports import services  # noqa: PLC0415 (models are not loaded before)

        registry.register_job(services.CHECK, services.run_check)
        registry.register_job(services.IMPORT, services.run_import)
        registry.register_job(exports.KIND, exports.run_export)
