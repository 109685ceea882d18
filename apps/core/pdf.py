"""Pages on paper: a template and its context become a PDF (decision 9; TRUST E02, E03)."""

import subprocess  # our own script, fixed arguments, no shell
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from apps.core import printing
from apps.rules.errors import RuleError

BIG = 150_000  # characters of HTML, about 300 table rows: from here in a child
MEMORY = 2 * 1024 * 1024 * 1024  # address space of the child
SECONDS = 180
SCRIPT = Path(printing.__file__)


def render(template: str, context: dict[str, Any], *, title: str) -> bytes:
    """The template as PDF, laid out by static/print/official.css.

    A long one is made in a child under limits. Raises RuleError when it exceeds them.
    """
    html = render_to_string(template, {"title": title, **context})
    if len(html) > BIG:
        return _in_child(html, title)
    return printing.to_pdf(html, title=title, assets=_assets(), fonts=_fonts())


def _assets() -> Path:
    return Path(settings.BASE_DIR) / "static" / "print"


def _fonts() -> Path | None:
    return Path(settings.FONTS_DIR) if settings.FONTS_DIR else None


def _in_child(html: str, title: str) -> bytes:
    """Lay out in a process that can be killed without harm."""
    limits = [str(MEMORY), str(SECONDS)]
    command = [sys.executable, "-I", str(SCRIPT), str(_assets()), str(_fonts() or ""), *limits]
    page = f"{' '.join(title.split())}\n{html}".encode("utf-8", "replace")
    try:
        done = subprocess.run(  # noqa: S603 (our own script, no shell)
            command, input=page, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _too_long() from error
    if done.returncode:
        raise _too_long()
    return done.stdout


def _too_long() -> RuleError:
    return RuleError(
        f"这份文件太长，{SECONDS // 60}分钟内没有排完版。请改为下载Excel，或分几次打印。",
        code="pdf.heavy",
    )
