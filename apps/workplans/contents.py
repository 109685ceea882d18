"""Which kinds of task can be filed today; a stage makes its kind known when the program starts."""

_registered: set[str] = set()


def register(kind: str) -> None:
    """Let tasks of the kind be assigned. Called from ready(); twice is harmless."""
    _registered.add(kind)


def kinds() -> frozenset[str]:
    """The kinds for which assignments are opened; other tasks only stand in the plan."""
    return frozenset(_registered)
