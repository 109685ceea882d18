"""The five bureaus' profiles, read once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from django.conf import settings

from apps.workplans import profile_files
from apps.workplans.profiles import Profile, WindowRow

FOLDER = settings.BASE_DIR / "fixtures" / "profiles"
SOURCES = {  # profile: letter of its numbers, the notice it was made from
    "wulatezhongqi-2024": ("U", "wulatezhongqi-2024.txt"),
    "qitai-2018": ("Q", "qitai-2018.txt"),
    "bayannaoer-2022": ("B", "bayannaoer-2022.txt"),
    "yuli-2024": ("Y", "yuli-2023-2024.txt"),
    "wulumuqi-2022": ("W", "wulumuqi-2022.txt"),
}
NAMES = list(SOURCES)


@cache
def profile(name: str) -> Profile:
    """The profile of that file name, without its ending."""
    return profile_files.read(FOLDER / f"{name}.yaml")


def windows(name: str) -> Iterator[tuple[str, WindowRow]]:
    """Every window of the profile with its task's code."""
    for task in profile(name).tasks:
        for window in task.windows:
            yield task.code, window
