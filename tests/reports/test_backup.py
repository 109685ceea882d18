"""backup and restore: the drill, and every refusal with nothing written (TRUST H17)."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from apps.core import clock
from apps.core.management.commands.grant_runtime import grant
from apps.core.uploads import Upload
from apps.filings import services as filings
from apps.filings.models import Filing, Revision
from apps.jobs import services as jobs
from apps.jobs.models import StoredFile
from apps.organizations.models import User
from apps.reports.backup import databases
from tests import makers
from tests.databases import database_url, empty_database
from tests.filings import steps
from tests.flows.stored import digest
from tests.makers import MONDAY
from tests.personas import World, client_of, make_world

pytestmark = pytest.mark.trust("H17")
PDF = Upload("佐证.pdf", b"%PDF-1.4\n", "application/pdf")
OURS = tuple(config.label for config in apps.get_app_configs() if config.name.startswith("apps."))


class Place(NamedTuple):
    """A bureau with one approved and one submitted filing, and where its backups go."""

    world: World
    backups: Path
    elsewhere: Path


@pytest.fixture
def place(own_database, settings, tmp_path) -> Place:
    settings.MEDIA_ROOT = tmp_path / "data" / "files"
    world = make_world()
    steps.approved(world, makers.target_filing(world))
    filing = makers.target_filing(world, n=2)
    attach(world, filing)
    makers.submitted(world, filing)
    for folder in ("backups", "elsewhere"):
        (tmp_path / folder).mkdir()
    return Place(world, tmp_path / "backups", tmp_path / "elsewhere")


def attach(world: World, filing: Filing) -> None:
    with clock.at(MONDAY):
        filings.attach(filing=filing, actor=world.people["filer"], slot="basis", upload=PDF)


def manage(
    command: str, folder: Path, data: Path, **more: str
) -> "subprocess.CompletedProcess[str]":
    """The command in a process of its own, on the database that this process uses now."""
    place = {**os.environ, "DATABASE_URL": database_url(), "DATA_DIR": str(data), **more}
    return subprocess.run(
        [sys.executable, "manage.py", command, str(folder)],
        cwd=settings.BASE_DIR,
        env=place,
        capture_output=True,
        text=True,
        timeout=120,
    )


def backed_up(place: Place) -> Path:
    """The backup as the command writes it, here."""
    call_command("backup", str(place.backups))
    (folder,) = place.backups.iterdir()
    return folder


def restored(folder: Path, capsys) -> tuple[int, str]:
    """Exit code and report of a restore, here."""
    capsys.readouterr()
    try:
        call_command("restore", str(folder))
    except SystemExit as end:
        return int(str(end.code)), capsys.readouterr().out
    return 0, capsys.readouterr().out


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def demand_refused(folder: Path, media: Path, match: str) -> None:
    """The restore is refused with these words and exit code 2, and nothing is written."""
    before = (connection.introspection.table_names(), kept(media))
    with pytest.raises(CommandError, match=match) as refusal:
        call_command("restore", str(folder))
    assert refusal.value.returncode == 2
    assert (connection.introspection.table_names(), kept(media)) == before


def test_a_restored_backup_is_the_installation_it_was_taken_from(place, settings, tmp_path):
    client_of(place.world.people["filer"])  # somebody is logged in
    answer = manage("backup", place.backups, tmp_path / "data")
    assert (answer.returncode, answer.stderr) == (0, "")
    (folder,) = place.backups.iterdir()
    assert Session.objects.exists()
    assert answer.stdout.startswith(f"已备份到{folder}：")
    assert folder.stat().st_mode & 0o077 == 0
    before = digest(OURS)
    settings.MEDIA_ROOT = place.elsewhere / "files"
    with empty_database(place.elsewhere):
        answer = manage("restore", folder, place.elsewhere)
        assert (answer.returncode, answer.stderr) == (0, "")
        for line in ("回执：2件，相符。", "文件：1个，相符。"):
            assert line in answer.stdout.splitlines()
        assert digest(OURS) == before
        assert "所有登录已结束" in answer.stdout
        assert not Session.objects.exists()
        for revision in Revision.objects.exclude(receipt_number=None):
            assert filings.verify_receipt(revision=revision).holds
        work_goes_on()


def work_goes_on() -> None:
    """New rows get numbers that are free, and the trail still refuses changes."""
    filer = User.objects.get(username="filer")
    with transaction.atomic():
        stored = jobs.keep_file(content=b"x", name="x", content_type="x/y", owner=filer)
    assert StoredFile.objects.count() == 2
    assert Path(settings.MEDIA_ROOT, stored.path).read_bytes() == b"x"
    call_command("verify_audit")


def keep(owner: User) -> None:
    """One more stored file, by somebody else's connection."""
    with transaction.atomic():
        jobs.keep_file(content=b"new", name="new", content_type="x/y", owner=owner)
    connection.close()


