"""manage.py restore FOLDER: a backup into an empty installation, then every check."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.utils import DatabaseError

from apps.core import clock
from apps.organizations import services as organizations
from apps.reports.backup import checking, restoring
from apps.reports.backup.manifest import Manifest
from apps.rules.errors import RuleError


class Command(BaseCommand):
    """Exit 0 when all is as it was; 1 when a check fails; 2 when nothing was restored."""

    help = "把一份备份恢复到空的数据库和文件目录，并逐项核对。"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which backup."""
        parser.add_argument("folder", type=Path, help="backup写成的文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, check, and say what was found."""
        described = _restored(options["folder"])
        made_at = described.made_at.astimezone(clock.ZONE)
        self.stdout.write(f"已恢复{made_at:%Y-%m-%d %H:%M:%S}的备份。")
        n_faults = 0
        for check in checking.checks(described):
            n_faults += len(check.faults)
            for line in check.lines():
                self.stdout.write(line)
        organizations.shut_all_doors()
        self.stdout.write(
            "所有登录已结束，没用过的一次性链接已作废。账号、角色、口令和令牌是备份时的，"
            "之后停用、收回的请逐个核对。"
        )
        if n_faults:
            raise SystemExit(1)


def _restored(folder: Path) -> Manifest:
    """The manifest of what was restored; a refusal becomes one line and exit code 2."""
    try:
        return restoring.restore(folder)
    except RuleError as error:
        raise CommandError(str(error), returncode=2) from error
    except OSError as error:
        place = error.filename or folder
        raise CommandError(f"{place}：没有恢复（{error.strerror}）。", returncode=2) from error
    except DatabaseError as error:
        said = str(error).strip().partition("\n")[0]
        raise CommandError(f"数据库写不了：{said}", returncode=2) from error
