"""What a request says about its own letters, before the framework believes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


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
