from django.apps import AppConfig


class RectificationConfig(AppConfig):
    name = "apps.rectification"
    verbose_name = "问题整改"

    def ready(self) -> None:
        """Say who prints and imports, what reminders hang on, and hear of sample checks."""
        from apps.filings.services import sample_checks  # noqa: PLC0415 (models are loaded only now)
        from apps.jobs import registry  # noqa: PLC0415 (models are loaded only now)
        from apps.notifications import truth  # noqa: PLC0415 (models are loaded only now)
        from apps.projects import controls  # noqa: PLC0415 (models are loaded only now)
        from apps.projects.imports import listings  # noqa: PLC0415 (models are loaded only now)
        from apps.projects.imports import services as imports  # noqa: PLC0415 (as above)
        from apps.rectification import importing, letter, reactions, selectors  # noqa: PLC0415 (as above)
        from apps.rectification.services import reminders, telling  # noqa: PLC0415 (as above)

        registry.register_job(letter.KIND, letter.run)
        listings.register("problems", importing.LISTING)
        registry.register_job(importing.LISTING.check, imports.run_check)
        registry.register_job(importing.LISTING.run, imports.run_import)
        registry.register_event(sample_checks.CHECKED, reactions.sample_checked)
        controls.register(selectors.payment_state)
        truth.register(telling.KIND, telling.outdated)
        truth.register(reminders.KIND, reminders.outdated)