def test_a_file_kept_during_the_backup_is_not_missed_by_it(place, settings, tmp_path, capsys):
    path = Path(settings.MEDIA_ROOT, StoredFile.objects.get().path)
    content = path.read_bytes()
    path.unlink()
    os.mkfifo(path)

    def write() -> None:
        with path.open("wb") as pipe:  # goes on once the backup begins to copy this file
            keep(place.world.people["filer"])
            pipe.write(content)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    folder = backed_up(place)
    writer.join(10)
    assert StoredFile.objects.count() == 2
    settings.MEDIA_ROOT = place.elsewhere
    with empty_database(tmp_path):
        assert restored(folder, capsys)[0] == 0
        assert StoredFile.objects.count() == len(kept(place.elsewhere)) == 1


def test_counts_and_dump_are_of_one_moment_and_hold_nobody_up(place, tmp_path):
    with databases.snapshot():
        rows = databases.row_counts()
        other = threading.Thread(target=keep, args=[place.world.people["filer"]])
        other.start()
        other.join(10)
        assert not other.is_alive()
        databases.dump(tmp_path / "dump")
        assert databases.row_counts() == rows
    assert databases.row_counts()["jobs_storedfile"] == rows["jobs_storedfile"] + 1
    with empty_database(tmp_path):
        databases.load(tmp_path / "dump")
        assert databases.row_counts() == rows


