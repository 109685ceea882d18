from django.apps import AppConfig


class TargetsConfig(AppConfig):
    name = "apps.targets"
    verbose_name = "绩效目标"

    def ready(self) -> None:
        """Make the kinds of this stage known to the engine."""
        from apps.filings import stages  # noqa: PLC0415 (models are not loaded before)
        from apps.targets import content  # noqa: PLC0415

        stages.register(content.PROJECT)
