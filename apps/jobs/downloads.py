"""How a stored file leaves the house; pages and the API of every room answer with it."""

from django.http import FileResponse

from apps.jobs import files
from apps.jobs.models import StoredFile

SHOWN_IN_PLACE = ("application/pdf", "image/png", "image/jpeg")
SEALED = "default-src 'none'; sandbox"
READ_ONLY = "default-src 'none'"  # the browser's own PDF reader does not start in a sandbox


def file_response(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The file as a download that the browser neither guesses at nor runs (TRUST D10).

    The caller has shown that the user may have it. `inline` shows a PDF or a picture in place.
    """
    in_place = inline and stored.content_type in SHOWN_IN_PLACE
    response = FileResponse(
        files.opened(stored),
        as_attachment=not in_place,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = READ_ONLY if in_place else SEALED
    response.headers["Cache-Control"] = "no-store"
    return response