def write_over(path: Path) -> None:
    """One byte in the middle is another one; size and names stay."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def change_manifest(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def of_another_program(folder: Path) -> None:
    change_manifest(folder, migrations=["audit.9999_later"])


def of_another_database(folder: Path) -> None:
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]
    change_manifest(folder, vendor=other)


def with_a_path_outside(folder: Path) -> None:
    change_manifest(folder, files={"../../secret": {"size": 1, "sha256": "0" * 64}})


SPOILT = {
    "内容与清单的SHA-256不符": lambda folder: write_over(folder / "database"),
    "SHA-256不符": lambda folder: write_over(kept(folder / "files")[0]),
    "database：没有这个文件": lambda folder: (folder / "database").unlink(),
    "没有这个文件，清单上有": lambda folder: kept(folder / "files")[0].unlink(),
    "应为backup命令写成的文件夹": lambda folder: (folder / "manifest.json").unlink(),
    "全文写得不对": lambda folder: (folder / "manifest.json").write_text("{"),
    "files.*写得不对": with_a_path_outside,
    "应换用与备份同一版本的程序": of_another_program,
    "应为同一种": of_another_database,
}


def test_a_backup_that_is_not_whole_is_refused(place, settings, tmp_path):
    whole = backed_up(place)
    settings.MEDIA_ROOT = place.elsewhere
    with empty_database(tmp_path):
        for match, spoil in SPOILT.items():
            folder = Path(shutil.copytree(whole, tmp_path / "spoilt"))
            spoil(folder)
            demand_refused(folder, place.elsewhere, match)
            shutil.rmtree(folder)


def test_a_database_that_cannot_be_loaded_takes_the_files_back(place, settings, tmp_path):
    folder = backed_up(place)
    (folder / "database").write_bytes(b"no database" * 100)
    size = (folder / "database").stat().st_size
    changed = hashlib.sha256((folder / "database").read_bytes()).hexdigest()
    change_manifest(folder, database={"size": size, "sha256": changed})
    settings.MEDIA_ROOT = place.elsewhere
    with empty_database(tmp_path):
        demand_refused(folder, place.elsewhere, "没有做成|没有恢复成")


def test_nothing_is_restored_over_tables_or_files(place, settings, tmp_path):
    folder, before = backed_up(place), digest(OURS)
    demand_refused(folder, Path(settings.MEDIA_ROOT), "张表.*应为空库")
    assert digest(OURS) == before
    with empty_database(tmp_path):
        demand_refused(folder, Path(settings.MEDIA_ROOT), "已有文件.*应为空目录")


def test_lost_and_changed_files_stop_no_backup_and_are_named(place, settings, tmp_path, capsys):
    stored = StoredFile.objects.get()
    Path(settings.MEDIA_ROOT, stored.path).unlink()
    with pytest.raises(SystemExit) as end:
        backed_up(place)
    assert end.value.code == 1
    assert stored.path in capsys.readouterr().err
    (folder,) = place.backups.iterdir()
    settings.MEDIA_ROOT = place.elsewhere
    with empty_database(tmp_path):
        code, report = restored(folder, capsys)
    assert code == 1
    assert f"{stored.path}（佐证.pdf）：没有这个文件" in report


def test_what_was_changed_behind_the_system_shows_after_the_restore(
    place, settings, tmp_path, capsys
):
    revision = Revision.objects.filter(submitted_at__isnull=False).order_by("pk")[0]
    Revision.objects.filter(pk=revision.pk).update(content_hash="0" * 64)
    stored = StoredFile.objects.get()
    Path(settings.MEDIA_ROOT, stored.path).write_bytes(b"another")
    with pytest.raises(SystemExit):
        backed_up(place)
    (folder,) = place.backups.iterdir()
    described = json.loads((folder / "manifest.json").read_text())["rows"]
    change_manifest(folder, rows={**described, "audit_entry": 1})
    settings.MEDIA_ROOT = place.elsewhere
    with empty_database(tmp_path):
        code, report = restored(folder, capsys)
    assert code == 1
    for line in ("数据：.*1处不符", "留痕：.*相符", "回执：2件，1处不符", "文件：1个，1处不符"):
        assert [found for found in report.splitlines() if re.match(line, found)]
    assert f"回执{revision.receipt_number}" in report


@pytest.mark.parametrize(
    ("folder", "said"), [("none", "应为已有的文件夹"), ("/proc", "没有写成|不能写入")]
)
def test_a_folder_that_cannot_be_written_is_named(place, tmp_path, folder, said):
    with pytest.raises(CommandError, match=said) as refusal:
        call_command("backup", str(tmp_path / folder))
    assert refusal.value.returncode == 2


def test_without_the_servers_tools_one_sentence_says_so(place, tmp_path, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("the embedded database needs no tool")
    folder = backed_up(place)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match=r"pg_dump：没有安装.*postgresql-client") as refusal:
        call_command("backup", str(place.backups))
    assert refusal.value.returncode == 2
    assert list(place.backups.iterdir()) == [folder]
    with empty_database(tmp_path):
        demand_refused(folder, place.elsewhere, "pg_restore：没有安装")


@pytest.fixture
def runtime_url(place) -> Iterator[str]:
    """The database as the role of the web and the workers reaches it."""
    if connection.vendor != "postgresql":
        pytest.skip("the embedded database has no roles")
    values = connection.settings_dict
    name = f"{values['NAME']}_backup"  # roles belong to the server, which parallel tests share
    grant(role=name, password="a-word")
    yield f"postgresql://{name}:a-word@{values['HOST']}:{values['PORT']}/{values['NAME']}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP OWNED BY "{name}"')
        cursor.execute(f'DROP ROLE "{name}"')


def test_the_role_that_may_not_alter_tables_may_back_them_up(place, tmp_path, runtime_url):
    answer = manage("backup", place.backups, tmp_path / "data", DATABASE_URL=runtime_url)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_an_unreachable_database_leaves_no_half_backup(place, tmp_path):
    url = database_url().rpartition("/")[0] + "/no_such_base"
    answer = manage("backup", place.backups, tmp_path / "data", DATABASE_URL=url)
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1
    assert list(place.backups.iterdir()) == []
