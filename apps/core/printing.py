"""Finished HTML to PDF. Imports no Django, so that a child process can run it under limits.

As a script: printing.py ASSETS FONTS MEMORY_BYTES CPU_SECONDS, HTML on standard input, PDF on
standard output; the first line of the input is the title.
"""

import mimetypes
import resource
import sys
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

FONT_FILES = (".ttf", ".otf", ".ttc")
ROLES = {  # words in a font file's name → the role it takes
    "office-xiaobiaosong": ("小标宋", "xiaobiaosong", "fzxbs"),
    "office-fangsong": ("仿宋", "fangsong", "simfang", "fzfs"),
    "office-kai": ("楷", "kai"),
    "office-hei": ("黑", "simhei", "heiti"),
    "office-song": ("宋", "simsun", "song"),
}


class PackageFetcher(URLFetcher):  # type: ignore[misc]  # weasyprint carries no types
    """Opens data: and our own assets and fonts; no file, no network, no redirect (TRUST E02)."""

    def __init__(self, assets: Path, fonts: Path | None) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self._folders = {"asset": assets.resolve()}
        if fonts is not None:
            self._folders["font"] = fonts.resolve()

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Answer asset:name and font:name from their folder; anything but data: is refused."""
        scheme, _, name = url.partition(":")
        folder = self._folders.get(scheme.lower())
        if folder is None:
            return super().fetch(url, headers)
        path = (folder / unquote(name).lstrip("/")).resolve()
        if not path.is_relative_to(folder) or not path.is_file():
            raise ValueError(f"no such asset: {name}")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def font_faces(fonts: Path | None) -> str:
    """@font-face rules for the office's own font files, each in the role its name says."""
    if fonts is None or not fonts.is_dir():
        return ""
    files = sorted(path for path in fonts.iterdir() if path.suffix.lower() in FONT_FILES)
    rules = []
    for path in files:
        role = _role(path.stem.lower())
        if role:
            rules.append(
                f'@font-face {{ font-family: "{role}"; src: url("font:{quote(path.name)}") }}'
            )
    return "\n".join(rules)


def _role(stem: str) -> str:
    return next((role for role, words in ROLES.items() if any(w in stem for w in words)), "")


@cache
def _sheets(assets: Path, fonts: Path | None) -> tuple[list[CSS], FontConfiguration]:
    """The base sheet and the office's fonts, parsed once a process."""
    configuration = FontConfiguration()
    fetcher = PackageFetcher(assets, fonts)
    rules = (assets / "official.css").read_text(encoding="utf-8")
    sheets = [
        CSS(string=text, url_fetcher=fetcher, font_config=configuration)
        for text in (font_faces(fonts), rules)
    ]
    return sheets, configuration


def to_pdf(html: str, *, title: str, assets: Path, fonts: Path | None) -> bytes:
    """The page as PDF; of its metadata only the title is kept (TRUST I06)."""
    sheets, configuration = _sheets(assets, fonts)
    source = HTML(string=html, url_fetcher=PackageFetcher(assets, fonts))
    document = source.render(stylesheets=sheets, font_config=configuration)
    metadata = document.metadata
    metadata.title = title
    metadata.authors, metadata.keywords, metadata.attachments = [], [], []
    metadata.description = metadata.generator = metadata.created = metadata.modified = None
    pdf: bytes = document.write_pdf()
    return pdf


def main() -> None:
    """Take the limits first, then lay out."""
    assets, fonts, memory, seconds = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    title, _, html = sys.stdin.buffer.read().decode().partition("\n")
    folder = Path(fonts) if fonts else None
    sys.stdout.buffer.write(to_pdf(html, title=title, assets=Path(assets), fonts=folder))


if __name__ == "__main__":
    main()
