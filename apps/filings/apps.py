from django.apps import AppConfig


class FilingsConfig(AppConfig):
    name = "apps.filings"
    verbose_name = "填报与审核"

    def ready(self) -> None:
        """Make the materials kind known; stages register theirs in the same way."""
        from apps.filings import materials, stages  # noqa: PLC0415 (models are not loaded before)

        stages.register(materials.HOOKS)
