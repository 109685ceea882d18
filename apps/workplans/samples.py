"""The plans that come with the system: from one of them a new year can begin."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from apps.rules.errors import RuleError
from apps.workplans import profile_files
from apps.workplans.profiles import Profile

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "profiles"


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The names of the shipped profiles, in order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@lru_cache(maxsize=16)
def sample(name: str) -> Profile:
    """The profile of that name. Raises RuleError when there is none."""
    if name not in names():
        raise RuleError(f"样板：没有“{name}”。", code="workplans.sample", field="source")
    return profile_files.read(FOLDER / f"{name}.yaml")


def title_of(name: str) -> str:
    """尉犁县2024年（47项任务）: how a list calls it."""
    profile = sample(name)
    place, year = profile.jurisdiction.name, profile.plan.year
    return f"{place}{year}年（{len(profile.tasks)}项任务）"
