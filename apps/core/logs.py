"""One log line per event; whatever a user typed cannot start a second line (TRUST C13)."""

import logging

from apps.core import arrival

CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), 127, 0x85, 0x2028, 0x2029)}


class LineFormatter(logging.Formatter):
    """Formats a record as one line, control characters escaped, tracebacks kept below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(number)s%(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The message line with control characters made visible, after its request's number."""
        number = arrival.number()
        record.number = f"[{number}] " if number else ""
        return super().formatMessage(record).translate(CONTROL)
