"""The import's two steps, for pages and the API: template, check, import, the marked sheet."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from apps.core import clock
from apps.core.sheets.marking import error_workbook
from apps.core.sheets.reading import read_grid
from apps.core.sheets.templates import Meta, write_template
from apps.core.uploads import XLSX_TYPE, guard_xlsx, received
from apps.jobs import files
from apps.jobs import services as jobs
from apps.jobs.models import StoredFile
from apps.organizations import selectors
from apps.organizations.models import Jurisdiction, Role, User
from apps.organizations.services import imports

NOTES = ("表头不要改。一行一条，全部正确才导入；有一格不对就一行也不导入。",)


def sheet_of(user: User, kind: str) -> tuple[imports.Kind, Jurisdiction]:
    """The sheet and the place that the person serves. Raises Http404 or PermissionDenied."""
    sheet = imports.KINDS_OF_SHEET.get(kind)
    if sheet is None:
        raise Http404
    place = selectors.served_jurisdiction(user, Role.SYS_ADMIN, Role.SEC_ADMIN)
    if place is None or not sheet.may(user, place):
        raise PermissionDenied("这张表由管理员导入。")
    return sheet, place


def template(sheet: imports.Kind, kind: str, place: Jurisdiction) -> bytes:
    """The workbook to fill in."""
    meta = Meta(kind=f"organizations.{kind}", unit=place.code, year=clock.today().year, version=1)
    return write_template(
        sheet.columns, meta=meta, sheet=sheet.sheet, title=sheet.title, notes=NOTES
    )


def keep(request: HttpRequest, owner: User) -> StoredFile:
    """The upload, guarded and put aside for the second step. Raises RuleError."""
    file = received(request, "file")
    checked = guard_xlsx(file, file.name or "")
    return jobs.keep_file(
        content=checked.content, name=checked.name, content_type=XLSX_TYPE, owner=owner
    )


def content_of(kept: StoredFile) -> bytes:
    """The bytes of a workbook that was put aside."""
    with files.opened(kept) as file:
        return bytes(file.read())


def run(
    actor: User, place: Jurisdiction, kind: str, kept: StoredFile, *, dry: bool
) -> imports.Outcome:
    """What the import did, or would do. Raises PermissionDenied or RuleError."""
    return imports.run(
        actor=actor, jurisdiction=place, kind=kind, content=content_of(kept), dry=dry
    )


def marked(kept: StoredFile, outcome: imports.Outcome) -> bytes:
    """The sheet with its wrong cells marked and listed."""
    return error_workbook(read_grid(content_of(kept)), outcome.errors)
