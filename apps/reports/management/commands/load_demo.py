"""manage.py load_demo NAME: the demo county, for a first look and for training."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.organizations import entrance
from apps.reports.demo import loader
from apps.rules.errors import RuleError


class Command(BaseCommand):
    """Loads what is missing; people go to standard output, progress to standard error."""

    help = "Load the demo county (DEMO=True only); running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which demo."""
        parser.add_argument("name", choices=[loader.NAME])

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 with the people, or 2 with one line."""
        try:
            loader.load(self.stderr.write)
        except RuleError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"演示账号（密码都是 {loader.password()}）：")
        for person in entrance.demo_people():
            self.stdout.write(f"  {person.username}\t{person.name}\t{person.office}")
