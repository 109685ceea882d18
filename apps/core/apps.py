from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "apps.core"
    verbose_name = "基础"

    def ready(self) -> None:
        """Register the deployment checks."""
        from apps.core import checks  # noqa: F401, PLC0415 (registers itself, once apps are ready)
