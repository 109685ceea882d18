"""Files outlive crashes, keep their name, and leave no orphans."""

import hashlib
import os
import time

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from apps.jobs import files, services, tasks
from apps.jobs.models import StoredFile
from apps.organizations.models import User


@pytest.fixture
def owner(db) -> User:
    return User.objects.create_person("ali", "艾力")


def keep(owner: User, content: bytes = b"abc", name: str = "申报表.pdf") -> StoredFile:
    return services.keep_file(
        content=content, name=name, content_type="application/pdf", owner=owner
    )


@pytest.mark.trust("D10")
def test_a_file_lies_under_a_random_name_two_folders_deep(owner, media):
    stored = keep(owner)

    first, second, token = stored.path.split("/")
    assert (first, second) == (token[:2], token[2:4])
    assert len(token) == 32
    assert (media / stored.path).read_bytes() == b"abc"
    assert stored.name == "申报表.pdf"
    assert (stored.size, stored.sha256) == (3, hashlib.sha256(b"abc").hexdigest())
    with files.opened(stored) as content:
        assert content.read() == b"abc"


@pytest.mark.trust("C08")
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\项目.xlsx", "项目.xlsx"),
        ("/abs/a.pdf", "a.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("", "文件"),
        ("..", "文件"),
        ("长" * 300 + ".xlsx", "长" * 195 + ".xlsx"),
        ("长" * 300, "长" * 200),
    ],
)
def test_a_files_name_is_only_a_name(owner, given, kept):
    stored = keep(owner, name=given)

    stored.refresh_from_db()
    assert stored.name == kept


@pytest.mark.trust("D12")
def test_files_without_a_row_are_swept_after_a_day_and_no_others(owner, media):
    kept = keep(owner)
    with transaction.atomic():
        orphan, fresh = keep(owner), keep(owner)
        transaction.set_rollback(True)
    two_days_ago = time.time() - 2 * 86400
    for stored in (kept, orphan):
        os.utime(media / stored.path, (two_days_ago, two_days_ago))

    assert tasks.sweep_files() == 1

    assert not default_storage.exists(orphan.path)
    assert default_storage.exists(fresh.path)
    assert default_storage.exists(kept.path)


@pytest.mark.django_db
def test_a_sweep_of_nothing_is_nothing(media):
    assert tasks.sweep_files() == 0
    assert not media.exists()
