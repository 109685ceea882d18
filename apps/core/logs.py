"""One log line per event; whatever a user typed cannot start a second line (TRUST C13)."""

import logging
import re

from apps.core import arrival

CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), 127, 0x85, 0x2028, 0x2029)}
SECRET = re.compile(r"(/feeds/|/account/link/)[^\s\"']+")


class SecretFilter(logging.Filter):
    """Masks addresses that open something for whoever knows them: calendars, opening links."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes."""
        said = record.getMessage()
        masked = SECRET.sub(r"\1***", said)
        if masked != said:
            record.msg, record.args = masked, ()
        return True


class LineFormatter(logging.Formatter):
    """Formats a record as one line, control characters escaped, tracebacks kept below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(number)s%(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The message line with control characters made visible, after its request's number."""
        number = arrival.number()
        record.number = f"[{number}] " if number else ""
        return super().formatMessage(record).translate(CONTROL)
