"""How often the long tests repeat: a few minutes in all for CI, longer in `make soak`."""

import os

IS_SOAK = bool(os.environ.get("SOAK"))


def times(*, ci: int, soak: int) -> int:
    """The number of repetitions for this run."""
    return soak if IS_SOAK else ci
