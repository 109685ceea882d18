"""Which kinds of task can be filed today; a stage makes its kind known when the program starts."""

_registered: set[str] = set()
_requested: set[str] = set()


def register(kind: str, *, is_requested: bool = False) -> None:
    """Let tasks of the kind be assigned. Called from ready(); twice is harmless.

    What is requested is owed by nobody on its days: whoever needs it asks (services.request).
    """
    _registered.add(kind)
    if is_requested:
        _requested.add(kind)


def kinds() -> frozenset[str]:
    """The kinds for which assignments are opened; other tasks only stand in the plan."""
    return frozenset(_registered)


def is_requested(kind: str) -> bool:
    """Whether tasks of the kind wait for somebody to ask."""
    return kind in _requested
