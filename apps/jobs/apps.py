from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "apps.jobs"
    verbose_name = "后台任务"

    def ready(self) -> None:
        """Let /readyz ask whether anybody works on what is left."""
        from apps.core import health  # noqa: PLC0415 (models are loaded only now)
        from apps.jobs import selectors  # noqa: PLC0415 (models are loaded only now)

        health.register(selectors.standstill)
