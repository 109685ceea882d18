"""manage.py read_dates: date phrases on standard input, one JSON object a line out."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.rules import dates
from apps.rules.errors import RuleError
from apps.rules.numbers import parse_year, quoted


class Command(BaseCommand):
    """Reads each line as one phrase; exit code 2 with one line for input that cannot be used."""

    help = (
        "Read date phrases of a notice, one a line on standard input (UTF-8); each line, a blank "
        "one too, is answered by one JSON object. Nodes read from a line serve the lines after it."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", default="", help="the year of the notice")
        parser.add_argument("--format", default="json", help="json")
        parser.add_argument("--nodes", default="", help="2024-05-31,2024-08-31")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            year = parse_year(options["year"])
        except RuleError as error:
            raise CommandError(f"--year：{error}", returncode=2) from error
        if options["format"] != "json":
            _refuse(f"--format：填“{quoted(options['format'])}”，应为json。")
        try:
            self._answer(year, _nodes(options["nodes"]))
        except BrokenPipeError:  # whoever read the answers has enough; nothing is left to say
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _answer(self, year: int, nodes: tuple[date, ...]) -> None:
        if to_utf8 := getattr(self.stdout, "reconfigure", None):
            to_utf8(encoding="utf-8")
        for phrase in _phrases():
            reading = dates.read(phrase, year=year, nodes=nodes)
            nodes = reading.nodes or nodes
            self.stdout.write(json.dumps(dates.to_json(phrase, reading), ensure_ascii=False))


def _phrases() -> Iterator[str]:
    """The lines without their ends."""
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            _refuse(f"第{number}行不是UTF-8文字。请先转成UTF-8。")
        yield text.rstrip("\r\n")


def _nodes(text: str) -> tuple[date, ...]:
    try:
        return tuple(date.fromisoformat(day.strip()) for day in text.split(",") if day.strip())
    except ValueError:
        _refuse(f"--nodes：填“{quoted(text)}”，应为逗号隔开的日期，例如2024-05-31,2024-08-31。")


def _refuse(message: str) -> NoReturn:
    raise CommandError(message, returncode=2)
