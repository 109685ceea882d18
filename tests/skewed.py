"""The web server from a process whose clock is wrong.

`python -m tests.skewed SECONDS gunicorn-options…`

Every clock that Python code can ask is moved before anything of the application is imported; the
database keeps its own. (What libfaketime does from outside, without a library to install.)
"""

import datetime
import sys
import time
from typing import Any

RIGHT = datetime.datetime
SKEW = float(sys.argv.pop(1))


class _Times(type):
    """Moments made elsewhere, by the database's driver, are moments too."""

    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, RIGHT)


class WrongTime(RIGHT, metaclass=_Times):
    """A datetime whose now() is wrong."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        """The wrong moment."""
        return RIGHT.now(tz) + datetime.timedelta(seconds=SKEW)

    @classmethod
    def utcnow(cls) -> Any:
        """The wrong moment, naive."""
        return RIGHT.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(seconds=SKEW)


def _moved(right: Any, skew: float) -> Any:
    return lambda: right() + type(right())(skew)


time.time = _moved(time.time, SKEW)
time.time_ns = _moved(time.time_ns, SKEW * 10**9)
datetime.datetime = WrongTime  # type: ignore[misc]

if __name__ == "__main__":
    from gunicorn.app.wsgiapp import run

    sys.argv[0] = "gunicorn"
    run()
