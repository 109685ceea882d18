"""One-time links as people receive them: an address, or a sheet of addresses."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from apps.core.sheets.writing import Head, write_table
from apps.organizations.models import User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS = (Head("账号", width=20), Head("姓名"), Head("开户链接", width=80))
NOTE = "每个链接只能用一次，72小时内有效。发给本人后请删除本表。"


def absolute(token: str) -> str:
    """The address under which the person sets the password."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("organizations:link", args=[token])


def workbook_response(made: list[tuple[User, str]]) -> HttpResponse:
    """A sheet to hand out; nothing of it is kept here."""
    rows = [(person.username, person.name, absolute(token)) for person, token in made]
    content = write_table(rows, HEADS, sheet="开户链接", title="开户链接", note=NOTE)
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="links.xlsx"'
    return response
