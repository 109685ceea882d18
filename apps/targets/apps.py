from django.apps import AppConfig


class TargetsConfig(AppConfig):
    name = "apps.targets"
    verbose_name = "绩效目标"

    def ready(self) -> None:
        """Make the kinds of this stage known to the engine, and who makes its documents."""
        from apps.filings import stages  # noqa: PLC0415 (models are not loaded before)
        from apps.indicators import practice  # noqa: PLC0415 (models are not loaded before)
        from apps.jobs import registry  # noqa: PLC0415 (models are not loaded before)
        from apps.projects import gates  # noqa: PLC0415 (models are not loaded before)
        from apps.targets import (  # noqa: PLC0415 (models are not loaded before)
            adjusting,
            content,
            gating,
            kinds,
            prints,
            reactions,
            starts,
            transfer_kind,
        )
        from apps.targets.approvals import congress, services  # noqa: PLC0415 (as above)
        from apps.targets.practice import PRACTICE  # noqa: PLC0415 (as above)

        for kind in starts.KINDS:
            kinds.register(kind)
            stages.register(content.hooks_of(kind))
        kinds.register(adjusting.KIND)
        stages.register(adjusting.HOOKS)
        registry.register_event(adjusting.EVENT, reactions.adjusted)
        kinds.register(transfer_kind.KIND)
        stages.register(transfer_kind.HOOKS)
        practice.register(PRACTICE)
        gates.register(gating.GATE)
        registry.register_job(prints.PDF, prints.run_pdf)
        registry.register_job(prints.BATCH, prints.run_batch)
        registry.register_job(services.ISSUE, services.run)
        registry.register_job(services.BATCH, services.run_batch)
        registry.register_job(congress.KIND, congress.run)
