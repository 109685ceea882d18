"""manage.py read_notice FILE --year Y --format json: a notice as draft tasks."""

import json
import re
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import collecting
from apps.rules import notices
from apps.rules.errors import RuleError
from apps.workplans import notice_files

USAGE = "用法：read_notice 文件 --year 年度 --format json。"


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

    help = "Read a notice (.txt, .docx) and print title, number, date and draft tasks as JSON."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The usual arguments, refused in our words."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = Parser
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", required=True)
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            read = notice_files.read_path(options["file"])
            with collecting.put_off():
                notice = notices.read(read.text, year=_year(options["year"]))
        except RuleError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(json.dumps(notices.to_json(notice), ensure_ascii=False, indent=1))


def _year(word: object) -> int:
    """The year as a number. Raises RuleError."""
    if not re.fullmatch(r"[0-9]{4}", str(word)):
        raise RuleError(f"年度“{word}”不是四位数字，应如2024。", code="notice.year")
    return int(str(word))
