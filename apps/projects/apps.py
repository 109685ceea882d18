from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "apps.projects"
    verbose_name = "项目"

    def ready(self) -> None:
        """Say who does the import's jobs."""
        from apps.jobs import registry  # noqa: PLC0415 (models are loaded only now)
        from apps.projects import exports  # noqa: PLC0415 (models are not loaded before)
        from apps.projects.imports import listings, services  # noqa: PLC0415 (as above)
        from apps.projects.payments import services as payments  # noqa: PLC0415 (as above)

        for listing in listings.BY_KIND.values():
            registry.register_job(listing.check, services.run_check)
            registry.register_job(listing.run, services.run_import)
        registry.register_job(payments.READ, payments.run_read)
        registry.register_job(payments.CHECK, payments.run_check)
        registry.register_job(payments.IMPORT, payments.run_import)
        registry.register_job(exports.KIND, exports.run_export)
