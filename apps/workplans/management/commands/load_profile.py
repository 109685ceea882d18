"""manage.py load_profile FILE: a year's profile becomes the jurisdiction's draft plan."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.rules.errors import RuleError
from apps.workplans import profile_files, services


class Command(BaseCommand):
    """Loads one file; exit code 2 with one line when it cannot be used."""

    help = "Load a profile (YAML) as a draft plan; loading it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            profile = profile_files.read(options["file"])
            plan = services.load_profile(profile=profile, actor=None)
        except RuleError as error:
            raise CommandError(str(error), returncode=2) from error
        n_tasks = plan.tasks.count()
        self.stdout.write(f"{plan}：{plan.get_state_display()}，{n_tasks}项任务。")
