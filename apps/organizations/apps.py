from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "apps.organizations"
    verbose_name = "机构与人员"

    def ready(self) -> None:
        """Give the worker the long list of liaison officers."""
        from apps.jobs import registry  # noqa: PLC0415 (models are not loaded before)
        from apps.organizations import liaison_list  # noqa: PLC0415 (models are not loaded before)

        registry.register_job(liaison_list.KIND, liaison_list.run_export)
