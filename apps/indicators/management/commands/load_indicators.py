"""manage.py load_indicators [FILE…] [--jurisdiction CODE]: put library files into the library."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.indicators import library_file, services
from apps.rules.errors import RuleError

SHIPPED = Path(__file__).resolve().parents[4] / "fixtures" / "library"


class Command(BaseCommand):
    """Loads indicator files; running it again changes nothing. Exit 2 on bad input."""

    help = "Load indicator library files (default: the common library that comes with the product)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Files, or none for the shipped ones."""
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--jurisdiction", metavar="CODE", help="whose library it becomes")

    def handle(self, *args: Any, **options: Any) -> None:
        files = options["files"] or sorted(SHIPPED.glob("*.yaml"))
        try:
            loaded = services.load(
                actor=None,
                documents=library_file.read_all(files),
                jurisdiction=options["jurisdiction"],
            )
        except RuleError as error:
            raise CommandError(str(error), returncode=2) from error
        for row in loaded:
            self.stdout.write(
                f"{row.category}：新增{row.n_added}条，更新{row.n_changed}条，不变{row.n_same}条"
                + (f"，库中另有{row.n_extra}条不在文件里，未改动" if row.n_extra else "")
            )
        n_lines = sum(row.n_added + row.n_changed + row.n_same for row in loaded)
        self.stdout.write(f"共{len(loaded)}类{n_lines}条。")
