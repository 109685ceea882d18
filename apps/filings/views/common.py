"""What the engine's pages share: the filing through its one door, and the version posted."""

from django.shortcuts import get_object_or_404

from apps.core.http import UserRequest
from apps.filings import selectors
from apps.filings.models import Filing
from apps.rules.errors import RuleError


def visible_filing(request: UserRequest, year: int, public_id: str) -> Filing:
    """The filing of that year if it exists for this person, with what every page shows, or 404."""
    rows = selectors.shown(request.user)
    return get_object_or_404(rows, public_id=public_id, fiscal_year=year)


def text_of(request: UserRequest, name: str, limit: int, default: str = "") -> str:
    """A posted text without NUL, which no database takes, cut to its column."""
    return request.POST.get(name, default).replace("\x00", "")[:limit]


def version_of(request: UserRequest) -> int:
    """The version that the page was made from. Raises RuleError when it is missing or no number."""
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RuleError(
            "页面缺少版本号，请刷新后再保存。已填内容先复制留存。", code="filings.version"
        )
    return int(text)
