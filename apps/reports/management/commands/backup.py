"""manage.py backup FOLDER: database and stored files in a new dated subfolder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.utils import DatabaseError

from apps.reports.backup import writing
from apps.rules.errors import RuleError


class Command(BaseCommand):
    """Exit 0 with one line; 1 when stored files were lost or damaged before; 2 when not written."""

    help = "备份数据库和文件：在FOLDER下写成一个以时间命名的新文件夹。"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path, help="放备份的文件夹，须已存在")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say where the backup is and what it holds."""
        try:
            written = writing.write(options["folder"])
        except RuleError as error:
            raise CommandError(str(error), returncode=2) from error
        except OSError as error:
            place = error.filename or options["folder"]
            raise CommandError(f"{place}：没有写成（{error.strerror}）。", returncode=2) from error
        except DatabaseError as error:
            said = str(error).strip().partition("\n")[0]
            raise CommandError(f"数据库读不到：{said}", returncode=2) from error
        n_rows, n_files = sum(written.manifest.rows.values()), len(written.manifest.files)
        self.stdout.write(f"已备份到{written.folder}：{n_rows}行，{n_files}个文件。")
        for stored in written.damaged:
            self.stderr.write(f"{stored.path}（{stored.name}）：丢失或与登记的校验值不符。")
        if written.damaged:
            raise SystemExit(1)
