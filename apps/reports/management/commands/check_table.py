"""manage.py check_table FILE --format json: a self-evaluation table scored again and checked."""

from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import collecting, exact_json
from apps.reports import table_files
from apps.rules.errors import RuleError

USAGE = "用法：check_table 文件 --format json。"


class Parser(CommandParser):
    """Says what is wrong with the call in one Chinese line."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(USAGE, returncode=2)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        try:
            return super().parse_args(args, namespace)
        except CommandError as error:
            if not self.called_from_command_line:
                raise
            self.exit(2, f"{error}\n")


class Command(BaseCommand):
    """Reads one file; exit code 2 with one line when it cannot be used."""

    help = (
        "Check a published self-evaluation table (JSON, .xlsx or text parted by tabs): print what "
        "it comes to and every contradiction as JSON; a list of tables is answered by a list."
    )
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The usual arguments, refused in our words."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = Parser
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with collecting.put_off():
                told = table_files.answers_of(options["file"])
        except RuleError as error:
            raise CommandError(" ".join(str(error).split()), returncode=2) from error
        if to_utf8 := getattr(self.stdout, "reconfigure", None):
            to_utf8(encoding="utf-8")
        self.stdout.write(exact_json.dumps(told))
