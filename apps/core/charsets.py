"""Which letters bytes are: of a request, and of a text file that somebody sends."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def text_of(content: bytes) -> str | None:
    """The text of UTF-8 or GB18030 bytes, or as their mark says; None when they are no text."""
    marked = [encoding for bom, encoding in BOMS if content.startswith(bom)]
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    return None


def only_utf8(application: Application) -> Application:
    """The application, to which every request speaks UTF-8, as all our pages do.

    The framework decodes the address by the charset of the body and breaks, outside of all error
    handling, on codecs that are no text (charset=hex).
    """

    def handle(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        said = str(environ.get("CONTENT_TYPE", ""))
        if "charset" in said.lower():
            parts = said.split(";")
            kept = [part for part in parts if not part.strip().lower().startswith("charset")]
            environ["CONTENT_TYPE"] = ";".join(kept)
        return application(environ, start_response)

    return handle
