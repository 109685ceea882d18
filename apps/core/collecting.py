"""The search for cyclic garbage, put off while one large tree is built."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def put_off() -> Iterator[None]:
    """Nothing looks for dead cycles inside; whatever else dies is freed at once, as always.

    For work that builds one tree and keeps it to its end, as the rows of a sheet or the parts of
    a notice: after every so many new objects the collector walks all that stand, finds nothing to
    free and soon walks them again, a third of an import's processor time and more than linear in
    its size. Safe there: the tree is bounded before it is built (rows, characters), its
    objects point downwards only, and the search goes on where it was put off, also after an error.
    Not for work that leaves cycles at each step, such as printing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
